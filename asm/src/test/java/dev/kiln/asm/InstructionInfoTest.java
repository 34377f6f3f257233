package dev.kiln.asm;

import static dev.kiln.asm.InstructionInfo.*;
import static dev.kiln.asm.X86.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is told of single instructions; that all of it is true is held by running them (module {@code exec}). */
class InstructionInfoTest {
    private static final int ARITHMETIC =
            Forms.OVERFLOW | Forms.SIGN | Forms.ZERO | Forms.ADJUST | Forms.PARITY | Forms.CARRY;

    @Test
    void an_addition_from_memory() {
        InstructionInfo info = InstructionInfo.of("add", RAX, ptr(RBX, RCX, 4, 8));
        assertThat(info.form()).isEqualTo(Form.ADD_R64_RM64);
        assertThat(info.mnemonic()).isEqualTo("add");
        assertThat(info.features()).isEqualTo(CpuFeatures.of());
        assertThat(info.access(0)).isEqualTo(READ | WRITE);
        assertThat(info.access(1)).isEqualTo(READ);
        assertThat(info.registersRead()).isEqualTo(1 << Registers.RAX | 1 << Registers.RBX | 1 << Registers.RCX);
        assertThat(info.registersWritten()).isEqualTo(1 << Registers.RAX);
        assertThat(info.writtenBits(Registers.RAX)).isEqualTo(64);
        assertThat(info.memoryReadBytes()).isEqualTo(8);
        assertThat(info.writesMemory()).isFalse();
        assertThat(info.flagsWritten()).isEqualTo(ARITHMETIC);
        assertThat(info.flagsRead()).isZero();
        assertThat(info.allowsLock()).isFalse();
        assertThat(InstructionInfo.of("add", ptr(RBX), RAX).allowsLock()).isTrue();
    }

    @Test
    void narrow_writes_keep_the_rest_and_32_bits_clear_it() {
        assertThat(InstructionInfo.of("mov", AL, BL).writtenBits(Registers.RAX)).isEqualTo(8);
        assertThat(InstructionInfo.of("mov", AL, BL).reads(Registers.RAX)).isFalse();
        assertThat(InstructionInfo.of("mov", AX, BX).writtenBits(Registers.RAX)).isEqualTo(16);
        assertThat(InstructionInfo.of("mov", EAX, EBX).writtenBits(Registers.RAX))
                .isEqualTo(64);
        InstructionInfo high = InstructionInfo.of("mov", AH, BL);
        assertThat(high.writtenBits(Registers.RAX)).isEqualTo(16);
        assertThat(high.reads(Registers.RAX)).as("AL is kept").isTrue();
        assertThat(InstructionInfo.of("addps", XMM1, XMM2).writtenBits(Registers.xmm(1)))
                .isEqualTo(128);
        assertThat(InstructionInfo.of("vaddps", XMM1, XMM2, XMM3).writtenBits(Registers.xmm(1)))
                .isEqualTo(512);
    }

    @Test
    void implicit_registers_have_their_widths() {
        InstructionInfo divide = InstructionInfo.of("div", BL);
        assertThat(divide.reads(Registers.RAX)).isTrue();
        assertThat(divide.writtenBits(Registers.RAX)).isEqualTo(16);
        InstructionInfo multiply = InstructionInfo.of("mul", CX);
        assertThat(multiply.writtenBits(Registers.RDX)).isEqualTo(16);
        assertThat(multiply.reads(Registers.RDX)).isFalse();
        assertThat(InstructionInfo.of("lahf").writtenBits(Registers.RAX)).isEqualTo(16);
        assertThat(InstructionInfo.of("lahf").reads(Registers.RAX)).isTrue();
        InstructionInfo cpuid = InstructionInfo.of("cpuid");
        assertThat(cpuid.registersWritten()).isEqualTo(0xF);
        assertThat(cpuid.registersRead()).isEqualTo(1 << Registers.RAX | 1 << Registers.RCX);
    }

