package dev.kiln.asm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Template;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The text of every form with operands at the edges is what other disassemblers print for the same bytes, after normalising. */
class DisassemblyTest {
    private static final Set<String> UNKNOWN_TO_LLVM = Set.of(
            "int1",
            "ud0",
            "pfrcpv",
            "pfrsqrtv",
            "ffreep",
            "mcommit",
            "vmgexit",
            "prefetchrst2",
            "fneni",
            "fndisi",
            "fsetpm");

    /** LLVM 19 prints these with the operands changed round; GNU's and the manual's order is the table's. */
    private static final Set<Integer> TURNED_ROUND_BY_LLVM = Set.of(Form.URDMSR_R64_R64, Form.URDMSR_R64_R64_EVEX);

    /**
     * CPU features that LLVM 19 does not know, and AVX512PF, whose masks it has as operands in front and whose displacements it scales by the
     * index's elements in place of those that are moved; nasm and GNU judge it.
     */
    private static final Pattern FEATURES_UNKNOWN_TO_LLVM =
            Pattern.compile("mpx|msrimm|movrs|avx512pf|amx(transpose.*|fp8|tf32|movrs|avx512)");

    /** CPU features that GNU binutils 2.40 does not know. */
    private static final Pattern FEATURES_UNKNOWN_TO_GNU = Pattern.compile(
            "avxvnniint16|avx\\+sha512|avx\\+sm3|avx\\+sm4|lkgs|fred|msrimm|movrs|prefetchi|pbndkb|usermsr"
                    + "|amx(transpose.*|fp8|tf32|movrs|avx512|complex)");

    private static final Set<String> UNKNOWN_TO_GNU = Set.of("pfrcpv", "pfrsqrtv", "fneni", "fndisi", "fsetpm");

    /** What GNU prints without a width, or registers at another width than the manual's. */
    private static final Set<String> WIDTHS_OF_GNU = Set.of("lar", "lsl", "wrssd", "wrssq", "wrussd", "wrussq");

    /** What GNU binutils 2.44 print as something else: PREFETCHIT0 anywhere but beside RIP, and selectors in wider registers. */
    private static final Pattern UNKNOWN_TO_NEWEST = Pattern.compile("prefetchit[01]|lkgs|lldt|ltr|ver[rw]");

