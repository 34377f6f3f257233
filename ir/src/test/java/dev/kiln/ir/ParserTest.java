package dev.kiln.ir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import dev.kiln.testing.CostGrowth;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ParserTest {
    @Test
    void readsWhatItWasToldInText() {
        Module m = Texts.parse(Texts.resource("everything.kir"));
        assertThat(m.name()).isEqualTo("everything");
        assertThat(m.type("tight").size()).isEqualTo(28);
        assertThat(m.type("tight").align()).isEqualTo(4);
        assertThat(m.type("either").size()).isEqualTo(16);
        assertThat(m.signature("narrow").params().get(0).role()).isEqualTo(Signature.Role.SRET);
        assertThat(m.signature("narrow").convention()).isEqualTo(Signature.Convention.MICROSOFT_X64);
        assertThat(m.importNamed("errno").thread()).isTrue();
        assertThat(m.dataNamed("table").size()).isEqualTo(16 + 6 * 8 + 16 + 16);
        assertThat(m.dataNamed("table").alignment()).isEqualTo(16);
        assertThat(m.dataNamed("tentative").linkage()).isEqualTo(Linkage.COMMON);

        Function main = m.function("main");
        assertThat(main.linkage()).isEqualTo(Linkage.EXPORT);
        assertThat(main.params()).extracting(BlockParam::name).containsExactly("argc", "argv");
        assertThat(main.blocks()).extracting(Block::name).containsExactly("entry", "loop", "odd block", "done");
        assertThat(m.locations().get(main.location()).toString()).isEqualTo("main.c:3:1");
        Block loop = main.blocks().get(1);
        Instruction p = loop.first();
        assertThat(p.op()).isEqualTo(Op.INDEX);
        assertThat(p.immediate()).isEqualTo(8);
        assertThat(p.immediate2()).isEqualTo(16);
        assertThat(p.textPosition()).isEqualTo(Instruction.packPosition(34, 5));
        Block first = m.function("backwards").blocks().get(1);
        Block second = m.function("backwards").blocks().get(2);
        assertThat(first.first().arg(1)).as("a value from further down").isSameAs(second.first());
        assertThat(p.next().next().isVolatile()).isTrue();
        assertThat(loop.terminator().cases()).containsExactly(1, -1, 3);
        assertThat(loop.terminator().targets()[1].args()).hasSize(2);
        assertThat(m.function("convert").entry().first().arg(0)).isEqualTo(Constant.of(Type.I32, 5));
        Instruction trunc = m.function("convert").entry().last();
        while (trunc.op() != Op.ROUND_TO_ZERO) {
            trunc = trunc.previous();
        }
        assertThat(trunc.type()).isEqualTo(Type.F64);
        Instruction call = main.blocks().get(3).first();
        while (call.op() != Op.GUARD) {
            call = call.next();
        }
        assertThat(call.frameState().exit()).isEqualTo("exit");
        assertThat(call.frameState().exitId()).isEqualTo(-9);
        assertThat(call.frameState().parent().exitId()).isEqualTo(4);
    }

    @Test
    void findsEveryErrorOfATextInOrder() {
        assertThat(Texts.errors("""
                        func @f(%a: i32) {
                        entry:
                            %x = ad i32 %a, 1
                            %y = add i32 %x, %b
                            ret
                        }
                        data @d = i8 300
                        """)).containsExactly("3:10 KILN-E1002", "4:22 KILN-E1004", "7:14 KILN-E1011");
    }

    /** The examples of the reference are whole modules. */
    @Test
    void readsTheExamplesOfTheReference() throws java.io.IOException {
        String page = java.nio.file.Files.readString(
                java.nio.file.Path.of(System.getProperty("kiln.root", ".."), "docs", "ir.md"));
        int from = page.indexOf("```\nmodule");
        assertThat(from).isPositive();
        Module module = Texts.parse(page.substring(from + 4, page.indexOf("```\n", from + 4)));
        Diagnostics d = new Diagnostics();
        Verifier.verify(module, d);
        assertThat(d.list()).isEmpty();
    }

    @Test
    void takesLineEndsAndMarksOfOtherSystems() {
        assertThat(Texts.errors("\uFEFFmodule \"x\"\r\nfunc @f() {\r\ne:\r\n\tret\r\n}\r\n"))
                .isEmpty();
        assertThat(Texts.errors("")).isEmpty();
        assertThat(Texts.errors("data @d = i8 1")).isEmpty();
    }

    @Test
    void suggestsTheNearestName() {
        Diagnostics d = new Diagnostics();
        IrParser.parse(SourceText.of("t", "func @f(%count: i32) -> i32 {\ne:\n ret %cuont\n}\n"), d);
        assertThat(d.list().getFirst().suggestion()).isEqualTo("did you mean %count?");
    }

    @Test
    void tellsHowAddressesAreComputed() {
        Diagnostics d = new Diagnostics();
        IrParser.parse(
                SourceText.of("t", "func @f(%p: ptr) {\ne:\n %q = add ptr %p, 8\n %r = xor ptr %p, 8\n ret\n}\n"), d);
        assertThat(d.list().getFirst().suggestion()).contains("index ptr");
        assertThat(d.list().get(1).suggestion()).contains("bitcast");
    }

    @Test
    void bordersOfIntegerConstants() {
        String text = "func @f(%a: i8, %b: i64) {\ne:\n %x = add i8 %a, $\n %y = add i64 %b, #\n ret\n}\n";
        for (String ok : List.of("-128", "255", "0xff", "+7")) {
            assertThat(Texts.errors(text.replace("$", ok).replace("#", "0"))).isEmpty();
        }
        for (String bad : List.of("-129", "256", "0x100", "99999999999999999999")) {
            assertThat(Texts.errors(text.replace("$", bad).replace("#", "0"))).containsExactly("3:18 KILN-E1011");
        }
        for (String ok : List.of("-9223372036854775808", "18446744073709551615", "0xffffffffffffffff")) {
            assertThat(Texts.errors(text.replace("$", "0").replace("#", ok))).isEmpty();
        }
        for (String bad : List.of("-9223372036854775809", "18446744073709551616", "0x10000000000000000")) {
            assertThat(Texts.errors(text.replace("$", "0").replace("#", bad))).containsExactly("4:19 KILN-E1011");
        }
    }

    @Test
    void limitsNestingInsteadOfTheStack() {
        String deep = "struct { ".repeat(100_000);
        assertThat(Texts.errors("type @t = " + deep + "\n")).containsExactly("1:587 KILN-E1020");
        StringBuilder chain = new StringBuilder("type @t0 = struct { i8 }\n");
        for (int i = 1; i < 200; i++) {
            chain.append("type @t" + i + " = struct { @t" + (i - 1) + " }\n");
        }
        assertThat(Texts.errors(chain.toString())).first().isEqualTo("65:22 KILN-E1020");
    }

    /** Byte flips, truncations, lines shuffled, doubled and dropped: never an exception, never without end. */
    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void survivesTwoThousandMutations() {
        Random random = new Random(20261121);
        byte[] original = Texts.resource("everything.kir").getBytes(StandardCharsets.UTF_8);
        int valid = 0;
        for (int round = 0; round < 2000; round++) {
            byte[] text = mutate(original, random);
            Diagnostics d = new Diagnostics();
            try {
                Module m = IrParser.parse(new SourceText("t", text), d);
                if (!d.hasErrors()) {
                    Verifier.verify(m, d);
                }
                String printed = IrPrinter.print(m);
                if (!d.hasErrors()) {
                    valid++;
                    assertThat(IrPrinter.print(Texts.parse(printed))).isEqualTo(printed);
                }
                for (var diagnostic : d.list()) {
                    assertThat(diagnostic.position().isKnown())
                            .as(diagnostic.toString())
                            .isTrue();
                }
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("round " + round + ":\n" + new String(text, StandardCharsets.UTF_8), e);
            }
        }
        assertThat(valid).as("mutations that are still valid").isBetween(10, 1990);
    }

    private static byte[] mutate(byte[] original, Random random) {
        byte[] text = original.clone();
        switch (random.nextInt(4)) {
            case 0 -> {
                for (int i = random.nextInt(3); i >= 0; i--) {
                    text[random.nextInt(text.length)] = (byte) random.nextInt(256);
                }
            }
            case 1 -> text = java.util.Arrays.copyOf(text, random.nextInt(text.length));
            case 2 -> {
                for (int i = random.nextInt(3); i >= 0; i--) {
                    byte b = original[random.nextInt(text.length)];
                    text[random.nextInt(text.length)] = b;
                }
            }
            default -> {
                List<String> lines = new ArrayList<>(List.of(new String(text, StandardCharsets.UTF_8).split("\n")));
                for (int i = random.nextInt(4); i >= 0; i--) {
                    int a = random.nextInt(lines.size());
                    int b = random.nextInt(lines.size());
                    switch (random.nextInt(3)) {
                        case 0 -> Collections.swap(lines, a, b);
                        case 1 -> lines.remove(a);
                        default -> lines.add(a, lines.get(b));
                    }
                }
                text = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
            }
        }
        return text;
    }

    /** Texts made to cost more than linear time in a careless parser. */
    @ParameterizedTest
    @MethodSource
    void hostileTextsCostLinearTime(String begin, String repeated, String end) {
        assertThat(CostGrowth.ofFourTimes(10_000, 10, count -> Texts.errors(begin + repeated.repeat(count) + end)))
                .as("the cost of four times the text")
                .isLessThan(10);
    }

    static Stream<Arguments> hostileTextsCostLinearTime() {
        return Stream.of(
                Arguments.of("func @f() {\ne:\n", " call @f(\n", ""),
                Arguments.of("func @f() {\ne:\n", " switch i32 1, e, [\n", ""),
                Arguments.of("func @f() {\ne:\n", " jump e(((((\n", ""),
                Arguments.of("func @f() {\ne:\n", " %x = add i32 %y, 1\n", " ret\n}\n"),
                Arguments.of("func @f(", "%a: i32, ", "%a: i32) {\ne:\n ret\n}\n"),
                Arguments.of("type @t = struct { ", "i8, ", "i8 }\n"),
                Arguments.of("data @d = { ", "i32 1, ", "\n"),
                Arguments.of("", "(", ""),
                Arguments.of("", "\"", ""),
                Arguments.of("func @f() {\n", "e:\n", "}\n"),
                Arguments.of("func @f() {\ne:\n", " jump q\n", "}\n"));
    }
}
