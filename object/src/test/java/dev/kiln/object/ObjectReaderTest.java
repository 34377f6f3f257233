package dev.kiln.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kiln.asm.Listing;
import dev.kiln.asm.NasmParser.Format;
import dev.kiln.asm.SymbolReference;
import dev.kiln.object.ObjectReader.FormatException;
import dev.kiln.object.ObjectReader.Section;
import dev.kiln.testing.OutsideTool;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        List<Section> sections = ObjectReader.sections(object(format));
        Section text = only(sections, true);
        Section data = only(sections, false);
        assertThat(data.labels().getFirst().name()).isEqualTo("datum");
        assertThat(data.references()).hasSize(1);
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

    /** The one section that holds code, or that holds data. */
    private static Section only(List<Section> sections, boolean code) {
        List<Section> found =
                sections.stream().filter(s -> s.code() == code && s.size() > 0).toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    /** What is filled in later stands in the instruction, whichever way the format counts; the others' names are in their own words. */
    @ParameterizedTest
    @EnumSource(
            value = Format.class,
            names = {"ELF64", "WIN64", "MACHO64"})
    void operandsNameWhatTheyReferTo(Format format) throws Exception {
        byte[] object = NasmObjectsTest.assemble(format, "t.asm", """
                default rel
                extern outside
                section .data
                datum: dd 1, 2
                section .text
                 lea rax, [datum + 4]
                 mov dword [outside + 6], 100000
                 mov byte [outside], 1
                 cmp word [outside - 9], 1
                 call outside
                 jne outside
                 mov rcx, outside + 5
                """);
        StringBuilder out = new StringBuilder();
        list(object, out);
        List<String> expected = List.of(
                format == Format.MACHO64 ? "lea rax, [rel datum+0x4]" : "lea rax, [rel .data+0x4]",
                "mov dword [rel outside+0x6], 0x186a0",
                "mov byte [rel outside], 1",
                "cmp word [rel outside-0x9], 1",
                "call outside",
                "jne outside",
                "mov rcx, outside+0x5");
        String listed = out.toString();
        for (String line : expected) assertThat(listed).contains("  " + line + " ");
    }

    private static void list(byte[] bytes, StringBuilder out) throws FormatException {
        for (ObjectReader.Member member : ObjectReader.members(bytes)) {
            List<Section> sections = ObjectReader.sections(member.bytes());
            for (Section section : sections) {
                Listing listing = new Listing();
                section.labels().forEach(l -> listing.label(section.address() + l.offset(), l.name()));
                for (ObjectReader.Reference r : section.references()) {
                    long field = section.address() + r.offset();
                    listing.note(field, r.text());
                    SymbolReference operand = r.operand(
                            r.section() < 0 ? null : sections.get(r.section()).names());
                    if (operand != null) listing.reference(field, operand);
                }
                if (section.code()) listing.append(out, section.bytes(), 0, section.bytes().length, section.address());
                else listing.appendData(out, section.bytes(), 0, section.bytes().length, section.address());
            }
        }
    }

    /** An archive with a long name, a file that is no object, and a file of odd size. */
    private static byte[] archive(byte[] object) {
        byte[] names = "a_name_that_is_rather_long.o/\n".getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("!<arch>\n".getBytes(StandardCharsets.US_ASCII));
        add(out, "/", new byte[] {0, 0, 0, 0});
        add(out, "//", names);
        add(out, "/0", object);
        add(out, "odd/", new byte[] {1, 2, 3});
        add(out, "#1/8", "b.o\0\0\0\0\0", object);
        return out.toByteArray();
    }

    private static void add(ByteArrayOutputStream out, String name, byte[] contents) {
        add(out, name, "", contents);
    }

    private static void add(ByteArrayOutputStream out, String name, String before, byte[] contents) {
        int size = before.length() + contents.length;
        out.writeBytes(String.format(Locale.ROOT, "%-16s%-12d%-6d%-6d%-8s%-10d`\n", name, 0, 0, 0, "644", size)
                .getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(before.getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(contents);
        if (size % 2 != 0) out.write('\n');
    }

    @Test
    void archivesAreReadFileByFile() throws Exception {
        byte[] object = object(Format.ELF64);
        byte[] archive = archive(object);
        assertThat(ObjectReader.isObject(archive)).isTrue();
        List<ObjectReader.Member> members = ObjectReader.members(archive);
        assertThat(members)
                .extracting(ObjectReader.Member::name)
                .containsExactly("a_name_that_is_rather_long.o", "odd", "b.o");
        assertThat(members.get(0).bytes()).isEqualTo(object);
        assertThat(members.get(1).bytes()).containsExactly(1, 2, 3);
        assertThat(members.get(2).bytes()).isEqualTo(object);
        assertThatThrownBy(() -> ObjectReader.members("!<thin>\n".getBytes()))
                .hasMessageContaining("has its files elsewhere");
    }

    private static byte[] universal(boolean wide, byte[] object) {
        ByteBuffer b = ByteBuffer.allocate(4096 + object.length);
        b.putInt(wide ? 0xCAFEBABF : 0xCAFEBABE).putInt(2);
        for (int processor : new int[] {0x0100_000C, 0x0100_0007}) {
            b.putInt(processor).putInt(3);
            if (wide) b.putLong(4096).putLong(object.length).putInt(12).putInt(0);
            else b.putInt(4096).putInt(object.length).putInt(12);
        }
        return b.put(4096, object).array();
    }

    @Test
    void ofUniversalFilesThePartForThisProcessorIsRead() throws Exception {
        byte[] object = object(Format.MACHO64);
        for (boolean wide : new boolean[] {false, true}) {
            byte[] universal = universal(wide, object);
            assertThat(ObjectReader.isObject(universal)).isTrue();
            assertThat(ObjectReader.sections(universal).get(1).labels())
                    .isEqualTo(ObjectReader.sections(object).get(1).labels());
            universal[wide ? 43 : 31] = 12;
            assertThatThrownBy(() -> ObjectReader.sections(universal)).hasMessageContaining("none of its 2 parts");
        }
        // A class of Java 25 begins with the same four bytes.
        assertThat(ObjectReader.isObject(new byte[] {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 0, 69}))
                .isFalse();
    }

    /** One section more than COFF can number with 16 bits makes an object of the other format; LLVM reads the same from it. */
    @ParameterizedTest
    @ValueSource(ints = {0xFEFF, 0xFF00})
    void manySectionsTakeTheLargeFormat(int count, @TempDir Path folder) throws Exception {
        StringBuilder text = new StringBuilder("extern outside\n");
        for (int i = 0; i < count; i++)
            text.append("section .text$x").append(i).append("\nf").append(i).append(": call outside\n");
        byte[] object = NasmObjectsTest.assemble(Format.WIN64, "t.asm", text.toString());
        assertThat(object[0] == 0).isEqualTo(count > 0xFEFF);
        List<Section> sections = ObjectReader.sections(object);
        assertThat(sections).hasSize(count);
        Section last = sections.getLast();
        assertThat(last.name()).isEqualTo(".text$x" + (count - 1));
        assertThat(last.labels()).containsExactly(new ObjectReader.Label(0, "f" + (count - 1), 0, false));
        assertThat(last.references().getFirst().text()).isEqualTo("REL32 outside");
        Path readobj = OutsideTool.require("llvm-readobj-19");
        Path file = Files.write(folder.resolve("t.obj"), object);
        String symbols = OutsideTool.run(readobj.toString(), "--symbols", file.toString())
                .succeeded()
                .outText();
        int at = symbols.indexOf("Name: f" + (count - 1) + "\n");
        assertThat(symbols.substring(at, Math.min(at + 200, symbols.length())))
                .contains("Section: .text$x" + (count - 1) + " (" + count + ")");
    }

    enum Container {
        ELF,
        COFF,
        MACHO,
        ARCHIVE,
        UNIVERSAL,
        LARGE_COFF
    }

    private static byte[] file(Container container) {
        return switch (container) {
            case ELF -> object(Format.ELF64);
            case COFF -> object(Format.WIN64);
            case MACHO -> object(Format.MACHO64);
            case ARCHIVE -> archive(object(Format.ELF64));
            case UNIVERSAL -> universal(false, object(Format.MACHO64));
            case LARGE_COFF -> largeCoff(object(Format.WIN64));
        };
    }

    /** The same object with the header of the large format in front; its symbols are too short for it, which is damage too. */
    private static byte[] largeCoff(byte[] object) {
        ByteBuffer from = ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer b = ByteBuffer.allocate(object.length + 36).order(ByteOrder.LITTLE_ENDIAN);
        b.putInt(0xFFFF_0000).putShort((short) 2).putShort((short) 0x8664).putInt(0);
        b.put(CoffWriter.BIG_CLASS).position(44);
        b.putInt(from.getShort(2)).putInt(from.getInt(8) + 36).putInt(from.getInt(12) / 2);
        return b.put(object, 20, object.length - 20).array();
    }

    @ParameterizedTest
    @EnumSource(Container.class)
    void damagedFilesAreReadOrRefused(Container container) {
        byte[] whole = file(container);
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
                list(bytes, new StringBuilder());
                read++;
            } catch (FormatException e) {
                assertThat(e.getMessage()).isNotEmpty();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("round " + round, e);
            }
        }
        assertThat(read).isLessThan(DAMAGED * 19 / 20);
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
        assertThatThrownBy(() -> ObjectReader.sections(b.array()))
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
        assertThatThrownBy(() -> ObjectReader.sections(new byte[100])).isInstanceOf(FormatException.class);
    }
}
