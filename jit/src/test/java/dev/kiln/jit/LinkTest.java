package dev.kiln.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kiln.base.DiagnosticException;
import dev.kiln.ir.FunctionBuilder;
import dev.kiln.ir.Linkage;
import dev.kiln.ir.Module;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import dev.kiln.testing.OutsideTool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modules that need each other, libraries, and symbols of every linkage. */
class LinkTest {
    @TempDir
    Path folder;

    private Jit jit;

    @BeforeEach
    void open() {
        jit = Jit.create();
    }

    @AfterEach
    void close() {
        jit.close();
    }

    private static final String EVEN = """
            import func @odd(i32) -> i32
            func export @even(%n: i32) -> i32 {
            entry:
                br %n, more, yes
            more:
                %m = sub i32 %n, 1
                %r = call i32 @odd(%m)
                ret %r
            yes:
                ret 1
            }
            """;
    private static final String ODD = """
            import func @even(i32) -> i32
            func export @odd(%n: i32) -> i32 {
            entry:
                br %n, more, no
            more:
                %m = sub i32 %n, 1
                %r = call i32 @even(%m)
                ret %r
            no:
                ret 0
            }
            """;

    private static String answer(String linkage, int value) {
        return "func " + linkage + " @answer() -> i32 {\nentry:\n ret " + value + "\n}\n";
    }

    private static final String ASK = """
            import func @answer() -> i32
            func export @ask() -> i32 {
            entry:
                %r = call i32 @answer()
                ret %r
            }
            """;

    private static int call(LoadedModule m, String name) throws Throwable {
        return (int) m.function(name).invokeExact();
    }

    @Test
    void modulesReferToEachOther() throws Throwable {
        LoadedModule both = jit.load(List.of(Text.module("even", EVEN), Text.module("odd", ODD)));
        assertThat((int) both.function("even").invokeExact(1001)).isZero();
        assertThat((int) both.function("odd").invokeExact(1001)).isEqualTo(1);
    }

    @Test
    void laterModulesSeeEarlierOnes() throws Throwable {
        jit.load(Text.module("one", answer("export", 42)));
        assertThat(call(jit.load(Text.module("two", ASK)), "ask")).isEqualTo(42);
    }

    @Test
    void whatIsUnloadedIsNoLongerSeen() throws Throwable {
        LoadedModule first = jit.load(Text.module("one", answer("export", 1)));
        LoadedModule second = jit.load(Text.module("two", answer("export", 2)));
        assertThat(call(jit.load(Text.module("ask", ASK)), "ask"))
                .as("the first")
                .isEqualTo(1);
        first.close();
        assertThat(call(jit.load(Text.module("ask", ASK)), "ask")).isEqualTo(2);
        second.close();
        assertThatThrownBy(() -> jit.load(Text.module("ask", ASK))).isInstanceOf(DiagnosticException.class);
    }

    @Test
    void weakOnesGiveWay() throws Throwable {
        String own = answer("weak", 1) + ASK.substring(ASK.indexOf("func export"));
        assertThat(call(jit.load(List.of(Text.module("a", own))), "ask")).isEqualTo(1);
        assertThat(call(jit.load(List.of(Text.module("a", own), Text.module("b", answer("export", 2)))), "ask"))
                .as("its own caller calls the strong one")
                .isEqualTo(2);
        assertThat(call(jit.load(List.of(Text.module("b", answer("export", 3)), Text.module("a", own))), "ask"))
                .isEqualTo(3);
        assertThat(call(jit.load(List.of(Text.module("a", own), Text.module("b", answer("weak", 4)))), "ask"))
                .as("the first of several weak ones")
                .isEqualTo(1);
    }

    @Test
    void twoStrongOnesAreRefused() {
        assertThatThrownBy(() ->
                        jit.load(List.of(Text.module("a", answer("export", 1)), Text.module("b", answer("export", 2)))))
                .isInstanceOf(DiagnosticException.class)
                .hasMessageContaining("@answer is defined twice")
                .hasMessageContaining("a.kir")
                .hasMessageContaining("b.kir");
    }

