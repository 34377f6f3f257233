package dev.kiln.asm;

import dev.kiln.base.Diagnostic;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes an assembled file as bytes without a header, as nasm's {@code bin} format does: {@code .text} first, then the other sections with
 * contents in the order of their mention, each aligned, then those without contents, which take addresses only. The first byte's address is
 * the text's {@code org}; {@code start=}, {@code vstart=}, {@code follows=} and {@code vfollows=} place a section otherwise.
 */
public final class FlatBinary {
    private static final long LARGEST = 1L << 28;

    private final AssembledFile file;
    private final Diagnostics diagnostics;
    private final long[] starts;
    private final long[] addresses;
    private final Map<String, Integer> byName = new HashMap<>();

    private FlatBinary(AssembledFile file, Diagnostics diagnostics) {
        this.file = file;
        this.diagnostics = diagnostics;
        starts = new long[file.sections().size()];
        addresses = new long[file.sections().size()];
    }

    /** Places the sections and fills in their addresses; {@code null} when that cannot be done, and {@code diagnostics} says why. */
    public static byte[] write(AssembledFile file, Diagnostics diagnostics) {
        int errors = diagnostics.errorCount();
        byte[] bytes = new FlatBinary(file, diagnostics).run();
        return diagnostics.errorCount() > errors ? null : bytes;
    }

    private byte[] run() {
        List<AssembledFile.Section> sections = file.sections();
        List<Integer> order = order();
        long end = 0;
        long at = 0;
        for (int i : order) {
            AssembledFile.Section s = sections.get(i);
            at = place(s, i, at);
            if (!s.isZero()) end = Math.max(end, starts[i] + s.size());
            at = starts[i] + s.size();
        }
        if (end > LARGEST) {
            complain(NasmCode.SECTION_LIMIT, "the file", Long.toString(LARGEST));
            return null;
        }
        byte[] bytes = new byte[(int) end];
        long filled = 0;
        for (int i : order) {
            AssembledFile.Section s = sections.get(i);
            if (s.isZero() || s.size() == 0) continue;
            if (starts[i] < filled) complain(NasmCode.OVERLAP, s.name());
            filled = starts[i] + s.size();
            System.arraycopy(s.bytes(), 0, bytes, (int) starts[i], (int) s.size());
        }
        for (int i : order) if (!sections.get(i).isZero()) relocate(bytes, sections.get(i), i);
        return bytes;
    }

    private void complain(NasmCode code, String... arguments) {
        complain(0, code, arguments);
    }

    private void complain(int line, NasmCode code, String... arguments) {
        diagnostics.add(Diagnostic.of(code, new Position(file.sourceName(), line, 0), arguments));
    }

    private List<Integer> order() {
        List<Integer> order = new ArrayList<>();
        for (int pass = 0; pass < 3; pass++) {
            for (int i = 0; i < file.sections().size(); i++) {
                AssembledFile.Section s = file.sections().get(i);
                int wanted = s.isZero() ? 2 : s.name().equals(".text") ? 0 : 1;
                if (wanted == pass) order.add(i);
                if (pass == 0) byName.put(s.name(), i);
            }
        }
        return order;
    }

    /** Places a section behind what ends at {@code at}. */
    private long place(AssembledFile.Section s, int i, long at) {
        long from = at;
        long virtual = i == 0 ? file.origin() : file.origin() + at;
        if (s.follows != null) {
            Integer other = byName.get(s.follows);
            if (other == null) complain(NasmCode.UNDEFINED, s.follows);
            else {
                from = starts[other] + file.sections().get(other).size();
                virtual = file.origin() + from;
            }
        }
        long start = s.start >= 0 ? s.start - file.origin() : roundUp(from, s.align());
        if (s.start >= 0 && start < 0) complain(NasmCode.OVERLAP, s.name());
        starts[i] = Math.max(0, start);
        addresses[i] = s.start >= 0 ? s.start : roundUp(virtual, s.align());
        if (i == 0 && s.start < 0) addresses[i] = file.origin();
        if (s.virtualStart >= 0) addresses[i] = s.virtualStart;
        else if (s.virtualFollows != null) {
            Integer other = byName.get(s.virtualFollows);
            if (other == null) complain(NasmCode.UNDEFINED, s.virtualFollows);
            else
                addresses[i] =
                        roundUp(addresses[other] + file.sections().get(other).size(), s.align());
        }
        return start;
    }

    private static long roundUp(long value, long align) {
        return value + align - 1 & -align;
    }

    private void relocate(byte[] bytes, AssembledFile.Section s, int number) {
        for (AssembledFile.Relocation r : s.relocations()) {
            long target = r.addend();
            if (r.symbol() >= 0) {
                AssembledFile.Symbol symbol = file.symbols().get(r.symbol());
                if (symbol.section() == AssembledFile.UNDEFINED) {
                    complain(r.line(), NasmCode.NOT_IN_FORMAT, "the external symbol " + symbol.name(), "bin");
                    continue;
                }
                target += symbol.value() + (symbol.section() >= 0 ? addresses[symbol.section()] : 0);
            } else if (r.section() >= 0) target += addresses[r.section()];
            long place = addresses[number] + r.offset();
            switch (r.kind()) {
                case ABS64, ABS32, ABS32U, ABS16, ABS8 -> {}
                case PC64, PC32, PC16, PC8 -> target -= place;
                case PLT32,
                        GOTPCREL,
                        GOTTPOFF,
                        TPOFF32,
                        TPOFF64,
                        DTPOFF64,
                        SECREL32,
                        IMAGEREL32,
                        SECTION16,
                        TLVP,
                        DTPOFF32,
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
                        SIZE64 -> {
                    complain(r.line(), NasmCode.NOT_IN_FORMAT, "a relocation of kind " + r.kind(), "bin");
                    continue;
                }
            }
            check(r, target);
            NasmRelocations.put(bytes, starts[number] + r.offset(), r.kind().size(), target);
        }
    }

    private void check(AssembledFile.Relocation r, long value) {
        boolean fits = switch (r.kind()) {
            case PC32, ABS32 -> value == (int) value;
            case ABS32U -> value >= Integer.MIN_VALUE && value <= 0xFFFF_FFFFL;
            case PC16 -> value == (short) value;
            case PC8 -> value == (byte) value;
            case ABS16 -> value >= Short.MIN_VALUE && value <= 0xFFFF;
            case ABS8 -> value >= Byte.MIN_VALUE && value <= 0xFF;
            default -> true;
        };
        if (!fits)
            complain(
                    r.line(),
                    NasmCode.OUT_OF_RANGE,
                    "an address, 0x" + Long.toHexString(value) + ",",
                    Integer.toString(r.kind().size() * 8));
    }
}
