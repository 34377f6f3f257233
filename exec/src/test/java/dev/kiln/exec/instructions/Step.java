package dev.kiln.exec.instructions;

import dev.kiln.asm.Forms;
import dev.kiln.asm.OperandKind;
import dev.kiln.asm.Operands;
import dev.kiln.asm.RegisterClass;
import dev.kiln.asm.Registers;
import dev.kiln.asm.Rounding;
import java.util.Arrays;

/** What a model of an instruction works on: the operands' values before it, and the state behind it, which the model makes. */
final class Step {
    static final int CF = Forms.CARRY, PF = Forms.PARITY, AF = Forms.ADJUST, ZF = Forms.ZERO, SF = Forms.SIGN;
    static final int OF = Forms.OVERFLOW, DF = Forms.DIRECTION;

    final Trial trial;
    final MachineState in;
    final MachineState out;

    private final Machine machine;

    /** Flags of any value behind the instruction; the table's at first. */
    int undefined;

    /** The operand whose value is not defined for these inputs, or −1. */
    int undefinedResult = -1;

    Step(Machine machine, Trial trial, MachineState in) {
        this.machine = machine;
        this.trial = trial;
        this.in = in;
        out = in.copy();
        undefined = trial.info.flagsUndefined();
    }

    String mnemonic() {
        return trial.info.mnemonic();
    }

    int count() {
        return trial.operands.count();
    }

    OperandKind kind(int i) {
        return Forms.operandKind(trial.form, i);
    }

    boolean isMemory(int i) {
        return trial.operands.kind(i) == Operands.MEMORY;
    }

    boolean isImmediate(int i) {
        return trial.operands.kind(i) == Operands.IMMEDIATE;
    }

    boolean isRegister(int i) {
        return trial.operands.kind(i) == Operands.REGISTER;
    }

    /** The operand's width in bits. */
    int bits(int i) {
        return isMemory(i) ? kind(i).memoryBits() : isImmediate(i) ? kind(i).immediateBits() : kind(i).registerBits();
    }

    int bytes(int i) {
        return bits(i) / 8;
    }

    /** Where the memory operand begins in the state. */
    int place() {
        Operands o = trial.operands;
        long address = o.displacement();
        if (o.base() >= 0) address += in.general(o.base());
        if (o.index() >= 0) address += in.general(o.index()) * o.scale();
        return place(address);
    }

    /** Where an address lies in the state. */
    int place(long address) {
        return Math.toIntExact(address - machine.address(0));
    }

    long address(int place) {
        return machine.address(place);
    }

    // Integers.

    static long truncate(long value, int bits) {
        return bits >= 64 ? value : value & (1L << bits) - 1;
    }

    static long extend(long value, int bits) {
        return bits >= 64 ? value : value << 64 - bits >> 64 - bits;
    }

    /** An integer operand, unsigned; an immediate as it was given. */
    long u(int i) {
        if (isImmediate(i)) return trial.operands.immediateAt(i);
        if (isMemory(i)) return MachineState.get(in.bytes, place(), bytes(i));
        int register = trial.operands.value(i);
        return switch (kind(i).registerClass()) {
            case GENERAL ->
                register >= Registers.HIGH_BYTE
                        ? in.general(register - Registers.HIGH_BYTE) >>> 8 & 0xFF
                        : truncate(in.general(register), bits(i));
            case MASK -> in.mask(register - Registers.MASK);
            case VECTOR ->
                MachineState.get(in.bytes, MachineState.vector(register - Registers.VECTOR), Math.min(8, bytes(i)));
            case MMX -> MachineState.get(in.bytes, MachineState.X87 + 16 * (register - Registers.MMX), 8);
            default -> throw new IllegalStateException(kind(i) + " is no integer");
        };
    }

    /** An integer operand, signed. */
    long s(int i) {
        return extend(u(i), bits(i));
    }

    /** Sets an integer operand as an instruction of its width does. */
    void set(int i, long value) {
        if (isMemory(i)) {
            MachineState.put(out.bytes, place(), bytes(i), value);
            return;
        }
        int register = trial.operands.value(i);
        if (kind(i).registerClass() == RegisterClass.MASK) out.mask(register - Registers.MASK, value);
        else if (register >= Registers.HIGH_BYTE) {
            int whole = register - Registers.HIGH_BYTE;
            out.general(whole, out.general(whole) & ~0xFF00L | (value & 0xFF) << 8);
        } else setRegister(register, bits(i), value);
    }

