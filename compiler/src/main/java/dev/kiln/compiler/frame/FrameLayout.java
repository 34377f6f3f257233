package dev.kiln.compiler.frame;

import dev.kiln.asm.Registers;
import dev.kiln.compiler.FrameInfo;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.Operand;

/**
 * Gives every slot of an allocated function its place.
 *
 * <pre>
 *   [rbp + 16 …]   incoming stack arguments
 *   [rbp + 8]      return address
 *   [rbp]          the caller's rbp
 *   [rbp − 8 …]    saved general registers
 *                  saved vector registers, 16 bytes each
 *                  slots, small ones first, so that most are reached with an 8-bit displacement
 *   [rsp …]        (16-byte aligned) outgoing arguments come below, around each call; dynamic allocation moves rsp
 * </pre>
 *
 * RBP is a multiple of 16 (System V ABI, AMD64 supplement 3.2.2), so RBP-relative places can be aligned up to 16. When a slot asks for
 * more, RBX holds the lowest address in the frame that is aligned so, and all slots are addressed from it, upwards.
 */
public final class FrameLayout {
    /** The largest frame: places in it, and those near its ends, are reached with 32-bit displacements. */
    public static final long LIMIT = Integer.MAX_VALUE - Operand.SLOT_REACH;

    private static final int SMALL = 64;

    private static final long VECTORS = 0xFFFFFFFFL << Registers.VECTOR;

    private int[] places = new int[16];
    private FrameInfo info;
    private long size;
    private int base;
    private int alignment;
    private int pushed;

    /**
     * Lays out a function's frame.
     *
     * @return whether it is not larger than {@link #LIMIT}; if it is, only {@link #size} may be asked
     */
    public boolean layOut(MachineFunction function) {
        int slots = function.slotCount();
        if (places.length < slots) {
            places = new int[Math.max(slots, places.length * 2)];
        }
        alignment = 16;
        for (int s = 0; s < slots; s++) {
            alignment = Math.max(alignment, function.slotAlign(s));
        }
        long saved = function.savedRegisters();
        pushed = Long.bitCount(saved & ~VECTORS);
        int vectors = Long.bitCount(saved & VECTORS);
        long top = 8L * pushed;
        int savedVectors = 0;
        if (vectors > 0) {
            top = align(top, 16) + 16L * vectors;
            savedVectors = (int) top;
        }
        boolean aligned = alignment > 16;
        base = aligned ? Registers.RBX : Registers.RBP;
        long at = aligned ? 0 : top;
        for (int pass = 0; pass < 2; pass++) {
            for (int s = 0; s < slots; s++) {
                int bytes = function.slotSize(s);
                if (bytes <= SMALL != (pass == 0)) {
                    continue;
                }
                if (aligned) {
                    at = align(at, function.slotAlign(s));
                    places[s] = (int) at;
                    at += bytes;
                } else {
                    at = align(at + bytes, function.slotAlign(s));
                    places[s] = (int) -at;
                }
                if (at > LIMIT) {
                    // What is left is only counted.
                    places[s] = 0;
                }
            }
        }
        // What lies between the aligned address and the stack pointer: less than the alignment, a multiple of 16.
        size = align(aligned ? top + at + alignment : at, 16);
        if (size > LIMIT) {
            info = null;
            return false;
        }
        info = new FrameInfo(saved, savedVectors, (int) size, aligned);
        return true;
    }

    private static long align(long value, long to) {
        return value + to - 1 & -to;
    }

    /** The frame's size in bytes below RBP. */
    public long size() {
        return size;
    }

    public FrameInfo info() {
        return info;
    }

    /** The register that slots are addressed from: RBP, or RBX in an aligned frame. */
    public int base() {
        return base;
    }

    /** A slot's displacement from {@link #base}. */
    public int place(int slot) {
        return places[slot];
    }

    /** The largest alignment of a slot, at least 16. */
    int alignment() {
        return alignment;
    }

    /** The number of general registers that are pushed. */
    int pushed() {
        return pushed;
    }
}
