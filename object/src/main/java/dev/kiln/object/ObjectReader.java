package dev.kiln.object;

import dev.kiln.asm.Disassembler;
import dev.kiln.asm.RelocationKind;
import dev.kiln.asm.SymbolReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the sections, symbols and relocations of object files and executables for x86-64: ELF64, COFF and PE, Mach-O, and archives of them.
 * Nothing in a file is trusted: whatever it holds, it is read or refused.
 */
public final class ObjectReader {
    private ObjectReader() {}

    /**
     * A section.
     *
     * @param address of its first byte; in an object usually 0
     * @param code whether it holds instructions
     * @param size in bytes
     * @param bytes its contents; none when it is all zero
     * @param labels by ascending offset, at the same offset global ones first
     * @param references by ascending offset
     */
    public record Section(
            String name,
            long address,
            boolean code,
            long size,
            byte[] bytes,
            List<Label> labels,
            List<Reference> references) {
        Section(String name, long address, boolean code, long size, byte[] bytes) {
            this(name, address, code, size, bytes, new ArrayList<>(), new ArrayList<>());
        }

        /** The names of offsets in the section. */
        public Disassembler.Labels names() {
            Map<Long, String> names = new HashMap<>();
            for (Label label : labels) names.putIfAbsent(label.offset(), label.name());
            return names::get;
        }
    }

    /**
     * A symbol in a section.
     *
     * @param offset in the section, in bytes
     * @param size in bytes; 0 when unknown
     * @param global whether other files can refer to it
     */
    public record Label(long offset, String name, long size, boolean global) {}

    /**
     * A field that is still to be filled in.
     *
     * @param offset of the field in the section, in bytes
     * @param kind how it depends on the symbol; {@code null} when there is no such kind here
     * @param symbol the symbol's name, or the section's
     * @param section the number of the section that {@code symbol} names, in the list; −1 when it is a symbol
     * @param addend the addend A of the kind's formula
     * @param text the relocation in the words of its format
     */
    public record Reference(long offset, RelocationKind kind, String symbol, int section, long addend, String text) {
        /**
         * The same, to be written as an operand; {@code null} when there is no kind.
         *
         * @param names the names in the section that {@code section} numbers; {@code null} for a symbol
         */
        public SymbolReference operand(Disassembler.Labels names) {
            return kind == null || symbol.isEmpty() ? null : new SymbolReference(kind, symbol, addend, names);
        }
    }

    /**
     * A file in an archive.
     *
     * @param name {@code null} for a file that is no archive
     */
    public record Member(String name, byte[] bytes) {}

    /** The file is of no format that can be read, or damaged; the message says why. */
    public static final class FormatException extends Exception {
        private static final long serialVersionUID = 1L;

        FormatException(String message) {
            super(message);
        }
    }

    /** Whether bytes begin like a file of one of the formats, or an archive. */
    public static boolean isObject(byte[] bytes) {
        return Archive.isArchive(bytes) || isFile(bytes);
    }

    private static boolean isFile(byte[] bytes) {
        return ElfReader.isElf(bytes)
                || MachOReader.isMachO(bytes)
                || MachOReader.isUniversal(bytes)
                || CoffReader.isCoff(bytes);
    }

    /**
     * The files in an archive, without the archive's own tables; of another file, the file itself.
     *
     * @throws FormatException when the archive is damaged, or holds only the names of files
     */
    public static List<Member> members(byte[] bytes) throws FormatException {
        return Archive.isArchive(bytes) ? Archive.members(bytes) : List.of(new Member(null, bytes));
    }

    /**
     * The sections that hold code or data, in file order.
     *
     * @throws FormatException when the file is not of these formats, not for x86-64, or damaged
     */
    public static List<Section> sections(byte[] bytes) throws FormatException {
        List<Section> sections;
        if (ElfReader.isElf(bytes)) sections = ElfReader.sections(bytes);
        else if (MachOReader.isMachO(bytes)) sections = MachOReader.sections(bytes);
        else if (MachOReader.isUniversal(bytes)) sections = MachOReader.sections(MachOReader.slice(bytes));
        else if (CoffReader.isCoff(bytes)) sections = CoffReader.sections(bytes);
        else throw new FormatException("it is no ELF, COFF or Mach-O file");
        for (Section section : sections) {
            section.labels().sort(Comparator.comparingLong(Label::offset).thenComparing(label -> !label.global()));
            section.references().sort(Comparator.comparingLong(Reference::offset));
        }
        return sections;
    }
}
