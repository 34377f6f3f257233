package dev.kiln.exec.instructions;

/** The 80-bit format of x87 registers (SDM vol. 1, 4.2.2), for numbers that are doubles. */
final class Extended {
    private Extended() {}

    static void put(byte[] to, int at, double value) {
        long bits = Double.doubleToRawLongBits(value);
        int sign = (int) (bits >>> 48) & 0x8000;
        int exponent = (int) (bits >>> 52) & 0x7FF;
        long fraction = bits & (1L << 52) - 1;
        long significand;
        int biased;
        if (exponent == 0x7FF) {
            biased = 0x7FFF;
            significand = 1L << 63 | fraction << 11;
        } else if (exponent == 0 && fraction == 0) {
            biased = 0;
            significand = 0;
        } else if (exponent == 0) {
            int shift = Long.numberOfLeadingZeros(fraction);
            significand = fraction << shift;
            biased = 16383 - 1022 - (shift - 11);
        } else {
            biased = exponent - 1023 + 16383;
            significand = 1L << 63 | fraction << 11;
        }
        MachineState.put(to, at, 8, significand);
        MachineState.put(to, at + 8, 2, sign | biased);
    }

    /** The value, which must be a double. */
    static double get(byte[] from, int at) {
        long significand = MachineState.get(from, at, 8);
        int top = (int) MachineState.get(from, at + 8, 2);
        int exponent = top & 0x7FFF;
        double sign = (top & 0x8000) != 0 ? -1 : 1;
        if (exponent == 0x7FFF) return significand << 1 == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
        if (significand == 0) return sign * 0.0;
        double high = (double) (significand >>> 11) * 0x1p-52;
        double low = (double) (significand & 0x7FF) * 0x1p-63;
        return sign * Math.scalb(high + low, exponent - 16383);
    }
}
