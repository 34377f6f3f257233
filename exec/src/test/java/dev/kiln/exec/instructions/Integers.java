package dev.kiln.exec.instructions;

import static dev.kiln.exec.instructions.Step.*;

import dev.kiln.asm.Registers;
import java.math.BigInteger;
import java.util.Map;
import java.util.function.Predicate;

/** Models of general instructions: moves, arithmetic, logic, multiplication, conditions, exchange, stack, flags. */
final class Integers {
    private Integers() {}

    static void addTo(Map<String, Model> models) {
        moves(models);
        arithmetic(models);
        multiplication(models);
        conditions(models);
        exchanges(models);
        stack(models);
        flags(models);
    }

    private static void moves(Map<String, Model> m) {
        m.put("mov", s -> s.set(0, s.u(1)));
        m.put("movzx", s -> s.set(0, s.u(1)));
        m.put("movsx", s -> s.set(0, s.s(1)));
        m.put("movsxd", s -> s.set(0, s.s(1)));
        m.put("movbe", s -> s.set(0, Long.reverseBytes(s.u(1)) >>> 64 - s.bits(0)));
        m.put("movnti", s -> s.set(0, s.u(1)));
        m.put("movdiri", s -> s.set(0, s.u(1)));
        m.put("bswap", s -> {
            s.set(0, Long.reverseBytes(s.u(0)) >>> 64 - s.bits(0));
            // Of 16 bits the manual leaves it undefined (SDM vol. 2, BSWAP); processors give zero.
            if (s.bits(0) == 16) s.undefinedResult = 0;
        });
        m.put("lea", s -> s.set(0, s.address(s.place())));
        m.put("cbw", s -> s.setRegister(Registers.RAX, 16, (byte) s.in.general(0)));
        m.put("cwde", s -> s.setRegister(Registers.RAX, 32, (short) s.in.general(0)));
        m.put("cdqe", s -> s.setRegister(Registers.RAX, 64, (int) s.in.general(0)));
        m.put("cwd", s -> s.setRegister(Registers.RDX, 16, (short) s.in.general(0) >> 15));
        m.put("cdq", s -> s.setRegister(Registers.RDX, 32, (int) s.in.general(0) >> 31));
        m.put("cqo", s -> s.setRegister(Registers.RDX, 64, s.in.general(0) >> 63));
        m.put(
                "xlatb",
                s -> s.setRegister(0, 8, s.in.bytes[s.place(s.in.general(Registers.RBX) + (s.in.general(0) & 0xFF))]));
        m.put("nop", s -> {});
        m.put("pause", s -> {});
        for (String hint : new String[] {
            "endbr64",
            "endbr32",
            "lfence",
            "mfence",
            "sfence",
            "clflush",
            "clflushopt",
            "clwb",
            "cldemote",
            "prefetchw",
            "prefetchnta",
            "prefetcht0",
            "prefetcht1",
            "prefetcht2",
            "prefetchwt1",
            "prefetch"
        }) m.put(hint, s -> {});
    }

    /** Flags of a sum with carry in. */
    static long add(Step s, int bits, long a, long b, int carry) {
        BigInteger sum = unsigned(a, bits).add(unsigned(b, bits)).add(BigInteger.valueOf(carry));
        long result = truncate(sum.longValue(), bits);
        s.resultFlags(result, bits);
        s.flag(CF, sum.bitLength() > bits);
        s.flag(AF, (a & 15) + (b & 15) + carry > 15);
        s.flag(
                OF,
                ((a ^ result) & (b ^ result)) >>> bits - 1 != 0 && ((a ^ result) & (b ^ result) & 1L << bits - 1) != 0);
        return result;
    }

    /** Flags of a difference with borrow. */
    static long subtract(Step s, int bits, long a, long b, int borrow) {
        BigInteger difference = unsigned(a, bits).subtract(unsigned(b, bits)).subtract(BigInteger.valueOf(borrow));
        long result = truncate(difference.longValue(), bits);
        s.resultFlags(result, bits);
        s.flag(CF, difference.signum() < 0);
        s.flag(AF, (a & 15) - (b & 15) - borrow < 0);
        s.flag(OF, ((a ^ b) & (a ^ result) & 1L << bits - 1) != 0);
        return result;
    }

    static BigInteger unsigned(long value, int bits) {
        BigInteger big = BigInteger.valueOf(truncate(value, bits));
        return big.signum() < 0 ? big.add(BigInteger.ONE.shiftLeft(64)) : big;
    }

