package dev.kiln.asm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.base.Diagnostic;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Any bytes are bad, or are an instruction whose text {@link NasmParser} makes an equivalent instruction of. */
class ReassemblyTest {
    private static final int BATCH = 20_000, SLOT = 16;

    private static final int SEQUENCES = 1_000_000;

    private final TreeMap<String, String> wrong = new TreeMap<>();
    private int valid;
    private int exact;

    @ParameterizedTest
    @EnumSource(Disassembler.Syntax.class)
    void textOfAnyBytesIsAnEquivalentInstruction(Disassembler.Syntax syntax) {
        SplittableRandom random = new SplittableRandom(41);
        Disassembler disassembler = new Disassembler(ReassemblyTest::place, syntax);
        for (int done = 0; done < SEQUENCES; done += BATCH) batch(random, disassembler);
        System.out.println("ReassemblyTest, " + syntax + ": " + SEQUENCES + " sequences, " + valid + " instructions, "
                + exact + " of them the same bytes again");
        assertThat(String.join("\n", wrong.values())).isEmpty();
        assertThat(valid).isGreaterThan(SEQUENCES / 4);
        assertThat(exact).isGreaterThan(valid / 4);
    }

    /** Addresses by their distance from the section's start, whatever they are. */
    private static String place(long address) {
        return "$$+0x" + Long.toHexString(address);
    }

    private void batch(SplittableRandom random, Disassembler disassembler) {
        List<byte[]> codes = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        StringBuilder source = new StringBuilder();
        Decoder decoder = new Decoder();
        RandomCode[] kinds = RandomCode.values();
        for (int i = 0; i < BATCH; i++) {
            byte[] code = new byte[Decoder.MAX_LENGTH];
            kinds[i % kinds.length].fill(random, code);
            if (!decoder.decode(code, 0, code.length) || isAtTheEdge(decoder)) continue;
            String text = disassembler.text(decoder, (long) codes.size() * SLOT);
            codes.add(Arrays.copyOf(code, decoder.length()));
            texts.add(text);
            source.append(text).append("\nalign ").append(SLOT).append(", db 0xcc\n");
        }
        valid += codes.size();
        Diagnostics diagnostics = new Diagnostics();
        AssembledFile file =
                NasmParser.parse(SourceText.of("t.asm", source.toString()), NasmParser.Format.FLAT, diagnostics);
        for (Diagnostic d : diagnostics.list()) {
            int i = (d.position().line() - 1) / 2;
            note(codes.get(i), texts.get(i), d.message());
        }
        if (file == null) return;
        byte[] made = FlatBinary.write(file, diagnostics);
        Decoder again = new Decoder();
        for (int i = 0; i < codes.size(); i++) {
            byte[] code = codes.get(i);
            int at = i * SLOT;
            decoder.decode(code, 0, code.length);
            if (!again.decode(made, at, made.length)) note(code, texts.get(i), "bad");
            else if (!isEquivalent(decoder, again)) note(code, texts.get(i), disassembler.text(again, at));
            if (Arrays.equals(made, at, Math.min(made.length, at + code.length), code, 0, code.length)) exact++;
        }
    }

    private void note(byte[] code, String text, String problem) {
        wrong.putIfAbsent(text.split(" ")[0], HexFormat.of().formatHex(code) + ": " + text + ": " + problem);
    }

    /** Without prefixes that mean nothing the instruction is shorter, and a target 8 bits away perhaps out of reach. */
    private static boolean isAtTheEdge(Decoder decoder) {
        Operands o = decoder.operands();
        if (o.count() != 1 || !Forms.operandKind(decoder.form(), 0).isBranch()) return false;
        return Forms.operandKind(decoder.form(), 0).immediateBits() == 8 && o.immediateAt(0) > 127 - Decoder.MAX_LENGTH;
    }

    private static boolean isEquivalent(Decoder a, Decoder b) {
        if (!mnemonic(a).equals(mnemonic(b))) return false;
        Operands x = a.operands();
        Operands y = b.operands();
        if (a.leavesFlags() != b.leavesFlags() || a.elision() != b.elision()) return false;
        if (a.hasLock() != b.hasLock() || a.hasRep() != b.hasRep() || a.hasRepne() != b.hasRepne()) return false;
        // LODSB through FS or ESI is another one; ENTER through nothing is not.
        int effects = FormTable.get().effects(a.form()) >> 16 & 0xFF;
        boolean onStack = (Forms.implicitWrites(a.form()) & 1L << Registers.RSP) != 0;
        if (effects != 0 && !onStack) {
            if (a.has32BitAddress() != b.has32BitAddress()) return false;
            if (a.segment() >= Registers.FS && a.segment() != b.segment()) return false;
        }
        if (x.count() != y.count() || x.decorations != y.decorations) return false;
        boolean swaps = x.count() == 2 && Forms.mnemonic(a.form()).equals("xchg") && x.kind(0) == x.kind(1);
        if (swaps && x.value(0) == y.value(1) && x.value(1) == y.value(0)) return true;
        // MOV of a number to a doubleword register clears the upper half.
        if (a.form() == Form.MOV_RM64_IMM32S && b.form() == Form.MOV_R32_IMM32)
            return x.value(0) == y.value(0) && x.immediateAt(1) == y.immediateAt(1);
        for (int i = 0; i < x.count(); i++) if (!isEquivalent(a, b, i)) return false;
        return true;
    }

