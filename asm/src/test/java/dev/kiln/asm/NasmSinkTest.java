package dev.kiln.asm;

import static dev.kiln.asm.RelocationKind.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kiln.testing.OutsideTool;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The text of whole functions: nasm makes the same bytes and relocations of it, without a warning. Single instructions are judged elsewhere. */
class NasmSinkTest {
    private static final int NONE = Registers.NONE;

    /** One function with everything that is not a plain instruction. */
    private static void emit(InstructionSink sink) {
        Operands o = new Operands();
        sink.emit(Form.CALL_REL32, o.clear().symbol("f", PLT32, 0));
        sink.emit(Form.CALL_REL32, o.clear().symbol("eax", PC32, 4));
        sink.emit(Form.JMP_REL32, o.clear().symbol("r10", PLT32, 0));
        sink.emit(Form.JE_REL32, o.clear().symbol("f", PC32, 0));
        sink.emit(Form.MOV_R64_RM64, o.clear().register(Registers.RAX).memoryAtSymbol("g", GOTPCREL, 0));
        sink.emit(Form.MOV_R64_RM64, o.clear().register(Registers.RAX).memoryAtSymbol("tv", GOTTPOFF, 0));
        sink.emit(Form.CMP_RM32_IMM32, o.clear().memoryAtSymbol("g", PC32, 4).immediate(100_000));
        sink.emit(Form.CMP_RM32_IMM8S, o.clear().memoryAtSymbol("g", PC32, -4).immediate(10));
        sink.emit(Form.MOV_R64_IMM64, o.clear().register(Registers.R8).symbol("g", ABS64, 8));
        sink.emit(Form.MOV_RM64_IMM32S, o.clear().register(Registers.R8).symbol("g", ABS32, 8));
        sink.emit(Form.ADD_RM64_IMM32S, o.clear().register(Registers.R9).symbol("g", ABS32, 8));
        sink.emit(Form.LEA_R64_M, o.clear().register(Registers.R9).memoryAtSymbol("g", ABS32, 8));
        int loop = sink.newLabel();
        sink.nameLabel(loop, "loop body");
        int other = sink.newLabel();
        sink.nameLabel(other, "L1");
        int text = sink.constantBytes("hi\0".getBytes(StandardCharsets.UTF_8));
        int real = sink.constant(8, Double.doubleToLongBits(1.5), 0);
        int wide = sink.constant(16, 1, 2);
        int narrow = sink.constant(4, -1, 0);
        int widest = sink.constant(32, -1, 2);
        int table = sink.newLabel();
        sink.constant(64, 3, -4);
        sink.constantBytes(new byte[] {1, 2, 3}, 8);
        sink.jumpTable(loop, other, loop);
        sink.emit(Form.LEA_R64_M, o.clear().register(Registers.R9).memoryAtLabel(text, 1));
        sink.emit(Form.MOVSD_XMM_M64, o.clear().register(Registers.xmm(9)).memoryAtLabel(real, 0));
        sink.emit(Form.PXOR_XMM_XMMM128, o.clear().register(Registers.xmm(9)).memoryAtLabel(wide, 0));
        sink.emit(Form.MOVSS_XMM_M32, o.clear().register(Registers.xmm(9)).memoryAtLabel(narrow, 0));
        sink.emit(Form.LEA_R64_M, o.clear().register(Registers.R9).memoryAtLabel(widest, 0));
        sink.bind(loop);
        if (sink.wantsComments()) sink.comment("ends in a backslash \\");
        sink.emit(Form.JMP_REL32, o.clear().label(loop));
        sink.align(16);
        sink.bind(other);
        sink.emit(Form.CALL_REL32, o.clear().label(loop));
        sink.emit(Form.JE_REL32, o.clear().label(table));
        sink.emit(Form.JRCXZ_REL8, o.clear().label(other));
        sink.emit(Form.JMP_REL8, o.clear().label(other));
        sink.emit(Form.SHL_RM64_CL, o.clear().register(Registers.R9));
        sink.emit(Form.MOV_R64_RM64, o.clear().register(Registers.RAX).memory(NONE, Registers.RCX, 2, 0));
        sink.emit(
                Form.MOV_R64_RM64,
                o.clear().register(Registers.RAX).memory(NONE, NONE, 1, 0x28).segment(Registers.FS));
        // Not to be had from nasm, so written as bytes.
        sink.emit(Form.PUSHW_IMM8S, o.clear().immediate(-3));
        sink.emit(Form.MOV_R64_RM64, o.clear().register(Registers.RAX).memory(Registers.RIP, NONE, 1, 77));
        sink.bytes(new byte[130], 0, 130);
        sink.patchable(PatchKind.JUMP, o.clear().label(loop));
        sink.patchable(PatchKind.CALL, o.clear().symbol("f", PLT32, 0));
        sink.patchable(PatchKind.JUMP, o.clear().symbol("eax", PC32, 4));
        sink.patchable(PatchKind.NOP, o.clear());
        sink.patchable(PatchKind.IMMEDIATE32, o.clear().register(Registers.RDX).immediate(-2));
        sink.patchable(PatchKind.IMMEDIATE32, o.clear().register(Registers.R12).immediate(0xFFFF_FFFFL));
        sink.patchable(PatchKind.IMMEDIATE64, o.clear().register(Registers.R12).immediate(Long.MIN_VALUE));
        sink.address64(other, 5);
        sink.field(ABS64, "g", 16);
        sink.field(PC64, "g", 0);
        sink.field(ABS32U, "g", -1);
        sink.field(PC32, "g", 0);
        sink.field(ABS16, "g", 1);
        sink.field(PC16, "g", 2);
        sink.field(ABS8, "g", 3);
        sink.field(PC8, "g", 4);
        sink.bind(table);
        sink.distance32(loop, table, 0);
        sink.distance32(table, loop, -3);
    }

