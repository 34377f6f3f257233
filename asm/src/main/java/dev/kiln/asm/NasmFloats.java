package dev.kiln.asm;

import java.math.BigInteger;
import java.util.Locale;

/**
 * Floating-point constants in the formats that data can hold, correctly rounded (to nearest, ties to even): 8 bits (1.4.3), half, single,
 * bfloat16, double, x87's extended format and quadruple precision (IEEE 754-2019, 3.4; SDM vol. 1, 4.2.2); and x87's packed decimals.
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
        if (!name.startsWith("__")) return 0;
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "__?infinity?__", "__infinity__" -> 'i';
            case "__?nan?__", "__nan__", "__?qnan?__", "__qnan__" -> 'q';
            case "__?snan?__", "__snan__" -> 's';
            default -> 0;
        };
    }

    /** How numbers are stored. */
    enum Format {
        FLOAT8(1, 4, 3),
        FLOAT16(2, 5, 10),
        BFLOAT16(2, 8, 7),
        FLOAT32(4, 8, 23),
        FLOAT64(8, 11, 52),
        FLOAT80(10, 15, 63),
        FLOAT128(16, 15, 112);

        final int size;
        final int exponentBits;
        final int fractionBits;

        Format(int size, int exponentBits, int fractionBits) {
            this.size = size;
            this.exponentBits = exponentBits;
            this.fractionBits = fractionBits;
        }

        /** The format that data of a size in bytes has; {@code null} when there is none. */
        static Format ofSize(int size) {
            return switch (size) {
                case 1 -> FLOAT8;
                case 2 -> FLOAT16;
                case 4 -> FLOAT32;
                case 8 -> FLOAT64;
                case 10 -> FLOAT80;
                case 16 -> FLOAT128;
                default -> null;
            };
        }
    }

    /**
     * The bytes of a constant, little-endian.
     *
     * @param text as written, without a sign, or one of the special names
     * @return {@code null} when the text is no number
     */
    static byte[] bytes(String text, boolean negative, Format format) {
        BigInteger bits = isPacked(text) ? packed(text, format) : bits(text, format);
        if (bits == null) return null;
        if (negative) bits = bits.setBit(format.size * 8 - 1);
        byte[] out = new byte[format.size];
        for (int i = 0; i < format.size; i++) out[i] = bits.shiftRight(8 * i).byteValue();
        return out;
    }

    private static BigInteger bits(String text, Format format) {
        BigInteger top = BigInteger.valueOf((1L << format.exponentBits) - 1);
        BigInteger infinity = assemble(top, BigInteger.ONE.shiftLeft(format.fractionBits), format);
        switch (special(text)) {
            case 'i' -> {
                return infinity;
            }
            case 'q' -> {
                return infinity.setBit(format.fractionBits - 1);
            }
            case 's' -> {
                return infinity.setBit(0);
            }
            default -> {}
        }
        BigInteger[] ratio = parse(text);
        if (ratio == null) return null;
        BigInteger bits = round(ratio[0], ratio[1], format);
        return bits == null ? infinity : bits;
    }

    /** Whether this is a packed decimal, which begins with 0p or ends with p. */
    private static boolean isPacked(String text) {
        return text.startsWith("0p") || text.startsWith("0P") || text.endsWith("p") || text.endsWith("P");
    }

    /** A digit in each half byte (SDM vol. 1, 4.7), 18 of them at most; {@code null} for anything else. */
    private static BigInteger packed(String text, Format format) {
        boolean prefix = text.charAt(0) == '0' && text.length() > 1 && Character.toLowerCase(text.charAt(1)) == 'p';
        String digits = (prefix ? text.substring(2) : text.substring(0, text.length() - 1)).replace("_", "");
        if (format != Format.FLOAT80 || digits.isEmpty()) return null;
        BigInteger value = BigInteger.ZERO;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') return null;
            value = value.shiftLeft(4).or(BigInteger.valueOf(c - '0'));
        }
        return value.bitLength() > 72 ? null : value;
    }

    /** Exponent and significand put together; the significand's leading bit stays only in the extended format. */
    private static BigInteger assemble(BigInteger exponent, BigInteger significand, Format format) {
        int fraction = format.fractionBits;
        if (format == Format.FLOAT80) return exponent.shiftLeft(64).or(significand);
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
    private static BigInteger round(BigInteger numerator, BigInteger denominator, Format format) {
        if (numerator.signum() == 0) return BigInteger.ZERO;
        int fraction = format.fractionBits;
        int bias = (1 << format.exponentBits - 1) - 1;
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
        if (biased >= (1 << format.exponentBits) - 1) return null;
        return assemble(BigInteger.valueOf(biased), significand, format);
    }
}
