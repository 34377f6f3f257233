package dev.kiln.exec;

import dev.kiln.asm.PatchKind;
import dev.kiln.asm.PatchSite;

/**
 * A patch site of code that has its place: changed at any time, whatever threads are running the code. A thread that runs the instruction
 * during the change sees the old or the new state, never something between; once the changing method has returned, no thread sees the
 * old one any more. Several sites are changed at less cost by a {@link PatchBatch}. Safe for use by several threads.
 *
 * <p>All methods throw {@link IllegalStateException} when the code was closed.
 */
public final class LiveSite {
    final PlacedCode code;
    final int number;
    final PatchSite site;

    LiveSite(PlacedCode code, int number, PatchSite site) {
        this.code = code;
        this.number = number;
        this.site = site;
    }

    /** What can be changed. */
    public PatchKind kind() {
        return site.kind();
    }

    /** The address of the instruction's first byte. */
    public long address() {
        return code.address() + site.offset();
    }

    /**
     * Where the jump or call goes; 0 for a NOP.
     *
     * @throws IllegalArgumentException when this is an immediate
     */
    public long target() {
        if (isImmediate()) throw new IllegalArgumentException(this + " has a value and no target");
        return code.state(number);
    }

    /**
     * What is moved into the register; 32 bits zero-extended.
     *
     * @throws IllegalArgumentException when this is a jump, call or NOP
     */
    public long value() {
        if (!isImmediate()) throw new IllegalArgumentException(this + " has a target and no value");
        return code.state(number);
    }

    /**
     * Lets the jump or call go elsewhere, or makes a NOP a jump.
     *
     * @param target any address of code; what a 32-bit distance does not reach is jumped to through a stub
     * @throws IllegalArgumentException when this is an immediate, or the target is 0
     * @throws IllegalStateException also when the target lies in the code's memory, but in no published code
     * @throws CodeMemoryExhaustedException when there is no room for a stub
     */
    public void retarget(long target) {
        new PatchBatch(code.memory()).retarget(this, target).apply();
    }

    /**
     * Lets another value be moved into the register.
     *
     * @param value 64 bits, or 32 signed or unsigned ones
     * @throws IllegalArgumentException when this is no immediate or the value does not fit
     */
    public void set(long value) {
        new PatchBatch(code.memory()).set(this, value).apply();
    }

    /**
     * Makes the jump that was a NOP a NOP again.
     *
     * @throws IllegalArgumentException when this was emitted as something else
     */
    public void disable() {
        new PatchBatch(code.memory()).disable(this).apply();
    }

    boolean isImmediate() {
        return site.kind() == PatchKind.IMMEDIATE32 || site.kind() == PatchKind.IMMEDIATE64;
    }

    /** {@code patch site 3 (CALL at offset 18)}. */
    @Override
    public String toString() {
        return "patch site " + number + " (" + site.kind() + " at offset " + site.offset() + ")";
    }
}
