package dev.kiln.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kiln.base.DiagnosticException;
import dev.kiln.testing.OutsideTool;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our objects in the hands of the system's linker and loader, together with code from a C compiler. */
class LinkedProgramTest {
    @TempDir
    Path folder;

    private static final String ONE = """
            import func @two_divide(i32, i32) -> i32
            data export thread @counter = i32 100
            data thread @private = i32 1
            data common @merged = zero 8
            data export weak @choice = i32 1
            data readonly section "my_numbers" "a" @n1 = i32 11
            data section "my_words" "aw" @n2 = i32 22

            func export @one_bump() -> i32 {
            entry:
                %a = load i32 @counter
                %a1 = add i32 %a, 1
                store i32 %a1, @counter
                %b = load i32 @private
                %b1 = add i32 %b, 1
                store i32 %b1, @private
                %r = add i32 %a1, %b1
                ret %r
            }
            func weak @shared() -> i32 {
            entry:
                ret 1
            }
            func export @one_shared() -> i32 {
            entry:
                %r = call i32 @shared()
                ret %r
            }
            func export @one_choice() -> i32 {
            entry:
                %r = load i32 @choice
                ret %r
            }
            func export @one_divide(%a: i32, %b: i32) -> i32 {
            entry:
                %q = div.s i32 %a, %b
                %r = call i32 @two_divide(%q, %b)
                ret %r
            }
            func export @one_merged() -> ptr {
            entry:
                ret @merged
            }
            func export section "cold_code" "ax" @one_sections() -> i32 {
            entry:
                %x = load i32 @n1
                store i32 33, @n2
                %y = load i32 @n2
                %r = add i32 %x, %y
                ret %r
            }
            """.replace("data export weak", "data weak");

    private static final String TWO = """
            import thread data @counter
            data common @merged = zero 64
            data thread @private = i32 1000
            func export @two_look() -> i32 {
            entry:
                %a = load i32 @counter
                %b = load i32 @private
                %r = add i32 %a, %b
                ret %r
            }
            func export @shared() -> i32 {
            entry:
                ret 2
            }
            func export @two_divide(%a: i32, %b: i32) -> i32 {
            entry:
                %q = div.s i32 %a, %b
                ret %q
            }
            func export @two_merged() -> ptr {
            entry:
                ret @merged+4
            }
            """;

    private static final String MAIN = """
            #include <stdio.h>
            #include <pthread.h>
            int one_bump(void), two_look(void), one_shared(void), one_choice(void), one_sections(void);
            int one_divide(int, int);
            char *one_merged(void), *two_merged(void);
            extern __thread int counter;
            int choice = 7;
            static void *other(void *p) { *(int *)p = one_bump(); return 0; }
            int main(int argc, char **argv) {
                int there;
                pthread_t t;
                int first = one_bump();
                int second = one_bump();
                printf("%d %d %d\\n", first, second, two_look());
                pthread_create(&t, 0, other, &there);
                pthread_join(t, 0);
                printf("%d %d\\n", there, counter);
                printf("%d %d %d %d\\n", one_shared(), one_choice(), one_sections(), (int)(two_merged() - one_merged()));
                printf("%d\\n", one_divide(100, 5));
                fflush(stdout);
                return one_divide(argc, argc - 1);
            }
            """;

    private static final String PRINTED = "103 105 1102\n103 102\n2 7 44 4\n4\n";

    private List<Path> inputs(boolean pic) throws IOException {
        Path main = Files.writeString(folder.resolve("main.c"), MAIN);
        return List.of(
                Build.write(folder.resolve("one.o"), Build.object("one", ONE, pic)),
                Build.write(folder.resolve("two.o"), Build.object("two", TWO, pic)),
                main);
    }

    private static void assertRuns(Path executable) {
        OutsideTool.Result result = OutsideTool.run(executable.toString());
        assertThat(result.outText()).isEqualTo(PRINTED);
        assertThat(result.errText()).isEqualTo("kiln: trap division_by_zero in @one_divide\n");
        assertThat(result.exit()).isEqualTo(120);
    }

