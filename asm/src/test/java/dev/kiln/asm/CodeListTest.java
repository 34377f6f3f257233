package dev.kiln.asm;

import static dev.kiln.asm.X86.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Code as nodes: whatever is recorded is emitted to the same bytes, and edits do what they say. */
class CodeListTest {
    private final CodeList list = new CodeList();
    private final Operands o = new Operands();

    /** All forms with operands at the edges, recorded by form and from written bytes. */
    @Test
    void everyFormIsEmittedAsItWasRecorded() {
        SplittableRandom random = new SplittableRandom(1);
        int cases = 0;
        for (int form = 1; form < Forms.count(); form++) {
            CodeBuffer direct = new CodeBuffer();
            CodeList recorded = new CodeList();
            int here = 0;
            for (FormCase c : FormCase.of(form, random)) {
                if (EveryFormTest.encode(form, c.fill(o), c.distance()) == null) continue;
                direct.newLabel();
                recorded.newLabel();
                emit(direct, form, c, here);
                emit(recorded, form, c, here);
                here++;
                cases++;
            }
            byte[] bytes = direct.finish().bytes();
            assertThat(emitted(recorded).bytes()).as(Forms.describe(form)).isEqualTo(bytes);
            CodeList decoded = CodeList.of(direct);
            assertThat(emitted(decoded).bytes()).as(Forms.describe(form)).isEqualTo(bytes);
            // A copy is encoded anew from forms and operands.
            CodeList copy = new CodeList();
            copy.append(decoded);
            assertThat(emitted(copy).bytes()).as(Forms.describe(form)).isEqualTo(bytes);
        }
        assertThat(cases).isGreaterThan(50 * Forms.count());
    }

    private void emit(InstructionSink sink, int form, FormCase c, int label) {
        c.fill(o);
        if (o.memoryLabel == 0 && o.base == Registers.RIP) o.memoryLabel = label;
        for (int i = 0; i < o.count; i++) if (o.kinds[i] == Operands.LABEL) o.values[i] = label;
        sink.emit(form, o);
        if (c.distance() > 0) sink.bytes(new byte[c.distance()], 0, c.distance());
        sink.bind(label);
    }

    private static Code emitted(CodeList list) {
        CodeBuffer buffer = new CodeBuffer();
        list.emitTo(buffer);
        return buffer.finish();
    }

    private static void everything(InstructionSink sink) {
        Operands o = new Operands();
        int text = sink.constantBytes("hi\0".getBytes(StandardCharsets.UTF_8));
        int loop = sink.newLabel();
        int table = sink.newLabel();
        sink.nameLabel(loop, "loop");
        int real = sink.constant(8, Double.doubleToLongBits(1.5), 0);
        int far = sink.newLabel();
        sink.bind(loop);
        sink.position(3);
        sink.comment("reads");
        sink.emit(Form.MOVSD_XMM_M64, o.clear().register(Registers.xmm(9)).memoryAtLabel(real, 0));
        sink.emit(Form.LEA_R64_M, o.clear().register(Registers.RDI).memoryAtLabel(text, 1));
        sink.position(4);
        sink.emit(Form.CALL_REL32, o.clear().symbol("f", RelocationKind.PLT32, 0));
        sink.emit(
                Form.CMP_RM32_IMM8S,
                o.clear().memoryAtSymbol("g", RelocationKind.PC32, 4).immediate(1));
        sink.emit(Form.MOV_R64_IMM64, o.clear().register(Registers.R9).symbol("h", RelocationKind.ABS64, -1));
        sink.emit(
                Form.MOV_R64_RM64,
                o.clear()
                        .register(Registers.R9)
                        .memoryAtSymbol("t", RelocationKind.ABS32, 8)
                        .segment(Registers.FS));
        sink.emit(Form.ADD_RM32_IMM32, o.clear().memoryAtLabel(table, 0).immediate(1 << 20));
        sink.emit(Form.JE_REL32, o.clear().label(far));
        sink.blankLine();
        sink.emit(Form.JMP_REL32, o.clear().label(loop));
        sink.emit(
                Form.ADD_RM32_R32 | Form.LOCK,
                o.clear().memory(Registers.RAX, -1, 1, 0).register(1));
        sink.emit(Form.MOVSB | Form.REP, o.clear());
        sink.align(32);
        sink.bind(table);
        sink.distance32(far, table, 0);
        sink.distance32(loop, table, -3);
        sink.data(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, 0, 8, 4);
        sink.field(RelocationKind.ABS64, "g", 16);
        sink.address64(far, 7);
        sink.bytes(new byte[150], 0, 150);
        sink.reserve(9);
        sink.align(4);
        sink.bind(far);
        sink.emit(Form.JRCXZ_REL8, o.clear().label(far));
        sink.patchable(PatchKind.CALL, o.clear().label(far));
        sink.patchable(PatchKind.JUMP, o.clear().symbol("f", RelocationKind.PC32, 3));
        sink.patchable(PatchKind.NOP, o.clear());
        sink.patchable(PatchKind.IMMEDIATE32, o.clear().register(Registers.R9).immediate(77));
        sink.patchable(PatchKind.IMMEDIATE64, o.clear().register(Registers.RAX).immediate(-1));
        sink.emit(Form.LEA_R64_M, o.clear().register(Registers.RAX).memoryAtLabel(sink.jumpTable(far, loop), 0));
        sink.emit(Form.XBEGIN_REL32, o.clear().label(loop));
    }

