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
                    40100f  06                       db 0x06  ; bad
                done:
                    401010  c3                       ret
                """);
    }

    @Test
    void namesPatchSites() {
        Assembler a = new Assembler();
        a.patchableNop();
        a.patchableMov(X86.EAX, 7);
        a.ret();
        StringBuilder out = new StringBuilder();
        new Listing().append(out, a.finish(), 0);
        assertThat(out.toString()).isEqualTo("""
                    0000  66 90                    xchg ax, ax
                    0002  66 0f 1f 44 00 00        nop word [rax+rax*1]                ; patch site 0
                    0008  66 90                    xchg ax, ax
                    000a  c7 c0 07 00 00 00        mov eax, 7                          ; patch site 1
                    0010  c3                       ret
                """);
    }

    @Test
    void listsFinishedCodeWithItsLabelsNotesSymbolsAndData() {
        Assembler a = new Assembler();
        a.keepNotes();
        Label loop = a.label();
        a.nameLabel(loop.id(), "loop");
        Label end = a.label();
        a.comment("count");
        a.mov(X86.ECX, 100);
        a.bind(loop);
        a.addsd(X86.XMM0, X86.ptr(a.constant(1.5)));
        a.comment("one less");
        a.comment("and on");
        a.dec(X86.ECX);
        a.jz(end);
        a.jmp(loop);
        a.bytes(new byte[140], 0, 140);
        a.bind(end);
        a.emit("call", X86.symbol("done", RelocationKind.PLT32));
        a.ret();
        StringBuilder out = new StringBuilder();
        Code code = a.finish();
        new Listing().append(out, code, 0x1000);
        assertThat(code.notes())
                .containsExactly(new Code.Note(0, "count"), new Code.Note(13, "one less"), new Code.Note(13, "and on"));
        String listed = out.toString();
        assertThat(listed).startsWith("""
                            1000  b9 64 00 00 00           mov ecx, 0x64                       ; count
                        loop:
                        """).contains("""
                            100d  ff c9                    dec ecx                             ; one less; and on
                            100f  0f 84 8e 00 00 00        je .L1
                            1015  eb ee                    jmp loop
                            1017  00 00 00 00 00 00 00 00  db 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00
                        """).contains("""
                            109f  00 00 00 00              db 0x00, 0x00, 0x00, 0x00
                        .L1:
                            10a3  e8 00 00 00 00           call done                           ; PLT32 done
                            10a8  c3                       ret
                        """).endsWith("""
                            10b0  00 00 00 00 00 00 f8 3f  db 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xf8, 0x3f
                        """);
    }

    @Test
    void notesAreKeptOnlyWhenAskedFor() {
        Assembler a = new Assembler();
        assertThat(a.wantsComments()).isFalse();
        a.comment("lost");
        a.keepNotes();
        assertThat(a.wantsComments()).isTrue();
        a.nop();
        a.comment("kept");
        a.ret();
        assertThat(a.finish().notes()).containsExactly(new Code.Note(1, "kept"));
        a.reset();
        a.ret();
        assertThat(a.finish().notes()).isEmpty();
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