    @Test
    void plainGccLinksThem() throws IOException {
        Path gcc = OutsideTool.require("gcc");
        for (boolean pic : new boolean[] {true, false}) {
            List<String> command = new ArrayList<>(List.of(gcc.toString()));
            if (!pic) {
                command.add("-no-pie");
            }
            inputs(pic).forEach(input -> command.add(input.toString()));
            Path executable = folder.resolve("plain" + pic);
            command.addAll(List.of("-o", executable.toString()));
            OutsideTool.Result result =
                    OutsideTool.run(command.toArray(new String[0])).succeeded();
            assertThat(result.errText()).as("what gcc says").isEmpty();
            assertRuns(executable);
        }
    }

    @Test
    void theSystemLinkerLinksThem() throws IOException {
        OutsideTool.require("cc");
        Path odd = Files.createDirectory(folder.resolve("a b, c"));
        Path executable = odd.resolve("made of two");
        SystemLinker.link(inputs(true), List.of(), executable, false, true);
        assertRuns(executable);
        SystemLinker.link(inputs(false), List.of("m"), executable, false, false);
        assertRuns(executable);
    }

    @Test
    void aSharedLibraryServesCAndJava() throws Throwable {
        Path gcc = OutsideTool.require("gcc");
        Path object = Build.object(folder, "library", """
                import func @strlen(ptr) -> i64
                data readonly @text = "seven!!\\0"
                data @calls = i64 0
                data thread @mine = i64 10
                func export @measure(%more: i64) -> i64 {
                entry:
                    %c = atomic.rmw.add i64 1, @calls
                    %m = load i64 @mine
                    %n = call i64 @strlen(@text)
                    %a = add i64 %n, %more
                    %b = add i64 %a, %c
                    %r = add i64 %b, %m
                    ret %r
                }
                """);
        Path library = folder.resolve("libmeasure.so");
        SystemLinker.link(List.of(object), List.of(), library, true, true);
        Linker linker = Linker.nativeLinker();
        MethodHandle measure = linker.downcallHandle(
                SymbolLookup.libraryLookup(library, Arena.ofAuto())
                        .find("measure")
                        .orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
        assertThat((long) measure.invokeExact(100L)).isEqualTo(117);
        assertThat((long) measure.invokeExact(100L)).isEqualTo(118);

        Path source = Files.writeString(
                folder.resolve("use.c"), "long measure(long); int main(void) { return (int) measure(20); }\n");
        Path executable = folder.resolve("use");
        SystemLinker.link(List.of(source), List.of(library.toString()), executable, false, true);
        assertThat(OutsideTool.run(executable.toString()).exit()).isEqualTo(37);
        assertThat(gcc).isNotNull();
    }

    @Test
    void theTrapRoutineOfManyModulesIsOne() throws IOException {
        OutsideTool.require("cc");
        List<Path> objects = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            objects.add(Build.object(
                    folder,
                    "t" + i,
                    "func export @" + (i == 0 ? "main" : "f" + i) + "() -> i32 {\nentry:\n trap stop" + i + "\n}\n"));
        }
        Path executable = folder.resolve("traps");
        SystemLinker.link(objects, List.of(), executable, false, true);
        OutsideTool.Result result = OutsideTool.run(executable.toString());
        assertThat(result.exit()).isEqualTo(120);
        assertThat(result.errText()).isEqualTo("kiln: trap stop0 in @main\n");
    }

    @Test
    void aLinkThatFailsIsADiagnosticOfReasonableLength() {
        OutsideTool.require("cc");
        StringBuilder text = new StringBuilder();
        StringBuilder calls = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            text.append("import func @missing").append(i).append("()\n");
            calls.append(" call @missing").append(i).append("()\n");
        }
        Path object = Build.object(folder, "fails", text + "func export @main() {\nentry:\n" + calls + " ret\n}\n");
        assertThatThrownBy(() -> SystemLinker.link(List.of(object), List.of(), folder.resolve("x"), false, true))
                .isInstanceOf(DiagnosticException.class)
                .hasMessageContaining("missing0")
                .hasMessageContaining("more lines")
                .satisfies(e -> assertThat(e.getMessage().lines().count()).isLessThan(20));
        assertThat(folder.resolve("x")).doesNotExist();
    }
}
