package dev.kiln.compiler;

/**
 * What code is made for. Immutable.
 *
 * @param platform the operating system, which settles calling convention, stack rules and object format
 * @param pic whether code works at any address: symbols that another module may define are reached through the GOT and PLT
 * @param purpose whether the code goes into an object file or into memory of this process
 * @param cpu the instructions that may be used
 */
public record Target(Platform platform, boolean pic, Purpose purpose, Cpu cpu) {
    /** Operating systems. */
    public enum Platform {
        /** Linux: ELF, System V convention. */
        LINUX,
        /** Windows: COFF, Microsoft x64 convention. */
        WINDOWS,
        /** macOS: Mach-O, System V convention. */
        MACOS;

        /** The platform of that name in lower case ({@code --target}), or {@code null}. */
        public static Platform named(String name) {
            return switch (name) {
                case "linux" -> LINUX;
                case "windows" -> WINDOWS;
                case "macos" -> MACOS;
                default -> null;
            };
        }

        /** Whether calls follow Microsoft's x64 convention; otherwise the System V one. */
        public boolean usesMicrosoftConvention() {
            return this == WINDOWS;
        }
    }

    /** Where the code goes. */
    public enum Purpose {
        /** Into an object file or its text. */
        OBJECT,
        /** Into memory of this process, placed within reach of the GOT, stubs and data belonging to it. */
        MEMORY
    }

    /** Levels of the instruction set, as in the x86-64 psABI, chapter 3.1.1. */
    public enum Cpu {
        /** x86-64-v1: SSE2 and nothing later. */
        BASELINE
    }

    /** How thread-local data are reached. */
    public enum ThreadModel {
        /** Through the thread pointer and a GOT cell that the linker or loader fills ({@code GOTTPOFF}). */
        INITIAL_EXEC,
        /** By a call of {@link RuntimeSymbols#THREAD_ADDRESS} with what the datum's GOT cell holds ({@code GOTTPOFF}). */
        EMULATED
    }

    /** An object file with position-independent code for Linux. */
    public static final Target LINUX = new Target(Platform.LINUX, true, Purpose.OBJECT, Cpu.BASELINE);

    /** Code for memory of this process, which runs on the given platform. */
    public static Target inMemory(Platform platform) {
        return new Target(platform, true, Purpose.MEMORY, Cpu.BASELINE);
    }

    /** How code for this target reaches thread-local data. */
    public ThreadModel threadModel() {
        return purpose == Purpose.MEMORY || platform != Platform.LINUX
                ? ThreadModel.EMULATED
                : ThreadModel.INITIAL_EXEC;
    }
}
