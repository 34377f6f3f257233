package dev.kiln.exec.instructions;

import dev.kiln.asm.Forms;
import dev.kiln.asm.OperandKind;
import dev.kiln.asm.Operands;
import dev.kiln.asm.Registers;
import java.util.SplittableRandom;

/** Makes states to run instructions on: values at the edges of integers and floating point among random ones, addresses that hold. */
final class States {
    private static final long[] EDGES = {
        0,
        1,
        -1,
        2,
        0x7F,
        0x80,
        0xFF,
        0x7FFF,
        0x8000,
        0xFFFF,
        0x7FFF_FFFFL,
        0x8000_0000L,
        0xFFFF_FFFFL,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    private static final int[] FLOATS = {
        0, // 0
        0x8000_0000, // −0
        0x3F80_0000, // 1
        0xBF80_0000, // −1
        0x3FC0_0000, // 1.5
        0x4020_0000, // 2.5
        0x4F00_0000, // 2^31
        0xCF00_0000, // −2^31
        0x5F00_0000, // 2^63
        0x7F7F_FFFF, // largest
        0x0080_0000, // smallest normal
        0x0000_0001, // smallest
        0x7F80_0000, // infinity
        0xFF80_0000, // −infinity
        0x7FC0_1234, // quiet NaN
        0x7F80_1234, // signalling NaN
    };

    private static final long[] DOUBLES = {
        0,
        Long.MIN_VALUE,
        0x3FF0_0000_0000_0000L, // 1
        0xBFF0_0000_0000_0000L, // −1
        0x3FF8_0000_0000_0000L, // 1.5
        0x4004_0000_0000_0000L, // 2.5
        0x41E0_0000_0000_0000L, // 2^31
        0xC1E0_0000_0000_0000L, // −2^31
        0x43E0_0000_0000_0000L, // 2^63
        0x7FEF_FFFF_FFFF_FFFFL, // largest
        0x0010_0000_0000_0000L, // smallest normal
        1,
        0x7FF0_0000_0000_0000L, // infinity
        0xFFF0_0000_0000_0000L, // −infinity
        0x7FF8_0000_0000_1234L, // quiet NaN
        0x7FF0_0000_0000_1234L, // signalling NaN
    };

    private static final int ARITHMETIC_FLAGS =
            Forms.OVERFLOW | Forms.SIGN | Forms.ZERO | Forms.ADJUST | Forms.PARITY | Forms.CARRY;

    private final Machine machine;
    private final SplittableRandom random;

    States(Machine machine, SplittableRandom random) {
        this.machine = machine;
        this.random = random;
    }

    /** A state without regard to an instruction. */
    MachineState any() {
        MachineState state = new MachineState();
        for (int i = 0; i < 16; i++) state.general(i, integer());
        state.general(Registers.RSP, machine.address(MachineState.STACK + 128));
        state.flags(0x202 | random.nextInt() & ARITHMETIC_FLAGS);
        MachineState.put(state.bytes, MachineState.MXCSR, 4, 0x1F80);
        for (int i = 0; i < 8; i++) state.mask(i, mask());
        for (int at = MachineState.VECTORS; at < MachineState.FX; at += 16) vector(state.bytes, at);
        for (int at = MachineState.MEMORY; at < MachineState.SIZE; at += 16) vector(state.bytes, at);
        for (int at = MachineState.STACK; at < MachineState.GENERAL; at += 8)
            MachineState.put(state.bytes, at, 8, random.nextLong());
        MachineState.put(state.bytes, MachineState.FX, 2, 0x37F);
        MachineState.put(state.bytes, MachineState.FX + 4, 1, 0xFF);
        MachineState.put(state.bytes, MachineState.FX + 24, 4, 0x1F80);
        for (int i = 0; i < 8; i++) x87(state.bytes, MachineState.X87 + 16 * i);
        return state;
    }

    private long mask() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextLong() & random.nextLong();
            case 1 -> random.nextLong() | random.nextLong();
            case 2 -> random.nextInt(3) - 1;
            default -> random.nextLong();
        };
    }

    long integer() {
        return switch (random.nextInt(4)) {
            case 0 -> EDGES[random.nextInt(EDGES.length)];
            case 1 -> random.nextInt(-130, 130);
            case 2 -> random.nextLong() >> random.nextInt(64);
            default -> random.nextLong();
        };
    }

    /** Sixteen bytes: integers of some width, floats or doubles. */
    private void vector(byte[] bytes, int at) {
        switch (random.nextInt(8)) {
            case 0 -> {
                for (int i = 0; i < 16; i++) bytes[at + i] = (byte) EDGES[random.nextInt(EDGES.length)];
            }
            case 1 -> {
                for (int i = 0; i < 16; i += 2) MachineState.put(bytes, at + i, 2, EDGES[random.nextInt(EDGES.length)]);
            }
            case 2 -> {
                for (int i = 0; i < 16; i += 4) MachineState.put(bytes, at + i, 4, integer());
            }
            case 3, 4 -> {
                for (int i = 0; i < 16; i += 4) MachineState.put(bytes, at + i, 4, real32());
            }
            case 5, 6 -> {
                for (int i = 0; i < 16; i += 8) MachineState.put(bytes, at + i, 8, real64());
            }
            default -> {
                for (int i = 0; i < 16; i += 8) MachineState.put(bytes, at + i, 8, random.nextLong());
            }
        }
    }

    private int real32() {
        return switch (random.nextInt(4)) {
            case 0 -> FLOATS[random.nextInt(FLOATS.length)];
            case 1 -> Float.floatToRawIntBits(random.nextInt(-1000, 1000) / 8f);
            default -> random.nextInt() & 0x87FF_FFFF | random.nextInt(0x38, 0x47) << 24;
        };
    }

    long real64() {
        return switch (random.nextInt(4)) {
            case 0 -> DOUBLES[random.nextInt(DOUBLES.length)];
            case 1 -> Double.doubleToRawLongBits(random.nextInt(-1000, 1000) / 8.0);
            default -> random.nextLong() & 0x800F_FFFF_FFFF_FFFFL | (long) random.nextInt(0x3C0, 0x440) << 52;
        };
    }

    /** An x87 register with a number of few bits, so that a double holds its sums. */
    private void x87(byte[] bytes, int at) {
        Extended.put(
                bytes, at, random.nextBoolean() ? random.nextInt(-1000, 1000) / 8.0 : random.nextInt(1 << 28) / 256.0);
    }

    /** A state on which an instruction can run: its addresses lead to memory, its divisions have a quotient. */
    MachineState on(Trial trial) {
        MachineState state = any();
        fit(trial, state);
        return state;
    }

    private void fit(Trial trial, MachineState state) {
        Operands o = trial.operands;
        String mnemonic = trial.info.mnemonic();
        if (trial.memoryAt >= 0) {
            OperandKind kind = Forms.operandKind(trial.form, trial.memoryAt);
            long address = machine.address(Trial.MIDDLE) - o.displacement();
            if (kind.hasVectorIndex()) {
                indexes(state, o.index() - Registers.VECTOR, kind.text().startsWith("vm32") ? 4 : 8);
            } else if (o.index() >= 0) {
                long index = random.nextInt(-100, 100);
                state.general(o.index(), index);
                address -= index * o.scale();
            }
            state.general(o.base(), address);
        }
        Special.fit(mnemonic, trial, state, machine, random);
    }

    /** Small numbers in all elements of a vector of indexes. */
    private void indexes(MachineState state, int register, int size) {
        int at = MachineState.vector(register);
        for (int i = 0; i < 64; i += size) MachineState.put(state.bytes, at + i, size, random.nextInt(-40, 40));
    }

    /** A state that differs in everything that an instruction does not read. */
    MachineState withOthers(Trial trial, MachineState state) {
        MachineState others = any();
        var info = trial.info;
        for (int i = 0; i < 16; i++) if (info.reads(i) || i == Registers.RSP) others.general(i, state.general(i));
        for (int i = 0; i < 32; i++)
            if (info.reads(Registers.xmm(i)))
                System.arraycopy(state.bytes, MachineState.vector(i), others.bytes, MachineState.vector(i), 64);
        for (int i = 0; i < 8; i++) if (info.reads(Registers.MASK + i)) others.mask(i, state.mask(i));
        int kept = info.flagsRead() | ~ARITHMETIC_FLAGS;
        others.flags(state.flags() & kept | others.flags() & ~kept);
        boolean wholeX87 = info.reads(Registers.X87);
        for (int i = 0; i < 8; i++)
            if (wholeX87 || info.reads(Registers.MMX + i))
                System.arraycopy(state.bytes, MachineState.X87 + 16 * i, others.bytes, MachineState.X87 + 16 * i, 16);
        if (wholeX87) System.arraycopy(state.bytes, MachineState.FX, others.bytes, MachineState.FX, 24);
        if (info.readsMemory() || info.isMemoryWriteConditional()) {
            System.arraycopy(
                    state.bytes, MachineState.MEMORY, others.bytes, MachineState.MEMORY, MachineState.MEMORY_SIZE);
            System.arraycopy(
                    state.bytes, MachineState.STACK, others.bytes, MachineState.STACK, MachineState.STACK_SIZE);
        }
        return others;
    }
}