    /** The name of an instruction; a word pushed is called PUSHW by the table where it is a byte sign-extended. */
    private static String mnemonic(Decoder decoder) {
        String mnemonic = Forms.mnemonic(decoder.form());
        return mnemonic.equals("pushw") ? "push" : mnemonic;
    }

    private static boolean isEquivalent(Decoder a, Decoder b, int i) {
        Operands x = a.operands();
        Operands y = b.operands();
        if (x.kind(i) != y.kind(i)) return false;
        return switch (x.kind(i)) {
            case Operands.REGISTER ->
                x.value(i) == y.value(i)
                        && Forms.operandKind(a.form(), i).registerBits()
                                == Forms.operandKind(b.form(), i).registerBits();
            case Operands.MEMORY -> isSameAddress(a, b);
            default -> {
                OperandKind kind = Forms.operandKind(a.form(), i);
                if (kind.isBranch()) yield x.immediateAt(i) + a.length() == y.immediateAt(i) + b.length();
                OperandKind first = Forms.operandKind(a.form(), 0);
                int width = first.takesRegister() ? first.registerBits() : first.memoryBits();
                // PUSHW has a byte, which is sign-extended, where that will do.
                if (a.form() == Form.PUSH_IMM16) width = 16;
                int unused = width > 0 && width < 64 && !kind.isOffset() ? 64 - width : 0;
                yield x.immediateAt(i) << unused == y.immediateAt(i) << unused
                        && (!kind.isOffset() || x.segment() == y.segment());
            }
        };
    }

    /** Whether sums of registers and displacements are the same: RAX*2 is RAX+RAX. */
    private static boolean isSameAddress(Decoder a, Decoder b) {
        Operands x = a.operands();
        Operands y = b.operands();
        if (x.segment() != y.segment() || a.has32BitAddress() != b.has32BitAddress()) return false;
        int[] sum = new int[Registers.COUNT];
        add(sum, x, 1);
        add(sum, y, -1);
        for (int factor : sum) if (factor != 0) return false;
        boolean relative = x.base() == Registers.RIP;
        return relative
                ? x.displacement() + a.length() == y.displacement() + b.length()
                : x.displacement() == y.displacement();
    }

    private static void add(int[] sum, Operands o, int sign) {
        if (o.base() != Registers.NONE) sum[o.base()] += sign;
        if (o.index() != Registers.NONE) sum[o.index()] += sign * o.scale();
    }

    @Test
    void listingsAssembleToTheSameInstructions() {
        SplittableRandom random = new SplittableRandom(43);
        Decoder decoder = new Decoder();
        for (int n = 0; n < 200; n++) {
            byte[] code = new byte[2000];
            int length = 0;
            while (length < code.length - Decoder.MAX_LENGTH) {
                byte[] some = new byte[Decoder.MAX_LENGTH];
                RandomCode.MIXED.fill(random, some);
                // Now and then a jump within the code.
                if (random.nextInt(5) == 0) some[0] = (byte) (0x70 + random.nextInt(16));
                if (!decoder.decode(some, 0, some.length)) continue;
                // What lies outside comes nearer or farther when the code changes its length, and these have no long
                // form.
                String mnemonic = Forms.mnemonic(decoder.form());
                if (mnemonic.startsWith("loop") || mnemonic.endsWith("cxz")) continue;
                System.arraycopy(some, 0, code, length, decoder.length());
                length += decoder.length();
            }
            long address = random.nextInt(2) * 0x401000L;
            String once = source(code, length, address);
            byte[] made = assemble(once, address);
            String twice = source(made, made.length, address);
            assertThat(mnemonics(twice)).isEqualTo(mnemonics(once));
            // What has several encodings has found its own by now.
            assertThat(source(assemble(twice, address), made.length, address)).isEqualTo(twice);
        }
    }

    private static String source(byte[] code, int length, long address) {
        StringBuilder out = new StringBuilder();
        SourceListing.append(out, code, 0, length, address, at -> null);
        return out.toString();
    }

    private static byte[] assemble(String text, long address) {
        Diagnostics diagnostics = new Diagnostics();
        SourceText source = SourceText.of("t.asm", "org " + address + "\n" + text);
        AssembledFile file = NasmParser.parse(source, NasmParser.Format.FLAT, diagnostics);
        assertThat(diagnostics.list()).isEmpty();
        return FlatBinary.write(file, diagnostics);
    }

    private static List<String> mnemonics(String text) {
        List<String> found = new ArrayList<>();
        for (String line : text.split("\n"))
            if (line.startsWith(" ")) found.add(line.strip().split(" ")[0]);
        return found;
    }
}
