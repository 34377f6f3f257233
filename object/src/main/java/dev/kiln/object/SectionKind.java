package dev.kiln.object;

/**
 * What a section is for; decides its attributes in every object format.
 *
 * @param write whether the program may write to it
 * @param execute whether it holds code
 * @param allocate whether it is in memory when the program runs
 * @param zero whether it takes no room in the file because it is all zero
 * @param thread whether each thread has its own copy
 */
public record SectionKind(boolean write, boolean execute, boolean allocate, boolean zero, boolean thread) {
    /** Code, and data of the usual kinds: not zero at the start, zero, and one copy for each thread. */
    public static final SectionKind TEXT = new SectionKind(false, true, true, false, false);

    public static final SectionKind READ_ONLY = new SectionKind(false, false, true, false, false);
    public static final SectionKind DATA = new SectionKind(true, false, true, false, false);
    public static final SectionKind ZERO = new SectionKind(true, false, true, true, false);
    public static final SectionKind THREAD_DATA = new SectionKind(true, false, true, false, true);
    public static final SectionKind THREAD_ZERO = new SectionKind(true, false, true, true, true);

    /** Flags in GNU assembler notation, for messages. */
    @Override
    public String toString() {
        return '"' + (allocate ? "a" : "") + (write ? "w" : "") + (execute ? "x" : "") + (thread ? "T" : "") + '"';
    }

    /** The kind that flags in GNU assembler notation ask for; {@code null} when one is unknown. */
    static SectionKind parse(String flags) {
        boolean write = false;
        boolean execute = false;
        boolean allocate = false;
        boolean thread = false;
        for (int i = 0; i < flags.length(); i++) {
            switch (flags.charAt(i)) {
                case 'w' -> write = true;
                case 'x' -> execute = true;
                case 'a' -> allocate = true;
                case 'T' -> thread = true;
                // Merging, strings, retention: permissions to the linker that need not be taken.
                case 'M', 'S', 'R' -> {}
                default -> {
                    return null;
                }
            }
        }
        return new SectionKind(write, execute, allocate, false, thread);
    }
}
