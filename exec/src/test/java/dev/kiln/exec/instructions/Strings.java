package dev.kiln.exec.instructions;

import static dev.kiln.exec.instructions.Step.*;

import dev.kiln.asm.Form;
import dev.kiln.asm.Registers;
import java.util.Map;

/** Models of the string instructions, once and repeated. */
final class Strings {
    private Strings() {}

    static void addTo(Map<String, Model> m) {
        for (int size = 1; size <= 8; size *= 2) {
            String letter = size == 1 ? "b" : size == 2 ? "w" : size == 4 ? "d" : "q";
            int bytes = size;
            m.put(
                    "stos" + letter,
                    s -> repeat(s, false, () -> {
                        store(s, bytes, s.in.general(Registers.RAX));
                        step(s, Registers.RDI, bytes);
                    }));
            m.put(
                    "lods" + letter,
                    s -> repeat(s, false, () -> {
                        s.setRegister(Registers.RAX, 8 * bytes, load(s, Registers.RSI, bytes));
                        step(s, Registers.RSI, bytes);
                    }));
            m.put(
                    "scas" + letter,
                    s -> repeat(s, true, () -> {
                        long value = truncate(s.in.general(Registers.RAX), 8 * bytes);
                        Integers.subtract(s, 8 * bytes, value, load(s, Registers.RDI, bytes), 0);
                        step(s, Registers.RDI, bytes);
                    }));
            if (bytes != 4) {
                m.put("movs" + letter, s -> move(s, bytes));
                m.put("cmps" + letter, s -> compare(s, bytes));
            }
        }
    }

    /** Also of MOVSD, which is another instruction with operands. */
    static void move(Step s, int bytes) {
        repeat(s, false, () -> {
            store(s, bytes, load(s, Registers.RSI, bytes));
            step(s, Registers.RSI, bytes);
            step(s, Registers.RDI, bytes);
        });
    }

    static void compare(Step s, int bytes) {
        repeat(s, true, () -> {
            Integers.subtract(s, 8 * bytes, load(s, Registers.RSI, bytes), load(s, Registers.RDI, bytes), 0);
            step(s, Registers.RSI, bytes);
            step(s, Registers.RDI, bytes);
        });
    }

    private static void repeat(Step s, boolean compares, Runnable once) {
        boolean whileEqual = (s.trial.prefixes & Form.REP) != 0;
        if (!whileEqual && (s.trial.prefixes & Form.REPNE) == 0) {
            once.run();
            return;
        }
        while (s.out.general(Registers.RCX) != 0) {
            once.run();
            s.out.general(Registers.RCX, s.out.general(Registers.RCX) - 1);
            if (compares && ((s.out.flags() & ZF) != 0) != whileEqual) return;
        }
    }

    private static long load(Step s, int register, int bytes) {
        return MachineState.get(s.out.bytes, s.place(s.out.general(register)), bytes);
    }

    private static void store(Step s, int bytes, long value) {
        MachineState.put(s.out.bytes, s.place(s.out.general(Registers.RDI)), bytes, value);
    }

    private static void step(Step s, int register, int bytes) {
        s.out.general(register, s.out.general(register) + (s.flag(DF) ? -bytes : bytes));
    }
}
