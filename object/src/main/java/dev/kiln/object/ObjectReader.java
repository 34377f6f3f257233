package dev.kiln.object;

import java.util.List;

/**
 * Reads the code, symbols and relocations of object files and executables for x86-64: ELF64, COFF and PE, Mach-O. Nothing in a file is
 * trusted: whatever it holds, it is read or refused.
 */
public final class ObjectReader {
    private ObjectReader() {}

    /**
     * A section with code.
     *
     * @param address of its first byte; in an object usually 0
     * @param labels by ascending offset
     * @param references by ascending offset
     */
    public record CodeSection(
            String name, long address, byte[] bytes, List<Label> labels, List<Reference> references) {}

    /** A symbol in a section: its offset there in bytes. */
    public record Label(long offset, String name) {}

    /** A field that is still to be filled in: its offset in bytes, and what it refers to, as text. */
    public record Reference(long offset, String text) {}

    /** The file is of no format that can be read, or damaged; the message says why. */
    public static final class FormatException extends Exception {
        private static final long serialVersionUID = 1L;

        FormatException(String message) {
            super(message);
        }
    }

    /** Whether bytes begin like a file of one of the formats. */
    public static boolean isObject(byte[] bytes) {
        return ElfReader.isElf(bytes) || MachOReader.isMachO(bytes) || CoffReader.isCoff(bytes);
    }

    /**
     * The sections that hold code, in file order.
     *
     * @throws FormatException when the file is not of these formats, not for x86-64, or damaged
     */
    public static List<CodeSection> codeSections(byte[] bytes) throws FormatException {
        if (ElfReader.isElf(bytes)) return sorted(ElfReader.codeSections(bytes));
        if (MachOReader.isMachO(bytes)) return sorted(MachOReader.codeSections(bytes));
        if (CoffReader.isCoff(bytes)) return sorted(CoffReader.codeSections(bytes));
        throw new FormatException("it is no ELF, COFF or Mach-O file");
    }

    private static List<CodeSection> sorted(List<CodeSection> sections) {
        for (CodeSection section : sections) {
            section.labels().sort((x, y) -> Long.compare(x.offset, y.offset));
            section.references().sort((x, y) -> Long.compare(x.offset, y.offset));
        }
        return sections;
    }
}
