package dev.kiln.cli;

/** The help texts. */
final class Help {
    private Help() {}

    static boolean knows(String command) {
        return switch (command) {
            case "run", "interp", "compile", "check", "fmt", "asm", "dis" -> true;
            default -> false;
        };
    }

    static String overview() {
        return """
                kiln: native x86-64 code from the JVM

                usage: kiln COMMAND [OPTIONS] FILE…

                  run      compile a program in memory and run it
                  interp   run a program in the reference interpreter
                  compile  make assembly text, an object file or an executable
                  check    say whether a program is well-formed
                  fmt      print a program as canonical Kiln IR
                  asm      assemble text in nasm's syntax
                  dis      disassemble an object file, an executable or raw bytes

                Programs are Kiln IR (.kir) or QBE IL (.ssa); - is standard input.
                kiln COMMAND --help tells more; kiln --version tells the version.

                exit status: of run and interp the program's own, 120 after a trap;
                else 0 fine, 1 the input was wrong, 2 bad usage, 70 a bug in Kiln
                """;
    }

    static String of(String command) {
        return switch (command) {
            case "run" -> """
                usage: kiln run [OPTIONS] FILE [ARGUMENTS…]

                Compiles the program in memory and calls its function @main. What stands behind
                FILE is the program's own; its exit status is the program's result.

                  -l NAME        use a library: a name that the system's loader knows (m, libz.so.1),
                                 a path, or another program (.kir, .ssa) linked with this one
                  -O0 -O1 -O2    the optimisation level; all compile as -O0 for now (default -O1)
                """ + COMMON;
            case "interp" -> """
                usage: kiln interp [OPTIONS] FILE [ARGUMENTS…]

                Runs the program in the reference interpreter, which defines what programs mean.

                  -l NAME        use a library, as with kiln run
                """ + COMMON;
            case "compile" -> """
                usage: kiln compile [OPTIONS] FILE… -o OUT

                Compiles programs. The ending of OUT picks what is made: .asm, .nasm, .s: text for
                nasm; .o, .obj: an object file; .so: a shared library; none or .exe: an executable,
                linked by the system's C compiler (or by $CC). Files that are no programs
                (.o, .a, .so, .c) are handed to the linker. OUT is not touched when anything is wrong.

                  -o OUT         the file to make; - prints assembly text
                  --format F     nasm, elf or exe, whatever OUT's ending
                  --target OS    linux (windows and macos are not made yet)
                  -O0 -O1 -O2    the optimisation level; all compile as -O0 for now (default -O1)
                  --pic --no-pic position-independent code (default) or not
                  --debug-level N  0 to 3; debug information is not written yet
                  --dump after:STAGE  print every function after select or allocate
                  --threads N    compile functions with N threads; the output stays the same
                  --time-passes  print how long each stage took
                  -l NAME        link with a library
                """ + COMMON;
            case "check" -> """
                usage: kiln check [OPTIONS] FILE…

                Parses and verifies programs and reports everything that is wrong with them.

                """ + COMMON;
            case "fmt" -> """
                usage: kiln fmt [OPTIONS] FILE

                Prints a program as canonical Kiln IR; reads QBE IL too.

                  -o OUT         write to a file
                """ + COMMON;
            case "asm" -> """
                usage: kiln asm [OPTIONS] FILE -o OUT

                Assembles text in nasm's syntax (without macros) for 64-bit mode, byte for byte as nasm does.

                  -o OUT         the file to make
                  -f FORMAT      elf64, win64, macho64: an object file; bin: bytes without a header.
                                 Default elf64; win64 when OUT ends in .obj, bin when it ends in .bin
                  --cpu FEATURES refuse instructions that processors with these lack: a level,
                                 x86-64-v1 to x86-64-v4, or more: x86-64-v3+avx512f
                  --diagnostics text|json  how problems are reported (default text)
                """;
            case "dis" -> """
                usage: kiln dis [OPTIONS] FILE
                       kiln dis [OPTIONS] --hex "48 89 c8"

                Lists the instructions of an object, an executable or an archive of objects (ELF, COFF,
                Mach-O), or of a file of raw bytes: address, bytes, instruction. Bytes that are no
                instruction are listed as db, and the listing goes on.

                  --section NAME only this section; one that holds data is listed as data
                  --symbol NAME  only what this symbol names
                  --hex BYTES    the bytes themselves in place of a file
                  --address A    the address of the first of raw bytes, 4096 or 0x1000 (default 0)
                  --syntax S     nasm (default) or intel: [fs:rax] or fs:[rax], dword or dword ptr
                  --asm          only the instructions, with labels, as text that kiln asm assembles again
                  -o OUT         write to a file
                  --diagnostics text|json  how problems are reported (default text)
                """;
            default -> overview();
        };
    }

    private static final String COMMON = """
              --input kir|ssa  the language, when the file's name and contents do not tell
              --diagnostics text|json  how problems are reported (default text)
            """;
}
