package dev.kiln.cli;

import static dev.kiln.cli.CommandLine.forked;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.cli.CommandLine.Result;
import dev.kiln.testing.OutsideTool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code run} and {@code interp}: programs behave as in a process of their own. */
class RunTest {
    @TempDir
    Path folder;

    private String program(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "interp"})
    void argumentsInputAndStatus(String command) throws IOException {
        String file = program("echo.kir", """
                import func @printf(ptr, ...) -> i32
                import func @getchar() -> i32
                import func @putchar(i32) -> i32
                data readonly @f = "[%s]\\0"
                func export @main(%argc: i32, %argv: ptr) -> i32 {
                entry:
                    jump next(0)
                next(%i: i32):
                    %more = lt.s i32 %i, %argc
                    br %more, one, copy
                one:
                    %w = sext i64 %i
                    %at = index ptr %argv, %w, 8
                    %s = load ptr %at
                    %p = call i32 @printf(@f, ..., ptr %s)
                    %i2 = add i32 %i, 1
                    jump next(%i2)
                copy:
                    %c = call i32 @getchar()
                    %end = lt.s i32 %c, 0
                    br %end, done, put
                put:
                    %q = call i32 @putchar(%c)
                    jump copy
                done:
                    %status = add i32 %argc, 300
                    ret %status
                }
                """);
        // In the C locale Java can pass ASCII only.
        boolean unicode = "UTF-8".equals(System.getProperty("sun.jnu.encoding"));
        String words = unicode ? "ä ö" : "a o";
        Result result = forked(
                folder, "line\nlast".getBytes(StandardCharsets.UTF_8), command, "echo.kir", "-l", "--help", words, "");
        assertThat(result).isEqualTo(new Result(305 & 255, "[echo.kir][-l][--help][" + words + "][]line\nlast", ""));
        assertThat(file).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "interp"})
    void theProgramComesFromStandardInput(String command) {
        Result result = forked(
                null,
                "func export @main() -> i32 {\nentry:\n ret 9\n}\n".getBytes(StandardCharsets.UTF_8),
                command,
                "-");
        assertThat(result).isEqualTo(new Result(9, "", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "interp"})
    void exitAndAtexit(String command) throws IOException {
        String file = program("exit.kir", """
                import func @atexit(ptr) -> i32
                import func @puts(ptr) -> i32
                import func @exit(i32)
                data readonly @bye = "bye\\0"
                func @last() {
                entry:
                    %p = call i32 @puts(@bye)
                    ret
                }
                func export @main(%argc: i32) -> i32 {
                entry:
                    %a = call i32 @atexit(@last)
                    %given = gt.s i32 %argc, 1
                    br %given, leave, stay
                leave:
                    call @exit(5)
                    unreachable
                stay:
                    ret 4
                }
                """);
        assertThat(forked(command, file, "x")).isEqualTo(new Result(5, "bye\n", ""));
        assertThat(forked(command, file)).isEqualTo(new Result(4, "bye\n", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "interp"})
    void trapsEndWith120(String command) throws IOException {
        String file = program("trap.kir", """
                import func @puts(ptr) -> i32
                data readonly @before = "before\\0"
                func export @main(%argc: i32) -> i32 {
                entry:
                    %p = call i32 @puts(@before)
                    %zero = sub i32 %argc, 1
                    %q = div.s i32 1, %zero
                    ret %q
                }
                """);
        Result result = forked(command, file);
        assertThat(result.status()).isEqualTo(120);
        assertThat(result.out()).isEqualTo("before\n");
        assertThat(result.err()).isEqualTo("kiln: trap division_by_zero in @main at " + file + ":7:5\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "interp"})
    void whatCannotRunIsTold(String command) throws IOException {
        Result wrong = forked(command, program("wrong.kir", "func export @main() -> i32 {\nentry:\n ret %x\n}\n"));
        assertThat(wrong.status()).isEqualTo(1);
        assertThat(wrong.err()).contains("wrong.kir:3:").contains("^");
        Result shape = forked(command, program("shape.kir", "func export @main(%x: f64) {\nentry:\n ret\n}\n"));
        assertThat(shape.status()).isEqualTo(1);
        assertThat(shape.err()).contains("@main").contains("[KILN-");
        Result none = forked(command, program("none.kir", "func export @other() {\nentry:\n ret\n}\n"));
        assertThat(none.status()).isEqualTo(1);
        assertThat(none.err()).contains("main").contains("[KILN-");
        Result undefined = forked(command, program("undefined.kir", """
                import func @nobody_has_this()
                func export @main() {
                entry:
                    call @nobody_has_this()
                    ret
                }
                """));
        assertThat(undefined.status()).isEqualTo(1);
        assertThat(undefined.err()).contains("nobody_has_this").contains("[KILN-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "interp"})
    void librariesAndOtherPrograms(String command) throws IOException {
        String main = program("main.kir", """
                import func @other() -> i32
                import func @native() -> i32
                func export @main() -> i32 {
                entry:
                    %a = call i32 @other()
                    %b = call i32 @native()
                    %c = add i32 %a, %b
                    ret %c
                }
                """);
        String other = program("other.ssa", "export function w $other() {\n@start\n\tret 30\n}\n");
        Path gcc = OutsideTool.require("gcc");
        String source = program("native.c", "int native(void) { return 12; }\n");
        Path library = folder.resolve("lib native.so");
        OutsideTool.run(gcc.toString(), "-shared", "-fPIC", source, "-o", library.toString())
                .succeeded();
        assertThat(forked(command, "-l", other, "-l" + library, main)).isEqualTo(new Result(42, "", ""));
    }

    /** The state of the process is a C program's: a pipe without a reader ends it. */
    @ParameterizedTest
    @ValueSource(strings = {"run", "interp"})
    void aPipeWithoutReaderEndsTheProgram(String command) throws IOException {
        String file = program("yes.kir", """
                import func @puts(ptr) -> i32
                data readonly @y = "y\\0"
                func export @main() {
                entry:
                    jump again
                again:
                    %p = call i32 @puts(@y)
                    jump again
                }
                """);
        List<String> shell = new ArrayList<>(List.of("sh", "-c", "\"$@\" | head -2", "sh"));
        shell.addAll(CommandLine.command(command, file));
        OutsideTool.Result result = OutsideTool.run(shell, null, null, Duration.ofMinutes(1));
        assertThat(result.outText()).isEqualTo("y\ny\n");
    }

    /** What ends a process of its own ends this one as quietly, in the program and in the C library. */
    @ParameterizedTest
    @ValueSource(strings = {"store i32 1, 8", "%n = call i64 @strlen(8)", "%n = call i64 @through()"})
    void badAddressesEndTheProgram(String what) throws IOException {
        String file = program("bad.kir", """
                import func @strlen(ptr) -> i64
                sig @f = () -> i64
                func @through() -> i64 {
                entry:
                    %r = call i64 16() sig @f
                    ret %r
                }
                func export @main() {
                entry:
                    WHAT
                    ret
                }
                """.replace("WHAT", what));
        Result result = forked(folder, null, "run", file);
        assertThat(result)
                .isEqualTo(new Result(139, "", "kiln: the program accessed an address that it must not (SIGSEGV)\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "interp"})
    void deepRecursionHasRoom(String command) throws IOException {
        String file = program("deep.kir", """
                func @depth(%n: i64) -> i64 {
                entry:
                    br %n, more, done
                more:
                    %m = sub i64 %n, 1
                    %r = call i64 @depth(%m)
                    %s = add i64 %r, 1
                    ret %s
                done:
                    ret 0
                }
                func export @main() -> i32 {
                entry:
                    %d = call i64 @depth(1000000)
                    %ok = eq i64 %d, 1000000
                    ret %ok
                }
                """);
        assertThat(forked(command, file)).isEqualTo(new Result(1, "", ""));
    }
}
