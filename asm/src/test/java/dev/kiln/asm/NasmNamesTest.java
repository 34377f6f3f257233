package dev.kiln.asm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.testing.OutsideTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names that nasm has other uses for, and names that it cannot write. */
class NasmNamesTest {
    private static final List<String> PLAIN =
            List.of("main", "printf", "_start", "a.b", "x$1", "Foo_2", "add", "ret", "not");
    private static final List<String> TAKEN = List.of(
            "rax", "EAX", "r9d", "R15", "xmm31", "st0", "k1", "cr4", "byte", "Word", "rel", "wrt", "seg", "section",
            "global", "times", "align", "default", "strict", "lock", "rep", "near", "ptr", "bits", "esp", "float",
            "use64", "mm0", "tmm1", "bnd", "struc", "at");
    private static final List<String> UNWRITABLE = List.of(
            "",
            " ",
            "a b",
            "1st",
            ".local",
            "@x",
            "a-b",
            "a\"b",
            "é",
            "日本",
            "?x",
            "?xa",
            "a\nb",
            "..start",
            "$x",
            "a?b c",
            "__FILE__",
            "__?LINE?__");

    private static List<String> all() {
        List<String> names = new ArrayList<>(PLAIN);
        names.addAll(TAKEN);
        names.addAll(UNWRITABLE);
        return names;
    }

    @Test
    void escapingCanBeUndone() {
        TreeSet<String> written = new TreeSet<>();
        for (String name : all()) {
            assertThat(NasmNames.unescape(NasmNames.escape(name))).isEqualTo(name);
            assertThat(NasmNames.unescape(NasmNames.inObject(name))).isEqualTo(name);
            assertThat(written.add(NasmNames.escape(name))).as(name).isTrue();
        }
        for (String name : PLAIN) assertThat(NasmNames.escape(name)).isEqualTo(name);
        for (String name : TAKEN) assertThat(NasmNames.escape(name)).isEqualTo("$" + name);
        assertThat(NasmNames.escape("a b")).isEqualTo("?xa?20b");
    }

    @Test
    void nasmTakesThemAll(@TempDir Path folder) throws Exception {
        StringBuilder text = new StringBuilder("bits 64\ndefault rel\nsection .text\n");
        for (String name : all())
            text.append("global ").append(NasmNames.escape(name)).append('\n');
        for (String name : all()) text.append(NasmNames.escape(name)).append(":\n    ret\n");
        for (String name : all())
            text.append("    lea rax, [rel ")
                    .append(NasmNames.escape(name))
                    .append("]\n    dq ")
                    .append(NasmNames.escape(name))
                    .append('\n');
        Files.writeString(folder.resolve("n.asm"), text);
        Path nasm = OutsideTool.require("nasm");
        Path nm = OutsideTool.require("nm");
        String object = folder.resolve("n.o").toString();
        var result = OutsideTool.run(
                nasm.toString(),
                "-f",
                "elf64",
                "-w+all",
                "-o",
                object,
                folder.resolve("n.asm").toString());
        assertThat(result.errText()).isEmpty();
        TreeSet<String> symbols = new TreeSet<>();
        OutsideTool.run(nm.toString(), object)
                .succeeded()
                .outText()
                .lines()
                .filter(l -> l.contains(" T "))
                .forEach(l -> symbols.add(l.substring(l.indexOf(" T ") + 3)));
        TreeSet<String> expected = new TreeSet<>();
        for (String name : all()) expected.add(NasmNames.inObject(name));
        assertThat(symbols).isEqualTo(expected);
    }
}
