package dev.kiln.asm;

import dev.kiln.testing.OutsideTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The disassemblers of LLVM and GNU binutils, each run once for a whole block of bytes. */
enum ForeignDisassembler {
    LLVM(
            "llvm-objdump-19",
            "-D",
            "-j",
            ".text",
            "--x86-asm-syntax=intel",
            "--print-imm-hex",
            "--mattr=+egpr,+push2pop2,+ppx,+ndd,+ccmp,+nf,+cf,+zu"),
    GNU("objdump", "-D", "-j", ".text", "-w", "-z", "-M", "intel");

    /**
     * One line of a disassembly.
     *
     * @param text lower case, single blanks
     * @param bad whether the tool says that the bytes are no instruction
     */
    record Line(int offset, int length, String text, boolean bad) {
        String mnemonic() {
            int blank = text.indexOf(' ');
            return blank < 0 ? text : text.substring(0, blank);
        }
    }

    private final String program;
    private final List<String> options;
    private Boolean newest;

    ForeignDisassembler(String program, String... options) {
        this.program = program;
        this.options = List.of(options);
    }

    /** Whether the tool installed knows APX, AVX10.2 and the newest of AMX, as GNU binutils do from 2.44. */
    boolean isNewest() {
        if (newest == null) newest = this == GNU && version() >= 244;
        return newest;
    }

    /** GNU's version, 244 for 2.44. */
    private int version() {
        String tool = OutsideTool.require(program).toString();
        Matcher found = Pattern.compile("(\\d+)\\.(\\d+)")
                .matcher(OutsideTool.run(tool, "--version").succeeded().outText());
        return found.find() ? Integer.parseInt(found.group(1)) * 100 + Integer.parseInt(found.group(2)) : 0;
    }

    List<Line> disassemble(byte[] code, Path folder) throws IOException {
        String tool = OutsideTool.require(program).toString();
        String objcopy = OutsideTool.require("objcopy").toString();
        Path raw = Files.write(folder.resolve("code.bin"), code);
        Path object = folder.resolve("code.o");
        String flags = ".data=.text,alloc,load,readonly,code,contents";
        OutsideTool.run(
                        objcopy,
                        "-I",
                        "binary",
                        "-O",
                        "elf64-x86-64",
                        "--strip-all",
                        "--rename-section",
                        flags,
                        raw.toString(),
                        object.toString())
                .succeeded();
        List<String> command = new ArrayList<>(List.of(tool));
        command.addAll(options);
        command.add(object.toString());
        String out = OutsideTool.run(command, folder, null, Duration.ofMinutes(3))
                .succeeded()
                .outText();
        List<Line> lines = new ArrayList<>();
        int at = 0;
        while (at < out.length()) {
            int end = out.indexOf('\n', at);
            if (end < 0) end = out.length();
            Line line = line(out.substring(at, end));
            if (line != null) lines.add(line);
            at = end + 1;
        }
        return lines;
    }

    /** Lines look like {@code "   4: a8 2e       <tab>test<tab>al, 0x2e"}; GNU has a tab behind the colon too. */
    private static Line line(String text) {
        int colon = text.indexOf(':');
        if (colon < 0 || !text.startsWith(" ")) return null;
        int offset;
        try {
            offset = Integer.parseInt(text.substring(0, colon).strip(), 16);
        } catch (NumberFormatException e) {
            return null;
        }
        String rest = text.substring(colon + 1).stripLeading();
        int tab = rest.indexOf('\t');
        String bytes = (tab < 0 ? rest : rest.substring(0, tab)).strip();
        String instruction = tab < 0 ? "" : rest.substring(tab + 1).strip();
        int comment = instruction.indexOf('#');
        if (comment >= 0) instruction = instruction.substring(0, comment).strip();
        instruction = instruction.replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
        boolean bad = instruction.contains("(bad)")
                || instruction.contains("<unknown>")
                || instruction.contains("?")
                || instruction.isEmpty();
        return new Line(offset, (bytes.length() + 1) / 3, instruction, bad);
    }
}
