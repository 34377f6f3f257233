package dev.kiln.asm;

import static dev.kiln.asm.X86.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Code written and read is the same code; anything else read is told as what it is. */
class CodeFormatTest {
    /** Code that has something of everything. */
    static Code everything() {
        Assembler a = new Assembler();
        a.keepNotes();
        Label start = a.here();
        a.comment("the beginning");
        a.nameLabel(start.id(), "start");
        Label end = a.label("Ende ä");
        a.label("never bound");
        a.position(7);
        a.je(end);
        a.call(symbol("f"));
        a.position(9);
        a.patchableJump(start);
        a.patchableCall(symbol("g"));
        a.patchableNop();
        a.patchableMov(EAX, 5);
        a.patchableMov(R9D, -5);
        a.patchableMov(R10, 1L << 60);
        a.mov(RAX, ptr(symbol("h", RelocationKind.GOTPCREL)));
        a.jumpIndexed(a.jumpTable(start, end), RCX, RDX);
        a.dq(end);
        a.field(symbol("h", RelocationKind.ABS64).plus(-3));
        a.align(64);
        a.bytes(new byte[200], 0, 200);
        a.bind(end);
        a.avx().vmovups(XMM0, ptr(a.constants(1.0, 2.0)));
        a.addsd(XMM1, ptr(a.constant(3.5)));
        a.jmp(start);
        return a.finish();
    }

