package dev.kiln.exec.instructions;

import static dev.kiln.exec.instructions.Step.*;

import java.util.Map;
import java.util.function.LongBinaryOperator;

/** Models of shifts, rotations, bit tests, bit scans, BMI, checksums. */
final class Bits {
    private Bits() {}

    static void addTo(Map<String, Model> m) {
        shifts(m);
        tests(m);
        counts(m);
        manipulation(m);
        m.put("crc32", s -> s.set(0, crc32((int) s.u(0), s.u(1), s.bits(1))));
    }

    /** The count of a shift: masked to 5 or 6 bits. */
    private static int count(Step s) {
        return (int) s.u(1) & (s.bits(0) == 64 ? 63 : 31);
    }

    private static void shifts(Map<String, Model> m) {
        m.put("shl", s -> {
            int n = count(s);
            int bits = s.bits(0);
            if (n == 0) {
                unchanged(s);
                return;
            }
            long result = n < 64 ? s.u(0) << n : 0;
            boolean carry = n <= bits && (s.u(0) >>> bits - n & 1) != 0;
            shifted(s, result, carry, n > bits, n == 1, (extend(result, bits) < 0) != carry);
        });
        m.put("shr", s -> {
            int n = count(s);
            int bits = s.bits(0);
            if (n == 0) {
                unchanged(s);
                return;
            }
            long value = s.u(0);
            shifted(
                    s,
                    n < bits ? value >>> n : 0,
                    (value >>> n - 1 & 1) != 0,
                    n > bits,
                    n == 1,
                    extend(value, bits) < 0);
        });
        m.put("sar", s -> {
            int n = count(s);
            if (n == 0) {
                unchanged(s);
                return;
            }
            long value = s.s(0);
            shifted(s, value >> Math.min(n, 63), (value >> Math.min(n - 1, 63) & 1) != 0, n > s.bits(0), n == 1, false);
        });
        m.put("rol", s -> rotate(s, true));
        m.put("ror", s -> rotate(s, false));
        m.put("rcl", s -> rotateCarry(s, true));
        m.put("rcr", s -> rotateCarry(s, false));
        m.put("shld", s -> doubleShift(s, true));
        m.put("shrd", s -> doubleShift(s, false));
        m.put("shlx", s -> s.set(0, s.u(1) << (s.u(2) & s.bits(0) - 1)));
        m.put("shrx", s -> s.set(0, s.u(1) >>> (s.u(2) & s.bits(0) - 1)));
        m.put("sarx", s -> s.set(0, s.s(1) >> (s.u(2) & s.bits(0) - 1)));
        m.put("rorx", s -> s.set(0, rotated(s.u(1), s.bits(0), (int) -s.u(2))));
    }

    /** Nothing was shifted: flags stay, a 32-bit register is written all the same. */
    private static void unchanged(Step s) {
        s.set(0, s.u(0));
        s.undefined = 0;
    }

    private static void shifted(
            Step s, long result, boolean carry, boolean carryUndefined, boolean once, boolean overflow) {
        int bits = s.bits(0);
        s.set(0, result);
        s.resultFlags(result, bits);
        s.flag(CF, carry);
        if (carryUndefined) s.undefined |= CF;
        if (once) s.flag(OF, overflow);
        else s.undefined |= OF;
        s.undefined |= AF;
    }

    static long rotated(long value, int bits, int left) {
        int n = Math.floorMod(left, bits);
        long v = truncate(value, bits);
        return n == 0 ? v : truncate(v << n | v >>> bits - n, bits);
    }

    private static void rotate(Step s, boolean left) {
        int n = count(s);
        int bits = s.bits(0);
        long result = rotated(s.u(0), bits, left ? n : -n);
        s.set(0, result);
        if (n == 0) {
            s.undefined = 0;
            return;
        }
        boolean top = (result >>> bits - 1 & 1) != 0;
        boolean below = (result >>> bits - 2 & 1) != 0;
        s.flag(CF, left ? (result & 1) != 0 : top);
        if (n == 1) s.flag(OF, left ? top != ((result & 1) != 0) : top != below);
        else s.undefined |= OF;
    }

    private static void rotateCarry(Step s, boolean left) {
        int bits = s.bits(0);
        int masked = count(s);
        int n = masked % (bits + 1);
        long value = s.u(0);
        boolean carry = s.flag(CF);
        boolean overflow = false;
        for (int i = 0; i < n; i++) {
            boolean out = left ? (value >>> bits - 1 & 1) != 0 : (value & 1) != 0;
            if (left) value = truncate(value << 1 | (carry ? 1 : 0), bits);
            else value = value >>> 1 | (carry ? 1L << bits - 1 : 0);
            carry = out;
        }
        s.set(0, value);
        boolean top = (value >>> bits - 1 & 1) != 0;
        if (left) overflow = top != carry;
        else overflow = top != ((value >>> bits - 2 & 1) != 0);
        if (masked == 0) {
            s.undefined = 0;
            return;
        }
        s.flag(CF, carry);
        if (masked == 1) s.flag(OF, overflow);
        else s.undefined |= OF;
    }

    private static void doubleShift(Step s, boolean left) {
        int bits = s.bits(0);
        int n = (int) s.u(2) & (bits == 64 ? 63 : 31);
        if (n == 0) {
            unchanged(s);
            return;
        }
        if (n > bits) {
            // Only at 16 bits: what comes is not defined.
            s.undefined = -1;
            s.undefinedResult = 0;
            return;
        }
        long a = s.u(0);
        long b = s.u(1);
        long result = left
                ? (n == 64 ? 0 : a << n) | (n == bits ? b : b >>> bits - n)
                : (n == bits ? 0 : a >>> n) | (n == bits ? b : b << bits - n);
        boolean carry = left ? (a >>> bits - n & 1) != 0 : (a >>> n - 1 & 1) != 0;
        result = truncate(result, bits);
        boolean changed = (extend(result, bits) < 0) != (extend(a, bits) < 0);
        shifted(s, result, carry, false, n == 1, changed);
    }

