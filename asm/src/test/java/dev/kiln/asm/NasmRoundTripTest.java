package dev.kiln.asm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What {@link NasmSink} prints of every form, {@link NasmParser} makes the bytes of {@link CodeBuffer} of; nasm judges the same text elsewhere. */
class NasmRoundTripTest {
    private static final int SLOT = 512;

    @Test
    void everyFormComesBack() {
        SplittableRandom random = new SplittableRandom(31);
        StringBuilder source = new StringBuilder("default rel\n");
        List<byte[]> bytes = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int form = 1; form < Forms.count(); form++)
            for (FormCase c : FormCase.of(form, random)) {
                CodeBuffer buffer = new CodeBuffer();
                Operands operands = c.fill(new Operands());
                // nasm has no APX and no AVX10.2, so its text has bytes only.
                if (operands.needsApx() || Forms.feature(form).matches(".*apx_f|avx10.*")) continue;
                try {
                    emit(buffer, c.form(), operands, c.distance());
                } catch (AssemblerException e) {
                    // AH to BH next to what needs a REX prefix.
                    continue;
                }
                Code code = buffer.finish();
                StringBuilder text = new StringBuilder();
                emit(new NasmSink(code, text), c.form(), operands, c.distance());
                source.append('c').append(bytes.size()).append(":\n").append(text);
                source.append("times ")
                        .append(SLOT)
                        .append("-($-c")
                        .append(bytes.size())
                        .append(") db 0xcc\n");
                bytes.add(code.bytes());
                texts.add(Forms.describe(c.form()) + ": " + text.toString().strip());
            }
        Diagnostics diagnostics = new Diagnostics();
        AssembledFile file =
                NasmParser.parse(SourceText.of("forms.asm", source.toString()), NasmParser.Format.FLAT, diagnostics);
        assertThat(diagnostics.list()).isEmpty();
        byte[] made = FlatBinary.write(file, diagnostics);
        TreeMap<String, String> wrong = new TreeMap<>();
        for (int i = 0; i < bytes.size(); i++) {
            byte[] expected = Arrays.copyOf(bytes.get(i), SLOT);
            Arrays.fill(expected, bytes.get(i).length, SLOT, (byte) 0xCC);
            if (!Arrays.equals(expected, 0, SLOT, made, i * SLOT, i * SLOT + SLOT))
                wrong.put(texts.get(i).split(":")[0], texts.get(i));
        }
        assertThat(bytes).hasSizeGreaterThan(10_000);
        assertThat(String.join("\n", wrong.values())).isEmpty();
    }

    private static void emit(InstructionSink sink, int form, Operands operands, int distance) {
        int target = sink.newLabel();
        sink.emit(form, operands);
        if (distance > 0) sink.bytes(new byte[distance], 0, distance);
        sink.bind(target);
    }
}
