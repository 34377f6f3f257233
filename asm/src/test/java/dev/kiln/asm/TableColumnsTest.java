package dev.kiln.asm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules that the columns of all rows keep: access, implicit operands, flags, features, prefixes. */
class TableColumnsTest {
    private static final int ARITHMETIC =
            Forms.OVERFLOW | Forms.SIGN | Forms.ZERO | Forms.ADJUST | Forms.PARITY | Forms.CARRY;

    private static final FormTable TABLE = FormTable.get();

    /** 128-bit encodings that move one element, or half a register, and so are part of the extension itself. */
    private static final Set<String> ONE_ELEMENT = Set.of(
            "vextractps",
            "vinsertps",
            "vpextrb",
            "vpextrw",
            "vpextrd",
            "vpextrq",
            "vpinsrb",
            "vpinsrw",
            "vpinsrd",
            "vpinsrq",
            "vmovd",
            "vmovq",
            "vmovw",
            "vmovhlps",
            "vmovlhps",
            "vmovhpd",
            "vmovhps",
            "vmovlpd",
            "vmovlps");

    private interface Rule {
        boolean isKept(int form);
    }

    private static void everyForm(Rule rule) {
        List<String> broken = new ArrayList<>();
        for (int form = 1; form < Forms.count(); form++) if (!rule.isKept(form)) broken.add(Forms.describe(form));
        assertThat(broken).isEmpty();
    }

    @Test
    void what_may_be_locked_reads_and_writes_memory() {
        int[] locked = {0};
        everyForm(form -> {
            if ((TABLE.prefixes(form) & FormTable.LOCK) == 0) return true;
            locked[0]++;
            for (int i = 0; i < Forms.operandCount(form); i++)
                if (Forms.operandKind(form, i).memoryBits() > 0 && Forms.access(form, i) == (Forms.READ | Forms.WRITE))
                    return true;
            return false;
        });
        assertThat(locked[0]).isGreaterThan(100);
    }

    @Test
    void what_can_leave_flags_alone_would_write_them_and_reads_none() {
        int[] count = {0};
        InstructionInfo info = new InstructionInfo();
        everyForm(form -> {
            if (!Template.noFlags(TABLE.template(form))) return true;
            count[0]++;
            int touched = Forms.flagsWritten(form) | Forms.flagsUndefined(form);
            FormCase given =
                    FormCase.of(form, new java.util.SplittableRandom(form)).getFirst();
            info.inspect(form | Form.NF, given.fill(new Operands()));
            return touched != 0
                    && (Forms.flagsRead(form) & ~touched) == 0
                    && info.flagsRead() == 0
                    && info.flagsWritten() == 0
                    && info.flagsUndefined() == 0;
        });
        assertThat(count[0]).isGreaterThan(200);
    }

    @Test
    void short_vectors_need_vl_by_the_length_of_the_encoding() {
        everyForm(form -> {
            long template = TABLE.template(form);
            String feature = Forms.feature(form);
            boolean vl = feature.contains("avx512vl");
            if (Template.space(template) != 2 || Template.apx(template) || !feature.startsWith("avx512")) return !vl;
            boolean scalar = Template.lengthIgnored(template) || ONE_ELEMENT.contains(Forms.mnemonic(form));
            return vl == (!scalar && Template.length(template) < 2);
        });
    }

    @Test
    void conditions_of_apx_decide_about_flags_that_are_written_anyway() {
        everyForm(form -> {
            String mnemonic = Forms.mnemonic(form);
            if (!mnemonic.startsWith("ccmp") && !mnemonic.startsWith("ctest")) return true;
            return (Forms.flagsWritten(form) | Forms.flagsUndefined(form)) == ARITHMETIC
                    && (Forms.flagsRead(form) == 0) == (mnemonic.matches("(ccmp|ctest)[tf]"));
        });
    }

    @Test
    void repeated_instructions_step_through_memory() {
        long pointers = 1 << Registers.RSI | 1 << Registers.RDI;
        everyForm(form -> (TABLE.prefixes(form) & (FormTable.REP | FormTable.REPNE)) == 0
                || (Forms.implicitReads(form) & Forms.implicitWrites(form) & pointers) != 0
                        && (TABLE.effects(form) >> 16 & 0xFF) != 0);
    }