    @Test
    void nasmMakesTheSameBytesAndRelocations(@TempDir Path folder) throws Exception {
        CodeBuffer buffer = new CodeBuffer();
        emit(buffer);
        Code code = buffer.finish();
        StringBuilder text = new StringBuilder(
                "bits 64\ndefault rel\nextern f, $eax, $r10, g, tv\nsection .text align=64\nglobal start\nstart:\n");
        NasmSink sink = new NasmSink(code, text);
        emit(sink);
        sink.finish();
        Files.writeString(folder.resolve("f.asm"), text);

        Path nasm = OutsideTool.require("nasm");
        Path objdump = OutsideTool.require("objdump");
        Path objcopy = OutsideTool.require("objcopy");
        String object = folder.resolve("f.o").toString();
        String binary = folder.resolve("f.bin").toString();
        var result = OutsideTool.run(
                nasm.toString(),
                "-f",
                "elf64",
                "-w+all",
                "-o",
                object,
                folder.resolve("f.asm").toString());
        assertThat(result.errText()).isEmpty();
        OutsideTool.run(objcopy.toString(), "-O", "binary", "-j", ".text", object, binary)
                .succeeded();
        assertThat(Files.readAllBytes(Path.of(binary))).isEqualTo(code.bytes());

        List<String> theirs = OutsideTool.run(objdump.toString(), "-r", object)
                .succeeded()
                .outText()
                .lines()
                .filter(l -> l.startsWith("0"))
                .map(l -> l.replaceFirst("^0+", "").replaceAll("\\s+", " ").replaceFirst("0x0*", "0x"))
                .toList();
        assertThat(theirs).isEqualTo(relocations(code));
    }

    private static List<String> relocations(Code code) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < code.relocationCount(); i++) {
            String type = switch (code.relocationKind(i)) {
                case ABS32 -> "32S";
                case ABS32U -> "32";
                case ABS64 -> "64";
                case ABS16 -> "16";
                case ABS8 -> "8";
                default -> code.relocationKind(i).name();
            };
            long addend = code.relocationAddend(i);
            String symbol = code.relocationSymbol(i).equals(Code.SELF) ? ".text" : code.relocationSymbol(i);
            lines.add(Integer.toHexString(code.relocationOffset(i)) + " R_X86_64_" + type + " " + symbol
                    + (addend == 0 ? "" : (addend < 0 ? "-0x" : "+0x") + Long.toHexString(Math.abs(addend))));
        }
        return lines;
    }

    @Test
    void namesLabelsReadably() {
        CodeBuffer buffer = new CodeBuffer();
        emit(buffer);
        StringBuilder text = new StringBuilder();
        emit(new NasmSink(buffer.finish(), text));
        assertThat(text)
                .contains(".loop_body:\n    ; ends in a backslash \\.\n    jmp     short .loop_body\n")
                .contains("    ; align 16\n    db      0x")
                .contains(".L1_:\n    call    .loop_body\n    je      near .L7\n")
                .contains(
                        "    mov     rax, qword [nosplit rcx*2]\n    mov     rax, qword [abs fs:40]\n    ; pushw strict byte -3\n")
                .contains(".L7:\n    dd      .loop_body - .L7\n");
    }

    @Test
    void relocationsThatNasmLacksAreRefused() {
        Operands o = new Operands()
                .register(Registers.RAX)
                .memoryAtSymbol("t", TPOFF32, 0)
                .segment(Registers.FS);
        CodeBuffer buffer = new CodeBuffer();
        buffer.emit(Form.MOV_R64_RM64, o);
        Code code = buffer.finish();
        assertThat(code.relocationKind(0)).isEqualTo(TPOFF32);
        assertThatThrownBy(() -> new NasmSink(code, new StringBuilder()).emit(Form.MOV_R64_RM64, o))
                .isInstanceOf(AssemblerException.class)
                .hasMessage("nasm text cannot refer to t with a relocation of kind TPOFF32");
    }
}
