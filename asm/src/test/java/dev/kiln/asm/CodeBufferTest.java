package dev.kiln.asm;

import static dev.kiln.asm.X86.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Labels, pool, relocations, alignment and positions of whole pieces of code. */
class CodeBufferTest {
    private final Assembler a = new Assembler();

    @Test
    void labelsAreBoundOnceAndBeforeTheEnd() {
        Label twice = a.label("again");
        a.bind(twice);
        a.nop();
        assertThatThrownBy(() -> a.bind(twice))
                .hasMessage("label again is bound twice: in front of instruction 1 (nop);"
                        + " and here, behind instruction 1 (nop)");
        a.db(0xC3, 0xC3);
        a.ret();
        Label never = a.label("nowhere");
        a.jmp(never);
        a.lea(RAX, ptr(never));
        assertThatThrownBy(a::finish)
                .hasMessage("label nowhere is used and never bound; the first use is"
                        + " instruction 3 (jmp), 2 instructions behind label again");
        assertThatThrownBy(() -> a.jmp(new Assembler().label("far")))
                .hasMessage("label far belongs to other code; each assembler makes its own by label()");
        assertThatThrownBy(() -> a.bind(77)).hasMessageContaining("there is no label 77");
    }

    @Test
    void dataAndTablesThatUseLabelsAreNamedToo() {
        a.ret();
        Label start = a.label("start");
        a.bind(start);
        a.mov(EAX, 1);
        a.position(7);
        a.dq(a.label("data"));
        assertThatThrownBy(a::finish)
                .hasMessage("label data is used and never bound; the first use is"
                        + " data behind instruction 2 (mov), 1 instruction behind label start, source position 7");
        a.reset();
        a.ret();
        Label other = a.label();
        Label table = a.jumpTable(other);
        a.distance32(other, table);
        assertThatThrownBy(a::finish)
                .hasMessage("label 0 is used and never bound; the first use is data behind instruction 1 (ret)");
        assertThatThrownBy(() -> a.bind(table))
                .hasMessageContaining("label 1 is bound twice: it is the label of a constant");
        a.reset();
        a.jmp(a.constant(1.5));
        assertThatThrownBy(a::finish).hasMessageStartingWith("label 0 is no target of a jump");
        a.reset();
        a.nop();
        a.jumpTable(a.label("entry"));
        a.ret();
        assertThatThrownBy(a::finish)
                .hasMessage("label entry is used and never bound; the first use is"
                        + " a jump table that was made in front of instruction 2 (ret)");
    }

    @Test
    void aLabelNobodyUsesNeedsNoPlace() {
        a.label();
        a.nop();
        assertThat(a.finish().size()).isEqualTo(1);
    }

    @Test
    void jumpsWithAShortFormOnlyHaveToReach() {
        Label far = a.label();
        a.jrcxz(far);
        a.bytes(new byte[128], 0, 128);
        a.bind(far);
        assertThatThrownBy(a::finish)
                .hasMessageContaining("has only a short form and does not reach label 0, 128 bytes away");
    }

