package dev.kiln.compiler.allocate;

import dev.kiln.compiler.machine.MachineFunction;
import java.util.Arrays;

/** What the allocator has written so far: the function with its registers, and where each of its instructions comes from. */
final class RewrittenCode {
    private MachineFunction out;
    private int[] origins = new int[256];

    /** The source's instructions before this one are done. */
    private int progress;

    void begin(MachineFunction source, MachineFunction into) {
        out = into;
        into.resetToRewrite(source);
    }

    void startBlock(int block) {
        out.startBlock(block);
    }

    /** Goes to an instruction of the source, at which the position in the program may change. */
    void startInstruction(MachineFunction source, int i) {
        out.setPosition(source.positionOf(i));
        progress = i;
    }

    /** The source's instructions before this one are done, whether they left one or not. */
    void setProgress(int instruction) {
        progress = instruction;
    }

    void note(String text) {
        out.note(text);
    }

    int newSlot(int size) {
        return out.newSlot(size, size);
    }

    /** Puts in an instruction that the source does not have. */
    void insert(int form, int a, int b) {
        origin(~progress);
        out.emit(form, a, b);
    }

    /** What becomes of the source's instruction {@code i}. */
    void append(int i, int form, int a, int b) {
        appended(i);
        out.emit(form, a, b);
    }

    void append(int i, int form, int[] operands, int count) {
        appended(i);
        out.begin(form);
        for (int k = 0; k < count; k++) {
            out.operand(operands[k]);
        }
    }

    private void appended(int i) {
        origin(i);
        progress = i + 1;
    }

    private void origin(int origin) {
        if (out.count() == origins.length) {
            origins = Arrays.copyOf(origins, origins.length * 2);
        }
        origins[out.count()] = origin;
    }

    /** As {@link LocalAllocator#origins}. */
    int[] origins() {
        return origins;
    }
}
