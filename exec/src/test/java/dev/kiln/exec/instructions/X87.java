package dev.kiln.exec.instructions;

import dev.kiln.asm.Registers;
import java.util.Arrays;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;

/**
 * Models of x87 instructions on a full stack of doubles. Their operands are so small that a double holds
 * the results exactly.
 */
final class X87 {
    private X87() {}

    static void addTo(Map<String, Model> m) {
        m.put("fchs", s -> s.out.bytes[MachineState.X87 + 9] ^= (byte) 0x80);
        m.put("fabs", s -> s.out.bytes[MachineState.X87 + 9] &= 0x7F);
        m.put("fxch", s -> {
            int other = s.count() == 0 ? 1 : s.trial.operands.value(s.count() - 1) - Registers.X87;
            for (int b = 0; b < 10; b++) {
                s.out.bytes[MachineState.X87 + b] = s.in.bytes[MachineState.X87 + 16 * other + b];
                s.out.bytes[MachineState.X87 + 16 * other + b] = s.in.bytes[MachineState.X87 + b];
            }
        });
        m.put("fnop", s -> {});
        m.put("frndint", s -> Extended.put(s.out.bytes, MachineState.X87, Math.rint(st(s, 0))));
        arithmetic(m, "add", Double::sum);
        arithmetic(m, "sub", (a, b) -> a - b);
        arithmetic(m, "subr", (a, b) -> b - a);
        m.put("fist", s -> store(s, Math.rint(st(s, 0))));
        m.put("fst", s -> {
            if (!s.isMemory(0)) {
                int to = MachineState.X87 + 16 * (s.trial.operands.value(0) - Registers.X87);
                System.arraycopy(s.in.bytes, MachineState.X87, s.out.bytes, to, 10);
            } else if (s.bits(0) == 32)
                MachineState.put(s.out.bytes, s.place(), 4, Float.floatToRawIntBits((float) st(s, 0)));
            else MachineState.put(s.out.bytes, s.place(), 8, Double.doubleToRawLongBits(st(s, 0)));
        });
        for (String name : new String[] {"fcomi", "fucomi"})
            m.put(name, s -> {
                double a = st(s, 0);
                double b = st(s, s.trial.operands.value(s.count() - 1) - Registers.X87);
                s.logicFlags(1, 32);
                s.flag(Step.AF, false);
                s.flag(Step.ZF, a == b);
                s.flag(Step.PF, false);
                s.flag(Step.CF, a < b);
            });
    }

    /** The registers are stored from the top on, so that all of them move. */
    private static void pop(Step s) {
        byte[] top = Arrays.copyOfRange(s.out.bytes, MachineState.X87, MachineState.X87 + 16);
        System.arraycopy(s.out.bytes, MachineState.X87 + 16, s.out.bytes, MachineState.X87, 7 * 16);
        System.arraycopy(top, 0, s.out.bytes, MachineState.X87 + 7 * 16, 16);
    }

    private static double st(Step s, int i) {
        return Extended.get(s.in.bytes, MachineState.X87 + 16 * i);
    }

    private static void store(Step s, double value) {
        int bits = s.bits(0);
        boolean fits = value >= -Math.scalb(1.0, bits - 1) && value < Math.scalb(1.0, bits - 1);
        MachineState.put(s.out.bytes, s.place(), bits / 8, fits ? (long) value : 1L << bits - 1);
    }

    /** With integers from memory, and between registers with the top taken off. */
    private static void arithmetic(Map<String, Model> m, String name, DoubleBinaryOperator operation) {
        m.put("fi" + name, s -> Extended.put(s.out.bytes, MachineState.X87, operation.applyAsDouble(st(s, 0), s.s(0))));
        m.put("f" + name + "p", s -> {
            int to = s.count() == 0 ? 1 : s.trial.operands.value(0) - Registers.X87;
            Extended.put(s.out.bytes, MachineState.X87 + 16 * to, operation.applyAsDouble(st(s, to), st(s, 0)));
            pop(s);
        });
    }
}