    @Test
    void thePoolKeepsEqualConstantsOnceWidestFirst() {
        int half = a.constant(4, 0x3F000000, 0);
        int one = a.constant(8, Double.doubleToLongBits(1.0), 0);
        int mask = a.constant(16, -1, 0x7FFF_FFFF_FFFF_FFFFL);
        int wide = a.constant(32, 1, 2);
        int text = a.constantBytes("hi\0".getBytes(StandardCharsets.UTF_8));
        assertThat(a.constant(8, Double.doubleToLongBits(1.0), 99)).isEqualTo(one);
        assertThat(a.constant(4, 0xFFFF_FFFF_3F00_0000L, 0)).isEqualTo(half);
        assertThat(a.constantBytes("hi\0".getBytes(StandardCharsets.UTF_8))).isEqualTo(text);
        assertThat(a.constant(8, 0x3F000000, 0)).isNotEqualTo(half);
        a.addsd(XMM0, ptr(a.constant(1.0)));
        a.ret();
        Code code = a.finish();
        assertThat(code.codeEnd()).isEqualTo(9);
        assertThat(code.alignment()).isEqualTo(32);
        assertThat(code.labelOffset(wide)).isEqualTo(32);
        assertThat(code.labelOffset(mask)).isEqualTo(64);
        assertThat(code.labelOffset(one)).isEqualTo(80);
        assertThat(code.labelOffset(text)).isEqualTo(100);
        byte[] bytes = code.bytes();
        assertThat(HexFormat.of().formatHex(bytes, 4, 9)).isEqualTo("48000000" + "c3");
        assertThat(HexFormat.of().formatHex(bytes, 32, 64))
                .isEqualTo("0100000000000000020000000000000001000000000000000200000000000000");
        assertThat(HexFormat.of().formatHex(bytes, 80, 103))
                .isEqualTo("000000000000f03f" + "0000003f00000000" + "0000003f" + "686900");
        assertThatThrownBy(() -> a.constant(12, 0, 0)).hasMessage("a constant has 4, 8, 16, 32 or 64 bytes, not 12");
    }

