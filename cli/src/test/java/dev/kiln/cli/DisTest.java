package dev.kiln.cli;

import static dev.kiln.cli.CommandLine.here;
import static dev.kiln.cli.CommandLine.hereWith;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code kiln dis} on raw bytes, and its way back through {@code kiln asm}. */
class DisTest {
    private static final String CODE =
            "48 89 c8 eb 02 06 90 64 48 8b 04 25 28 00 00 00 d8 c1 c5 fc 58 44 6e 20 74 e8 e8 e0 ff ff ff";

    @TempDir
    Path folder;

    @Test
    void listsBytesAtAnAddress() {
        assertThat(here("dis", "--address", "0x401000", "--hex", CODE).out()).isEqualTo("""
                    401000  48 89 c8                 mov rax, rcx
                    401003  eb 02                    jmp 0x401007
                    401005  06                       db 0x06  ; bad
                    401006  90                       nop
                    401007  64 48 8b 04 25 28 00 00  mov rax, qword [fs:abs 0x28]
                    40100f  00
                    401010  d8 c1                    fadd st0, st1
                    401012  c5 fc 58 44 6e 20        vaddps ymm0, ymm0, yword [rsi+rbp*2+0x20]
                    401018  74 e8                    je 0x401002
                    40101a  e8 e0 ff ff ff           call 0x400fff
                """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4889c8", "48 89 C8", "48,89,c8", "0x48, 0x89, 0xc8", "\\x48\\x89\\xc8"})
    void takesHexadecimalDigitsInManyShapes(String hex) {
        assertThat(here("dis", "--hex", hex).out()).contains("mov rax, rcx");
    }

    @Test
    void writesIntelSyntax() {
        String text = here("dis", "--syntax", "intel", "--hex", CODE).out();
        assertThat(text).contains("mov rax, qword ptr fs:[0x28]", "fadd st(0), st(1)", "ymmword ptr [rsi+rbp*2+0x20]");
    }

    @Test
    void readsStandardInput() {
        assertThat(hereWith(new byte[] {(byte) 0xC3, 0x48}, "dis", "-").out())
                .contains("ret")
                .contains("0001  48")
                .contains("bad: cut off");
    }

    @Test
    void textForTheAssemblerGivesTheBytesBack() throws IOException {
        Path raw = Files.write(folder.resolve("raw"), HexFormat.of().parseHex(CODE.replace(" ", "")));
        String text = folder.resolve("text.asm").toString();
        String bin = folder.resolve("made.bin").toString();
        assertThat(here("dis", "--asm", "--address", "4096", raw.toString(), "-o", text)
                        .status())
                .isZero();
        assertThat(Files.readString(Path.of(text)))
                .contains("org 0x1000", "jmp L_1007\n", "L_1007:\n", "je L_1000+2", "call $$-0x1");
        assertThat(here("asm", text, "-o", bin).err()).isEmpty();
        assertThat(Files.readAllBytes(Path.of(bin))).isEqualTo(Files.readAllBytes(raw));
    }
}
