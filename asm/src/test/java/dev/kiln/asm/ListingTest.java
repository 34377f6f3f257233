package dev.kiln.asm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ListingTest {
    @Test
    void listsLabelsBytesInstructionsAndNotes() {
        byte[] code = HexFormat.of().parseHex("4885ff7409c705080000000a00000006c3");
        StringBuilder out = new StringBuilder();
        new Listing()
                .label(0x401000, "reset")
                .label(0x401010, "done")
                .label(0x401017, "counter")
                .note(0x401003, "nothing to do")
                .append(out, code, 0, code.length, 0x401000);
        assertThat(out.toString()).isEqualTo("""
                reset:
                    401000  48 85 ff                 test rdi, rdi
                    401003  74 09                    je 0x40100e                       ; nothing to do
                    401005  c7 05 08 00 00 00 0a 00  mov dword [rel counter], 0xa
                    40100d  00 00
                    40100f  06                       db 0x06
                done:
                    401010  c3                       ret
                """);
    }

    @Test
    void everyByteIsListedOnceWhateverItIs() {
        byte[] code = new byte[256 * 16];
        for (int i = 0; i < code.length; i++) code[i] = (byte) (i * 0x9E3779B1 >> 13);
        StringBuilder out = new StringBuilder();
        new Listing().append(out, code, 0, code.length, 0);
        StringBuilder bytes = new StringBuilder();
        for (String line : out.toString().split("\n"))
            bytes.append(line.substring(10, Math.min(line.length(), 34)).strip())
                    .append(' ');
        assertThat(bytes.toString().strip())
                .isEqualTo(HexFormat.ofDelimiter(" ").formatHex(code));
    }
}