    @Test
    void recordedByFormOrFromBytesTheCodeIsTheSame() {
        CodeBuffer direct = new CodeBuffer();
        everything(direct);
        everything(list);
        Code expected = direct.finish();
        assertSame(emitted(list), expected);
        assertSame(emitted(CodeList.of(direct)), expected);
        CodeList copy = new CodeList();
        copy.append(CodeList.of(direct));
        assertSame(emitted(copy), expected);
        StringBuilder text = new StringBuilder();
        NasmSink sink = new NasmSink(expected, text);
        everything(sink);
        StringBuilder fromNodes = new StringBuilder();
        list.emitTo(new NasmSink(expected, fromNodes));
        assertThat(text).contains("    ; reads\n").contains("    dd      0x04030201, 0x08070605\n");
        assertThat(fromNodes).asString().isEqualTo(text.toString());
    }

    private static void assertSame(Code actual, Code expected) {
        assertThat(actual.bytes()).isEqualTo(expected.bytes());
        assertThat(relocations(actual)).isEqualTo(relocations(expected));
        for (int i = 0; i < expected.size(); i++)
            assertThat(actual.positionAt(i)).isEqualTo(expected.positionAt(i));
        assertThat(actual.patchSites()).isEqualTo(expected.patchSites());
        assertThat(actual.codeEnd()).isEqualTo(expected.codeEnd());
    }

