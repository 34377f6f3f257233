package dev.kiln.exec.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.testing.OutsideTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BorderCodeTest {
    private static final int SLOT = 64;
    /** A line that consists of fixed bytes and the instructions they are. */
    private static final Pattern LINE = Pattern.compile("\\s*out\\.hex\\(\"([0-9A-F ]+)\"\\); //\\s+(.*)");

    /** Jumps and calls whose displacement stands in another line or was counted. */
    private static final Pattern JUMP =
            Pattern.compile("(.*; )?(j[a-z]+ |call [a-z]+[A-Z]|call (routine|length|target)).*");

    /** The source says beside the bytes what they are: nasm reads the one and gives the other. */
    @Test
    void theBytesAreWhatTheirCommentsSay(@TempDir Path folder) throws IOException {
        Path nasm = OutsideTool.require("nasm");
        Path sources = Path.of(System.getProperty("kiln.root", ".."), "exec/src/main/java/dev/kiln/exec/internal");
        List<String> source = new ArrayList<>(Files.readAllLines(sources.resolve("BorderCode.java")));
        source.addAll(Files.readAllLines(sources.resolve("ThreadStorageCode.java")));
        List<byte[]> expected = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        StringBuilder text = new StringBuilder("bits 64\n");
        for (String line : source) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) continue;
            // A remark stands after several blanks.
            String instructions = matcher.group(2).replaceFirst("\\s{2,};.*", "");
            if (JUMP.matcher(instructions).matches()) continue;
            expected.add(HexFormat.of().parseHex(matcher.group(1).replace(" ", "")));
            lines.add(line.strip());
            text.append(instructions.replace("; ", "\n"))
                    .append("\nalign ")
                    .append(SLOT)
                    .append(", db 0xF4\n");
        }
        assertThat(lines).hasSizeGreaterThan(100);
        Path input = Files.writeString(folder.resolve("border.asm"), text);
        Path output = folder.resolve("border.bin");
        OutsideTool.run(nasm.toString(), "-f", "bin", "-o", output.toString(), input.toString())
                .succeeded();
        byte[] assembled = Files.readAllBytes(output);
        for (int i = 0; i < lines.size(); i++) {
            byte[] slot = new byte[SLOT];
            Arrays.fill(slot, (byte) 0xF4);
            System.arraycopy(expected.get(i), 0, slot, 0, expected.get(i).length);
            byte[] actual = Arrays.copyOfRange(assembled, i * SLOT, (i + 1) * SLOT);
            assertThat(HexFormat.of().formatHex(actual))
                    .as(lines.get(i))
                    .isEqualTo(HexFormat.of().formatHex(slot));
        }
    }

    @Test
    void stubsFitTheirRanges() {
        BorderCode code = new BorderCode(ThreadChain.instance());
        code.placedAt(0x7000_0000_0000L);
        long at = 0x7000_0000_1000L;
        assertThat(code.entry(at, 0x1234_5678_9ABCL, 8 * 9).length).isLessThanOrEqualTo(BorderCode.ENTRY_SIZE);
        assertThat(code.thunk(at, 0x1234_5678_9ABCL, 8 * 9).length).isLessThanOrEqualTo(BorderCode.THUNK_SIZE);
    }
}