    /** Whether a judge can be asked about a form. */
    static boolean knows(ForeignDisassembler judge, int form) {
        if (judge.isNewest())
            return !UNKNOWN_TO_GNU.contains(Forms.mnemonic(form))
                    && !WIDTHS_OF_GNU.contains(Forms.mnemonic(form))
                    && !UNKNOWN_TO_NEWEST.matcher(Forms.mnemonic(form)).matches()
                    && !Template.fwait(FormTable.get().template(form));
        if (Forms.feature(form).startsWith("avx10")) return false;
        return judge == ForeignDisassembler.LLVM
                ? !UNKNOWN_TO_LLVM.contains(Forms.mnemonic(form))
                        && !TURNED_ROUND_BY_LLVM.contains(form)
                        && !FEATURES_UNKNOWN_TO_LLVM
                                .matcher(Forms.feature(form).replace("+apx_f", ""))
                                .matches()
                : !FEATURES_UNKNOWN_TO_GNU.matcher(Forms.feature(form)).matches()
                        && !Forms.feature(form).endsWith("apx_f")
                        && !UNKNOWN_TO_GNU.contains(Forms.mnemonic(form))
                        && !WIDTHS_OF_GNU.contains(Forms.mnemonic(form))
                        // WAIT and what follows are one instruction to it.
                        && !Template.fwait(FormTable.get().template(form));
    }

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(ForeignDisassembler.class)
    void printsWhatOthersPrint(ForeignDisassembler judge) throws Exception {
        SplittableRandom random = new SplittableRandom(2);
        Operands operands = new Operands();
        Decoder decoder = new Decoder();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        List<Integer> offsets = new ArrayList<>();
        for (int form = 1; form < Forms.count(); form++) {
            if (!knows(judge, form)) continue;
            for (FormCase c : FormCase.of(form, random)) {
                // LLVM 19 does not scale the displacement there; nasm and GNU judge it.
                boolean broadcast = (c.decorations() & Encoder.BROADCAST) != 0;
                if (judge == ForeignDisassembler.LLVM
                        && broadcast
                        && Forms.mnemonic(form).startsWith("vgf2p8affine")) continue;
                boolean apx = c.fill(operands).needsApx() || Forms.feature(form).endsWith("apx_f");
                if (apx && judge == ForeignDisassembler.GNU && !judge.isNewest()) continue;
                if (apx && judge.isNewest() && NasmOperands.isFarBranch(Forms.mnemonic(form))) continue;
                byte[] code = EveryFormTest.encode(c.prefixedForm(), c.fill(operands), c.distance());
                if (code == null) continue;
                boolean readable = decoder.decode(code, 0, code.length) && !misread(decoder);
                if (apx && !readable) continue;
                offsets.add(all.size());
                all.write(code);
            }
        }
        byte[] code = all.toByteArray();
        Map<Integer, ForeignDisassembler.Line> lines = new HashMap<>();
        for (ForeignDisassembler.Line line : judge.disassemble(code, folder)) lines.put(line.offset(), line);
        Disassembler disassembler = new Disassembler();
        Map<String, String> wrong = new TreeMap<>();
        JudgeReport report = new JudgeReport(judge.toString());
        int equal = 0;
        for (int offset : offsets) {
            assertThat(decoder.decode(code, offset, code.length)).isTrue();
            String ours = disassembler.text(decoder, offset);
            ForeignDisassembler.Line line = lines.get(offset);
            String bytes = HexFormat.ofDelimiter(" ").formatHex(code, offset, offset + decoder.length());
            String theirs = line == null ? "nothing at this offset" : line.text();
            long end = offset + decoder.length();
            theirs = repaired(judge, decoder.form(), theirs);
            boolean same = line != null
                    && line.length() == decoder.length()
                    && !line.bad()
                    && IntelText.canonical(ours, decoder.form(), end)
                            .equals(IntelText.canonical(theirs, decoder.form(), end));
            report.add(decoder.form(), same);
            if (same) equal++;
            else wrong.putIfAbsent(Forms.describe(decoder.form()), bytes + ": " + ours + " | " + judge + ": " + theirs);
        }
        report.write();
        System.out.println("DisassemblyTest against " + judge + ": " + equal + " of " + offsets.size() + " equal");
        assertThat(String.join("\n", wrong.values())).isEmpty();
    }

    /**
     * What LLVM 19's disassembler gets wrong of APX (its assembler makes the right bytes, see {@link ApxJudgeTest}): it takes PUSH, POP and XCHG in the
     * opcode byte for PUSHP, POPP and NOP, MOVQ between general and vector registers for that of MMX registers, scales the 8-bit displacements of
     * SETcc, and does not know IMULZU without flags.
     */
    static boolean misread(Decoder decoder) {
        String mnemonic = Forms.mnemonic(decoder.form());
        Operands operands = decoder.operands();
        long t = FormTable.get().template(decoder.form());
        if (Template.space(t) == 0)
            return operands.needsApx()
                    && (mnemonic.matches("push|pop|xchg") && Template.modrm(t) == Template.MODRM_OPCODE
                            || mnemonic.equals("movq"));
        return Template.apx(t)
                && (mnemonic.matches("set(?!zu).*") && operands.kind(0) == Operands.MEMORY
                        || decoder.leavesFlags() && mnemonic.equals("imulzu"));
    }

    /** GNU has blanks between flags. */
    private static final Pattern FLAGS = Pattern.compile(", (?=[szc]f[,}])");

    /** What is lost in their output: LLVM does not print the width of stack instructions and of PCMPESTRI's lengths, GNU that of LDDQU's memory. */
    static String repaired(ForeignDisassembler judge, int form, String text) {
        String mnemonic = Forms.mnemonic(form);
        if (text.contains("{dfv=")) return FLAGS.matcher(text).replaceAll(",");
        int blank = text.indexOf(' ');
        String name = blank < 0 ? text : text.substring(0, blank);
        String rest = text.substring(name.length());
        if (judge == ForeignDisassembler.LLVM && (mnemonic.equals(name + "w") || mnemonic.equals(name + "q")))
            return mnemonic + rest;
        if (judge == ForeignDisassembler.LLVM && form == Form.PUSH_IMM16) return "pushw" + rest;
        return judge == ForeignDisassembler.GNU && mnemonic.endsWith("lddqu")
                ? text.replace(",", text.contains("ymm") ? ",yword " : ",oword ")
                : text;
    }
}