    @Test
    void the_stack_and_strings_are_memory() {
        InstructionInfo push = InstructionInfo.of("push", RBX);
        assertThat(push.memoryWrittenBytes()).isEqualTo(8);
        assertThat(push.reads(Registers.RSP)).isTrue();
        assertThat(push.writes(Registers.RSP)).isTrue();
        InstructionInfo move = InstructionInfo.of("movsd");
        assertThat(move.memoryReadBytes()).isEqualTo(4);
        assertThat(move.memoryWrittenBytes()).isEqualTo(4);
        assertThat(move.writes(Registers.RCX)).isFalse();
        assertThat(move.allowsRep()).isTrue();
        InstructionInfo repeated = InstructionInfo.of(Form.MOVSD | Form.REP, new Operands());
        assertThat(repeated.memoryWrittenBytes()).isEqualTo(VARIES);
        assertThat(repeated.isMemoryWriteConditional()).isTrue();
        assertThat(repeated.writes(Registers.RCX)).isTrue();
        InstructionInfo load = InstructionInfo.of(Form.LODSB | Form.REP, new Operands());
        assertThat(load.reads(Registers.RAX)).as("RCX may be 0").isTrue();
        assertThat(InstructionInfo.of("lea", RAX, ptr(RBX)).readsMemory()).isFalse();
        assertThat(InstructionInfo.of("lea", RAX, ptr(RBX)).access(1)).isZero();
        Operands absolute = new Operands().register(Registers.RAX).immediate(64);
        assertThat(InstructionInfo.of(Form.MOV_EAX_MOFFS32, absolute).memoryReadBytes())
                .isEqualTo(4);
        absolute = new Operands().immediate(64).register(Registers.RAX);
        assertThat(InstructionInfo.of(Form.MOV_MOFFS64_RAX, absolute).memoryWrittenBytes())
                .isEqualTo(8);
    }

    @Test
    void apx_names_its_destination_and_leaves_flags_alone() {
        InstructionInfo add = InstructionInfo.of("{nf} add", RAX, RBX, RCX);
        assertThat(add.reads(Registers.RAX)).isFalse();
        assertThat(add.access(0)).isEqualTo(WRITE);
        assertThat(add.flagsWritten()).isZero();
        assertThat(add.features().contains(CpuFeature.APX_F)).isTrue();
        InstructionInfo multiply = InstructionInfo.of("{nf} mul", RCX);
        assertThat(multiply.writtenBits(Registers.RDX)).isEqualTo(64);
        assertThat(multiply.flagsWritten() | multiply.flagsUndefined()).isZero();
        InstructionInfo compare = InstructionInfo.of("ccmpz", 5, RAX, RBX);
        assertThat(compare.flagsRead()).isEqualTo(Forms.ZERO);
        assertThat(compare.flagsWritten() & Forms.CARRY).isNotZero();
        assertThat(InstructionInfo.of("setzuz", AL).writtenBits(Registers.RAX)).isEqualTo(64);
        assertThat(InstructionInfo.of("push2", RAX, RBX).memoryWrittenBytes()).isEqualTo(16);
    }

    @Test
    void emms_empties_the_stack_that_mmx_lies_in() {
        InstructionInfo info = InstructionInfo.of("emms");
        for (int i = 0; i < 8; i++) assertThat(info.writes(Registers.X87 + i)).isTrue();
    }

    @Test
    void conditions_make_the_old_value_count() {
        InstructionInfo move = InstructionInfo.of("cmovz", RAX, RBX);
        assertThat(move.reads(Registers.RAX)).isTrue();
        assertThat(move.access(0)).isEqualTo(READ | WRITE | CONDITIONAL);
        assertThat(move.flagsRead()).isEqualTo(Forms.ZERO);
        InstructionInfo shift = InstructionInfo.of("shl", RAX, CL);
        assertThat(shift.flagsRead()).isEqualTo(ARITHMETIC);
        assertThat(shift.reads(Registers.RCX)).isTrue();
    }

