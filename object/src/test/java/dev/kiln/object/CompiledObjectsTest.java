package dev.kiln.object;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.asm.Disassembler;
import dev.kiln.testing.OutsideTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects that gcc makes of C, in all its models of code and of thread-local data: read as objdump reads them. */
class CompiledObjectsTest {
    private static final String C = """
            extern int outside; extern int printf(const char *, ...);
            static int counter; int shared = 5; static const char *names[] = {"a", "b"};
            __thread int tls; extern __thread int tls_ext; static __thread int tls_loc;
            __attribute__((weak)) void hook(void);
            static int helper(int x) { return x * counter + outside; }
            int sw(int x) {
                switch (x) {
                    case 0: return 5; case 1: return helper(3); case 2: return 77;
                    case 3: return -1; case 4: return 12; case 5: return shared;
                }
                return 0;
            }
            double real(double d) { return d * 3.25 + 1e10; }
            int main(int argc, char **argv) {
                tls += argc; tls_ext++; tls_loc--;
                if (hook) hook();
                printf("%s %d", names[argc & 1], sw(argc));
                return helper(argc) + counter++;
            }
            """;

    /** Types without a kind of relocation: gcc's descriptors of thread-local data. */
    private static final Set<String> WITHOUT_KIND = Set.of("GOTPC32_TLSDESC", "TLSDESC_CALL");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-O2 -fPIC",
                "-O2 -fno-pie",
                "-O0 -g -ffunction-sections -fdata-sections",
                "-O1 -fPIC -ftls-model=local-dynamic",
                "-O1 -fPIC -ftls-model=initial-exec",
                "-O1 -fno-pie -ftls-model=local-exec",
                "-O1 -fPIC -mcmodel=medium",
                "-O1 -fno-pie -mcmodel=large",
                "-O1 -fPIC -mcmodel=large",
                "-O1 -fPIC -mtls-dialect=gnu2"
            })
    void areReadAsOthersReadThem(String options, @TempDir Path folder) throws Exception {
        Path gcc = OutsideTool.require("gcc");
        Path objdump = OutsideTool.require("objdump");
        Path source = Files.writeString(folder.resolve("t.c"), C);
        Path object = folder.resolve("t.o");
        List<String> command =
                new ArrayList<>(List.of(gcc.toString(), "-c", source.toString(), "-o", object.toString()));
        command.addAll(List.of(options.split(" ")));
        OutsideTool.run(command.toArray(String[]::new)).succeeded();
        List<ObjectReader.Section> sections = ObjectReader.sections(Files.readAllBytes(object));
        List<String> ours = new ArrayList<>();
        for (ObjectReader.Section section : sections) {
            for (ObjectReader.Reference r : section.references()) {
                ours.add(Long.toHexString(r.offset()) + " " + r.text());
                String type = r.text().substring(0, r.text().indexOf(' '));
                if (!WITHOUT_KIND.contains(type)) assertThat(r.kind()).as(type).isNotNull();
                Disassembler.Labels names =
                        r.section() < 0 ? null : sections.get(r.section()).names();
                if (r.kind() != null) assertThat(r.operand(names).symbol()).isNotEmpty();
            }
        }
        List<String> theirs = new ArrayList<>();
        String text = OutsideTool.run(objdump.toString(), "-r", object.toString())
                .succeeded()
                .outText();
        for (String line : text.split("\n")) {
            String[] words = line.split(" +");
            if (words.length == 3 && words[1].startsWith("R_X86_64_"))
                theirs.add(Long.toHexString(Long.parseLong(words[0], 16)) + " "
                        + words[1].substring("R_X86_64_".length()) + " " + decimal(words[2]));
        }
        assertThat(ours).hasSizeGreaterThan(20).containsExactlyElementsOf(theirs);
    }

    /** A symbol with a decimal addend in place of a hexadecimal one. */
    private static String decimal(String target) {
        int at = Math.max(target.lastIndexOf("+0x"), target.lastIndexOf("-0x"));
        return at < 0 ? target : target.substring(0, at + 1) + Long.parseUnsignedLong(target.substring(at + 3), 16);
    }
}
