package dev.kiln.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kiln.asm.Listing;
import dev.kiln.asm.NasmParser.Format;
import dev.kiln.object.ObjectReader.CodeSection;
import dev.kiln.object.ObjectReader.FormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What our writers write, our readers read; what nobody wrote, they refuse. */
class ObjectReaderTest {
    private static final int DAMAGED = 2000;

    private static final String TEXT = """
            default rel
            extern outside
            global first, a_second_with_a_long_name
            section .data
            datum: dq first
            section .text
            first: lea rax, [datum + 8]
            a_second_with_a_long_name:
             call outside
             mov rcx, outside
             ret
            """;

    private static byte[] object(Format format) {
        return NasmObjectsTest.assemble(format, "t.asm", TEXT);
    }

    @ParameterizedTest
    @EnumSource(
            value = Format.class,
            names = {"ELF64", "WIN64", "MACHO64"})
    void codeLabelsAndReferencesAreRead(Format format) throws Exception {
        List<CodeSection> sections = ObjectReader.codeSections(object(format));
        assertThat(sections).hasSize(1);
        CodeSection text = sections.getFirst();
        assertThat(text.name()).isEqualTo(format == Format.MACHO64 ? "__TEXT,__text" : ".text");
        assertThat(text.bytes()).hasSize(23).startsWith(0x48, 0x8D, 0x05);
        assertThat(text.labels())
                .extracting(label -> label.offset() + " " + label.name())
                .containsExactly("0 first", "7 a_second_with_a_long_name");
        String[] expected = switch (format) {
            case ELF64 -> new String[] {"3 PC32 .data+4", "8 PC32 outside-4", "14 64 outside"};
            case WIN64 -> new String[] {"3 REL32 .data+8", "8 REL32 outside", "14 ADDR64 outside"};
            default -> new String[] {"3 SIGNED datum+8", "8 BRANCH outside", "14 UNSIGNED outside"};
        };
        assertThat(text.references())
                .extracting(reference -> reference.offset() + " " + reference.text())
                .containsExactly(expected);
    }

    @ParameterizedTest
    @EnumSource(
            value = Format.class,
            names = {"ELF64", "WIN64", "MACHO64"})
    void damagedFilesAreReadOrRefused(Format format) {
        byte[] whole = object(format);
        SplittableRandom random = new SplittableRandom(31);
        int read = 0;
        for (int round = 0; round < DAMAGED; round++) {
            byte[] bytes = whole.clone();
            for (int i = random.nextInt(1, 5); i > 0; i--) {
                // Headers are where damage hurts; the bytes that say what the file is stay.
                int at = random.nextInt(4, random.nextBoolean() ? 250 : bytes.length);
                bytes[at] = (byte) (random.nextBoolean() ? random.nextInt() : 0xFF);
            }
            if (random.nextInt(4) == 0) bytes = Arrays.copyOf(bytes, random.nextInt(4, bytes.length));
            try {
                for (CodeSection section : ObjectReader.codeSections(bytes)) {
                    Listing listing = new Listing();
                    section.labels().forEach(label -> listing.label(label.offset(), label.name()));
                    section.references().forEach(r -> listing.note(r.offset(), r.text()));
                    listing.append(new StringBuilder(), section.bytes(), 0, section.bytes().length, section.address());
                }
                read++;
            } catch (FormatException e) {
                assertThat(e.getMessage()).isNotEmpty();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("round " + round, e);
            }
        }
        assertThat(read).isBetween(DAMAGED / 20, DAMAGED * 19 / 20);
    }

    /** 60,000 sections that are all the same megabyte would be 60 GB. */
    @Test
    void aSmallFileCannotFillTheMemory() {
        int sections = 60_000;
        ByteBuffer b = ByteBuffer.allocate(20 + 40 * sections).order(ByteOrder.LITTLE_ENDIAN);
        b.putShort((short) 0x8664).putShort((short) sections);
        for (int i = 0; i < sections; i++) {
            int header = 20 + 40 * i;
            b.putInt(header + 16, 1 << 20).putInt(header + 20, 0).putInt(header + 36, 0x20);
        }
        assertThat(ObjectReader.isObject(b.array())).isTrue();
        assertThatThrownBy(() -> ObjectReader.codeSections(b.array()))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("one upon the other");
    }

    @Test
    void otherFilesAreNoObjects() {
        assertThat(ObjectReader.isObject(new byte[0])).isFalse();
        assertThat(ObjectReader.isObject(new byte[] {0x64, (byte) 0x86, (byte) 0xFF, (byte) 0xFF}))
                .isFalse();
        assertThat(ObjectReader.isObject("MZ but no program for Windows at all, as it ends".getBytes()))
                .isFalse();
        assertThatThrownBy(() -> ObjectReader.codeSections(new byte[100])).isInstanceOf(FormatException.class);
    }
}