    @Test
    void masks_merge_or_zero() {
        InstructionInfo merging = InstructionInfo.of("vaddps", ZMM1.masked(K2), ZMM3, ptr(RSI).broadcast());
        assertThat(merging.reads(Registers.xmm(1))).isTrue();
        assertThat(merging.reads(Registers.MASK + 2)).isTrue();
        assertThat(merging.access(0)).isEqualTo(READ | WRITE | CONDITIONAL);
        assertThat(merging.memoryReadBytes()).isEqualTo(4);
        InstructionInfo zeroing = InstructionInfo.of("vaddps", ZMM1.masked(K2).zeroing(), ZMM3, ZMM4);
        assertThat(zeroing.reads(Registers.xmm(1))).isFalse();
        assertThat(zeroing.reads(Registers.MASK + 2)).isTrue();
        InstructionInfo compare = InstructionInfo.of("vpcmpeqd", K1.masked(K2), ZMM3, ZMM4);
        assertThat(compare.reads(Registers.MASK + 1)).isFalse();
        assertThat(compare.writes(Registers.MASK + 1)).isTrue();
        InstructionInfo store = InstructionInfo.of("vmovups", ptr(RDI).masked(K3), ZMM4);
        assertThat(store.isMemoryWriteConditional()).isTrue();
        assertThat(store.memoryWrittenBytes()).isEqualTo(64);
        assertThat(store.readsMemory()).isFalse();
        Operands gather = new Operands()
                .register(Registers.xmm(5))
                .memory(Registers.RAX, Registers.xmm(6), 4, 0)
                .mask(Registers.MASK + 4);
        InstructionInfo gathered = InstructionInfo.of(Form.VPGATHERDD_ZMM_VM32Z_EVEX, gather);
        assertThat(gathered.writes(Registers.MASK + 4)).isTrue();
        assertThat(gathered.reads(Registers.xmm(5))).isTrue();
        assertThat(gathered.reads(Registers.xmm(6))).isTrue();
        assertThat(gathered.memoryReadBytes()).isEqualTo(VARIES);
    }

    @Test
    void idioms_do_not_depend_on_what_the_register_held() {
        for (InstructionInfo info : new InstructionInfo[] {
            InstructionInfo.of("xor", EAX, EAX),
            InstructionInfo.of("sub", RAX, RAX),
            InstructionInfo.of("pxor", XMM0, XMM0),
            InstructionInfo.of("vxorps", YMM3, YMM0, YMM0),
            InstructionInfo.of("vpxord", ZMM3, ZMM20, ZMM20),
            InstructionInfo.of("kxorw", K1, K0, K0)
        }) {
            assertThat(info.isZeroIdiom()).as(info.mnemonic()).isTrue();
            assertThat(info.registersRead()).as(info.mnemonic()).isZero();
        }
        assertThat(InstructionInfo.of("pcmpeqd", XMM0, XMM0).isOnesIdiom()).isTrue();
        assertThat(InstructionInfo.of("xor", EAX, ECX).isZeroIdiom()).isFalse();
        assertThat(InstructionInfo.of("vpxord", ZMM3.masked(K1), ZMM2, ZMM2).isZeroIdiom())
                .isFalse();
        assertThat(InstructionInfo.of("xor", AL, AL).writtenBits(Registers.RAX)).isEqualTo(8);
        assertThat(InstructionInfo.of("xor", AH, AH).reads(Registers.RAX))
                .as("AL is kept")
                .isTrue();
    }

    @Test
    void APX_clears_the_rest_and_keeps_the_flags() {
        InstructionInfo sum = InstructionInfo.of(
                Form.ADD_R16_RM16_R16_EVEX,
                new Operands().register(1).register(2).register(3));
        assertThat(sum.writtenBits(Registers.RCX)).isEqualTo(64);
        assertThat(sum.reads(Registers.RCX)).isFalse();
        assertThat(sum.flagsWritten()).isEqualTo(ARITHMETIC);
        InstructionInfo quiet = InstructionInfo.of(
                Form.ADD_R16_RM16_R16_EVEX | Form.NF,
                new Operands().register(1).register(2).register(3));
        assertThat(quiet.flagsWritten() | quiet.flagsRead() | quiet.flagsUndefined())
                .isZero();
        InstructionInfo high =
                InstructionInfo.of(Form.ADD_RM64_R64, new Operands().register(0).register(20));
        assertThat(high.features()).isEqualTo(CpuFeatures.of(CpuFeature.APX_F));
        CodeBuffer code = new CodeBuffer();
        code.emit(Form.ADD_RM64_R64, new Operands().register(0).register(20));
        assertThat(code.finish().features()).isEqualTo(CpuFeatures.of(CpuFeature.APX_F));
    }