    private static void arithmetic(Map<String, Model> m) {
        m.put("add", s -> s.set(0, add(s, s.bits(0), s.u(0), s.u(1), 0)));
        m.put("adc", s -> s.set(0, add(s, s.bits(0), s.u(0), s.u(1), s.flag(CF) ? 1 : 0)));
        m.put("sub", s -> s.set(0, subtract(s, s.bits(0), s.u(0), s.u(1), 0)));
        m.put("sbb", s -> s.set(0, subtract(s, s.bits(0), s.u(0), s.u(1), s.flag(CF) ? 1 : 0)));
        m.put("cmp", s -> subtract(s, s.bits(0), s.u(0), truncate(s.u(1), s.bits(0)), 0));
        m.put("neg", s -> s.set(0, subtract(s, s.bits(0), 0, s.u(0), 0)));
        m.put("inc", s -> keepCarry(s, () -> s.set(0, add(s, s.bits(0), s.u(0), 1, 0))));
        m.put("dec", s -> keepCarry(s, () -> s.set(0, subtract(s, s.bits(0), s.u(0), 1, 0))));
        m.put("not", s -> s.set(0, ~s.u(0)));
        m.put("and", s -> logic(s, s.u(0) & s.u(1), true));
        m.put("or", s -> logic(s, s.u(0) | s.u(1), true));
        m.put("xor", s -> logic(s, s.u(0) ^ s.u(1), true));
        m.put("test", s -> logic(s, s.u(0) & s.u(1), false));
        m.put("adcx", s -> carryOnly(s, CF));
        m.put("adox", s -> carryOnly(s, OF));
    }

    private static void keepCarry(Step s, Runnable operation) {
        boolean carry = s.flag(CF);
        operation.run();
        s.flag(CF, carry);
    }

    private static void logic(Step s, long result, boolean store) {
        s.logicFlags(result, s.bits(0));
        if (store) s.set(0, result);
    }

    private static void carryOnly(Step s, int flag) {
        BigInteger sum = unsigned(s.u(0), s.bits(0))
                .add(unsigned(s.u(1), s.bits(0)))
                .add(BigInteger.valueOf(s.flag(flag) ? 1 : 0));
        s.flag(flag, sum.bitLength() > s.bits(0));
        s.set(0, sum.longValue());
    }

    private static void multiplication(Map<String, Model> m) {
        m.put("mul", s -> {
            int bits = s.bits(0);
            BigInteger product = unsigned(s.in.general(Registers.RAX), bits).multiply(unsigned(s.u(0), bits));
            wide(s, bits, product, product.bitLength() > bits);
        });
        m.put("imul", s -> {
            int bits = s.bits(0);
            int count = s.count();
            long a = count == 1 ? extend(s.in.general(Registers.RAX), bits) : count == 2 ? s.s(0) : s.s(1);
            long b = count == 1 ? s.s(0) : count == 2 ? s.s(1) : s.u(2);
            BigInteger product = BigInteger.valueOf(a).multiply(BigInteger.valueOf(extend(b, bits)));
            boolean overflow = product.bitLength() >= bits;
            if (count == 1) wide(s, bits, product, overflow);
            else {
                s.set(0, product.longValue());
                s.flag(CF, overflow);
                s.flag(OF, overflow);
            }
        });
        m.put("mulx", s -> {
            int bits = s.bits(0);
            BigInteger product = unsigned(s.in.general(Registers.RDX), bits).multiply(unsigned(s.u(2), bits));
            // The high half goes to the first operand, also when both are one register.
            s.set(1, product.longValue());
            s.set(0, product.shiftRight(bits).longValue());
        });
        m.put("div", s -> divide(s, false));
        m.put("idiv", s -> divide(s, true));
    }

    private static void wide(Step s, int bits, BigInteger product, boolean overflow) {
        if (bits == 8) s.setRegister(Registers.RAX, 16, product.longValue());
        else {
            s.setRegister(Registers.RAX, bits, product.longValue());
            s.setRegister(Registers.RDX, bits, product.shiftRight(bits).longValue());
        }
        s.flag(CF, overflow);
        s.flag(OF, overflow);
    }

    private static void divide(Step s, boolean signed) {
        int bits = s.bits(0);
        long rax = s.in.general(Registers.RAX);
        BigInteger low = unsigned(rax, bits);
        BigInteger high = bits == 8
                ? signed ? BigInteger.valueOf((byte) (rax >> 8)) : BigInteger.valueOf(rax >> 8 & 0xFF)
                : signed
                        ? BigInteger.valueOf(extend(s.in.general(Registers.RDX), bits))
                        : unsigned(s.in.general(Registers.RDX), bits);
        BigInteger dividend = high.shiftLeft(bits).add(low);
        BigInteger divisor = signed ? BigInteger.valueOf(s.s(0)) : unsigned(s.u(0), bits);
        BigInteger[] result = dividend.divideAndRemainder(divisor);
        if (bits == 8)
            s.setRegister(Registers.RAX, 16, result[0].longValue() & 0xFF | (result[1].longValue() & 0xFF) << 8);
        else {
            s.setRegister(Registers.RAX, bits, result[0].longValue());
            s.setRegister(Registers.RDX, bits, result[1].longValue());
        }
    }

