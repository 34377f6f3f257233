package dev.kiln.asm;

/** The classes of registers; see {@link Registers} for their numbers. */
public enum RegisterClass {
    /** No register. */
    NONE(0, 0),
    /** RAX to R31, at any width. */
    GENERAL(Registers.GENERAL, 32),
    /** XMM, YMM and ZMM registers. */
    VECTOR(Registers.VECTOR, 32),
    /** K0 to K7. */
    MASK(Registers.MASK, 8),
    /** ST0 to ST7. */
    X87(Registers.X87, 8),
    /** MM0 to MM7. */
    MMX(Registers.MMX, 8),
    /** ES, CS, SS, DS, FS, GS. */
    SEGMENT(Registers.SEGMENT, 6),
    /** CR0 to CR15. */
    CONTROL(Registers.CONTROL, 16),
    /** DR0 to DR15. */
    DEBUG(Registers.DEBUG, 16),
    /** TMM0 to TMM7. */
    TILE(Registers.TILE, 8),
    /** BND0 to BND3. */
    BOUND(Registers.BOUND, 4);

    private final int first;
    private final int count;

    RegisterClass(int first, int count) {
        this.first = first;
        this.count = count;
    }

    /** The number of the class's first register. */
    public int first() {
        return first;
    }

    /** How many registers of the class an instruction can name, those of APX and AVX-512 included. */
    public int count() {
        return count;
    }

    /** Whether a number of {@link Registers} is one of this class. */
    public boolean contains(int register) {
        return register >= first && register < first + count;
    }
}