    @Test
    void control_leaves_or_stays() {
        Label label = new Assembler().label();
        assertThat(InstructionInfo.of("jmp", label).isBranch()).isTrue();
        assertThat(InstructionInfo.of("jmp", label).endsFlow()).isTrue();
        assertThat(InstructionInfo.of("jz", label).isConditionalBranch()).isTrue();
        assertThat(InstructionInfo.of("jz", label).flagsRead()).isEqualTo(Forms.ZERO);
        assertThat(InstructionInfo.of("jz", label).endsFlow()).isFalse();
        assertThat(InstructionInfo.of("call", RAX).isCall()).isTrue();
        assertThat(InstructionInfo.of("ret").isReturn()).isTrue();
        assertThat(InstructionInfo.of("int3").isTrap()).isTrue();
        assertThat(InstructionInfo.of("wrmsr").isPrivileged()).isTrue();
        assertThat(InstructionInfo.of("mov", CR0, RAX).isPrivileged()).isTrue();
        assertThat(InstructionInfo.of("mov", RCX, RAX).isPrivileged()).isFalse();
    }

    /** 4FMAPS and 4VNNIW read the four registers among which the one named is. */
    @Test
    void groups_of_four_registers_are_read() {
        InstructionInfo info = InstructionInfo.of("vp4dpwssd", ZMM9, ZMM6, oword(RAX));
        for (int n = 0; n < 32; n++)
            assertThat(info.reads(Registers.VECTOR + n)).as("zmm" + n).isEqualTo(n >= 4 && n < 8 || n == 9);
        assertThat(info.memoryReadBytes()).isEqualTo(16);
        assertThat(InstructionInfo.of("vgatherpf0dps", ptr(RAX, ZMM6, 4, 0).masked(K1))
                        .memoryReadBytes())
                .isZero();
    }

    @Test
    void lengths_are_those_of_the_encoding() {
        assertThat(length(Form.ADD_RM64_R64, new Operands().register(0).register(3)))
                .isEqualTo(3);
        assertThat(length(Form.JMP_REL32, new Operands().label(0))).isEqualTo(5);
        assertThat(length(Form.JE_REL32, new Operands().label(7))).isEqualTo(6);
        assertThat(length(Form.LEA_R64_M, new Operands().register(0).memoryAtLabel(2, 0)))
                .isEqualTo(7);
    }

    @Test
    void what_is_no_instruction_is_refused() {
        assertThatThrownBy(() -> InstructionInfo.of("add", RAX, XMM0)).isInstanceOf(AssemblerException.class);
        assertThatThrownBy(() -> InstructionInfo.of(0, new Operands())).isInstanceOf(AssemblerException.class);
        assertThatThrownBy(() -> InstructionInfo.of(Form.ADD_R64_RM64, new Operands().register(1)))
                .isInstanceOf(AssemblerException.class)
                .hasMessageContaining("add r64, r/m64");
    }

    /** The same object tells the same of an instruction whatever it was filled with before. */
    @Test
    void an_object_may_be_filled_again() {
        InstructionInfo again = new InstructionInfo();
        Operands operands = new Operands();
        SplittableRandom random = new SplittableRandom(5);
        for (int n = 0; n < 500; n++) {
            int form = random.nextInt(1, Forms.count());
            FormCase given = FormCase.of(form, random).getFirst();
            again.inspect(form, given.fill(operands));
            InstructionInfo fresh = InstructionInfo.of(form, operands);
            assertThat(again.registersRead()).isEqualTo(fresh.registersRead());
            for (int r = 0; r < Registers.COUNT; r++) {
                assertThat(again.writtenBits(r)).isEqualTo(fresh.writtenBits(r));
                assertThat(again.reads(r)).isEqualTo(fresh.reads(r));
            }
            assertThat(again.memoryReadBytes()).isEqualTo(fresh.memoryReadBytes());
            assertThat(again.memoryWrittenBytes()).isEqualTo(fresh.memoryWrittenBytes());
            assertThat(again.flagsRead()).isEqualTo(fresh.flagsRead());
        }
    }
}
