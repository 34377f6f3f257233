package dev.kiln.asm;

import java.math.BigInteger;

/**
 * Floating-point constants in the formats that data can hold, correctly rounded (to nearest, ties to even): 8 bits (1.4.3), half, single,
 * double, x87's extended format and quadruple precision (IEEE 754-2019, 3.4; SDM vol. 1, 4.2.2).
 */
final class NasmFloats {
    /** Decimal exponents beyond are infinity or zero in all formats; exact arithmetic with them would take forever. */
    private static final int LARGEST_EXPONENT = 6000;

    private NasmFloats() {}

    /** Whether a name is one of nasm's for infinity or no number. */
    static boolean isSpecial(String name) {
        return special(name) != 0;
    }

    private static int special(String name) {
        return switch (name) {
            case "__?Infinity?__", "__Infinity__" -> 'i';
            case "__?NaN?__", "__NaN__", "__?QNaN?__", "__QNaN__" -> 'q';
            case "__?SNaN?__", "__SNaN__" -> 's';
            default -> 0;
        };
    }

    /**
     * The bytes of a constant, little-endian.
     *
     * @param text as written, without a sign, or one of the special names
     * @param size 1, 2, 4, 8, 10 or 16
     * @return {@code null} when the text is no number
     */
    static byte[] bytes(String text, boolean negative, int size) {
        int fraction = fractionBits(size);
        int exponentBits = exponentBits(size);
        BigInteger bits;
        int special = special(text);
        BigInteger top = BigInteger.valueOf((1L << exponentBits) - 1);
        BigInteger infinity = assemble(top, BigInteger.ONE.shiftLeft(fraction), size);
        if (special == 'i') bits = infinity;
        else if (special == 'q') bits = infinity.setBit(fraction - 1);
        else if (special == 's') bits = infinity.setBit(0);
        else {
            BigInteger[] ratio = parse(text);
            if (ratio == null) return null;
            bits = round(ratio[0], ratio[1], size);
            if (bits == null) bits = infinity;
        }
        if (negative) bits = bits.setBit(size * 8 - 1);
        byte[] out = new byte[size];
        for (int i = 0; i < size; i++) out[i] = bits.shiftRight(8 * i).byteValue();
        return out;
    }

    private static int fractionBits(int size) {
        return switch (size) {
            case 1 -> 3;
            case 2 -> 10;
            case 4 -> 23;
            case 8 -> 52;
            case 10 -> 63;
            default -> 112;
        };
    }

    private static int exponentBits(int size) {
        return switch (size) {
            case 1 -> 4;
            case 2 -> 5;
            case 4 -> 8;
            case 8 -> 11;
            default -> 15;
        };
    }

    /** Exponent and significand put together; the significand's leading bit stays only in the extended format. */
    private static BigInteger assemble(BigInteger exponent, BigInteger significand, int size) {
        int fraction = fractionBits(size);
        if (size == 10) return exponent.shiftLeft(64).or(significand);
        return exponent.shiftLeft(fraction).or(significand.clearBit(fraction));
    }

    /** The constant as numerator and denominator, or {@code null}. */
    private static BigInteger[] parse(String written) {
        String text = written.replace("_", "");
        int radixBits = 0;
        int from = 0;
        if (text.startsWith("$")) {
            radixBits = 4;
            from = 1;
        } else if (text.length() > 1 && text.charAt(0) == '0') {
            radixBits = switch (text.charAt(1)) {
                case 'x', 'X', 'h', 'H' -> 4;
                case 'o', 'O', 'q', 'Q' -> 3;
                case 'b', 'B', 'y', 'Y' -> 1;
                default -> 0;
            };
            if (radixBits != 0) from = 2;
        }
        int radix = radixBits == 0 ? 10 : 1 << radixBits;
        StringBuilder digits = new StringBuilder();
        long scale = 0;
        boolean point = false;
        int i = from;
        for (; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' && !point) point = true;
            else if (Character.digit(c, radix) >= 0) {
                digits.append(c);
                if (point) scale--;
            } else break;
        }
        if (digits.isEmpty()) return null;
        long exponent = 0;
        if (i < text.length()) {
            char marker = Character.toLowerCase(text.charAt(i));
            if (marker != (radixBits == 0 ? 'e' : 'p')) return null;
            boolean minus = false;
            i++;
            if (i < text.length() && (text.charAt(i) == '-' || text.charAt(i) == '+')) minus = text.charAt(i++) == '-';
            if (i == text.length()) return null;
            for (; i < text.length(); i++) {
                if (text.charAt(i) < '0' || text.charAt(i) > '9') return null;
                exponent = Math.min(exponent * 10 + text.charAt(i) - '0', 1L << 40);
            }
            if (minus) exponent = -exponent;
        }
        return ratio(digits.toString(), radix, radixBits, scale, exponent);
    }

    private static BigInteger[] ratio(String digits, int radix, int radixBits, long scale, long exponent) {
        BigInteger value = new BigInteger(digits, radix);
        if (value.signum() == 0) return new BigInteger[] {value, BigInteger.ONE};
        BigInteger base = radixBits == 0 ? BigInteger.TEN : BigInteger.TWO;
        long power = radixBits == 0 ? scale + exponent : scale * radixBits + exponent;
        long most = (radixBits == 0 ? LARGEST_EXPONENT : 4L * LARGEST_EXPONENT) + 4L * digits.length();
        power = Math.max(-most, Math.min(most, power));
        BigInteger factor = base.pow((int) Math.abs(power));
        return power >= 0
                ? new BigInteger[] {value.multiply(factor), BigInteger.ONE}
                : new BigInteger[] {value, factor};
    }

    /** The bits of a number that is not negative; {@code null} when it is too large. */
    private static BigInteger round(BigInteger numerator, BigInteger denominator, int size) {
        if (numerator.signum() == 0) return BigInteger.ZERO;
        int fraction = fractionBits(size);
        int bias = (1 << exponentBits(size) - 1) - 1;
        // 2^exponent <= value < 2^(exponent + 1)
        int exponent = numerator.bitLength() - denominator.bitLength();
        BigInteger left = exponent >= 0 ? numerator : numerator.shiftLeft(-exponent);
        BigInteger right = exponent >= 0 ? denominator.shiftLeft(exponent) : denominator;
        if (left.compareTo(right) < 0) exponent--;
        exponent = Math.max(exponent, 1 - bias);
        int shift = fraction - exponent;
        BigInteger top = shift >= 0 ? numerator.shiftLeft(shift) : numerator;
        BigInteger bottom = shift >= 0 ? denominator : denominator.shiftLeft(-shift);
        BigInteger[] parts = top.divideAndRemainder(bottom);
        BigInteger significand = parts[0];
        int half = parts[1].shiftLeft(1).compareTo(bottom);
        if (half > 0 || half == 0 && significand.testBit(0)) significand = significand.add(BigInteger.ONE);
        if (significand.bitLength() > fraction + 1) {
            significand = significand.shiftRight(1);
            exponent++;
        }
        boolean normal = significand.bitLength() == fraction + 1;
        int biased = normal ? exponent + bias : 0;
        if (biased >= (1 << exponentBits(size)) - 1) return null;
        return assemble(BigInteger.valueOf(biased), significand, size);
    }
}
