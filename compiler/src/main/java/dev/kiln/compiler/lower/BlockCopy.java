package dev.kiln.compiler.lower;

import dev.kiln.asm.Form;
import dev.kiln.compiler.RuntimeSymbols;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.Operand;

/** Moves of a known number of bytes between memory and memory or registers, touching no byte outside. */
public final class BlockCopy {
    /** Up to this many bytes are copied in line; more by the C library. */
    public static final int INLINE_LIMIT = 128;

    private BlockCopy() {}

    /**
     * Copies {@code size} bytes; the areas are the same or do not overlap.
     *
     * @param to base operand of the target area (VREG, REG or SLOT), {@code toOffset} its displacement
     */
    public static void copy(LoweringContext c, int to, int toOffset, int from, int fromOffset, long size) {
        if (size > INLINE_LIMIT) {
            int target = address(c, to, toOffset);
            int source = address(c, from, fromOffset);
            int count = c.constant(size);
            c.callRuntime(RuntimeSymbols.MEMCPY, new int[] {target, source, count}, Operand.NONE);
            return;
        }
        MachineFunction m = c.machine();
        int done = 0;
        while (size - done >= 16) {
            int piece = c.newVector(16);
            m.begin(Form.MOVUPS_XMM_XMMM128);
            m.operand(piece).memory(from, Operand.NONE, 1, fromOffset + done);
            m.begin(Form.MOVUPS_XMMM128_XMM);
            m.memory(to, Operand.NONE, 1, toOffset + done).operand(piece);
            done += 16;
        }
        for (int width = 8; width > 0; width /= 2) {
            while (size - done >= width) {
                int piece = c.newGeneral();
                load(c, piece, from, fromOffset + done, width);
                store(c, piece, to, toOffset + done, width);
                done += width;
            }
        }
    }

    /**
     * Loads 1 to 8 bytes into a general register, zero-extended, reading nothing beyond them.
     *
     * @return the register
     */
    public static int loadPart(LoweringContext c, int base, int offset, int size) {
        MachineFunction m = c.machine();
        int result = Operand.NONE;
        int done = 0;
        for (int width = 8; width > 0; width /= 2) {
            while (size - done >= width) {
                int piece = c.newGeneral();
                load(c, piece, base, offset + done, width);
                if (done == 0) {
                    result = piece;
                } else {
                    m.emit(Form.SHL_RM64_IMM8, piece, Operand.small(done * 8));
                    m.emit(Form.OR_RM64_R64, result, piece);
                }
                done += width;
            }
        }
        return result;
    }

    /** Stores the low 1 to 8 bytes of a general register, writing nothing beyond them. The register is changed. */
    public static void storePart(LoweringContext c, int value, int base, int offset, int size) {
        int done = 0;
        for (int width = 8; width > 0; width /= 2) {
            while (size - done >= width) {
                store(c, value, base, offset + done, width);
                done += width;
                if (size > done) {
                    c.machine().emit(Form.SHR_RM64_IMM8, value, Operand.small(width * 8));
                }
            }
        }
    }

    /** Loads 1, 2, 4 or 8 bytes, zero-extended. */
    public static void load(LoweringContext c, int to, int base, int offset, int width) {
        int form = switch (width) {
            case 1 -> Form.MOVZX_R32_RM8;
            case 2 -> Form.MOVZX_R32_RM16;
            case 4 -> Form.MOV_R32_RM32;
            default -> Form.MOV_R64_RM64;
        };
        c.machine().begin(form);
        c.machine().operand(to).memory(base, Operand.NONE, 1, offset);
    }

    /** Stores the low 1, 2, 4 or 8 bytes. */
    public static void store(LoweringContext c, int value, int base, int offset, int width) {
        int form = switch (width) {
            case 1 -> Form.MOV_RM8_R8;
            case 2 -> Form.MOV_RM16_R16;
            case 4 -> Form.MOV_RM32_R32;
            default -> Form.MOV_RM64_R64;
        };
        c.machine().begin(form);
        c.machine().memory(base, Operand.NONE, 1, offset).operand(value);
    }

    /** A register holding the address base + offset. */
    public static int address(LoweringContext c, int base, int offset) {
        if (Operand.isVreg(base) && offset == 0) {
            return base;
        }
        int result = c.newGeneral();
        c.machine().begin(Form.LEA_R64_M);
        c.machine().operand(result).memory(base, Operand.NONE, 1, offset);
        return result;
    }
}