    private static void conditions(Map<String, Model> m) {
        condition(m, "o", s -> s.flag(OF));
        condition(m, "b", s -> s.flag(CF));
        condition(m, "e", s -> s.flag(ZF));
        condition(m, "be", s -> s.flag(CF) || s.flag(ZF));
        condition(m, "s", s -> s.flag(SF));
        condition(m, "p", s -> s.flag(PF));
        condition(m, "l", s -> s.flag(SF) != s.flag(OF));
        condition(m, "le", s -> s.flag(ZF) || s.flag(SF) != s.flag(OF));
        condition(m, "no", s -> !s.flag(OF));
        condition(m, "ae", s -> !s.flag(CF));
        condition(m, "ne", s -> !s.flag(ZF));
        condition(m, "a", s -> !s.flag(CF) && !s.flag(ZF));
        condition(m, "ns", s -> !s.flag(SF));
        condition(m, "np", s -> !s.flag(PF));
        condition(m, "ge", s -> s.flag(SF) == s.flag(OF));
        condition(m, "g", s -> !s.flag(ZF) && s.flag(SF) == s.flag(OF));
    }

    private static void condition(Map<String, Model> m, String name, Predicate<Step> holds) {
        m.put("set" + name, s -> s.set(0, holds.test(s) ? 1 : 0));
        m.put("cmov" + name, s -> s.set(0, holds.test(s) ? s.u(1) : s.u(0)));
    }

    private static void exchanges(Map<String, Model> m) {
        m.put("xchg", s -> {
            long first = s.u(0);
            long second = s.u(1);
            s.set(0, second);
            s.set(1, first);
        });
        m.put("xadd", s -> {
            long first = s.u(0);
            long sum = add(s, s.bits(0), first, s.u(1), 0);
            s.set(1, first);
            s.set(0, sum);
        });
        m.put("cmpxchg", s -> {
            int bits = s.bits(0);
            long old = s.u(0);
            long expected = truncate(s.in.general(Registers.RAX), bits);
            subtract(s, bits, expected, old, 0);
            if (old == expected) s.set(0, s.u(1));
            else s.setRegister(Registers.RAX, bits, old);
        });
        m.put("cmpxchg8b", s -> compareDouble(s, 32));
        m.put("cmpxchg16b", s -> compareDouble(s, 64));
    }

    private static void compareDouble(Step s, int bits) {
        int at = s.place();
        long low = MachineState.get(s.in.bytes, at, bits / 8);
        long high = MachineState.get(s.in.bytes, at + bits / 8, bits / 8);
        boolean equal = low == truncate(s.in.general(Registers.RAX), bits)
                && high == truncate(s.in.general(Registers.RDX), bits);
        s.flag(ZF, equal);
        if (equal) {
            MachineState.put(s.out.bytes, at, bits / 8, s.in.general(Registers.RBX));
            MachineState.put(s.out.bytes, at + bits / 8, bits / 8, s.in.general(Registers.RCX));
        } else {
            s.setRegister(Registers.RAX, bits, low);
            s.setRegister(Registers.RDX, bits, high);
        }
    }

    private static void stack(Map<String, Model> m) {
        m.put("push", s -> push(s, s.bits(0) == 16 ? 2 : 8, s.isImmediate(0) ? s.u(0) : s.u(0)));
        m.put("pushw", s -> push(s, 2, s.u(0)));
        m.put("pop", s -> {
            int size = s.bytes(0);
            long rsp = s.in.general(Registers.RSP);
            s.out.general(Registers.RSP, rsp + size);
            s.set(0, MachineState.get(s.in.bytes, s.place(rsp), size));
        });
        m.put("pushfq", s -> push(s, 8, s.in.flags() & 0xFCFFFFL));
        m.put("popfq", s -> {
            long rsp = s.in.general(Registers.RSP);
            s.out.general(Registers.RSP, rsp + 8);
            long flags = MachineState.get(s.in.bytes, s.place(rsp), 8);
            for (int flag : new int[] {CF, PF, AF, ZF, SF, DF, OF}) s.flag(flag, (flags & flag) != 0);
        });
        m.put("leave", s -> {
            long rbp = s.in.general(Registers.RBP);
            s.out.general(Registers.RSP, rbp + 8);
            s.out.general(Registers.RBP, MachineState.get(s.in.bytes, s.place(rbp), 8));
        });
    }

    private static void push(Step s, int size, long value) {
        long rsp = s.in.general(Registers.RSP) - size;
        s.out.general(Registers.RSP, rsp);
        MachineState.put(s.out.bytes, s.place(rsp), size, value);
    }

    private static void flags(Map<String, Model> m) {
        m.put("clc", s -> s.flag(CF, false));
        m.put("stc", s -> s.flag(CF, true));
        m.put("cmc", s -> s.flag(CF, !s.flag(CF)));
        m.put("cld", s -> s.flag(DF, false));
        m.put("std", s -> s.flag(DF, true));
        m.put("lahf", s -> s.out.general(0, s.in.general(0) & ~0xFF00L | (s.in.flags() & 0xD5 | 2) << 8));
        m.put("sahf", s -> {
            for (int flag : new int[] {CF, PF, AF, ZF, SF}) s.flag(flag, (s.in.general(0) >> 8 & flag) != 0);
        });
    }
}
