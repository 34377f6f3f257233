package dev.kiln.qbe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import dev.kiln.ir.AggregateType;
import dev.kiln.ir.Data;
import dev.kiln.ir.Import;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.IrPrinter;
import dev.kiln.ir.Linkage;
import dev.kiln.ir.Module;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Types, data, linkage, symbols and debug lines. */
class DefinitionsTest {
    private static byte[] bytes(String items) {
        Data data = Parsed.module("data $x = { " + items + " }").dataNamed("x");
        assertThat(data.items()).hasSize(1);
        return ((Data.Bytes) data.items().getFirst()).bytes();
    }

    @Test
    void typesHaveTheLayoutOfC() {
        Module module = Parsed.module("""
                type :in = { b, h }
                type :s = { b, :in, w 3, l }
                type :e = { }
                type :a = align 16 { w 4, }
                type :u = { { b 3 } { s, d } { :in } }
                type :o =
                    align 8 {
                    33 }
                """);
        assertThat(module.type("in")).satisfies(t -> {
            assertThat(t.size()).isEqualTo(4);
            assertThat(t.align()).isEqualTo(2);
        });
        assertThat(module.type("s").size()).isEqualTo(32);
        assertThat(((AggregateType.Struct) module.type("s")).offset(2)).isEqualTo(8);
        assertThat(module.type("e").size()).isZero();
        assertThat(module.type("a").align()).isEqualTo(16);
        assertThat(module.type("u")).isInstanceOf(AggregateType.Union.class);
        assertThat(module.type("u").size()).isEqualTo(16);
        assertThat(module.type("o")).isEqualTo(new AggregateType.Opaque("o", 33, 8));
    }

    @Test
    void aLaterTypeOfTheSameNameIsAnother() {
        Module module = Parsed.module("""
                type :t = { w }
                function $f(:t %a) {
                @s
                ret
                }
                type :t = { l, :t }
                function $g(:t %a) {
                @s
                ret
                }
                """);
        assertThat(module.function("f")
                        .signature()
                        .params()
                        .getFirst()
                        .byValue()
                        .size())
                .isEqualTo(4);
        assertThat(module.function("g")
                        .signature()
                        .params()
                        .getFirst()
                        .byValue()
                        .size())
                .isEqualTo(16);
    }

