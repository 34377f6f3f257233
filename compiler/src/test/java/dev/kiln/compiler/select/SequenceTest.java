package dev.kiln.compiler.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kiln.base.DiagnosticException;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import dev.kiln.ir.IrParser;
import dev.kiln.ir.Module;
import org.junit.jupiter.api.Test;

/** What selection makes of small functions: that operations are folded, and that nothing superfluous is emitted. */
class SequenceTest {
    /** The lines of function {@code @f} of a text, without blocks' names, separated by {@code " / "}. */
    private static String selected(String text) {
        Diagnostics diagnostics = new Diagnostics();
        Module module = IrParser.parse(SourceText.of("test.kir", text), diagnostics);
        diagnostics.throwIfErrors();
        StringBuilder out = new StringBuilder();
        Compiled.selected(module, "f")
                .lines()
                .skip(1)
                .forEach(line -> out.append(out.isEmpty() ? "" : " / ").append(line.strip()));
        return out.toString();
    }

    @Test
    void comparisonsFeedBranchesThroughFlags() {
        assertThat(selected("""
                                module "m"
                                func @f(%a: i32, %p: ptr) -> i32 {
                                entry:
                                    %c = lt.s i32 7, %a
                                    br %c, yes, no
                                yes:
                                    ret 1
                                no:
                                    ret 2
                                }
                                """)).contains("cmp %0, 7 / jg block").doesNotContain("set");
    }

    @Test
    void aComparisonUsedTwiceIsAValue() {
        assertThat(selected("""
                                module "m"
                                func @f(%a: i32) -> i32 {
                                entry:
                                    %c = eq i32 %a, 0
                                    %d = add i32 %c, %c
                                    ret %d
                                }
                                """)).contains("test %0, %0 / sete %2 / movzx %1, %2");
    }

    @Test
    void addressesFoldIntoLoadsAndStores() {
        assertThat(selected("""
                                module "m"
                                data @table = { zero 64 }
                                func @f(%p: ptr, %i: i64) {
                                entry:
                                    %a = index ptr %p, %i, 8
                                    %b = index ptr %p, 3, 4 + 2
                                    %x = load i32 %a
                                    store i32 %x, %b
                                    store i32 5, %b
                                    store i32 -1, @table+8
                                    ret
                                }
                                """))
                .contains("mov %2, [%0 + %1*8]")
                .contains("mov [%0 + 14], %2")
                .contains("mov [%0 + 14], 5")
                .contains("mov [@table+8 PC32], -1");
    }

    @Test
    void slotsAreMemoryOperands() {
        String code = selected("""
                module "m"
                func @f(%x: i64) -> i64 {
                entry:
                    %s = alloca 16, 8
                    %t = index ptr %s, 1, 8
                    store i64 %x, %t
                    %y = load i64 %t
                    ret %y
                }
                """);
        assertThat(code)
                .contains("slot0: 16 bytes, align 8")
                .contains("mov [slot0 + 8], %0")
                .doesNotContain("lea");
    }

    @Test
    void divisionByAConstantIsNotChecked() {
        String code = selected("""
                module "m"
                func @f(%x: i64) -> i64 {
                entry:
                    %q = div.s i64 %x, 10
                    %r = rem.u i64 %q, 7
                    ret %r
                }
                """);
        assertThat(code)
                .contains("cqo / idiv")
                .contains("mov rdx, 0 / div")
                .doesNotContain("TRAP")
                .doesNotContain("test");
    }

    @Test
    void divisionChecksItsDivisorInLine() {
        String code = selected("""
                module "m"
                func @f(%x: i32, %y: i32) -> i32 {
                entry:
                    %q = div.s i32 %x, %y
                    ret %q
                }
                """);
        assertThat(code)
                .contains("test %1, %1 / je block1")
                .contains("block1: / TRAP")
                .contains("block2: / TRAP");
    }

    @Test
    void conversionsThatKeepTheBitsCostNothing() {
        String code = selected("""
                module "m"
                func @f(%x: i64) -> i8 {
                entry:
                    %p = bitcast ptr %x
                    %y = bitcast i64 %p
                    %z = trunc i32 %y
                    %w = trunc i8 %z
                    ret %w
                }
                """);
        assertThat(code).isEqualTo("block0: / ENTRY rdi / COPY %0, rdi / COPY rax, %0 / RET rax");
    }

    @Test
    void whatNobodyUsesIsLeftOut() {
        String code = selected("""
                module "m"
                func @f(%x: i64, %p: ptr) {
                entry:
                    %a = add i64 %x, 1
                    %l = load i64 %p
                    %v = load i64 %p volatile
                    ret
                }
                """);
        assertThat(code).doesNotContain("add").containsOnlyOnce("[%1]");
    }

    @Test
    void symbolsThatMayLieElsewhereGoThroughTheirCell() {
        String code = selected("""
                module "m"
                import data @there
                data weak @weak = { i64 1 }
                data export @here = { i64 1 }
                func @f() -> i64 {
                entry:
                    %a = load i64 @there
                    %b = load i64 @weak
                    %c = load i64 @here
                    %d = add i64 %a, %b
                    %e = add i64 %d, %c
                    ret %e
                }
                """);
        assertThat(code)
                .contains("[@there GOTPCREL]")
                .contains("[@weak GOTPCREL]")
                .contains("[@here PC32]");
    }

    @Test
    void aSlotThatNoFrameCanHoldIsRefused() {
        assertThatThrownBy(() -> selected("""
                        module "m"
                        func @f() -> ptr {
                        entry:
                            %s = alloca 0x100000000, 8
                            ret %s
                        }
                        """))
                .isInstanceOf(DiagnosticException.class)
                .hasMessageContaining("test.kir:4:")
                .hasMessageContaining("4294967296 bytes");
    }
}