    @Test
    void relocationsCountFromTheField() {
        a.call(symbol("f"));
        a.cmp(dword(symbol("g", RelocationKind.PC32).plus(4)), 100_000);
        a.mov(RAX, ptr(symbol("h", RelocationKind.GOTPCREL)));
        a.emit("mov", RAX, symbol("h", RelocationKind.ABS64));
        Code code = a.finish();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < code.relocationCount(); i++)
            text.append(code.relocationOffset(i))
                    .append(' ')
                    .append(code.relocationKind(i))
                    .append(' ')
                    .append(code.relocationSymbol(i))
                    .append(' ')
                    .append(code.relocationAddend(i))
                    .append('\n');
        assertThat(text.toString()).isEqualTo("1 PLT32 f -4\n7 PC32 g -4\n18 GOTPCREL h -4\n24 ABS64 h 0\n");
        assertThatThrownBy(() -> a.jmp(symbol("f", RelocationKind.ABS64))).hasMessageContaining("PC32 or PLT32");
    }

    @Test
    void relocationsMoveWithGrowingJumps() {
        Label end = a.label();
        a.je(end);
        a.call(symbol("f"));
        a.bytes(new byte[200], 0, 200);
        a.bind(end);
        Code code = a.finish();
        assertThat(code.relocationOffset(0)).isEqualTo(7);
        assertThat(code.labelOffset(end.id())).isEqualTo(211);
    }

    @Test
    void alignmentIsFilledWithLongNops() {
        a.ret();
        a.align(16);
        a.ret();
        Code code = a.finish();
        assertThat(HexFormat.of().formatHex(code.bytes()))
                .isEqualTo("c3" + "660f1f840000000000" + "660f1f440000" + "c3");
        assertThat(code.padding(0)).isEqualTo(15);
        assertThatThrownBy(() -> a.align(12)).hasMessageContaining("power of two");
    }

    @Test
    void jumpTablesHoldDistances() {
        Label table = a.label();
        Label target = a.label();
        a.bind(target);
        a.nop();
        a.bind(table);
        a.distance32(target, table);
        a.distance32(table.id(), table.id(), 7);
        assertThat(HexFormat.of().formatHex(a.finish().bytes())).isEqualTo("90" + "ffffffff" + "07000000");
    }

    @Test
    void positionsHoldFromWhereTheyAreStated() {
        a.nop();
        a.position(5);
        a.nop();
        a.position(6);
        a.position(7);
        a.nop();
        a.nop();
        Code code = a.finish();
        assertThat(new int[] {code.positionAt(0), code.positionAt(1), code.positionAt(2), code.positionAt(3)})
                .containsExactly(0, 5, 7, 7);
    }

    @Test
    void afterResetTheSameCallsMakeTheSameCode() {
        byte[] first = something();
        a.reset();
        a.jmp(a.label());
        a.constantBytes(new byte[9]);
        a.reset();
        assertThat(something()).isEqualTo(first);
    }

    private byte[] something() {
        Label end = a.label("end");
        a.mulsd(XMM1, ptr(a.constant(2.5)));
        a.jne(end);
        a.call(symbol("f"));
        a.align(32);
        a.bind(end);
        Code code = a.finish();
        assertThat(code.relocationCount()).isEqualTo(1);
        return code.bytes();
    }

    private Code loops(int count) {
        a.reset();
        for (int i = 0; i < count; i++) {
            Label loop = a.here();
            Label out = a.label();
            a.mov(RAX, ptr(RDI, RCX, 8, i));
            a.je(out);
            a.add(RAX, i);
            a.jne(loop);
            a.bind(out);
        }
        return a.finish();
    }

    @Test
    void growingKeepsLabelsAndTakesMemoryAsTheCodeGrows() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] taken = new long[2];
        for (int round = 0; round < 2; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            int count = 100_000 << round;
            Code code = loops(count);
            taken[round] = threads.getCurrentThreadAllocatedBytes() - before;
            assertThat(code.size()).isBetween(15 * count, 20 * count);
            // Every loop begins with the same load and has its own number.
            for (int i = 1000; i < count; i += 997) {
                int at = code.labelOffset(2 * i);
                assertThat(Arrays.copyOfRange(code.bytes(), at, at + 4))
                        .isEqualTo(new byte[] {0x48, (byte) 0x8B, (byte) 0x84, (byte) 0xCF});
                assertThat(ByteBuffer.wrap(code.bytes())
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .getInt(at + 4))
                        .isEqualTo(i);
            }
        }
        assertThat(taken[1]).isLessThan(taken[0] * 5 / 2);
    }

    @Test
    void dataStandWhereTheyAreEmbedded() {
        a.db(1, 255, -128);
        a.db("aé");
        a.dw(0xFFFF, -2);
        a.dd(-1, 5);
        a.dq(Long.MIN_VALUE, 6);
        a.nops(11);
        assertThat(HexFormat.of().formatHex(a.finish().bytes()))
                .isEqualTo("01ff80" + "61c3a9" + "fffffeff" + "ffffffff05000000" + "00000000000000800600000000000000"
                        + "660f1f840000000000" + "6690");
        assertThatThrownBy(() -> a.db(256)).hasMessage("the number 256 does not fit 8 bits");
        assertThatThrownBy(() -> a.dw(-0x8001)).hasMessage("the number -32769 does not fit 16 bits");
        assertThatThrownBy(() -> a.nops(-1)).isInstanceOf(AssemblerException.class);
    }

    @Test
    void addressesOfLabelsAreRelocationsOfTheCodeItself() {
        Label end = a.label("end");
        a.je(end);
        a.dq(end);
        a.field(symbol("f", RelocationKind.PC16).plus(-2));
        a.bytes(new byte[127], 0, 127);
        a.bind(end);
        Code code = a.finish();
        assertThat(code.relocationCount()).isEqualTo(2);
        assertThat(code.relocationSymbol(0)).isEqualTo(Code.SELF);
        assertThat(code.relocationKind(0)).isEqualTo(RelocationKind.ABS64);
        assertThat(code.relocationOffset(0)).isEqualTo(6);
        assertThat(code.relocationAddend(0)).isEqualTo(143);
        assertThat(code.relocationOffset(1)).isEqualTo(14);
        assertThat(code.relocationAddend(1)).isEqualTo(-2);
        Label never = a.label("never");
        a.dq(never);
        assertThatThrownBy(a::finish).hasMessageContaining("label never is used and never bound");
    }

    @Test
    void vectorsInThePoolAreAlignedToTheirSize() {
        Label text = a.string("x");
        Label doubles = a.constants(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0);
        Label three = a.constants(1, 2, 3);
        Label bytes = a.constants((byte) 1, (byte) 2);
        Label same = a.constants(7L, 8L, 7L, 8L);
        Label floats = a.constants(1f, 2f);
        assertThat(same.id()).isEqualTo(a.constant(32, 7, 8));
        assertThat(floats.id()).isEqualTo(a.constant(8, 0x40000000_3F800000L, 0));
        assertThat(a.constants(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0).id()).isEqualTo(doubles.id());
        byte[] twelve = {1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0};
        assertThat(a.constantBytes(twelve, 32)).isEqualTo(three.id());
        assertThatThrownBy(() -> a.constantBytes(twelve, 128)).hasMessageContaining("a power of two up to 64");
        Code code = a.finish();
        assertThat(code.alignment()).isEqualTo(64);
        assertThat(code.labelOffset(doubles.id()) % 64).isZero();
        assertThat(code.labelOffset(same.id()) % 32).isZero();
        assertThat(code.labelOffset(three.id()) % 32).isZero();
        assertThat(code.labelOffset(bytes.id()) % 2).isZero();
        assertThat(code.labelOffset(text.id())).isEqualTo(code.size() - 2);
        // Next to nothing is lost: 64 + 32 + 12 rounded to 16 + 8 + 2 + 2.
        assertThat(code.size()).isLessThanOrEqualTo(124);
    }

    @Test
    void namedLabelsAreListed() {
        Label first = a.label("first");
        a.nop();
        a.bind(first);
        a.here();
        a.label("nowhere");
        a.nop();
        Label again = a.label("again");
        a.bind(again);
        Label other = a.label("again");
        a.nop();
        a.bind(other);
        Code code = a.finish();
        assertThat(code.labels())
                .containsExactly(
                        new Code.NamedLabel("first", 1),
                        new Code.NamedLabel("again", 2),
                        new Code.NamedLabel("again", 3));
        assertThat(code.labelOffset("first")).isEqualTo(1);
        assertThatThrownBy(() -> code.labelOffset("nowhere")).hasMessageContaining("no label is named nowhere");
        assertThatThrownBy(() -> code.labelOffset("again")).hasMessage("several labels are named again");
    }

    @Test
    void patchSitesAreCheckedWhereTheyAreEmitted() {
        Operands o = new Operands();
        assertThatThrownBy(() -> a.patchable(PatchKind.JUMP, o.clear())).hasMessageContaining("a label or a symbol");
        assertThatThrownBy(() -> a.patchable(PatchKind.NOP, o.clear().immediate(1)))
                .hasMessage("a patchable NOP takes no operands");
        assertThatThrownBy(() ->
                        a.patchable(PatchKind.IMMEDIATE32, o.clear().register(0).immediate(1L << 32)))
                .hasMessage("the immediate 4294967296 does not fit 32 bits");
        assertThatThrownBy(() -> a.patchable(
                        PatchKind.IMMEDIATE64,
                        o.clear().register(Registers.xmm(0)).immediate(1)))
                .hasMessageContaining("RAX to R15");
        assertThatThrownBy(() -> a.patchableJump(symbol("f", RelocationKind.ABS64)))
                .hasMessageContaining("PC32 or PLT32");
        assertThatThrownBy(() -> a.patchableCall(new Assembler().label())).hasMessageContaining("other code");
        a.lock();
        assertThatThrownBy(a::patchableNop).hasMessageContaining("prefix");
    }

    @Test
    void codeThatOutgrowsItsOffsetsIsRefused() {
        for (int i = 0; i < 40_000; i++) {
            a.align(1 << 16);
            a.nop();
        }
        assertThatThrownBy(a::finish).isInstanceOf(AssemblerException.class).hasMessageContaining("larger than 2 GiB");
    }
}