    /** Sets a general register at a width. */
    void setRegister(int register, int bits, long value) {
        if (bits >= 32) out.general(register, truncate(value, bits));
        else out.general(register, out.general(register) & -1L << bits | truncate(value, bits));
    }

    // Flags.

    boolean flag(int flag) {
        return (in.flags() & flag) != 0;
    }

    void flag(int flag, boolean value) {
        out.flags(value ? out.flags() | flag : out.flags() & ~flag);
        undefined &= ~flag;
    }

    /** Zero, sign and parity of a result. */
    void resultFlags(long value, int bits) {
        flag(ZF, truncate(value, bits) == 0);
        flag(SF, extend(value, bits) < 0);
        flag(PF, (Long.bitCount(value & 0xFF) & 1) == 0);
    }

    /** Carry and overflow cleared, the rest by the result, as after AND. */
    void logicFlags(long value, int bits) {
        resultFlags(value, bits);
        flag(CF, false);
        flag(OF, false);
    }

    // Vectors.

    /** A vector operand's bytes; an element of memory that is broadcast fills all. */
    byte[] v(int i) {
        if (isMemory(i)) {
            int size = bytes(i);
            byte[] value = new byte[size];
            int element = trial.operands.isBroadcast() ? trial.info.memoryReadBytes() : size;
            for (int j = 0; j < size; j++) value[j] = in.bytes[place() + j % element];
            return value;
        }
        int register = trial.operands.value(i);
        return switch (kind(i).registerClass()) {
            case VECTOR -> vector(register - Registers.VECTOR, bytes(i));
            case MMX -> {
                int at = MachineState.X87 + 16 * (register - Registers.MMX);
                yield Arrays.copyOfRange(in.bytes, at, at + 8);
            }
            default -> {
                byte[] value = new byte[bytes(i)];
                MachineState.put(value, 0, value.length, u(i));
                yield value;
            }
        };
    }

    byte[] vector(int number, int bytes) {
        int at = MachineState.vector(number);
        return Arrays.copyOfRange(in.bytes, at, at + bytes);
    }

    /** Whether an element of the destination is written; all are without a mask. */
    boolean chosen(int element) {
        int mask = trial.operands.mask();
        return mask == Registers.NONE || (in.mask(mask - Registers.MASK) >>> element & 1) != 0;
    }

    /** Sets a vector operand, element by element as the mask says; what is above becomes zero where the encoding says so. */
    void v(int i, byte[] value, int element) {
        byte[] old = v(i);
        byte[] result = value.clone();
        for (int j = 0; j * element < value.length; j++) {
            if (chosen(j)) continue;
            for (int b = j * element; b < (j + 1) * element; b++)
                result[b] = trial.operands.isZeroing() ? 0 : b < old.length ? old[b] : 0;
        }
        if (isMemory(i)) {
            System.arraycopy(result, 0, out.bytes, place(), result.length);
            return;
        }
        int register = trial.operands.value(i);
        if (kind(i).registerClass() == RegisterClass.MMX) {
            setMmx(register - Registers.MMX, result);
            return;
        }
        setVector(register, result);
    }

    /** Sets a vector register and clears what is above where the encoding does. */
    void setVector(int register, byte[] value) {
        int at = MachineState.vector(register - Registers.VECTOR);
        if (trial.info.writtenBits(register) > 128) Arrays.fill(out.bytes, at, at + 64, (byte) 0);
        System.arraycopy(value, 0, out.bytes, at, value.length);
    }

    void setMmx(int number, byte[] value) {
        int at = MachineState.X87 + 16 * number;
        System.arraycopy(value, 0, out.bytes, at, 8);
        out.bytes[at + 8] = -1;
        out.bytes[at + 9] = -1;
    }

    /** How a floating-point result is rounded. */
    Rounding rounding() {
        Rounding said = trial.operands.rounding();
        return said == null || said == Rounding.SAE ? Rounding.RN_SAE : said;
    }
}
