package dev.kiln.asm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Template;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the encoder makes of every form with operands at the edges, the decoder reads back as the same instruction. */
class EveryFormTest {
    private final Operands operands = new Operands();
    private final Decoder decoder = new Decoder();

    @Test
    void decodedBytesAreEncodedToTheSameBytes() {
        SplittableRandom random = new SplittableRandom(1);
        int cases = 0;
        TreeMap<String, String> wrong = new TreeMap<>();
        for (int form = 1; form < Forms.count(); form++) {
            for (FormCase c : FormCase.of(form, random)) {
                byte[] code = encode(c.prefixedForm(), c.fill(operands), c.distance());
                if (code == null) continue;
                cases++;
                String what = Forms.describe(form) + " " + c.operands() + " is "
                        + HexFormat.ofDelimiter(" ").formatHex(code);
                if (Template.fwait(FormTable.get().template(form))) {
                    // An instruction of its own, and the one without.
                    assertThat(code[0]).isEqualTo((byte) 0x9B);
                    code = java.util.Arrays.copyOfRange(code, 1, code.length);
                }
                if (!decoder.decode(code, 0, code.length)) {
                    wrong.putIfAbsent(Forms.describe(form), what + ": " + decoder.status());
                    continue;
                }
                int decoded = decoder.form();
                if (!sameMnemonic(form, decoded))
                    wrong.putIfAbsent(Forms.describe(form), what + ", decoded as " + Forms.describe(decoded));
                long distance = c.distance() >= 0 ? decoder.operands().immediateAt(0) : 0;
                byte[] again = c.distance() >= 0
                        ? distance == c.distance() && decoded == form ? code : null
                        : encode(decoder.prefixedForm(), decoder.operands(), -1);
                if (again == null
                        || !HexFormat.of()
                                .formatHex(again)
                                .equals(HexFormat.of().formatHex(code)))
                    wrong.putIfAbsent(
                            Forms.describe(form),
                            what + ", decoded as " + new Disassembler().text(decoder, 0) + " ("
                                    + Forms.describe(decoded) + "), encoded as "
                                    + (again == null
                                            ? "nothing"
                                            : HexFormat.ofDelimiter(" ").formatHex(again)));
            }
        }
        System.out.println("EveryFormTest: " + (Forms.count() - 1) + " forms, " + cases + " cases");
        assertThat(String.join("\n", wrong.values())).isEmpty();
        assertThat(cases).isGreaterThan(50 * Forms.count());
    }

    /** The bytes of one instruction; null when it has AH to BH next to what needs a REX prefix. */
    static byte[] encode(int form, Operands operands, int distance) {
        CodeBuffer buffer = new CodeBuffer();
        int target = buffer.newLabel();
        try {
            buffer.emit(form, operands);
        } catch (AssemblerException e) {
            if (e.getMessage().contains("REX")) return null;
            throw new AssertionError(Forms.describe(form & Form.NUMBER) + ": " + e.getMessage(), e);
        }
        if (distance < 0) {
            buffer.bind(target);
            return buffer.finish().bytes();
        }
        buffer.bytes(new byte[distance], 0, distance);
        buffer.bind(target);
        byte[] bytes = buffer.finish().bytes();
        return java.util.Arrays.copyOf(bytes, bytes.length - distance);
    }

    /** XCHG of a register with itself is encoded as what NOP is, by nasm too. */
    private static boolean sameMnemonic(int form, int decoded) {
        String without = Template.fwait(FormTable.get().template(form))
                ? "fn" + Forms.mnemonic(form).substring(1)
                : "";
        return Forms.mnemonic(form).equals(Forms.mnemonic(decoded))
                || Forms.mnemonic(decoded).equals(without)
                || Forms.mnemonic(decoded).equals("nop") && Forms.mnemonic(form).equals("xchg");
    }
}
