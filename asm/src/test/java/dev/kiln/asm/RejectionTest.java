package dev.kiln.asm;

import static dev.kiln.asm.X86.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Operands that no form of a mnemonic takes are refused by mnemonic and in text alike; what both take, both encode the same. */
class RejectionTest {
    /** An operand of each class and width, as the dynamic door and as the text has it. */
    private static final Object[] SHAPES = {
        AL,
        AH,
        CL,
        SIL,
        AX,
        DX,
        EAX,
        ECX,
        R9D,
        RAX,
        RCX,
        R9,
        XMM0,
        XMM1,
        YMM1,
        ZMM1,
        K1,
        MM1,
        ST0,
        ST1,
        DS,
        FS,
        CR0,
        DR7,
        TMM1,
        BND1,
        byte_(RBX),
        word(RBX),
        dword(RBX),
        qword(RBX),
        oword(RBX),
        yword(RBX),
        1L,
        -1L,
        200L,
        70_000L,
        5_000_000_000L
    };

    private static final Set<String> SAID_IN_TEXT = Set.of(
            "push",
            "pop",
            "blendvpd",
            "blendvps",
            "pblendvb",
            "sha256rnds2",
            "clzero",
            "invlpga",
            "mwait",
            "mwaitx",
            "skinit",
            "mul",
            "imul",
            "div",
            "idiv",
            "lar",
            "lldt",
            "ltr",
            "verr",
            "verw",
            "lsl",
            "bswap",
            "vmrun",
            "vmload",
            "vmsave",
            "umonitor",
            "movdir64b",
            "enqcmd",
            "enqcmds",
            "cbw",
            "cwde",
            "cdqe",
            "ptwrite",
            "wait",
            "leavew",
            "popw",
            "pushw",
            "retnw",
            "retw",
            "sldt",
            "movsx",
            "movzx",
            "xlat",
            "xlatb",
            "lahf",
            "sahf",
            "movsxd",
            "lfs",
            "lgs",
            "lss",
            "shld",
            "shrd",
            "vfcmaddcph",
            "vfcmaddcsh",
            "vfcmulcph",
            "vfcmulcsh",
            "vfmaddcph",
            "vfmaddcsh",
            "vfmulcph",
            "vfmulcsh");

    /** Of refusals that the two doors word differently. */
    private static final List<String> SHARED_REASONS = List.of(
            "the size of memory is not known",
            "at most one operand in memory",
            "both addresses have 64 bits, or both have 32");

    /** Each mnemonic gets one in so many cases, another part than its neighbours; the long run takes all. */
    private static final int PART = Boolean.getBoolean("kiln.long") ? 1 : 8;

    /** What a door makes of an instruction: bytes, or the reason why there are none. */
    private record Answer(byte[] bytes, String reason) {
        boolean isRefusal() {
            return bytes == null;
        }
    }

    @Test
    void theDynamicDoorAndTheTextAgree() {
        FormTable table = FormTable.get();
        List<Object[]> all = cases();
        TreeMap<String, String> wrong = new TreeMap<>();
        int accepted = 0;
        int rejected = 0;
        for (int name = 0; name < table.nameCount(); name++) {
            String mnemonic = table.nameAt(name);
            if (isOtherInText(mnemonic)) continue;
            for (int i = name % PART; i < all.size(); i += PART) {
                Object[] operands = all.get(i);
                Answer dynamic = dynamic(mnemonic, operands);
                Answer text = text(mnemonic, operands);
                if (dynamic.isRefusal()) rejected++;
                else accepted++;
                boolean same = Arrays.equals(dynamic.bytes, text.bytes);
                if (same && dynamic.isRefusal() && !isSameReason(mnemonic, operands, dynamic.reason, text.reason))
                    wrong.putIfAbsent(mnemonic + " reason", dynamic.reason + "\n  in text: " + text.reason);
                if (!same && !isKnown(mnemonic, operands, dynamic.bytes, text.bytes))
                    wrong.putIfAbsent(
                            mnemonic,
                            line(mnemonic, operands) + ": dynamic " + hex(dynamic.bytes) + ", text " + hex(text.bytes));
            }
        }
        System.out.println("RejectionTest: " + accepted + " accepted, " + rejected + " rejected");
        assertThat(String.join("\n", wrong.values())).isEmpty();
    }

    /**
     * Of x87's waiting instructions, counters and WAIT the text reads more than one instruction, a branch may go to a number; what the text
     * completes, it shows complete.
     */
    private static boolean isSameReason(String mnemonic, Object[] operands, String dynamic, String text) {
        if (dynamic.equals(text) || SAID_IN_TEXT.contains(mnemonic) || NasmWidths.knows(mnemonic)) return true;
        if (mnemonic.startsWith("f") || mnemonic.startsWith("loop") || isBranchToNumber(mnemonic, operands))
            return true;
        for (String reason : SHARED_REASONS) if (dynamic.contains(reason) && text.contains(reason)) return true;
        for (Object[] completed : completed(operands))
            if (text.equals(dynamic(mnemonic, completed).reason)) return true;
        // An implicit operand that was said is not said again.
        return operands.length > 0
                && text.equals(dynamic(mnemonic, Arrays.copyOf(operands, operands.length - 1)).reason);
    }

