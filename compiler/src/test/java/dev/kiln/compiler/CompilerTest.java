package dev.kiln.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.asm.Code;
import dev.kiln.asm.CodeBuffer;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import dev.kiln.ir.Constant;
import dev.kiln.ir.Function;
import dev.kiln.ir.IrParser;
import dev.kiln.ir.Module;
import dev.kiln.ir.Op;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompilerTest {
    private static final String PROGRAM = """
            module "demo"
            import func @printf(ptr, ...) -> i32
            data @fmt = "fib(%d) = %ld\\n\\0"

            func export @fib(%n: i32) -> i64 {
            entry:
                %small = lt.s i32 %n, 2
                br %small, base, rec
            base:
                %r = sext i64 %n
                ret %r
            rec:
                %a = sub i32 %n, 1
                %x = call i64 @fib(%a)
                %b = sub i32 %n, 2
                %y = call i64 @fib(%b)
                %s = add i64 %x, %y
                ret %s
            }
            func export @main() -> i32 {
            entry:
                %v = call i64 @fib(20)
                %q = div.s i64 %v, %v
                %p = call i32 @printf(@fmt, ..., i32 20, i64 %v)
                ret 0
            }
            """;

    private final Diagnostics diagnostics = new Diagnostics();

    private Module parse(String text) {
        Module module = IrParser.parse(SourceText.of("test.kir", text), diagnostics);
        assertThat(diagnostics.list()).isEmpty();
        return module;
    }

    private CompiledModule compile(String text, CompilerOptions options) {
        return Compiler.compile(parse(text), Target.LINUX, options, diagnostics);
    }

    @Test
    void aModuleBecomesCode() {
        CompiledModule compiled = compile(PROGRAM, CompilerOptions.DEFAULT);
        assertThat(diagnostics.list()).isEmpty();
        assertThat(compiled.functions()).extracting(f -> f.function().name()).containsExactly("fib", "main");
        assertThat(compiled.externalSymbols()).containsExactlyInAnyOrder("printf", RuntimeSymbols.TRAP);
        assertThat(compiled.runtimeSymbols()).containsExactly(RuntimeSymbols.TRAP);
        for (CompiledFunction function : compiled.functions()) {
            List<String> lines = Disassembly.lines(function.code());
            assertThat(lines).startsWith("push rbp", "mov rbp, rsp").contains("ret");
            assertThat(function.frame().size() % 16).isZero();
        }
    }

    @Test
    void textIsToldOfTheSameInstructions() {
        CompiledModule compiled = compile(PROGRAM, CompilerOptions.DEFAULT.withText(true));
        for (CompiledFunction function : compiled.functions()) {
            CodeBuffer again = new CodeBuffer();
            function.emit(again);
            Code code = again.finish();
            assertThat(code.bytes()).isEqualTo(function.code().bytes());
            assertThat(code.relocationCount()).isEqualTo(function.code().relocationCount());
        }
    }

    @Test
    void theOutcomeDoesNotDependOnThreadsOrOnWhatWasCompiledBefore() {
        StringBuilder many = new StringBuilder("module \"many\"\n");
        for (int n = 0; n < 200; n++) {
            many.append("func @f").append(n).append("(%a: i64, %b: f64) -> i64 {\nentry:\n");
            many.append("    %c = mul i64 %a, ").append(n).append('\n');
            for (int k = 0; k < n % 7; k++) {
                many.append("    %d").append(k).append(" = call i64 @f").append((n * 31 + k) % 200);
                many.append("(%c, %b)\n");
            }
            many.append("    ret %c\n}\n");
        }
        CompiledModule one = compile(many.toString(), CompilerOptions.DEFAULT);
        CompiledModule four = compile(many.toString(), CompilerOptions.DEFAULT.withThreads(4));
        assertThat(four.functions()).hasSize(200);
        for (int n = 0; n < 200; n++) {
            assertThat(four.functions().get(n).code().bytes())
                    .isEqualTo(one.functions().get(n).code().bytes());
        }
    }

    @Test
    void whatIsNotYetCompiledIsTold() {
        String text = """
                module "m"
                func @r(%a: ref) -> ref {
                entry:
                    ret %a
                }
                func @v(%p: ptr) {
                entry:
                    %a = load v8i32 %p
                    store v8i32 %a, %p
                    ret
                }
                func @t(%a: i32) -> i32 {
                entry:
                    tail call i32 @t(%a)
                }
                func @fine(%a: i32) -> i32 {
                entry:
                    ret %a
                }
                """;
        assertThat(compile(text, CompilerOptions.DEFAULT)).isNull();
        assertThat(diagnostics.list())
                .extracting(Object::toString)
                .containsExactly(
                        "test.kir:2:1: the type ref is not yet compiled (function @r) [KILN-E3001]",
                        "test.kir:8:5: a 256-bit vector is not yet compiled (function @v) [KILN-E3001]",
                        "test.kir:14:5: tail call is not yet compiled (function @t) [KILN-E3001]");
    }

    @Test
    void otherPlatformsAreToldApart() {
        Module module = parse(PROGRAM);
        assertThat(Compiler.compile(
                        module, Target.inMemory(Target.Platform.WINDOWS), CompilerOptions.DEFAULT, diagnostics))
                .isNull();
        assertThat(diagnostics.list().getFirst().toString()).isEqualTo("code for Windows is not yet made [KILN-E3002]");
    }

    @Test
    void argumentsThatAreTooLargeAreTold() {
        String text = """
                module "m"
                type @huge = array 1500000000 of i8
                type @wide = array 2147483640 of i8
                data @d = zero 8
                import func @take(@huge, @huge) -> i32
                import func @give() -> @wide
                func @f() -> i32 {
                entry:
                    %r = call i32 @take(@huge @d, @huge @d)
                    ret %r
                }
                func @g(%a: @huge, %b: @huge) -> i32 {
                entry:
                    ret 0
                }
                func @h() -> ptr {
                entry:
                    %r = call @wide @give()
                    ret %r
                }
                """;
        assertThat(compile(text, CompilerOptions.DEFAULT)).isNull();
        assertThat(diagnostics.list())
                .hasSize(3)
                .allMatch(d -> d.code() == CompilerCode.ARGUMENTS_TOO_LARGE
                        && d.position().isKnown());
    }

    @Test
    void aFrameThatIsTooLargeIsTold() {
        String text = """
                module "m"
                func @f() -> i32 {
                entry:
                    %a = alloca 2000000000, 8
                    %b = alloca 2000000000, 8
                    store ptr %a, %b
                    store ptr %b, %a
                    ret 0
                }
                """;
        assertThat(compile(text, CompilerOptions.DEFAULT)).isNull();
        assertThat(diagnostics.list().getFirst().code()).isEqualTo(CompilerCode.FRAME_TOO_LARGE);
        assertThat(diagnostics.list().getFirst().message()).contains("4000000000 bytes");
    }

    @Test
    void stagesAreShown() {
        List<String> seen = new ArrayList<>();
        CompilerOptions.StageListener listener = new CompilerOptions.StageListener() {
            @Override
            public boolean wants(String stage) {
                return true;
            }

            @Override
            public void after(String stage, String function, String text) {
                seen.add(stage + " @" + function);
                assertThat(text).startsWith("machine @" + function).contains("RET");
            }
        };
        compile(PROGRAM, CompilerOptions.DEFAULT.withStages(listener));
        assertThat(seen).containsExactly("select @fib", "allocate @fib", "select @main", "allocate @main");
    }

    @Test
    void aMistakeOfTheCompilerIsADiagnosticAndNoMore() {
        Module module = new Module("broken");
        Function broken = module.addFunction("broken", Signature.of(Type.I32));
        broken.addBlock("entry").append(Op.RET, Type.VOID, new Value[] {null});
        Function fine = module.addFunction("fine", Signature.of(Type.I32));
        fine.addBlock("entry").append(Op.RET, Type.VOID, Constant.of(Type.I32, 1));
        assertThat(Compiler.compile(module, Target.LINUX, CompilerOptions.DEFAULT, diagnostics))
                .isNull();
        assertThat(diagnostics.list()).hasSize(1);
        assertThat(diagnostics.list().getFirst().toString())
                .contains("Kiln itself failed while compiling @broken (stage check)")
                .contains("NullPointerException")
                .endsWith("[KILN-E3999]");
    }

    @Test
    void addressesFarOutsideOfASlotAreComputed() {
        String text = """
                module "m"
                func @f(%%i: i64) -> i32 {
                entry:
                    %%a = alloca 16, %d
                    %%b = index ptr %%a, -2147483648, 1
                    %%c = index ptr %%a, 2147483647, 1
                    %%d = index ptr %%a, %%i, 8 - 2147483648
                    store i8 1, %%b
                    store i8 2, %%c
                    store i8 3, %%d
                    ret 0
                }
                """;
        for (int align : new int[] {8, 64}) {
            CompiledModule compiled = compile(text.formatted(align), CompilerOptions.DEFAULT);
            assertThat(diagnostics.list()).isEmpty();
            assertThat(Disassembly.lines(compiled.functions().getFirst().code()))
                    .anyMatch(line -> line.startsWith("lea r"));
        }
    }
}
