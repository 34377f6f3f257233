package dev.kiln.asm;

import static dev.kiln.asm.X86.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Names that stand for other instructions are the same ones in text, by mnemonic and for what is asked about instructions. */
class SpellingsTest {
    private static final Object[][] FIXED = {
        {"pclmullqlqdq", XMM1, XMM2},
        {"vpclmulhqhqdq", YMM1, YMM2, YMM3},
        {"retn"},
        {"ud2a"},
        {"xlat"},
        {"wait"},
        {"vmovqqu", YMM1, yword(RAX)},
        {"vfmadd312ps", XMM1, XMM2, XMM3},
        {"vcmpltps", K1, ZMM2, ZMM3, SAE},
        {"vpcmpnequb", K1, YMM2, yword(RAX)},
        {"finit"},
        {"fstsw", AX},
        {"fadd", dword(RAX)},
        {"fstp", qword(RAX)}
    };

    @Test
    void theDynamicDoorKnowsTheTextsNames() {
        List<Object[]> cases = new ArrayList<>(List.of(FIXED));
        for (String predicate : new String[] {"eq", "lt", "le", "unord", "neq", "nlt", "nle", "ord"})
            for (String type : new String[] {"ps", "pd", "ss", "sd"}) {
                cases.add(new Object[] {"cmp" + predicate + type, XMM1, XMM2});
                cases.add(new Object[] {"vcmp" + predicate + type, XMM1, XMM2, XMM3});
            }
        for (String predicate : new String[] {"eq_uq", "nge", "gt_oq", "true_us", "false", "lt_os"}) {
            cases.add(new Object[] {"vcmp" + predicate + "pd", YMM1, YMM2, yword(RAX)});
            cases.add(new Object[] {"vcmp" + predicate + "ph", K1.masked(K2), ZMM2, ZMM3});
        }
        for (String predicate : new String[] {"lt", "le", "neq", "nlt", "nle"})
            for (String type : new String[] {"b", "uw", "d", "uq"})
                cases.add(new Object[] {"vpcmp" + predicate + type, K1.masked(K2), ZMM2, ZMM3});
        for (String predicate : new String[] {"lt", "le", "gt", "ge", "eq", "neq", "false", "true"})
            cases.add(new Object[] {"vpcom" + predicate + "ub", XMM1, XMM2, XMM3});
        for (String name : new String[] {
            "fadd",
            "fmul",
            "fsub",
            "fsubr",
            "fdiv",
            "fdivr",
            "faddp",
            "fsubrp",
            "fdivp",
            "fcom",
            "fcomp",
            "fucom",
            "fxch",
            "fld",
            "fst",
            "fstp",
            "ffree",
            "fcomi",
            "fucomip",
            "fcmovb",
            "fcmovnbe"
        }) {
            cases.add(new Object[] {name});
            for (X87Register register : new X87Register[] {ST0, ST1, ST7}) cases.add(new Object[] {name, register});
        }
        for (String name : new String[] {"fadd", "fsub", "fdivr", "fcomi", "fcom", "fucomp", "fxch"}) {
            cases.add(new Object[] {name, ST0, ST3});
            cases.add(new Object[] {name, ST0, ST0});
        }
        for (Object[] row : cases) {
            Object[] operands = Arrays.copyOfRange(row, 1, row.length);
            Assembler a = new Assembler();
            a.emit((String) row[0], operands);
            byte[] bytes = a.finish().bytes();
            assertThat(bytes).as(line(row)).isEqualTo(text(line(row)));
            // WAIT is decoded by itself.
            if (bytes[0] == (byte) 0x9B) continue;
            InstructionInfo info = InstructionInfo.of((String) row[0], operands);
            Decoder decoder = new Decoder();
            assertThat(decoder.decode(bytes, 0, bytes.length)).isTrue();
            // DE C1 is decoded with the operands that FADDP leaves out.
            assertThat(Forms.mnemonic(decoder.form())).as(line(row)).isEqualTo(Forms.mnemonic(info.form()));
        }
        assertThat(cases).hasSizeGreaterThan(200);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> new Assembler().emit("vcmpltps", XMM1, XMM2, EAX))
                .hasMessageStartingWith("vcmpltps xmm1, xmm2, eax: no form takes (xmm, xmm, r32); nearest: vcmpps");
        assertThatThrownBy(() -> new Assembler().emit("vcmpltpx", XMM1, XMM2, XMM3))
                .hasMessageStartingWith("there is no instruction 'vcmpltpx'");
        assertThatThrownBy(() -> new Assembler().emit("fcmovb", EAX)).isInstanceOf(AssemblerException.class);
    }

    private static String line(Object[] row) {
        StringBuilder line = new StringBuilder((String) row[0]);
        for (int i = 1; i < row.length; i++) {
            line.append(i == 1 ? " " : ", ");
            if (row[i] instanceof Mem memory)
                line.append(memory.size == 32 ? "dword " : memory.size == 64 ? "qword " : "yword ");
            line.append(row[i] instanceof Rounding ? "{sae}" : row[i].toString());
        }
        return line.toString();
    }

    private static byte[] text(String line) {
        Diagnostics diagnostics = new Diagnostics();
        AssembledFile file =
                NasmParser.parse(SourceText.of("case.asm", line + "\n"), NasmParser.Format.FLAT, diagnostics);
        assertThat(diagnostics.list()).as(line).isEmpty();
        return FlatBinary.write(file, diagnostics);
    }
}