    private static void tests(Map<String, Model> m) {
        m.put("bt", s -> test(s, (value, bit) -> value));
        m.put("bts", s -> test(s, (value, bit) -> value | bit));
        m.put("btr", s -> test(s, (value, bit) -> value & ~bit));
        m.put("btc", s -> test(s, (value, bit) -> value ^ bit));
    }

    private static void test(Step s, LongBinaryOperator change) {
        int bits = s.bits(0);
        if (s.isMemory(0) && s.isRegister(1)) {
            // A bit string: the offset, signed, leads away from the operand.
            long offset = s.s(1);
            int at = s.place() + (int) (offset >> Integer.numberOfTrailingZeros(bits)) * (bits / 8);
            long value = MachineState.get(s.in.bytes, at, bits / 8);
            long bit = 1L << (offset & bits - 1);
            s.flag(CF, (value & bit) != 0);
            if (!s.mnemonic().equals("bt")) MachineState.put(s.out.bytes, at, bits / 8, change.applyAsLong(value, bit));
            return;
        }
        long bit = 1L << (s.u(1) & bits - 1);
        s.flag(CF, (s.u(0) & bit) != 0);
        if (!s.mnemonic().equals("bt")) s.set(0, change.applyAsLong(s.u(0), bit));
    }

    private static void counts(Map<String, Model> m) {
        m.put("bsf", s -> scan(s, Long.numberOfTrailingZeros(s.u(1))));
        m.put("bsr", s -> scan(s, 63 - Long.numberOfLeadingZeros(s.u(1))));
        m.put("popcnt", s -> {
            s.set(0, Long.bitCount(s.u(1)));
            s.logicFlags(1, s.bits(0));
            s.flag(ZF, s.u(1) == 0);
            s.flag(PF, false);
            s.flag(AF, false);
        });
        m.put("lzcnt", s -> counted(s, Long.numberOfLeadingZeros(s.u(1)) - (64 - s.bits(1))));
        m.put("tzcnt", s -> counted(s, Math.min(s.bits(1), Long.numberOfTrailingZeros(s.u(1)))));
    }

    private static void scan(Step s, int found) {
        s.flag(ZF, s.u(1) == 0);
        if (s.u(1) == 0) {
            // Makers agree to keep the register, but not on its upper half.
            s.undefinedResult = 0;
            return;
        }
        s.set(0, found);
    }

    private static void counted(Step s, int count) {
        s.set(0, count);
        s.flag(ZF, count == 0);
        s.flag(CF, count == s.bits(1));
    }

    private static void manipulation(Map<String, Model> m) {
        m.put("andn", s -> {
            long result = ~s.u(1) & s.u(2);
            s.set(0, result);
            resultOnly(s, result, false);
        });
        m.put("bextr", s -> {
            int start = (int) s.u(2) & 0xFF;
            int length = (int) s.u(2) >> 8 & 0xFF;
            long value = start < 64 ? s.u(1) >>> start : 0;
            long result = length < 64 ? value & (1L << length) - 1 : value;
            s.set(0, result);
            s.flag(ZF, result == 0);
            s.flag(CF, false);
            s.flag(OF, false);
        });
        m.put("blsi", s -> lowest(s, s.u(1) & -s.u(1), s.u(1) != 0));
        m.put("blsr", s -> lowest(s, s.u(1) & s.u(1) - 1, s.u(1) == 0));
        m.put("blsmsk", s -> lowest(s, truncate(s.u(1) ^ s.u(1) - 1, s.bits(0)), s.u(1) == 0));
        m.put("bzhi", s -> {
            int index = (int) s.u(2) & 0xFF;
            int bits = s.bits(0);
            long result = index < bits ? truncate(s.u(1), index) : s.u(1);
            s.set(0, result);
            resultOnly(s, result, index >= bits);
        });
        m.put("pdep", s -> {
            long result = 0;
            int from = 0;
            for (int i = 0; i < s.bits(0); i++) if ((s.u(2) >>> i & 1) != 0) result |= (s.u(1) >>> from++ & 1) << i;
            s.set(0, result);
        });
        m.put("pext", s -> {
            long result = 0;
            int to = 0;
            for (int i = 0; i < s.bits(0); i++) if ((s.u(2) >>> i & 1) != 0) result |= (s.u(1) >>> i & 1) << to++;
            s.set(0, result);
        });
    }

    private static void lowest(Step s, long result, boolean carry) {
        s.set(0, result);
        resultOnly(s, result, carry);
        if (s.mnemonic().equals("blsmsk")) s.flag(ZF, false);
    }

    /** Zero and sign by the result, no overflow; parity and adjust are left undefined. */
    private static void resultOnly(Step s, long result, boolean carry) {
        s.flag(ZF, truncate(result, s.bits(0)) == 0);
        s.flag(SF, extend(result, s.bits(0)) < 0);
        s.flag(OF, false);
        s.flag(CF, carry);
    }

    /** CRC-32C by its polynomial, bit by bit (SDM vol. 2, CRC32). */
    private static long crc32(int crc, long data, int bits) {
        int sum = crc;
        for (int i = 0; i < bits; i++) {
            int bit = sum & 1 ^ (int) (data >>> i) & 1;
            sum = sum >>> 1 ^ (bit != 0 ? 0x82F6_3B78 : 0);
        }
        return sum & 0xFFFF_FFFFL;
    }
}