    static byte[] bytes(Code code) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            code.writeTo(out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    static Code read(byte[] bytes) throws IOException {
        return Code.readFrom(new ByteArrayInputStream(bytes));
    }

    @Test
    void whatIsReadIsWhatWasWritten() throws IOException {
        Code code = everything();
        Code read = read(bytes(code));
        assertThat(read.bytes()).isEqualTo(code.bytes());
        assertThat(read.codeEnd()).isEqualTo(code.codeEnd());
        assertThat(read.alignment()).isEqualTo(code.alignment());
        assertThat(read.relocations).usingRecursiveComparison().isEqualTo(code.relocations);
        assertThat(read.positions).usingRecursiveComparison().isEqualTo(code.positions);
        assertThat(read.labels.offsets()).isEqualTo(code.labels.offsets());
        assertThat(read.labels()).isEqualTo(code.labels());
        assertThat(read.labels().toString())
                .isEqualTo("[NamedLabel[name=start, offset=0], NamedLabel[name=Ende ä, offset="
                        + code.labelOffset("Ende ä") + "]]");
        assertThat(read.choices.shortJumps()).isEqualTo(code.choices.shortJumps());
        assertThat(read.choices.paddings()).isEqualTo(code.choices.paddings());
        assertThat(read.patchSites()).isEqualTo(code.patchSites()).hasSize(6);
        assertThat(read.notes()).isEqualTo(code.notes()).hasSize(1);
        assertThat(read.data).usingRecursiveComparison().isEqualTo(code.data);
        assertThat(bytes(read)).isEqualTo(bytes(code));
        Code empty = read(bytes(new Assembler().finish()));
        assertThat(empty.size()).isZero();
    }

    @Test
    void severalStandBehindEachOther() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Code code = everything();
        Code empty = new Assembler().finish();
        for (Code c : List.of(code, empty, code)) c.writeTo(out);
        out.write(1);
        ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray());
        assertThat(Code.readFrom(in).size()).isEqualTo(code.size());
        assertThat(Code.readFrom(in).size()).isZero();
        assertThat(Code.readFrom(in).size()).isEqualTo(code.size());
        assertThat(in.available()).isEqualTo(1);
    }

    @Test
    void saysWhatIsWrong() {
        byte[] good = bytes(everything());
        assertThatThrownBy(() -> read(new byte[0]))
                .isInstanceOf(CodeFormatException.class)
                .hasMessage("this is no code: it has 0 bytes only");
        assertThatThrownBy(() -> read(new byte[100])).hasMessageContaining("does not begin with KILNCODE");
        assertThatThrownBy(() -> read(Arrays.copyOf(good, good.length - 1)))
                .hasMessage("the code is cut off: " + (good.length - 1) + " bytes of " + good.length);
        byte[] newer = good.clone();
        newer[8] = 2;
        assertThatThrownBy(() -> read(newer)).hasMessageContaining("version 2 of the format, and this is version 1");
        byte[] flipped = good.clone();
        flipped[40] ^= 1;
        assertThatThrownBy(() -> read(flipped)).hasMessageContaining("checksum");
        byte[] huge = good.clone();
        ByteBuffer.wrap(huge).order(ByteOrder.LITTLE_ENDIAN).putInt(12, 0x7FFF_FFF0);
        assertThatThrownBy(() -> read(huge)).isInstanceOf(CodeFormatException.class);
        ByteBuffer.wrap(huge).order(ByteOrder.LITTLE_ENDIAN).putInt(12, 0x7FFF_FF00);
        assertThatThrownBy(() -> read(huge)).hasMessageContaining("cut off");
    }

    /** Damage that the checksum does not tell, because it is made to fit: the structure itself must be looked at. */
    @Test
    void twoThousandSpoiltFilesAreCodeOrRefused() {
        byte[] good = bytes(everything());
        SplittableRandom random = new SplittableRandom(3);
        int refused = 0;
        for (int round = 0; round < 2_000; round++) {
            byte[] spoilt = good.clone();
            int changes = 1 + random.nextInt(3);
            for (int i = 0; i < changes; i++) {
                int at = 16 + random.nextInt(spoilt.length - 20);
                switch (random.nextInt(4)) {
                    case 0 -> spoilt[at] ^= (byte) (1 << random.nextInt(8));
                    case 1 -> spoilt[at] = (byte) random.nextInt();
                    case 2 ->
                        ByteBuffer.wrap(spoilt)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .putInt(Math.min(at, spoilt.length - 8), EDGES[random.nextInt(EDGES.length)]);
                    default -> {
                        int length = random.nextInt(1, 20);
                        spoilt = Arrays.copyOf(spoilt, Math.max(20, spoilt.length - length));
                        ByteBuffer.wrap(spoilt).order(ByteOrder.LITTLE_ENDIAN).putInt(12, spoilt.length - 20);
                    }
                }
            }
            CRC32C crc = new CRC32C();
            crc.update(spoilt, 0, spoilt.length - 4);
            ByteBuffer.wrap(spoilt).order(ByteOrder.LITTLE_ENDIAN).putInt(spoilt.length - 4, (int) crc.getValue());
            Code code;
            try {
                code = read(spoilt);
            } catch (CodeFormatException e) {
                refused++;
                continue;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            use(code);
        }
        assertThat(refused).isBetween(500, 1_900);
    }

    private static final int[] EDGES = {0, 1, -1, 4, 64, 255, 1 << 16, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 28};

    /** What is accepted must be consistent: nothing that it tells lies outside of it. */
    private static void use(Code code) {
        for (int i = 0; i < code.relocationCount(); i++)
            assertThat(code.relocationOffset(i) + code.relocationKind(i).size()).isLessThanOrEqualTo(code.size());
        for (PatchSite site : code.patchSites()) {
            assertThat(site.field() % site.fieldSize()).isZero();
            assertThat(site.offset() + site.length()).isLessThanOrEqualTo(code.codeEnd());
        }
        for (Code.NamedLabel label : code.labels()) assertThat(label.offset()).isLessThanOrEqualTo(code.size());
        for (int i = 0; i < code.labels.offsets().length; i++) code.labelOffset(i);
        code.positionAt(code.size());
        for (int at = 0; at <= code.size(); at++) code.isData(at);
        for (Code.Note note : code.notes()) assertThat(note.offset()).isLessThanOrEqualTo(code.size());
        code.features();
        assertThat(bytes(code)).isNotEmpty();
    }

    @Test
    void cutOffAnywhereItIsRefused() {
        byte[] good = bytes(everything());
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> read(cut)).isInstanceOf(CodeFormatException.class);
        }
    }
}