    /** By mnemonic: registers read and written, flags read and written (all for the six arithmetic ones), memory read and written. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            syscall    | -         | rcx r11         | all    | all | - | -
            sysret     | rcx r11   | -               | -      | all | - | -
            sysexit    | rcx rdx   | rsp             | -      | -   | - | -
            iretq      | rsp       | rsp             | -      | all | r | -
            uiret      | rsp       | rsp             | -      | all | r | -
            eretu      | rsp       | rsp             | -      | all | r | -
            leave      | rbp       | rbp rsp         | -      | -   | r | -
            popfw      | rsp       | rsp             | -      | all | r | -
            cpuid      | rax rcx   | rax rbx rcx rdx | -      | -   | - | -
            rdmsr      | rcx       | rax rdx         | -      | -   | - | -
            wrmsr      | rax rcx rdx | -             | -      | -   | - | -
            rdpmc      | rcx       | rax rdx         | -      | -   | - | -
            xgetbv     | rcx       | rax rdx         | -      | -   | - | -
            rdmsrlist  | rcx rsi rdi | rcx           | -      | -   | r | w
            vmlaunch   | -         | -               | -      | all | - | -
            vmxoff     | -         | -               | -      | all | - | -
            vmfunc     | rax rcx   | -               | -      | -   | - | -
            vmcall     | -         | -               | all    | all | - | -
            vmload     | rax       | -               | -      | -   | r | -
            vmsave     | rax       | -               | -      | -   | - | w
            pvalidate  | rax rcx rdx | rax           | -      | all | - | -
            clzero     | rax       | -               | -      | -   | - | w
            enclu      | rax rbx rcx rdx | rax rbx rcx rdx | all | all | r | w
            montmul    | rsi rcx rax | rsi rcx rax rdx | -    | -   | r | w
            """)
    void system_instructions_have_implicit_operands(
            String mnemonic, String reads, String writes, String flagsRead, String flags, String load, String store) {
        InstructionInfo info = InstructionInfo.of(mnemonic);
        assertThat(info.registersRead()).isEqualTo(set(reads));
        assertThat(info.registersWritten()).isEqualTo(set(writes));
        assertThat(info.flagsRead() & ARITHMETIC).isEqualTo(flagsRead.equals("all") ? ARITHMETIC : 0);
        assertThat(info.flagsWritten() & ARITHMETIC).isEqualTo(flags.equals("all") ? ARITHMETIC : 0);
        assertThat(info.readsMemory()).isEqualTo(load.equals("r"));
        assertThat(info.writesMemory()).isEqualTo(store.equals("w"));
    }

    private static long set(String registers) {
        long set = 0;
        if (!registers.equals("-"))
            for (String name : registers.split(" "))
                set |= 1L
                        << switch (name) {
                            case "rax" -> Registers.RAX;
                            case "rcx" -> Registers.RCX;
                            case "rdx" -> Registers.RDX;
                            case "rbx" -> Registers.RBX;
                            case "rsp" -> Registers.RSP;
                            case "rbp" -> Registers.RBP;
                            case "rsi" -> Registers.RSI;
                            case "rdi" -> Registers.RDI;
                            case "r11" -> Registers.R11;
                            default -> throw new AssertionError(name);
                        };
        return set;
    }

    @Test
    void saving_and_restoring_touches_the_whole_state() {
        InstructionInfo save = InstructionInfo.of("xsavec64", X86.ptr(X86.RSI));
        InstructionInfo restore = InstructionInfo.of("xrstor64", X86.ptr(X86.RSI));
        InstructionInfo old = InstructionInfo.of("fxrstor64", X86.ptr(X86.RSI));
        for (int register : new int[] {
            Registers.GENERAL + 16, Registers.VECTOR + 31, Registers.MASK + 7, Registers.X87, Registers.TILE + 7
        }) {
            assertThat(save.reads(register)).isTrue();
            assertThat(save.writes(register)).isFalse();
            assertThat(restore.reads(register)).isTrue();
            assertThat(restore.writes(register)).isTrue();
            assertThat(old.writes(register)).isEqualTo(register == Registers.X87);
        }
        assertThat(save.reads(Registers.RAX)).isTrue();
        assertThat(save.reads(Registers.RDX)).isTrue();
        assertThat(restore.writes(Registers.RAX)).isFalse();
        assertThat(old.writtenBits(Registers.VECTOR + 15)).isEqualTo(128);
        assertThat(InstructionInfo.of("xsave", X86.ptr(X86.RSI)).readsMemory())
                .as("the header is changed, not replaced")
                .isTrue();
    }

    @Test
    void tiles_are_registers() {
        InstructionInfo zero =
                new InstructionInfo().inspect(Form.TILEZERO_TMM, new Operands().register(Registers.TILE + 3));
        assertThat(zero.writtenBits(Registers.TILE + 3)).isEqualTo(8192);
        InstructionInfo release = InstructionInfo.of("tilerelease");
        for (int i = 0; i < 8; i++)
            assertThat(release.writes(Registers.TILE + i)).isTrue();
        assertThat(release.reads(Registers.TILE)).isFalse();
    }

    @Test
    void a_far_pointer_is_loaded_into_its_segment_register() {
        for (String[] load : new String[][] {{"lss", "2"}, {"lfs", "4"}, {"lgs", "5"}}) {
            InstructionInfo info = InstructionInfo.of(load[0], X86.EAX, X86.ptr(X86.RSI));
            for (int i = 0; i < 6; i++)
                assertThat(info.writtenBits(Registers.SEGMENT + i)).isEqualTo(load[1].equals("" + i) ? 16 : 0);
        }
    }

    @Test
    void a_complex_product_does_not_read_its_destination() {
        assertThat(Forms.access(Form.VFMULCPH_ZMM_ZMM_ZMMM512_EVEX, 0)).isEqualTo(Forms.WRITE);
        assertThat(Forms.access(Form.VFCMULCSH_XMM_XMM_XMMM32_EVEX, 0)).isEqualTo(Forms.WRITE);
        assertThat(Forms.access(Form.VFMADDCPH_ZMM_ZMM_ZMMM512_EVEX, 0)).isEqualTo(Forms.READ | Forms.WRITE);
    }

    @Test
    void a_wide_key_locker_instruction_changes_eight_registers() {
        InstructionInfo wide = InstructionInfo.of("aesencwide256kl", X86.ptr(X86.RSI));
        for (int i = 0; i < 16; i++) {
            assertThat(wide.reads(Registers.xmm(i))).isEqualTo(i < 8);
            assertThat(wide.writes(Registers.xmm(i))).isEqualTo(i < 8);
        }
        assertThat(wide.flagsWritten()).isEqualTo(ARITHMETIC);
    }
}
