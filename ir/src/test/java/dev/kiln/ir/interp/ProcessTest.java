package dev.kiln.ir.interp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.testing.OutsideTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A program that ends the process, in a process of its own. */
class ProcessTest {
    private static final String PROGRAM = """
            module "m"
            import func @printf(ptr, ...) -> i32
            import func @puts(ptr) -> i32
            import func @atexit(ptr) -> i32
            import func @exit(i32)
            import func @getchar() -> i32
            import func @atoi(ptr) -> i32
            data @bye = "bye\\0"
            data @fmt = "read %d\\n\\0"
            func @last() {
            entry:
                %r = call i32 @puts(@bye)
                ret
            }
            func export @main(%argc: i32, %argv: ptr) -> i32 {
            entry:
                %r = call i32 @atexit(@last)
                %c = call i32 @getchar()
                %q = call i32 @printf(@fmt, ..., i32 %c)
                %p = index ptr %argv, 1, 8
                %s = load ptr %p
                %n = call i32 @atoi(%s)
                %big = gt.s i32 %n, 99
                br %big, return, leave
            leave:
                call @exit(%n)
                ret 1
            return:
                ret %n
            }
            """;

    /** What the child process runs: as the command line does, on a thread with a stack of its own. */
    static final class Child {
        public static void main(String[] args) throws InterruptedException {
            Thread thread = new Thread(null, () -> run(args), "main", 64 << 20);
            thread.start();
            thread.join();
        }

        private static void run(String[] args) {
            @SuppressWarnings("resource") // the process ends with it
            Interpreter in = Interpreter.builder(Programs.parse(PROGRAM)).build();
            in.exit(in.runMain(List.of(args)));
        }
    }

    private static OutsideTool.Result child(String argument) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        assertThat(Files.isExecutable(java)).isTrue();
        return OutsideTool.run(
                List.of(
                        java.toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Child.class.getName(),
                        argument),
                null,
                new byte[] {'A'},
                Duration.ofMinutes(1));
    }

    @Test
    void exitRunsHandlersAndFlushes() {
        OutsideTool.Result left = child("7");
        assertThat(left.errText()).isEmpty();
        assertThat(left.outText()).isEqualTo("read 65\nbye\n");
        assertThat(left.exit()).isEqualTo(7);
    }

    @Test
    void returningFromMainDoesTheSame() {
        OutsideTool.Result returned = child("300");
        assertThat(returned.errText()).isEmpty();
        assertThat(returned.outText()).isEqualTo("read 65\nbye\n");
        assertThat(returned.exit()).isEqualTo(300 & 255);
    }
}
