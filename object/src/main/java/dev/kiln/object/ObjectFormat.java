package dev.kiln.object;

import dev.kiln.asm.NasmParser;
import dev.kiln.asm.RelocationKind;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.Position;
import dev.kiln.object.ObjectFile.Section;
import java.io.IOException;
import java.io.OutputStream;

/** The formats that an {@link ObjectFile} can be written in. */
public enum ObjectFormat {
    /** ELF64 for x86-64: Linux and most other systems; see {@link ElfWriter}. */
    ELF64,
    /** COFF for x86-64: Windows; see {@link CoffWriter}. */
    COFF,
    /** Mach-O for x86-64: macOS; see {@link MachOWriter}. */
    MACHO64;

    /**
     * The format that a text was assembled for.
     *
     * @throws IllegalArgumentException for {@link NasmParser.Format#FLAT}, which has no objects
     */
    public static ObjectFormat of(NasmParser.Format format) {
        return switch (format) {
            case ELF64 -> ELF64;
            case WIN64 -> COFF;
            case MACHO64 -> MACHO64;
            case FLAT -> throw new IllegalArgumentException("a flat binary is no object");
        };
    }

    /** Whether the format has relocations of a kind. */
    public boolean expresses(RelocationKind kind) {
        return switch (this) {
            case ELF64 ->
                switch (kind) {
                    case ABS64, ABS32, ABS32U, ABS16, ABS8, PC64, PC32, PC16, PC8, PLT32, GOTPCREL -> true;
                    case GOTTPOFF, TPOFF32, TPOFF64, DTPOFF64, DTPOFF32, TLSGD, TLSLD -> true;
                    case GOT32, GOT64, GOTOFF64, GOTPC32, GOTPC64, GOTPCREL64, PLTOFF64, GOTPCRELX, REX_GOTPCRELX ->
                        true;
                    case SIZE32, SIZE64 -> true;
                    case SECREL32, IMAGEREL32, SECTION16, TLVP -> false;
                };
            case COFF ->
                switch (kind) {
                    case ABS64, ABS32, ABS32U, PC32, PLT32, SECREL32, IMAGEREL32, SECTION16 -> true;
                    case ABS16, ABS8, PC64, PC16, PC8, GOTPCREL, GOTTPOFF, TPOFF32, TPOFF64, DTPOFF64, TLVP -> false;
                    case DTPOFF32,
                            TLSGD,
                            TLSLD,
                            GOT32,
                            GOT64,
                            GOTOFF64,
                            GOTPC32,
                            GOTPC64,
                            GOTPCREL64,
                            PLTOFF64,
                            GOTPCRELX,
                            REX_GOTPCRELX,
                            SIZE32,
                            SIZE64 -> false;
                };
            case MACHO64 ->
                switch (kind) {
                    case ABS64, PC64, PC32, PLT32, GOTPCREL, TLVP -> true;
                    case ABS32, ABS32U, ABS16, ABS8, PC16, PC8, GOTTPOFF, TPOFF32, TPOFF64, DTPOFF64 -> false;
                    case SECREL32, IMAGEREL32, SECTION16 -> false;
                    case DTPOFF32,
                            TLSGD,
                            TLSLD,
                            GOT32,
                            GOT64,
                            GOTOFF64,
                            GOTPC32,
                            GOTPC64,
                            GOTPCREL64,
                            PLTOFF64,
                            GOTPCRELX,
                            REX_GOTPCRELX,
                            SIZE32,
                            SIZE64 -> false;
                };
        };
    }

    /** Whether the format has relocations against numbers, as a call of a fixed address is. */
    boolean expressesNumbers() {
        return this == COFF;
    }

    /** Tells of what the format has no room for; gives whether it can be written. Relocations are not looked at, see {@link #expresses}. */
    public boolean check(ObjectFile file, Diagnostics diagnostics) {
        int errors = diagnostics.errorCount();
        long sections = file.sections().size();
        long most = switch (this) {
            case ELF64 -> Integer.MAX_VALUE;
            case COFF -> CoffWriter.MOST_BIG_SECTIONS;
            case MACHO64 -> MachOWriter.MOST_SECTIONS;
        };
        if (sections > most) {
            diagnostics.add(
                    ObjectCode.TOO_MANY, Position.NONE, Long.toString(sections), "sections", Long.toString(most));
        }
        if (this == MACHO64 && file.symbols().size() + sections > MachOWriter.MOST_SYMBOLS) {
            String symbols = Integer.toString(file.symbols().size());
            diagnostics.add(
                    ObjectCode.TOO_MANY,
                    Position.NONE,
                    symbols,
                    "symbols",
                    Long.toString(MachOWriter.MOST_SYMBOLS - sections));
        }
        long largest = switch (this) {
            case ELF64, MACHO64 -> Long.MAX_VALUE;
            case COFF -> CoffWriter.LARGEST_SECTION;
        };
        long whole = 0;
        for (Section section : file.sections()) {
            long size = section.size();
            if (size > largest) {
                diagnostics.add(
                        ObjectCode.SECTION_TOO_LARGE,
                        Position.NONE,
                        section.name(),
                        Long.toString(size),
                        Long.toString(largest));
            }
            whole += section.kind().zero() ? 0 : size;
        }
        // File positions have 32 bits, and what stands around the contents is smaller than they are.
        if (this != ELF64 && whole > Integer.MAX_VALUE) {
            diagnostics.add(
                    ObjectCode.SECTION_TOO_LARGE,
                    Position.NONE,
                    "contents",
                    Long.toString(whole),
                    Integer.toString(Integer.MAX_VALUE));
        }
        return diagnostics.errorCount() == errors;
    }

    /**
     * Writes a file that {@link #check} found nothing wrong with.
     *
     * @throws IllegalArgumentException for a relocation that the format does not express
     */
    public void write(ObjectFile file, OutputStream out) throws IOException {
        switch (this) {
            case ELF64 -> ElfWriter.write(file, out);
            case COFF -> CoffWriter.write(file, out);
            case MACHO64 -> MachOWriter.write(file, out);
        }
    }
}
