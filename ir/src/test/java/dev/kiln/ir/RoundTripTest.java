package dev.kiln.ir;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoundTripTest {
    /** The file holds every form of the text in canonical spelling. */
    @Test
    void printsCanonicalTextAsItWasRead() {
        String text = Texts.resource("everything.kir");
        assertThat(IrPrinter.print(Texts.parse(text))).isEqualTo(text);
    }

    @Test
    void bringsLooseSpellingIntoCanonicalForm() {
        String loose = """
                ; a comment
                func @f(%a: i32 ,
                        %b : i64)->i64{entry:%x=add i32 %a , i32 0x10 ; more
                  call void @g( )
                  %s = alloca @p
                  %1 = fence
                  ret -0x1 }
                type @p = struct{ i8,
                   i64 }
                func @g(){
                ; nothing yet
                e: ret}
                """.replace("  %1 = fence", "  fence").replace("type @p = struct{ i8,\n   i64 }\n", "");
        String text = "type @p = struct{ i8,\n   i64 }\n" + loose;
        assertThat(IrPrinter.print(Texts.parse(text))).isEqualTo("""
                        type @p = struct { i8, i64 }

                        func @f(%a: i32, %b: i64) -> i64 {
                        entry:
                            %x = add i32 %a, 16
                            call @g()
                            %s = alloca 16, 8
                            fence seq_cst
                            ret -1
                        }

                        func @g() {
                        e:
                            ret
                        }
                        """);
    }

    @Test
    void numbersAndTellsApartWhatJavaLeftUnnamed() {
        FunctionBuilder b = new FunctionBuilder(new Module(""), "f", Signature.of(Type.I32, Type.I32, Type.I32));
        Instruction first = b.named("0", b.add(b.param(0), b.param(1)));
        Instruction second = b.named("x", b.add(first, first));
        Instruction third = b.named("x", b.add(second, second));
        b.add(third, third);
        Block next = b.block("entry", Type.I32);
        b.jump(next, b.add(third, third));
        b.at(next).ret(next.param(0));
        String text = IrPrinter.print(b.module());
        assertThat(text).isEqualTo("""
                        func @f(%1: i32, %2: i32) -> i32 {
                        entry:
                            %0 = add i32 %1, %2
                            %x = add i32 %0, %0
                            %x.2 = add i32 %x, %x
                            add i32 %x.2, %x.2
                            %3 = add i32 %x.2, %x.2
                            jump entry.2(%3)
                        entry.2(%4: i32):
                            ret %4
                        }
                        """);
        assertThat(IrPrinter.print(Texts.parse(text))).isEqualTo(text);
    }

    @Test
    void keepsEveryBitOfFloats() {
        long[] patterns = {
            0,
            1,
            2,
            0x8000000000000000L,
            0x3FF0000000000000L,
            0x7FEFFFFFFFFFFFFFL,
            0x7FF0000000000000L,
            0xFFF0000000000000L,
            0x7FF0000000000001L,
            0x7FF8000000000000L,
            0xFFF8000000000000L,
            0xFFFFFFFFFFFFFFFFL,
            0x3FB999999999999AL,
            0x000FFFFFFFFFFFFFL,
            0x4340000000000001L
        };
        java.util.Random random = new java.util.Random(7);
        for (int i = 0; i < 3000; i++) {
            long bits = i < patterns.length ? patterns[i] : random.nextLong();
            FunctionBuilder b = new FunctionBuilder(new Module(""), "f", Signature.of(Type.VOID, Type.F64, Type.F32));
            b.binary(Op.ADD, b.param(0), Constant.of(Type.F64, bits));
            b.binary(Op.ADD, b.param(1), Constant.of(Type.F32, bits >>> 32));
            b.ret();
            Instruction read = Texts.parse(IrPrinter.print(b.module()))
                    .function("f")
                    .entry()
                    .first();
            assertThat(((Constant) read.arg(1)).bits()).isEqualTo(bits);
            assertThat(((Constant) read.next().arg(1)).bits()).isEqualTo(bits >>> 32);
        }
    }
}
