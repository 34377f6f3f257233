package dev.kiln.asm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.testing.OutsideTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * nasm makes of the text of every form with operands at the edges the bytes that {@link CodeBuffer} makes. Each case fills a slot of its own, so that one
 * run of nasm judges tens of thousands and a difference is found by its place.
 */
class NasmJudgeTest {
    private static final int SLOT = 32;
    private static final int BRANCH_SLOT = 512;
    private static final int CASES_PER_RUN = 60_000;

    @TempDir
    Path folder;

    private record Slot(FormCase c, String text, byte[] bytes, int size, int line) {}

    private final List<Slot> slots = new ArrayList<>();
    private final StringBuilder source = new StringBuilder();
    private int lines;
    private final Map<String, String> wrong = new TreeMap<>();
    private int judged;
    private int all;
    private final JudgeReport report = new JudgeReport("nasm");

    @Test
    void nasmMakesTheSameBytes() throws Exception {
        Path nasm = OutsideTool.require("nasm");
        SplittableRandom random = new SplittableRandom(3);
        begin();
        for (int form = 1; form < Forms.count(); form++) {
            for (FormCase c : FormCase.of(form, random)) add(c);
            if (slots.size() > CASES_PER_RUN) judge(nasm);
        }
        judge(nasm);
        report.write();
        System.out.println("NasmJudgeTest: " + judged + " of " + all + " cases, the others are written as bytes");
        assertThat(String.join("\n", wrong.values())).isEmpty();
    }

    private void begin() {
        slots.clear();
        source.setLength(0);
        source.append("bits 64\ndefault rel\n");
        lines = 2;
    }

    private void add(FormCase c) {
        Operands operands = c.fill(new Operands());
        int distance = c.distance();
        CodeBuffer buffer = new CodeBuffer();
        try {
            emit(buffer, c.prefixedForm(), operands, distance);
        } catch (AssemblerException e) {
            // AH to BH next to what needs a REX prefix.
            if (e.getMessage().contains("REX")) return;
            throw e;
        }
        Code code = buffer.finish();
        int size = distance < 0 ? SLOT : BRANCH_SLOT;
        String name = "c" + slots.size();
        StringBuilder text = new StringBuilder();
        emit(new NasmSink(code, text), c.prefixedForm(), operands, distance);
        slots.add(new Slot(c, text.toString(), code.bytes(), size, lines));
        source.append(name)
                .append(":\n")
                .append(text)
                .append("    times ")
                .append(size)
                .append("-($-")
                .append(name)
                .append(") db 0xcc\n");
        lines += 2 + (int) text.chars().filter(ch -> ch == '\n').count();
    }

    private static void emit(InstructionSink sink, int form, Operands operands, int distance) {
        int target = sink.newLabel();
        sink.emit(form, operands);
        if (distance > 0) sink.bytes(new byte[distance], 0, distance);
        sink.bind(target);
    }

    private void judge(Path nasm) throws Exception {
        Path input = Files.writeString(folder.resolve("forms.asm"), source);
        Path output = folder.resolve("forms.bin");
        Files.deleteIfExists(output);
        OutsideTool.Result result = OutsideTool.run(
                List.of(nasm.toString(), "-f", "bin", "-o", output.toString(), input.toString()),
                folder,
                null,
                Duration.ofMinutes(3));
        for (String message : result.errText().split("\n")) complain(message);
        // A run with an error makes no file; the forms that it is about are left out of the next one.
        if (Files.exists(output)) {
            compare(Files.readAllBytes(output));
        } else if (!wrong.isEmpty()) {
            List<FormCase> again = slots.stream()
                    .filter(slot -> !wrong.containsKey(Forms.describe(slot.c.form())))
                    .map(Slot::c)
                    .toList();
            assertThat(again.size())
                    .as("nasm made no file: " + result.errText())
                    .isLessThan(slots.size());
            begin();
            for (FormCase c : again) add(c);
            judge(nasm);
            return;
        } else {
            throw new AssertionError("nasm made no file: " + result.errText());
        }
        all += slots.size();
        begin();
    }

    private void complain(String message) {
        if (message.isBlank()) return;
        String[] parts = message.split(":", 3);
        int line = parts.length < 3 || !parts[1].matches("\\d+") ? 0 : Integer.parseInt(parts[1]);
        int at = 0;
        while (at + 1 < slots.size() && slots.get(at + 1).line < line) at++;
        Slot slot = slots.get(at);
        wrong.putIfAbsent(
                Forms.describe(slot.c.form()),
                Forms.describe(slot.c.form()) + ": " + slot.text.strip() + ": " + parts[parts.length - 1]);
    }

    private void compare(byte[] theirs) {
        int at = 0;
        for (Slot slot : slots) {
            int end = Math.min(at + slot.size, theirs.length);
            byte[] expected = Arrays.copyOf(slot.bytes, slot.size);
            Arrays.fill(expected, slot.bytes.length, slot.size, (byte) 0xCC);
            boolean same = at < end && Arrays.equals(expected, Arrays.copyOfRange(theirs, at, end));
            // What is written as bytes asks nasm nothing.
            if (!slot.text.startsWith("    ; ")) {
                report.add(slot.c.form(), same);
                judged++;
            }
            if (!same) {
                String got = HexFormat.ofDelimiter(" ").formatHex(theirs, Math.min(at, end), Math.min(end, at + 16));
                wrong.putIfAbsent(
                        Forms.describe(slot.c.form()),
                        Forms.describe(slot.c.form()) + ": " + slot.text.strip() + ": ours "
                                + HexFormat.ofDelimiter(" ").formatHex(slot.bytes, 0, Math.min(16, slot.bytes.length))
                                + ", nasm " + got);
            }
            at += slot.size;
        }
    }
}
