package dev.kiln.asm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * {@link Code} as bytes, little-endian: 8 bytes {@code KILNCODE}, the format's version, the length of what follows, the content, and the CRC-32C
 * of everything before. The content: the code's bytes, where its instructions end, its alignment, all strings, then relocations, labels,
 * source positions, the sink's choices, patch sites, ranges of data and notes, each with its count in front. Kinds are written as names, so that their order in Java
 * may change.
 *
 * <p>Reading trusts nothing: every count is compared with what is left before memory is taken, every offset with the code's size.
 */
final class CodeFormat {
    /** Grows with every change of what is written. */
    static final int VERSION = 1;

    private static final byte[] MAGIC = "KILNCODE".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER = 16;
    private static final int MAX_ALIGNMENT = 1 << 16;
    private static final int UNBOUND = -1;

    private CodeFormat() {}

    /** @throws AssemblerException when the code with all that belongs to it takes more than 2 GiB */
    static byte[] write(Code code) {
        try {
            return new Writer(code).write();
        } catch (ArithmeticException | BufferOverflowException e) {
            throw new AssemblerException("code of " + code.size() + " bytes is too large to be written");
        }
    }

    private static final class Writer {
        private final Code code;
        private final Map<String, Integer> strings = new LinkedHashMap<>();
        private final List<byte[]> texts = new ArrayList<>();

        Writer(Code code) {
            this.code = code;
        }

        private int string(String text) {
            Integer known = strings.get(text);
            if (known != null) return known;
            strings.put(text, texts.size());
            texts.add(text.getBytes(StandardCharsets.UTF_8));
            return texts.size() - 1;
        }

        byte[] write() {
            Code.Relocations relocations = code.relocations;
            String[] names = code.labels.names() == null ? new String[0] : code.labels.names();
            int named = 0;
            for (String name : names) {
                if (name == null) continue;
                string(name);
                named++;
            }
            for (RelocationKind kind : relocations.kinds()) string(kind.name());
            for (String symbol : relocations.symbols()) string(symbol);
            for (PatchSite site : code.patchSites) string(site.kind().name());
            for (String note : code.notes.texts()) string(note);
            byte[] jumps = code.choices.shortJumps().toByteArray();

            long size = HEADER + 4 + 4L + code.bytes.length + 4 + 4;
            size += 4;
            for (byte[] text : texts) size += 4L + text.length;
            size += 4 + 20L * relocations.offsets().length;
            size += 4 + 4L * code.labels.offsets().length + 4 + 8L * named;
            size += 4 + 8L * code.positions.offsets().length;
            size += 4 + jumps.length + 4 + 4L * code.choices.paddings().length;
            size += 4 + 12L * code.patchSites.size();
            size += 4 + 8L * code.data.starts().length;
            size += 4 + 8L * code.notes.offsets().length;
            ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);