    @Test
    void commonDataAreOneAndAsLargeAsTheLargest() throws Throwable {
        String first = "data common @shared = zero 4\n" + """
                func export @put(%x: i32) {
                entry:
                    store i32 %x, @shared
                    ret
                }
                """;
        String second = "data common @shared = zero 64\n" + """
                func export @get() -> i32 {
                entry:
                    %x = load i32 @shared
                    %end = load i32 @shared+60
                    %r = add i32 %x, %end
                    ret %r
                }
                """;
        LoadedModule m = jit.load(List.of(Text.module("a", first), Text.module("b", second)));
        m.function("put").invokeExact(9);
        assertThat(call(m, "get")).isEqualTo(9);
        LoadedModule strong = jit.load(List.of(
                Text.module("a", first),
                Text.module("c", "data export @shared = { i32 5, zero 60 }\n"),
                Text.module("b", second)));
        assertThat(call(strong, "get")).as("a definition with contents wins").isEqualTo(5);
    }

    @Test
    void undefinedSymbolsAreNamedAndNothingStays() {
        long before = jit.memoryInUse();
        DiagnosticException e = catchThrowableOfType(
                DiagnosticException.class,
                () -> jit.load(Text.module("import func @no_such_thing()\nimport data @nor_this\n"
                        + "func export @f() -> ptr {\nentry:\n call @no_such_thing()\n ret @nor_this\n}\n")));
        assertThat(e.diagnostics()).hasSize(2);
        assertThat(e.diagnostics().toString()).contains("no_such_thing", "nor_this");
        assertThat(jit.memoryInUse()).isEqualTo(before);
    }

    @Test
    void mistakesInModulesBuiltByHandAreDiagnostics() {
        Module module = new Module("wrong");
        FunctionBuilder b = new FunctionBuilder(module, "f", Signature.of(Type.I32, Type.I64), "x");
        b.function().setLinkage(Linkage.EXPORT);
        // A block without an end.
        b.add(b.param(0), b.i64(1));
        assertThatThrownBy(() -> jit.load(module)).isInstanceOf(DiagnosticException.class);
    }

    @Test
    void sectionsOfTheProgramsChoosing() throws Throwable {
        LoadedModule m = jit.load(Text.module("""
                data section "mine" "aw" @cell = i32 4
                data readonly section "constants" @constant = i32 5
                data section ".bss" @zeros = zero 8
                func export section "cold" "ax" @f() -> i32 {
                entry:
                    %a = load i32 @cell
                    %b = load i32 @constant
                    %c = add i32 %a, %b
                    store i32 %c, @zeros
                    %d = load i32 @zeros
                    ret %d
                }
                """));
        assertThat(call(m, "f")).isEqualTo(9);
        assertThatThrownBy(() -> jit.load(Text.module("data export section \".text\" @d = i32 1\n")))
                .isInstanceOf(DiagnosticException.class)
                .hasMessageContaining("writable and executable");
    }

    @Test
    void dataOfTheCLibrary() throws Throwable {
        LoadedModule m = jit.load(Text.module("""
                import data @stdout
                import data @environ
                import func @fileno(ptr) -> i32
                func export @number() -> i32 {
                entry:
                    %f = load ptr @stdout
                    %n = call i32 @fileno(%f)
                    ret %n
                }
                func export @environment() -> i32 {
                entry:
                    %e = load ptr @environ
                    %first = load ptr %e
                    %some = ne ptr %first, null
                    ret %some
                }
                """));
        assertThat(call(m, "number")).isEqualTo(1);
        assertThat(call(m, "environment")).isEqualTo(1);
    }

    @Test
    void theMathematicalLibraryIsThere() throws Throwable {
        LoadedModule m = jit.load(Text.module("""
                import func @pow(f64, f64) -> f64
                func export @f(%x: f64) -> f64 {
                entry:
                    %r = call f64 @pow(%x, 3.0)
                    ret %r
                }
                """));
        assertThat((double) m.function("f").invokeExact(3.0)).isEqualTo(27.0);
    }

    @Test
    void librariesByPath() throws Throwable {
        Path gcc = OutsideTool.require("gcc");
        Path source = Files.writeString(folder.resolve("lib one.c"), "int answer(void) { return 43; }\n");
        Path library = folder.resolve("lib one.so");
        OutsideTool.run(gcc.toString(), "-shared", "-fPIC", source.toString(), "-o", library.toString())
                .succeeded();
        try (Jit with = Jit.builder().library(library.toString()).build()) {
            assertThat(call(with.load(Text.module(ASK)), "ask")).isEqualTo(43);
        }
    }

