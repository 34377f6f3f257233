package dev.kiln.asm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Template;
import dev.kiln.testing.OutsideTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** LLVM's assembler makes of the text of every form of APX, and of others with registers 16 to 31, the bytes that {@link CodeBuffer} makes. */
class ApxJudgeTest {
    private static final String FEATURES = "-mattr=+egpr,+push2pop2,+ppx,+ndd,+ccmp,+nf,+cf,+zu";

    private static final Pattern WIDTH =
            Pattern.compile("\\b(byte|word|dword|qword|tbyte|xmmword|ymmword|zmmword) \\[");
    private static final Pattern SEGMENT = Pattern.compile("\\[([fg]s):");

    @TempDir
    Path folder;

    private record Case(int form, String text, String bytes) {}

    @Test
    void llvmMakesTheSameBytes() throws Exception {
        SplittableRandom random = new SplittableRandom(16);
        List<Case> cases = new ArrayList<>();
        Operands operands = new Operands();
        Decoder decoder = new Decoder();
        Disassembler disassembler = new Disassembler();
        for (int form = 1; form < Forms.count(); form++) {
            boolean promoted = Forms.feature(form).endsWith("apx_f");
            for (FormCase c : FormCase.of(form, random)) {
                if (!promoted && !c.fill(operands).needsApx() || isUnknown(c)) continue;
                byte[] code = EveryFormTest.encode(c.prefixedForm(), c.fill(operands), c.distance());
                if (code == null) continue;
                assertThat(decoder.decode(code, 0, code.length)).isTrue();
                cases.add(new Case(
                        form,
                        llvm(disassembler.text(decoder, 0)),
                        HexFormat.ofDelimiter(",").formatHex(code)));
            }
        }
        Map<String, String> wrong = judge(cases);
        Set<Integer> forms = new HashSet<>();
        for (Case c : cases) forms.add(c.form);
        System.out.println("ApxJudgeTest: " + forms.size() + " forms, " + cases.size() + " cases, " + wrong.size()
                + " forms differ");
        assertThat(String.join("\n", wrong.values())).isEmpty();
        assertThat(cases).hasSizeGreaterThan(10_000);
    }

    /**
     * What LLVM 19 does not take: AVX10.2, large numbers of model-specific registers, MOVSXD to 16 and 32 bits, BSWAP of 16, MOVZX and MOVSX from 16 to 16, x87 environments
     * of 14 bytes, UD0, and IMULZU without flags. It drops the operand size of MOV from segment registers, thinks that
     * displacements of SETcc are scaled, and of VMOVQ, VPEXTRW and VP2INTERSECT prefers other encodings than nasm, which judges them. Addresses relative to the instruction pointer are texts of another kind in its syntax.
     */
    private static boolean isUnknown(FormCase c) {
        if (!DisassemblyTest.knows(ForeignDisassembler.LLVM, c.form())) return true;
        // Its words for far branches are others, and WAIT is an instruction of its own.
        if (!DisassemblyTest.knows(ForeignDisassembler.LLVM, c.form())
                || NasmOperands.isFarBranch(Forms.mnemonic(c.form()))
                || Template.fwait(FormTable.get().template(c.form()))) return true;
        if (c.prefixedForm() != c.form() && Forms.mnemonic(c.form()).equals("imulzu")) return true;
        if (Forms.mnemonic(c.form()).matches("ud0|vmovq|vpextrw|vp2intersect[dq]|f(ldenv|rstor|nstenv|nsave)w"))
            return true;
        if (List.of(
                        Form.MOVSXD_R32_RM32,
                        Form.MOVSXD_R16_RM32,
                        Form.BSWAP_R16,
                        Form.MOV_R16_SREG,
                        Form.MOVZX_R16_RM16,
                        Form.MOVSX_R16_RM16)
                .contains(c.form())) return true;
        boolean set = Forms.mnemonic(c.form()).matches("set(?!zu).*")
                && Forms.feature(c.form()).equals("apx_f");
        for (FormCase.Operand operand : c.operands())
            if (operand instanceof FormCase.Immediate(long value)
                            && value > Integer.MAX_VALUE
                            && Forms.mnemonic(c.form()).matches("u(rd|wr)msr")
                    || operand instanceof FormCase.LabelMemory
                    || operand instanceof FormCase.Memory m
                            && (m.base() == Registers.RIP || set && m.displacement() != 0)) return true;
        return false;
    }

    /** NASM's way to write memory turned into LLVM's. */
    private static String llvm(String text) {
        String out = text.replace("oword [", "xmmword [")
                .replace("yword [", "ymmword [")
                .replace("zword [", "zmmword [")
                .replace("tword [", "tbyte [");
        out = WIDTH.matcher(out).replaceAll("$1 ptr [");
        // That an absolute address has 32 bits, a register beside it tells.
        return SEGMENT.matcher(out).replaceAll("$1:[").replace("[a32 abs ", "[").replace("[abs ", "[");
    }

    /** Whether LLVM has chosen a form with a shorter immediate of the same instruction: it was asked for no particular one. */
    private static boolean isShorter(Case c, String made) {
        if (made == null || made.length() >= c.bytes.length() || c.text.indexOf(',') < 0) return false;
        byte[] code = HexFormat.ofDelimiter(",").parseHex(made);
        Decoder decoder = new Decoder();
        if (!decoder.decode(code, 0, code.length)) return false;
        String text = llvm(new Disassembler().text(decoder, 0));
        Operands operands = decoder.operands();
        return operands.kind(operands.count() - 1) == Operands.IMMEDIATE
                && withoutLast(text).equals(withoutLast(c.text));
    }

    private static String withoutLast(String text) {
        return text.substring(0, Math.max(0, text.lastIndexOf(',')));
    }

    private Map<String, String> judge(List<Case> cases) throws Exception {
        StringBuilder source = new StringBuilder(".intel_syntax noprefix\n");
        for (int i = 0; i < cases.size(); i++)
            source.append('c').append(i).append(":\n").append(cases.get(i).text).append('\n');
        Path input = Files.writeString(folder.resolve("apx.s"), source);
        OutsideTool.Result result = OutsideTool.run(
                List.of(
                        OutsideTool.require("llvm-mc-19").toString(),
                        "-triple=x86_64",
                        "-show-encoding",
                        FEATURES,
                        input.toString()),
                folder,
                null,
                Duration.ofMinutes(3));
        String[] made = new String[cases.size()];
        int at = -1;
        for (String line : result.outText().split("\n")) {
            if (line.matches("c\\d+:")) at = Integer.parseInt(line.substring(1, line.length() - 1));
            int encoding = line.indexOf("encoding: [");
            if (encoding >= 0 && at >= 0)
                made[at] = line.substring(encoding + 11, line.indexOf(']', encoding))
                        .replace("0x", "");
        }
        Map<String, String> wrong = new TreeMap<>();
        JudgeReport report = new JudgeReport("LLVM-assembler");
        for (int i = 0; i < made.length; i++) {
            Case c = cases.get(i);
            boolean same = c.bytes.equals(made[i]) || isShorter(c, made[i]);
            report.add(c.form, same);
            if (!same) wrong.putIfAbsent(Forms.describe(c.form), c.text + ": ours " + c.bytes + ", LLVM's " + made[i]);
        }
        report.write();
        return wrong;
    }
}
