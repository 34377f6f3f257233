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

    private String object(String text) throws IOException {
        Path source = Files.writeString(folder.resolve("o.asm"), text);
        String object = folder.resolve("o.o").toString();
        assertThat(here("asm", source.toString(), "-o", object).err()).isEmpty();
        return object;
    }

    private static final String OBJECT = """
            global first:function (first.end - first), second
            extern outside, thing
            section .text
            first:  call    outside wrt ..plt
                    mov     rax, [rel thing wrt ..got]
                    mov     dword [rel thing + 8], 100000
            .end:   nop
            second: lea     rsi, [rel datum]
                    mov     rdi, thing + 1
                    jmp     first
            section .data
            datum:  dq      second, 7
            """;

    @Test
    void symbolsStandWhereTheLinkerFillsIn() throws IOException {
        String object = object(OBJECT);
        String listed = here("dis", object).out();
        assertThat(listed)
                .contains("first:\n", "call outside  ", "; PLT32 outside-4", "[rel thing wrt ..got]")
                .contains("mov dword [rel thing+0x8], 0x186a0", "lea rsi, [rel datum]", "; PC32 .data-4")
                .contains("mov rdi, thing+0x1", "jmp first\n")
                .doesNotContain(".data\n");
        assertThat(here("dis", "--syntax", "intel", object).out())
                .contains("call outside  ", "mov rax, qword ptr [rip+thing@GOTPCREL]", "[rip+datum]");
        assertThat(here("dis", "--section", ".data", object).out()).isEqualTo("""
                section .data
                datum:
                    0000  00 00 00 00 00 00 00 00  dq second                           ; 64 .text+22
                    0008  07 00 00 00 00 00 00 00  db 0x07, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00
                """.replace(
                        "dq second                           ; 64 .text+22",
                        "dq second                           ; 64 .text+23"));
    }

    @Test
    void oneSymbolIsListedAlone() throws IOException {
        String object = object(OBJECT);
        assertThat(here("dis", "--symbol", "first", object).out())
                .contains("first:", "0x186a0")
                .doesNotContain("nop");
        assertThat(here("dis", "--symbol", "second", object).out())
                .contains("second:", "jmp first")
                .doesNotContain("nop");
        assertThat(here("dis", "--symbol", "third", object).err()).contains("it has no symbol third");
        assertThat(here("dis", "--section", ".none", object).err()).contains("it has no section .none");
        assertThat(here("dis", "--section", ".data", "--asm", object).err()).contains("--asm writes code");
    }

    @Test
    void textOfAnObjectRefersToTheSameSymbols() throws IOException {
        String object = object(OBJECT);
        String text = folder.resolve("again.asm").toString();
        String again = folder.resolve("again.o").toString();
        assertThat(here("dis", "--asm", object, "-o", text).err()).isEmpty();
        assertThat(here("asm", text, "-o", again).err()).isEmpty();
        String listed = here("dis", object).out();
        String reread = here("dis", again).out();
        // The data are defined elsewhere then.
        assertThat(reread.replace("PC32 datum-4", "PC32 .data-4").replace("first.end:\n", ""))
                .isEqualTo(listed.replace("first.end:\n", ""));
    }
}