    @Test
    void librariesThatAreMissing() {
        assertThatThrownBy(
                        () -> Jit.builder().library("no-such-library-anywhere").build())
                .isInstanceOf(DiagnosticException.class)
                .hasMessageContaining("no-such-library-anywhere");
        assertThatThrownBy(() -> Jit.builder()
                        .library(folder.resolve("none.so").toString())
                        .build())
                .isInstanceOf(DiagnosticException.class);
    }

    private static final String COUNTER = """
            data export thread @count = i32 100
            func export @bump() -> i32 {
            entry:
                %x = load i32 @count
                %y = add i32 %x, 1
                store i32 %y, @count
                ret %y
            }
            """;

    @Test
    void threadLocalDataOfTwoThreads() throws Throwable {
        MethodHandle bump = jit.load(Text.module(COUNTER)).function("bump");
        assertThat((int) bump.invokeExact()).isEqualTo(101);
        assertThat((int) bump.invokeExact()).isEqualTo(102);
        int[] other = new int[1];
        Thread thread = new Thread(() -> {
            try {
                other[0] = (int) bump.invokeExact();
            } catch (Throwable e) {
                other[0] = -1;
            }
        });
        thread.start();
        thread.join();
        assertThat(other[0]).isEqualTo(101);
        assertThat((int) bump.invokeExact()).isEqualTo(103);
    }

    @Test
    void threadLocalDataOfAnEarlierModule() throws Throwable {
        LoadedModule first = jit.load(Text.module("first", COUNTER));
        LoadedModule second = jit.load(Text.module("second", """
                import thread data @count
                func export @look() -> i32 {
                entry:
                    %x = load i32 @count
                    ret %x
                }
                """));
        assertThat(call(first, "bump")).isEqualTo(101);
        assertThat(call(second, "look")).isEqualTo(101);
    }

    @Test
    void addressesInData() throws Throwable {
        LoadedModule m = jit.load(Text.module(answer("export", 6) + """
                data export @cell = i64 77
                data export readonly @table = { ptr @answer, ptr @cell+0, i32 1, 2 }
                sig @f = () -> i32
                func export @through() -> i32 {
                entry:
                    %p = load ptr @table
                    %r = call i32 %p() sig @f
                    ret %r
                }
                """));
        MemorySegment table = MemorySegment.ofAddress(m.address("table")).reinterpret(24);
        assertThat(table.get(ValueLayout.JAVA_LONG_UNALIGNED, 0)).isEqualTo(m.address("answer"));
        assertThat(table.get(ValueLayout.JAVA_LONG_UNALIGNED, 8)).isEqualTo(m.address("cell"));
        assertThat(call(m, "through")).isEqualTo(6);
    }

    @Test
    void anUndefinedSymbolIsReportedWhereItIsFirstReferredTo() {
        Module module = Text.module("""
                import func @nowhere(i32) -> i32
                import data @noplace
                data export @table = { ptr @nodatum }
                import data @nodatum
                func export @f() -> i32 {
                entry:
                    %a = load i32 @noplace
                    %b = call i32 @nowhere(%a)
                    %c = call i32 @nowhere(%b)
                    ret %c
                }
                """);
        DiagnosticException thrown = catchThrowableOfType(DiagnosticException.class, () -> jit.load(module));
        assertThat(thrown.diagnostics())
                .extracting(d -> d.message() + " at " + d.position().line())
                .containsExactlyInAnyOrder(
                        "the symbol @nowhere is defined nowhere at 9",
                        "the symbol @noplace is defined nowhere at 8",
                        "the symbol @nodatum is defined nowhere at 4");
        assertThat(thrown.diagnostics())
                .allSatisfy(d -> assertThat(d.suggestion()).contains("-l NAME"));
    }

    @Test
    void aMainThatIsNotExportedIsNoProgram() {
        LoadedModule loaded = jit.load(Text.module("func @main() -> i32 {\nentry:\n  ret 0\n}\n"));
        DiagnosticException thrown =
                catchThrowableOfType(DiagnosticException.class, () -> loaded.runMain("test", List.of()));
        assertThat(thrown.diagnostics()).singleElement().satisfies(d -> {
            assertThat(d.code()).isEqualTo(JitCode.NOT_EXPORTED);
            assertThat(d.position().line()).isEqualTo(2);
            assertThat(d.suggestion()).contains("func export @main");
        });
    }
}
