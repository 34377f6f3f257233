package dev.kiln.asm.table;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Writes the binary table that the assembler loads at the first use of a form by number. Column after column, so that it is read by
 * bulk moves; all numbers big-endian:
 *
 * <pre>
 *   int    magic, forms, mnemonics (with aliases), features, length of the mnemonic list, bytes of text
 *   long[] template, operands (10 bits each: kind, access; their number in bits 50 to 52, bit 53: a twin may take the form's place),
 *          implicit reads, implicit writes
 *   int[]  roles (4 bits per operand) and prefixes (from bit 20); what {@link Effects} packs
 *   char[] mnemonic, feature, flags read, written, undefined
 *   char[] twins: for registers only, with memory, for an accumulator as first and as second operand, for registers 16 to 31;
 *          see {@link Twins}
 *   char[] for each mnemonic name: where its forms begin in the list, and how many
 *   char[] the list of forms by mnemonic, in order of preference
 *   text   mnemonic names in ascending order, then features, each ended by a line feed
 * </pre>
 */
final class ResourceWriter {
    private static final int MAGIC = 0x4B464D33;

    private ResourceWriter() {}

    static byte[] write(Table table) throws IOException {
        Map<String, List<Integer>> formsOf = new TreeMap<>();
        TreeSet<String> featureSet = new TreeSet<>();
        for (int i = 0; i < table.rows.size(); i++) {
            formsOf.computeIfAbsent(table.rows.get(i).mnemonic(), m -> new ArrayList<>())
                    .add(i + 1);
            featureSet.add(table.rows.get(i).feature());
        }
        TreeSet<String> nameSet = new TreeSet<>(formsOf.keySet());
        nameSet.addAll(table.aliases.keySet());
        List<String> names = List.copyOf(nameSet);
        List<String> features = List.copyOf(featureSet);

        List<Integer> list = new ArrayList<>();
        Map<String, Integer> starts = new TreeMap<>();
        for (var mnemonic : formsOf.entrySet()) {
            starts.put(mnemonic.getKey(), list.size());
            list.addAll(mnemonic.getValue());
        }
        byte[] text = (String.join("\n", names) + "\n" + String.join("\n", features) + "\n")
                .getBytes(StandardCharsets.US_ASCII);

        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(MAGIC);
        out.writeInt(table.rows.size());
        out.writeInt(names.size());
        out.writeInt(features.size());
        out.writeInt(list.size());
        out.writeInt(text.length);
        for (Row row : table.rows) out.writeLong(row.template());
        Twins twins = new Twins(table.rows);
        for (int i = 0; i < table.rows.size(); i++) out.writeLong(operands(table.rows.get(i)) | twinBit(twins, i));
        for (Row row : table.rows) out.writeLong(row.implicitReads());
        for (Row row : table.rows) out.writeLong(row.implicitWrites());
        for (Row row : table.rows) out.writeInt(row.roles() | row.prefixes() << 20);
        for (Row row : table.rows) out.writeInt(row.effects());
        for (Row row : table.rows) out.writeChar(names.indexOf(row.mnemonic()));
        for (Row row : table.rows) out.writeChar(features.indexOf(row.feature()));
        for (Row row : table.rows) out.writeChar(row.flagsRead());
        for (Row row : table.rows) out.writeChar(row.flagsWritten());
        for (Row row : table.rows) out.writeChar(row.flagsUndefined());
        for (int i = 0; i < table.rows.size(); i++) out.writeChar(twins.forRegisters(i) + 1);
        for (int i = 0; i < table.rows.size(); i++) out.writeChar(twins.forMemory(i) + 1);
        for (int i = 0; i < table.rows.size(); i++) out.writeChar(twins.forAccumulator(i, 0) + 1);
        for (int i = 0; i < table.rows.size(); i++) out.writeChar(twins.forAccumulator(i, 1) + 1);
        for (int i = 0; i < table.rows.size(); i++) out.writeChar(twins.forExtended(i) + 1);
        for (String name : names) out.writeChar(starts.get(canonical(table, name)));
        for (String name : names)
            out.writeChar(formsOf.get(canonical(table, name)).size());
        for (int form : list) out.writeChar(form);
        out.write(text);
        return bytes.toByteArray();
    }

    private static String canonical(Table table, String name) {
        return table.aliases.getOrDefault(name, name);
    }

    private static long operands(Row row) {
        List<Kind> kinds = List.copyOf(Kind.ALL.values());
        long packed = (long) row.operands().size() << 50;
        for (int i = 0; i < row.operands().size(); i++) {
            Row.Explicit operand = row.operands().get(i);
            packed |= (kinds.indexOf(operand.kind()) | (long) operand.access() << 8) << 10 * i;
        }
        return packed;
    }

    private static long twinBit(Twins twins, int i) {
        boolean any = twins.forRegisters(i) >= 0
                || twins.forMemory(i) >= 0
                || twins.forAccumulator(i, 0) >= 0
                || twins.forAccumulator(i, 1) >= 0;
        return any ? 1L << 53 : 0;
    }
}