    @Test
    void stringsHaveTheEscapesOfTheGnuAssembler() {
        // What GNU as 2.40 makes of this .ascii.
        assertThat(bytes("b \"\\a\\v\\e\\x414\\8\\18\\q\\777\\400A\\0018\""))
                .isEqualTo(new byte[] {'a', 11, 'e', 0x14, 8, 0x10, 'q', (byte) 0xFF, 0, 'A', 1, '8'});
        assertThat(bytes("b \"\\b\\f\\n\\r\\t\\\\\\\"\"")).isEqualTo(new byte[] {8, 12, 10, 13, 9, '\\', '"'});
        assertThat(bytes("b \"a# b\", b 0 256 -1 \"é\" 1"))
                .isEqualTo(new byte[] {'a', '#', ' ', 'b', 0, 0, -1, (byte) 0xC3, (byte) 0xA9, 1});
        assertThat(bytes("b \"a\nb\"")).isEqualTo("a\nb".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void itemsOfData() {
        Data data = Parsed.module("""
                data $x = align 4 {
                    h 1 -1 65535,
                    w 4294967295 d_1
                    , l 18446744073709551615 s_1 $x+8 $y -9223372036854775808
                    , s s_1.5 1 s_nan s_-inf s_0x1.8p1
                    , d d_-0 d_1e400 d_-nan d_.5 d_5.
                    # a comment
                    , z 3 4, z 0, b 1,
                }
                """).dataNamed("x");
        assertThat(data.align()).isEqualTo(4);
        assertThat(data.size()).isEqualTo(6 + 8 + 40 + 20 + 40 + 8);
        Data.Scalars half = (Data.Scalars) data.items().getFirst();
        assertThat(half.type()).isEqualTo(Type.I16);
        assertThat(half.bits()).containsExactly(1, -1, -1);
        assertThat(((Data.Scalars) data.items().get(1)).bits()).containsExactly(-1, 0);
        assertThat(((Data.Scalars) data.items().get(2)).bits()).containsExactly(-1, 0x3F80_0000);
        assertThat(data.items().get(3)).isEqualTo(new Data.Address("x", 8));
        assertThat(data.items().get(4)).isEqualTo(new Data.Address("y", 0));
        assertThat(((Data.Scalars) data.items().get(6)).bits())
                .containsExactly(0x3FC0_0000, 1, 0x7FC0_0000, 0xFF80_0000L, 0x4040_0000);
        assertThat(((Data.Scalars) data.items().get(7)).bits())
                .containsExactly(
                        Long.MIN_VALUE,
                        0x7FF0_0000_0000_0000L,
                        0xFFF8_0000_0000_0000L,
                        0x3FE0_0000_0000_0000L,
                        0x4014_0000_0000_0000L);
    }

    @Test
    void linkage() {
        Module module = Parsed.module("""
                data $local = { w 1 }
                export
                data $out = { w 1 }
                export thread data $mine = { z 4 }
                common data $shared = { z 16, z 8 }
                section ".init_array"
                data $.init.f = { l $f }
                section ".mine" "awx" export function $f() {
                @start
                    ret
                }
                function $g() { @start
                    ret
                }
                """);
        assertThat(module.dataNamed("local").linkage()).isEqualTo(Linkage.LOCAL);
        assertThat(module.dataNamed("local").align()).isEqualTo(8);
        assertThat(module.dataNamed("out").linkage()).isEqualTo(Linkage.EXPORT);
        assertThat(module.dataNamed("mine").thread()).isTrue();
        assertThat(module.dataNamed("shared").linkage()).isEqualTo(Linkage.COMMON);
        assertThat(module.dataNamed("shared").size()).isEqualTo(24);
        assertThat(module.dataNamed(".init.f").section().name()).isEqualTo(".init_array");
        assertThat(module.dataNamed(".init.f").section().flags()).isNull();
        assertThat(module.function("f").section().flags()).isEqualTo("awx");
        assertThat(module.function("f").linkage()).isEqualTo(Linkage.EXPORT);
        assertThat(module.function("g").linkage()).isEqualTo(Linkage.LOCAL);
        assertThat(module.imports()).isEmpty();
    }

    @Test
    void whatIsNotDefinedIsImported() {
        Module module = Parsed.module("""
                function $f() {
                @s
                    %a =w loadw $x
                    %b =w loadw thread $errno
                    call $"a b\\"c"()
                    ret
                }
                data $d = { l $far+4 }
                """);
        assertThat(module.imports())
                .extracting(Import::name, Import::thread)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("x", false),
                        org.assertj.core.groups.Tuple.tuple("errno", true),
                        org.assertj.core.groups.Tuple.tuple("a b\"c", false),
                        org.assertj.core.groups.Tuple.tuple("far", false));
        assertThat(module.importNamed("x").textPosition()).isEqualTo(Instruction.packPosition(3, 11));
    }

    @Test
    void aQuotedNameIsTheSameAsThePlainOne() {
        assertThat(Parsed.module("function $f() {\n@s\ncall $\"g\"()\nret\n}\nfunction $g() {\n@s\nret\n}")
                        .imports())
                .isEmpty();
    }

    @Test
    void signatures() {
        Signature signature = Parsed.module("""
                type :t = { l 3 }
                function :t $f(env %e, :t %a, sb %b, uh %c, w %d, l %g, s %h, d %i, ...) {
                @s
                    ret %a
                }
                """).function("f").signature();
        assertThat(signature.variadic()).isTrue();
        assertThat(signature.resultAggregate().size()).isEqualTo(24);
        assertThat(signature.params())
                .extracting(Signature.Param::type)
                .containsExactly(Type.PTR, Type.PTR, Type.I8, Type.I16, Type.I32, Type.I64, Type.F32, Type.F64);
        assertThat(signature.params().getFirst().role()).isEqualTo(Signature.Role.ENV);
        assertThat(signature.params().get(2).extension()).isEqualTo(Signature.Extension.SIGN);
        assertThat(signature.params().get(3).extension()).isEqualTo(Signature.Extension.ZERO);
    }

    @Test
    void debugLines() {
        Module module = Parsed.module("""
                dbgfile "a\\134b.c"
                function w $f(w %a) {
                @start
                    %b =w add %a, 1
                    dbgloc 7
                    %c =w add %b, 1
                    dbgloc 8, 3
                    ret %c
                }
                function $g() {
                @start
                    ret
                }
                """);
        Instruction first = module.function("f").entry().first();
        assertThat(module.locations().get(first.location()).isKnown()).isFalse();
        assertThat(module.locations().get(first.next().location())).hasToString("a\\b.c:7");
        assertThat(module.locations().get(first.next().next().location())).hasToString("a\\b.c:8:3");
        assertThat(module.function("g").entry().first().location()).isZero();
        assertThat(first.textPosition()).isEqualTo(Instruction.packPosition(4, 11));
    }

    @Test
    void callsOfOneShapeShareIt() {
        Module module = Parsed.module("""
                type :a = { w }
                type :b = { l }
                function $f(l %p) {
                @start
                    %x =w call $g(:a %p)
                    %y =w call $g(:b %p)
                    %z =w call $h(:a %p)
                    ret
                }
                """);
        Instruction x = module.function("f").entry().first().next();
        Instruction y = x.next();
        assertThat(y.next().extra()).isSameAs(x.extra());
        assertThat(module.signatures()).containsOnlyKeys("sig.w_a", "sig.w_a.2");
        assertThat(x.callSite().signatureName()).isEqualTo("sig.w_a");
        assertThat(y.callSite().signatureName()).isEqualTo("sig.w_a.2");
    }

    @Test
    void spacingIsFree() {
        String spaced = """
                export   function w $f ( w %a , l %b ) {
                # a comment

                @start   # another
                \t%x =w   add %a,1
                  ret %x
                }
                """;
        String tight = "export function w $f(w %a,l %b)\n\n{@start\n%x=w add %a,1\r\nret %x\r\n}";
        assertThat(IrPrinter.print(Parsed.module(spaced))).isEqualTo(IrPrinter.print(Parsed.module(tight)));
    }

    @Test
    void anEmptyFileIsAnEmptyModule() {
        assertThat(Parsed.module("").functions()).isEmpty();
        assertThat(Parsed.module("# nothing").data()).isEmpty();
        Diagnostics diagnostics = new Diagnostics();
        assertThat(QbeParser.parse(SourceText.of("a/b.c/d.e.ssa", ""), diagnostics)
                        .name())
                .isEqualTo("d.e");
    }
}