    private static boolean isBranchToNumber(String mnemonic, Object[] operands) {
        return operands.length == 1
                && operands[0] instanceof Long
                && Forms.operandKind(Forms.find(mnemonic)[0], 0).isBranch();
    }

    /** With the first operand said twice, and with 1 behind the others. */
    private static List<Object[]> completed(Object[] operands) {
        if (operands.length == 0 || operands.length == Operands.MAX) return List.of();
        Object[] twice = new Object[operands.length + 1];
        System.arraycopy(operands, 0, twice, 1, operands.length);
        twice[0] = operands[0];
        Object[] once = Arrays.copyOf(operands, operands.length + 1);
        once[operands.length] = 1L;
        return List.of(twice, once);
    }

    private static boolean isOtherInText(String mnemonic) {
        return NasmOperands.isFarBranch(mnemonic);
    }

    /**
     * What only text takes: a number as a branch's target, x87 registers left out, the first operand said once for twice, a shift by 1 without the 1,
     * implicit operands said, CL left out, registers that should differ (with a warning), and forms that nasm's own choice never is, which text can ask for (nasm's manual, 2.2 and 3.3).
     */
    private static boolean isKnown(String mnemonic, Object[] operands, byte[] dynamic, byte[] text) {
        if (dynamic != null) return false;
        if (mnemonic.startsWith("f") || SAID_IN_TEXT.contains(mnemonic) || NasmWidths.knows(mnemonic)) return true;
        if (isBranchToNumber(mnemonic, operands)) return true;
        for (Object[] completed : completed(operands))
            if (Arrays.equals(dynamic(mnemonic, completed).bytes, text)) return true;
        return false;
    }

    /** None, each shape alone, and each among two to five operands. */
    private static List<Object[]> cases() {
        List<Object[]> cases = new ArrayList<>();
        cases.add(new Object[0]);
        for (Object shape : SHAPES) {
            cases.add(new Object[] {shape});
            for (Object first : new Object[] {AL, CX, EAX, R9, XMM1, dword(RBX), qword(RBX)})
                cases.add(new Object[] {first, shape});
            cases.add(new Object[] {XMM1, XMM0, shape});
            cases.add(new Object[] {RCX, shape, 5L});
            cases.add(new Object[] {RCX, R9, shape});
            cases.add(new Object[] {ZMM1, shape, ZMM1});
            cases.add(new Object[] {XMM1, XMM0, shape, 5L});
            cases.add(new Object[] {YMM1, YMM1, YMM1, shape});
            cases.add(new Object[] {RCX, R9, shape, 200L});
            cases.add(new Object[] {shape, XMM0, XMM1, XMM1});
            cases.add(new Object[] {XMM1, XMM0, shape, XMM1, 5L});
            cases.add(new Object[] {XMM1, XMM0, XMM1, shape, 16L});
            cases.add(new Object[] {YMM1, YMM1, YMM1, YMM1, shape});
        }
        return cases;
    }

    /** A refusal has to leave the code as it was. */
    private static Answer dynamic(String mnemonic, Object[] operands) {
        Assembler a = new Assembler();
        try {
            a.emit(mnemonic, operands);
        } catch (AssemblerException e) {
            a.ret();
            assertThat(a.finish().bytes()).as(e.getMessage()).containsExactly(0xC3);
            return new Answer(null, e.getMessage());
        }
        return new Answer(a.finish().bytes(), null);
    }

    private static String line(String mnemonic, Object[] operands) {
        StringBuilder line = new StringBuilder(mnemonic);
        for (int i = 0; i < operands.length; i++) {
            line.append(i == 0 ? " " : ", ");
            if (operands[i] instanceof Mem memory)
                line.append(
                        switch (memory.size) {
                            case 8 -> "byte ";
                            case 16 -> "word ";
                            case 32 -> "dword ";
                            case 64 -> "qword ";
                            case 128 -> "oword ";
                            default -> "yword ";
                        });
            line.append(operands[i]);
        }
        return line.toString();
    }

    private static Answer text(String mnemonic, Object[] operands) {
        Diagnostics diagnostics = new Diagnostics();
        SourceText source = SourceText.of("case.asm", line(mnemonic, operands) + "\n");
        AssembledFile file = NasmParser.parse(source, NasmParser.Format.FLAT, diagnostics);
        byte[] bytes = file == null ? null : FlatBinary.write(file, diagnostics);
        return new Answer(bytes, bytes == null ? diagnostics.list().getFirst().message() : null);
    }

    private static String hex(byte[] bytes) {
        return bytes == null ? "refused" : HexFormat.of().formatHex(bytes);
    }
}