            out.put(MAGIC).putInt(VERSION).putInt((int) size - HEADER - 4);
            out.putInt(code.bytes.length).put(code.bytes);
            out.putInt(code.codeEnd).putInt(code.alignment);
            out.putInt(texts.size());
            for (byte[] text : texts) out.putInt(text.length).put(text);
            out.putInt(relocations.offsets().length);
            for (int i = 0; i < relocations.offsets().length; i++) {
                out.putInt(relocations.offsets()[i]);
                out.putInt(string(relocations.kinds()[i].name()));
                out.putInt(string(relocations.symbols()[i]));
                out.putLong(relocations.addends()[i]);
            }
            out.putInt(code.labels.offsets().length);
            for (int offset : code.labels.offsets()) out.putInt(offset);
            out.putInt(named);
            for (int i = 0; i < names.length; i++)
                if (names[i] != null) out.putInt(i).putInt(string(names[i]));
            out.putInt(code.positions.offsets().length);
            for (int i = 0; i < code.positions.offsets().length; i++)
                out.putInt(code.positions.offsets()[i]).putInt(code.positions.values()[i]);
            out.putInt(jumps.length).put(jumps);
            out.putInt(code.choices.paddings().length);
            for (int padding : code.choices.paddings()) out.putInt(padding);
            out.putInt(code.patchSites.size());
            for (PatchSite site : code.patchSites)
                out.putInt(string(site.kind().name())).putInt(site.offset()).putInt(site.field());
            out.putInt(code.data.starts().length);
            for (int i = 0; i < code.data.starts().length; i++)
                out.putInt(code.data.starts()[i]).putInt(code.data.ends()[i]);
            out.putInt(code.notes.offsets().length);
            for (int i = 0; i < code.notes.offsets().length; i++)
                out.putInt(code.notes.offsets()[i]).putInt(string(code.notes.texts()[i]));
            out.putInt(checksum(out.array(), out.position()));
            return out.array();
        }
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /** Reads one piece of code and nothing behind it. */
    static Code read(InputStream in) throws IOException {
        byte[] header = in.readNBytes(HEADER);
        if (header.length < HEADER)
            throw new CodeFormatException("this is no code: it has " + header.length + " bytes only");
        ByteBuffer head = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
        for (byte b : MAGIC)
            if (head.get() != b) throw new CodeFormatException("this is no code: it does not begin with KILNCODE");
        int version = head.getInt();
        if (version != VERSION)
            throw new CodeFormatException("this code is written in version " + version
                    + " of the format, and this is version " + VERSION + "; assemble it anew");
        int length = head.getInt();
        if (length < 0 || length > Integer.MAX_VALUE - 64)
            throw new CodeFormatException("the length of the code, " + length + ", is damaged");
        // Takes memory as bytes come, so that a wrong length cannot exhaust it.
        byte[] content = in.readNBytes(length + 4);
        if (content.length < length + 4)
            throw new CodeFormatException(
                    "the code is cut off: " + (content.length + HEADER) + " bytes of " + (length + 4L + HEADER));
        CRC32C crc = new CRC32C();
        crc.update(header);
        crc.update(content, 0, length);
        ByteBuffer body = ByteBuffer.wrap(content, 0, length).order(ByteOrder.LITTLE_ENDIAN);
        int stored = ByteBuffer.wrap(content, length, 4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt();
        if (stored != (int) crc.getValue()) throw new CodeFormatException("the code is damaged: its checksum differs");
        return new Reader(body).read();
    }

    private static final class Reader {
        private final ByteBuffer in;
        private byte[] bytes;
        private String[] strings;

        Reader(ByteBuffer in) {
            this.in = in;
        }

        Code read() throws CodeFormatException {
            bytes = take("bytes of code");
            int codeEnd = within("the end of the instructions");
            int alignment = number("the alignment");
            check(Integer.bitCount(alignment) == 1 && alignment > 0 && alignment <= MAX_ALIGNMENT, "the alignment");
            strings = new String[count(4, "strings")];
            for (int i = 0; i < strings.length; i++)
                strings[i] = new String(take("bytes of a string"), StandardCharsets.UTF_8);
            Code.Relocations relocations = relocations();
            Code.Labels labels = labels();
            Code.Positions positions = positions();
            BitSet jumps = BitSet.valueOf(take("jumps"));
            int[] paddings = new int[count(4, "paddings")];
            for (int i = 0; i < paddings.length; i++) {
                paddings[i] = in.getInt();
                check(paddings[i] >= 0 && paddings[i] <= bytes.length, "a padding");
            }
            List<PatchSite> sites = patchSites(relocations, codeEnd);
            check(sites.isEmpty() || alignment >= 8, "the alignment");
            Code.DataRanges data = data(codeEnd);
            Code.Notes notes = notes();
            check(!in.hasRemaining(), "the end");
            return new Code(
                    bytes,
                    codeEnd,
                    alignment,
                    relocations,
                    positions,
                    labels,
                    new Code.Choices(jumps, paddings),
                    sites,
                    data,
                    notes);
        }

        private Code.Relocations relocations() throws CodeFormatException {
            int count = count(20, "relocations");
            var result =
                    new Code.Relocations(new int[count], new RelocationKind[count], new String[count], new long[count]);
            long end = 0;
            for (int i = 0; i < count; i++) {
                int offset = within("the place of a relocation");
                RelocationKind kind = kind(RelocationKind.class, "a relocation");
                check(offset >= end && offset + (long) kind.size() <= bytes.length, "the place of a relocation");
                end = offset + (long) kind.size();
                result.offsets()[i] = offset;
                result.kinds()[i] = kind;
                result.symbols()[i] = string();
                result.addends()[i] = in.getLong();
            }
            return result;
        }

        private Code.Labels labels() throws CodeFormatException {
            int[] offsets = new int[count(4, "labels")];
            for (int i = 0; i < offsets.length; i++) {
                offsets[i] = in.getInt();
                check(offsets[i] >= UNBOUND && offsets[i] <= bytes.length, "the place of a label");
            }
            int named = count(8, "names of labels");
            String[] names = named == 0 ? null : new String[offsets.length];
            for (int i = 0; i < named; i++) {
                int label = in.getInt();
                check(label >= 0 && label < offsets.length, "the name of a label");
                names[label] = string();
            }
            return new Code.Labels(offsets, names);
        }

        private Code.Positions positions() throws CodeFormatException {
            int count = count(8, "source positions");
            var result = new Code.Positions(new int[count], new int[count]);
            int last = 0;
            for (int i = 0; i < count; i++) {
                int offset = within("the place of a source position");
                check(offset >= last, "the place of a source position");
                last = offset;
                result.offsets()[i] = offset;
                result.values()[i] = in.getInt();
            }
            return result;
        }

        private List<PatchSite> patchSites(Code.Relocations relocations, int codeEnd) throws CodeFormatException {
            PatchSite[] sites = new PatchSite[count(12, "patch sites")];
            int end = 0;
            int r = 0;
            for (int i = 0; i < sites.length; i++) {
                PatchKind kind = kind(PatchKind.class, "a patch site");
                int offset = within("the place of a patch site");
                int field = within("the place of a patch site");
                sites[i] = new PatchSite(kind, offset, field);
                check(offset >= end && sites[i].isIn(bytes, codeEnd), "a patch site");
                end = offset + sites[i].length();
                // The one relocation that may be in a patch site is that of its target.
                while (r < relocations.offsets().length && relocations.offsets()[r] < end) {
                    int at = relocations.offsets()[r];
                    RelocationKind how = relocations.kinds()[r++];
                    boolean branch = kind == PatchKind.JUMP || kind == PatchKind.CALL;
                    boolean target =
                            at == field && branch && (how == RelocationKind.PC32 || how == RelocationKind.PLT32);
                    check(target || at + (long) how.size() <= offset, "a relocation in a patch site");
                }
            }
            return List.of(sites);
        }

        private Code.DataRanges data(int codeEnd) throws CodeFormatException {
            int count = count(8, "ranges of data");
            var result = new Code.DataRanges(new int[count], new int[count]);
            int last = 0;
            for (int i = 0; i < count; i++) {
                int start = within("a range of data");
                int end = within("a range of data");
                check(start >= last && end >= start && end <= codeEnd, "a range of data");
                last = end;
                result.starts()[i] = start;
                result.ends()[i] = end;
            }
            return result;
        }

        private Code.Notes notes() throws CodeFormatException {
            int count = count(8, "notes");
            if (count == 0) return Code.Notes.NONE;
            var result = new Code.Notes(new int[count], new String[count]);
            int last = 0;
            for (int i = 0; i < count; i++) {
                int offset = within("the place of a note");
                check(offset >= last, "the place of a note");
                last = offset;
                result.offsets()[i] = offset;
                result.texts()[i] = string();
            }
            return result;
        }

        private <E extends Enum<E>> E kind(Class<E> type, String what) throws CodeFormatException {
            String name = string();
            for (E constant : type.getEnumConstants()) if (constant.name().equals(name)) return constant;
            throw new CodeFormatException("the code is damaged: there is no kind of " + what + " named " + name);
        }

        private String string() throws CodeFormatException {
            int index = number("a string");
            check(index >= 0 && index < strings.length, "a string");
            return strings[index];
        }

        private int within(String what) throws CodeFormatException {
            int offset = number(what);
            check(offset >= 0 && offset <= bytes.length, what);
            return offset;
        }

        private byte[] take(String what) throws CodeFormatException {
            byte[] result = new byte[count(1, what)];
            in.get(result);
            return result;
        }

        /** A count of things that take at least so many bytes each, which must still be there. */
        private int count(int size, String what) throws CodeFormatException {
            int count = number("the number of " + what);
            check(count >= 0 && (long) count * size <= in.remaining(), "the number of " + what);
            return count;
        }

        private int number(String what) throws CodeFormatException {
            check(in.remaining() >= 4, what);
            return in.getInt();
        }

        private void check(boolean holds, String what) throws CodeFormatException {
            if (!holds)
                throw new CodeFormatException("the code is damaged: " + what + " cannot be right (before byte "
                        + (in.position() + HEADER) + ")");
        }
    }
}
