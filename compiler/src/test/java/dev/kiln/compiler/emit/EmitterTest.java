package dev.kiln.compiler.emit;

import static dev.kiln.compiler.machine.Operand.NONE;
import static dev.kiln.compiler.machine.Operand.block;
import static dev.kiln.compiler.machine.Operand.reg;
import static dev.kiln.compiler.machine.Operand.slot;
import static dev.kiln.compiler.machine.Operand.small;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kiln.asm.Code;
import dev.kiln.asm.CodeBuffer;
import dev.kiln.asm.Form;
import dev.kiln.asm.NasmSink;
import dev.kiln.asm.Registers;
import dev.kiln.asm.RelocationKind;
import dev.kiln.compiler.Disassembly;
import dev.kiln.compiler.Target;
import dev.kiln.compiler.frame.FrameLayout;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.Operand;
import dev.kiln.compiler.machine.Pseudo;
import dev.kiln.ir.Locations;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmitterTest {
    private static final int RAX = reg(Registers.RAX), RCX = reg(Registers.RCX), RDI = reg(Registers.RDI);

    private final MachineFunction f = new MachineFunction("f");
    private final Locations locations = new Locations();
    private Code code;

    private List<String> emit() {
        FrameLayout layout = new FrameLayout();
        assertThat(layout.layOut(f)).isTrue();
        CodeBuffer buffer = new CodeBuffer();
        new Emitter(Target.LINUX).emit(f, layout, locations, buffer);
        code = buffer.finish();
        List<String> lines = Disassembly.lines(code);
        assertThat(lines).startsWith("push rbp", "mov rbp, rsp");
        return lines.subList(2, lines.size());
    }

    private int start() {
        int first = f.newBlock();
        f.startBlock(first);
        return first;
    }

    @Test
    void copiesSlotsAndReturn() {
        start();
        int wide = f.newSlot(16, 16);
        int word = f.newSlot(8, 8);
        int single = f.newSlot(4, 4);
        f.emit(Pseudo.ENTRY, RDI);
        f.emit(Pseudo.COPY, RAX, RDI);
        f.emit(Pseudo.COPY, reg(Registers.xmm(1)), reg(Registers.xmm(9)));
        f.emit(Pseudo.LOAD_SLOT, RCX, slot(word));
        f.emit(Pseudo.STORE_SLOT, RCX, slot(word));
        f.emit(Pseudo.LOAD_SLOT, reg(Registers.xmm(0)), slot(wide));
        f.emit(Pseudo.STORE_SLOT, reg(Registers.xmm(0)), slot(wide));
        f.emit(Pseudo.LOAD_SLOT, reg(Registers.xmm(0)), slot(word));
        f.emit(Pseudo.STORE_SLOT, reg(Registers.xmm(0)), slot(single));
        f.begin(Form.LEA_R64_M);
        f.operand(RAX).memory(slot(wide), RCX, 4, 3);
        f.emit(Pseudo.DEFINE, RCX);
        f.emit(Pseudo.RET, RAX);
        assertThat(emit())
                .containsExactly(
                        "sub rsp, 0x20",
                        "mov rax, rdi",
                        "movaps xmm1, xmm9",
                        "mov rcx, qword [rbp-0x18]",
                        "mov qword [rbp-0x18], rcx",
                        "movaps xmm0, oword [rbp-0x10]",
                        "movaps oword [rbp-0x10], xmm0",
                        "movsd xmm0, qword [rbp-0x18]",
                        "movss dword [rbp-0x1c], xmm0",
                        "lea rax, [rbp+rcx*4-0xd]",
                        "leave",
                        "ret");
    }

    @Test
    void aJumpToTheNextBlockVanishes() {
        start();
        int second = f.newBlock();
        int third = f.newBlock();
        f.emit(Form.JE_REL32, block(third));
        f.emit(Form.JMP_REL32, block(second));
        f.startBlock(second);
        f.emit(Form.NEG_RM64, RAX);
        f.startBlock(third);
        f.emit(Pseudo.RET, RAX);
        assertThat(emit()).containsExactly("je 0x9", "neg rax", "pop rbp", "ret");
    }

    @Test
    void calls() {
        start();
        int clobbers = f.clobbers(0);
        f.begin(Pseudo.CALL);
        f.operand(small(1)).operand(small(clobbers)).operand(RAX);
        f.operand(f.symbol("callee", RelocationKind.PLT32, 0)).operand(RDI);
        f.begin(Pseudo.CALL);
        f.operand(small(0)).operand(small(clobbers)).operand(RCX);
        f.begin(Pseudo.CALL);
        f.operand(small(0)).operand(small(clobbers)).memory(RCX, NONE, 1, 8).operand(RDI);
        f.emit(Pseudo.RET);
        assertThat(emit()).containsExactly("call 0x9", "call rcx", "call qword [rcx+8]", "pop rbp", "ret");
        assertThat(code.relocationCount()).isEqualTo(1);
        assertThat(code.relocationSymbol(0)).isEqualTo("callee");
        assertThat(code.relocationKind(0)).isEqualTo(RelocationKind.PLT32);
        assertThat(code.relocationAddend(0)).isEqualTo(-4);
    }

    @Test
    void aTrapNamesItselfItsFunctionAndItsPosition() {
        start();
        f.setPosition(locations.add("a.c", 3, 7));
        f.emit(Pseudo.TRAP, small(f.trap("division_by_zero")));
        assertThat(emit()).hasSize(2).first().asString().startsWith("lea rdi, [");
        assertThat(code.relocationSymbol(0)).isEqualTo("__kiln_trap");
        String bytes = new String(code.bytes(), StandardCharsets.ISO_8859_1);
        assertThat(bytes).contains("division_by_zero\0f\0a.c:3:7\0");
        assertThat(code.positionAt(0)).isEqualTo(1);
    }

    @Test
    void jumpTables() {
        start();
        int second = f.newBlock();
        int table = f.table(new int[] {second, 0, second});
        f.begin(Form.LEA_R64_M);
        f.operand(RAX).memory(table, NONE, 1, 0);
        f.begin(Form.MOVSXD_R64_RM32);
        f.operand(RCX).memory(RAX, RCX, 4, 0);
        f.emit(Form.ADD_RM64_R64, RAX, RCX);
        f.emit(Form.JMP_RM64, RAX, table);
        f.startBlock(second);
        f.emit(Pseudo.RET);
        FrameLayout layout = new FrameLayout();
        layout.layOut(f);
        CodeBuffer buffer = new CodeBuffer();
        new Emitter(Target.LINUX).emit(f, layout, locations, buffer);
        code = buffer.finish();
        List<String> lines = Disassembly.lines(code, 22);
        assertThat(lines)
                .containsExactly(
                        "push rbp",
                        "mov rbp, rsp",
                        "lea rax, [rel 0x18]",
                        "movsxd rcx, dword [rax+rcx*4]",
                        "add rax, rcx",
                        "jmp rax",
                        "pop rbp",
                        "ret");
        // The blocks lie at 20 and 4, the table at 24.
        assertThat(code.bytes()).endsWith(-4, -1, -1, -1, -20, -1, -1, -1, -4, -1, -1, -1);
    }

    @Test
    void constantsAndSymbolsAreAddressedRelativeToTheInstruction() {
        start();
        f.begin(Form.ADDSD_XMM_XMMM64);
        f.operand(reg(Registers.xmm(2))).memory(f.constant(8, 0x3FF0_0000_0000_0000L, 0), NONE, 1, 0);
        f.begin(Form.MOV_R64_RM64);
        f.operand(RAX).memory(f.symbol("datum", RelocationKind.GOTPCREL, 0), NONE, 1, 0);
        f.emit(Form.MOV_R64_IMM64, RCX, f.literal(Long.MIN_VALUE));
        f.begin(Form.MOV_RM32_IMM32);
        f.memory(RAX, NONE, 1, -1).operand(small(-5));
        f.emit(Pseudo.RET);
        assertThat(emit())
                .contains("mov rcx, 0x8000000000000000", "mov dword [rax-0x1], 0xfffffffb")
                .first()
                .asString()
                .startsWith("addsd xmm2, qword [rel 0x");
        assertThat(code.relocationKind(0)).isEqualTo(RelocationKind.GOTPCREL);
        assertThat(code.bytes()).endsWith(0, 0, 0, 0, 0, 0, 0xF0, 0x3F);
    }

    @Test
    void twoSinksAreToldTheSame() {
        start();
        int second = f.newBlock();
        f.wantNotes();
        f.nameBlock(second, "done");
        f.note("%x = neg");
        f.emit(Form.NEG_RM64, RAX);
        f.emit(Form.JE_REL32, block(second));
        f.emit(Form.NOT_RM64, RAX);
        f.startBlock(second);
        f.emit(Pseudo.RET);
        emit();
        FrameLayout layout = new FrameLayout();
        layout.layOut(f);
        StringBuilder text = new StringBuilder();
        new Emitter(Target.LINUX).emit(f, layout, locations, new NasmSink(code, text));
        assertThat(text).contains("%x = neg").contains("short .done").contains(".done:");
    }

    @Test
    void whatAllocationLeftIsNoted() {
        start();
        f.emit(Form.NEG_RM64, Operand.vreg(f.newVreg(MachineFunction.GENERAL)));
        assertThatThrownBy(this::emit).isInstanceOf(IllegalStateException.class);
    }
}