    private static List<String> relocations(Code code) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < code.relocationCount(); i++)
            lines.add(code.relocationOffset(i) + " " + code.relocationKind(i) + " " + code.relocationSymbol(i) + " "
                    + code.relocationAddend(i));
        return lines;
    }

    @Test
    void nodesSayWhatTheyAre() {
        everything(list);
        StringBuilder kinds = new StringBuilder();
        for (int node = list.first(); node != CodeList.NONE; node = list.next(node))
            kinds.append(list.isInstruction(node) ? list.mnemonic(node) : list.kind(node))
                    .append(' ');
        assertThat(kinds.toString())
                .isEqualTo("LABEL COMMENT movsd lea call cmp mov mov add je BLANK jmp add movsb ALIGN LABEL DISTANCE "
                        + "DISTANCE DATA FIELD ADDRESS DATA RESERVE ALIGN LABEL jrcxz PATCHABLE PATCHABLE PATCHABLE "
                        + "PATCHABLE PATCHABLE lea xbegin ");
        int cmp = list.first();
        while (!list.isInstruction(cmp) || !list.mnemonic(cmp).equals("cmp")) cmp = list.next(cmp);
        assertThat(list.form(cmp)).isEqualTo(Form.CMP_RM32_IMM8S);
        assertThat(list.operands(cmp, o).symbol()).isEqualTo("g");
        assertThat(o.addend()).isEqualTo(4);
        assertThat(o.immediateAt(1)).isEqualTo(1);
        assertThat(list.positionOf(cmp)).isEqualTo(4);
        assertThatThrownBy(() -> list.label(list.last())).hasMessageContaining("is of kind INSTRUCTION, not LABEL");
    }

    /** A field more has to be kept by {@link OperandStore} too, and named here. */
    @Test
    void everyFieldOfOperandsIsKept() {
        assertThat(Arrays.stream(Operands.class.getDeclaredFields())
                        .filter(f -> !Modifier.isStatic(f.getModifiers()))
                        .map(Field::getName))
                .containsExactlyInAnyOrder(
                        "count",
                        "kinds",
                        "values",
                        "immediate0",
                        "immediate1",
                        "immediates",
                        "base",
                        "index",
                        "scale",
                        "displacement",
                        "segment",
                        "addressBits",
                        "memoryLabel",
                        "decorations",
                        "symbol",
                        "relocation",
                        "addend",
                        "symbolInMemory");
    }

    @Test
    void nodesAreDescribed() {
        everything(list);
        assertThat(list.toString())
                .startsWith("loop:\n; reads\nmovsd xmm9, qword [rel .L3]\nlea rdi, [rel .L0+1]\ncall f wrt ..plt\n")
                .contains("lock add dword [rax], ecx\nrep movsb\nalign 32\n.L2:\ndistance of .L4 from .L2\n")
                .contains("8 bytes\nABS64 g\naddress of .L4\n150 bytes\nreserve 9\n", "patchable CALL\n");
    }

    @Test
    void editsKeepTheListWhole() {
        list.emit(Form.NOP, o.clear());
        int nop = list.cursor();
        list.emit(Form.ADD_RM64_R64, o.clear().register(Registers.RAX).register(Registers.RBX));
        int add = list.cursor();
        list.emit(Form.RET, o.clear());
        int ret = list.cursor();
        list.replace(add, Form.SUB_RM64_IMM8S, o.clear().register(Registers.RCX).immediate(8));
        list.remove(nop);
        list.cursor(CodeList.NONE);
        list.emit(Form.PUSH_R64, o.clear().register(Registers.RBP));
        list.emit(Form.POP_R64, o.clear().register(Registers.RBP));
        int pop = list.cursor();
        list.move(pop, add);
        assertThat(list.size()).isEqualTo(4);
        assertThat(list.previous(ret)).isEqualTo(pop);
        assertThat(list.last()).isEqualTo(ret);
        // push rbp; sub rcx, 8; pop rbp; ret
        assertThat(emitted(list).bytes())
                .isEqualTo(new byte[] {0x55, 0x48, (byte) 0x83, (byte) 0xE9, 8, 0x5D, (byte) 0xC3});
        assertThat(list.contains(nop)).isFalse();
        assertThatThrownBy(() -> list.next(nop)).hasMessage("node 0 has been removed");
        assertThatThrownBy(() -> list.next(99)).hasMessage("there is no node 99");
    }

    @Test
    void anAppendedListKeepsItsLabelsApart() {
        CodeList part = new CodeList();
        int back = part.newLabel();
        part.bind(back);
        part.emit(Form.MULSD_XMM_XMMM64, o.clear().register(Registers.xmm(0)).memoryAtLabel(part.constant(8, 5, 0), 0));
        part.emit(Form.JMP_REL32, o.clear().label(back));
        list.append(part);
        int[] labels = list.append(part);
        assertThat(labels).containsExactly(2, 1);
        CodeBuffer twice = new CodeBuffer();
        part.emitTo(twice);
        part.emitTo(twice);
        assertThat(emitted(list).bytes()).isEqualTo(twice.finish().bytes());
    }

    @Test
    void operandsAreCheckedWhenTheyAreRecorded() {
        assertThatThrownBy(() -> list.emit(Form.ADD_RM64_R64, o.clear().register(Registers.RAX)))
                .hasMessageContaining("does not take");
        assertThatThrownBy(() -> list.emit(Form.JMP_REL32, o.clear().label(0))).hasMessageContaining("no label 0");
        assertThatThrownBy(() -> list.emit(0, o.clear())).hasMessageContaining("no instruction form 0");
        list.bind(list.newLabel());
        assertThatThrownBy(() -> list.bind(0)).hasMessageContaining("is bound twice");
        assertThatThrownBy(() -> list.data(new byte[6], 0, 6, 4)).hasMessageContaining("6 bytes of data");
        assertThat(list.size()).isEqualTo(1);
    }

    @Test
    void longJumpsAndNotesAreKept() {
        Assembler a = new Assembler();
        a.keepNotes();
        Label end = a.label();
        a.long_();
        a.jmp(end);
        a.comment("short enough");
        a.je(end);
        a.bind(end);
        a.ret();
        CodeList recorded = CodeList.of(a);
        assertThat(recorded.toString()).contains("jmp .L0\n; short enough\nje .L0\n");
        assertThat(emitted(recorded).bytes()).isEqualTo(a.finish().bytes()).hasSize(8);
    }

    @Test
    void aTargetIsAskedWhenNodesAreEmitted() {
        Assembler a = new Assembler();
        a.avx().vaddps(YMM0, YMM1, YMM2);
        CodeList recorded = CodeList.of(a);
        assertThatThrownBy(() -> recorded.emitTo(new CodeBuffer(CpuFeatures.BASELINE)))
                .hasMessageContaining("vaddps needs");
        recorded.emitTo(new CodeBuffer(CpuFeatures.X86_64_V3));
    }

    @Test
    void typedMethodsAreRecordedFromTheirBytes() {
        Assembler a = new Assembler();
        Label end = a.label("end");
        a.mov(RAX, ptr(RDI, RCX, 8, 16));
        a.je(end);
        a.avx512().vaddps(ZMM1.masked(K1), ZMM2, dword(RAX).broadcast());
        a.lock();
        a.add(ptr(RDI), RAX);
        a.bind(end);
        a.ret();
        CodeList recorded = CodeList.of(a);
        StringBuilder mnemonics = new StringBuilder();
        for (int node = recorded.first(); node != CodeList.NONE; node = recorded.next(node))
            mnemonics
                    .append(recorded.isInstruction(node) ? recorded.mnemonic(node) : recorded.labelName(0) + ":")
                    .append(' ');
        assertThat(mnemonics.toString()).isEqualTo("mov je vaddps add end: ret ");
        assertThat(emitted(recorded).bytes()).isEqualTo(a.finish().bytes());
    }
}
