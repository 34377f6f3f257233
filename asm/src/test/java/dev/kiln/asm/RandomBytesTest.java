package dev.kiln.asm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Any bytes are safe to decode, and what they are is judged by two other disassemblers. Their output names the offsets at which they saw
 * instructions; the decoder is asked at each of these. Every difference, of what is an instruction, of its length and of its text, belongs to a class of
 * {@link Difference}.
 */
class RandomBytesTest {
    private static final long FIXED_SEED = 20_261_121;

    /** Bytes of each kind for each judge; more than a million instructions, bad ones among them, in all. */
    private static final int BYTES = 400_000;

    @TempDir
    Path folder;

    private final Decoder decoder = new Decoder();
    private final Disassembler disassembler = new Disassembler();
    private final Map<Difference, Integer> counts = new EnumMap<>(Difference.class);
    private final Map<String, String> unexplained = new TreeMap<>();

    @Test
    void decoderNeverThrowsNorReadsBeyondTheEnd() {
        long fresh = new Random().nextLong();
        System.out.println("RandomBytesTest: fixed seed " + FIXED_SEED + ", fresh seed " + fresh);
        for (long seed : new long[] {FIXED_SEED, fresh}) {
            SplittableRandom random = new SplittableRandom(seed);
            Decoder longer = new Decoder();
            for (int i = 0; i < 100_000; i++) {
                byte[] code = new byte[1 + random.nextInt(16)];
                RandomCode.values()[i % RandomCode.values().length].fill(random, code);
                String hex = "seed " + seed + ": " + HexFormat.of().formatHex(code);
                boolean valid = decoder.decode(code, 0, code.length);
                assertThat(decoder.length()).as(hex).isBetween(1, Math.min(15, code.length) + (valid ? 0 : 1));
                if (valid) {
                    assertThat(disassembler.text(decoder, 0x1000)).as(hex).isNotBlank();
                    // Every shorter piece of a valid instruction is truncated, and the bytes behind it change nothing.
                    int length = decoder.length();
                    for (int end = 0; end < length; end++) {
                        assertThat(longer.decode(code, 0, end)).as(hex).isFalse();
                        assertThat(longer.status()).as(hex + " cut to " + end).isEqualTo(Decoder.Status.TRUNCATED);
                    }
                    assertThat(longer.decode(code, 0, length)).as(hex).isTrue();
                    assertThat(longer.form()).as(hex).isEqualTo(decoder.form());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ForeignDisassembler.class)
    void agreesWithOtherDisassemblers(ForeignDisassembler judge) throws Exception {
        // Other versions of the judges may know other instructions: fresh bytes belong into the long run, where
        // somebody looks.
        long seed = Boolean.getBoolean("kiln.long") ? new Random().nextLong() : FIXED_SEED;
        Set<String> mnemonics = new HashSet<>();
        for (int form = 1; form < Forms.count(); form++) mnemonics.add(Forms.mnemonic(form));
        int judged = 0;
        for (RandomCode kind : RandomCode.values()) {
            byte[] code = kind.stream(
                    new SplittableRandom(seed + kind.ordinal()), Integer.getInteger("kiln.random.bytes", BYTES));
            for (ForeignDisassembler.Line line : judge.disassemble(code, folder)) {
                boolean valid = decoder.decode(code, line.offset(), code.length);
                if (decoder.status() == Decoder.Status.TRUNCATED) continue;
                judged++;
                boolean same = valid
                        ? !line.bad() && decoder.length() == line.length()
                        : line.bad() || !mnemonics.contains(line.mnemonic());
                if (!same) note(judge, code, line, Difference.ofValidity(judge, code, line, valid ? decoder : null));
                else if (valid) {
                    String text = disassembler.text(decoder, line.offset());
                    Difference difference = Difference.ofText(judge, code, line, decoder, text);
                    if (difference != null) note(judge, code, line, difference);
                }
            }
        }
        System.out.println("RandomBytesTest against " + judge + ", seed " + seed + ": " + judged
                + " judged, differences " + counts);
        assertThat(judged).isGreaterThan(5 * BYTES / 2);
        assertThat(String.join("\n", unexplained.values())).isEmpty();
    }

    /** Counts a difference; the decoder has read the judge's line. */
    private void note(ForeignDisassembler judge, byte[] code, ForeignDisassembler.Line line, Difference difference) {
        counts.merge(difference, 1, Integer::sum);
        if (difference != Difference.UNEXPLAINED) return;
        boolean valid = decoder.status() == Decoder.Status.VALID;
        int end = Math.min(code.length, line.offset() + Math.max(line.length(), decoder.length()));
        String ours = valid ? disassembler.text(decoder, line.offset()) : "bad";
        unexplained.put(
                (valid ? "valid " : "bad ") + line.mnemonic() + (valid ? Forms.mnemonic(decoder.form()) : ""),
                HexFormat.ofDelimiter(" ").formatHex(code, line.offset(), end) + ": " + ours + " | " + judge + ": "
                        + line.text());
    }
}
