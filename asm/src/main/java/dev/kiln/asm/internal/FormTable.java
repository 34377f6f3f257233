package dev.kiln.asm.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The instruction table as arrays indexed by form; loaded once, when first asked for. The generator's ResourceWriter says how it is stored. */
public final class FormTable {
    private static final int MAGIC = 0x4B464D33;

    /** Bits of {@link #prefixes}. */
    public static final int LOCK = 1,
            REP = 2,
            REPNE = 4,
            XACQUIRE = 8,
            XRELEASE = 16,
            BND = 32,
            NOTRACK = 64,
            ADDRESS32 = 128;

    /** Bit of {@link #prefixes}, no prefix: the processor takes any opcode extension for the one written, or any ModRM.rm. */
    public static final int ANY_EXTENSION = 256;

    /** Bit of {@link #prefixes}, no prefix: nasm 2.16 does not know the instruction, or not rightly. */
    public static final int NOT_IN_NASM = 512;

    /** Bits of {@link #prefixes}, no prefixes: all vector or tile registers differ, or the destination from the others. */
    public static final int DISTINCT = 1024, APART = 2048;

    /** One more than the largest form number; form 0 does not exist. */
    public final int limit;

    private final long[] templates;
    private final long[] operands;
    private final long[] implicitReads;
    private final long[] implicitWrites;
    private final int[] roles;
    private final int[] effects;
    private final char[] mnemonics;
    private final char[] features;
    private final char[] flagsRead;
    private final char[] flagsWritten;
    private final char[] flagsUndefined;
    private final char[] registerTwins;
    private final char[] memoryTwins;
    private final char[] firstAccumulatorTwins;
    private final char[] secondAccumulatorTwins;
    private final char[] extendedTwins;
    private final char[] listStarts;
    private final char[] listCounts;
    private final char[] list;
    private final String[] names;
    private final String[] featureNames;

    private FormTable(ByteBuffer in) {
        if (in.getInt() != MAGIC) throw new IllegalStateException("forms.bin belongs to another version of Kiln");
        int forms = in.getInt();
        int nameCount = in.getInt();
        int featureCount = in.getInt();
        int listLength = in.getInt();
        int textLength = in.getInt();
        limit = forms + 1;
        templates = longs(in, forms);
        operands = longs(in, forms);
        implicitReads = longs(in, forms);
        implicitWrites = longs(in, forms);
        roles = ints(in, forms);
        effects = ints(in, forms);
        mnemonics = chars(in, 1, forms);
        features = chars(in, 1, forms);
        flagsRead = chars(in, 1, forms);
        flagsWritten = chars(in, 1, forms);
        flagsUndefined = chars(in, 1, forms);
        registerTwins = chars(in, 1, forms);
        memoryTwins = chars(in, 1, forms);
        firstAccumulatorTwins = chars(in, 1, forms);
        secondAccumulatorTwins = chars(in, 1, forms);
        extendedTwins = chars(in, 1, forms);
        listStarts = chars(in, 0, nameCount);
        listCounts = chars(in, 0, nameCount);
        list = chars(in, 0, listLength);
        byte[] text = new byte[textLength];
        in.get(text);
        names = new String[nameCount];
        featureNames = new String[featureCount];
        int from = 0;
        int number = 0;
        for (int i = 0; i < textLength; i++) {
            if (text[i] != '\n') continue;
            String name = new String(text, from, i - from, StandardCharsets.ISO_8859_1);
            if (number < nameCount) names[number] = name;
            else featureNames[number - nameCount] = name;
            number++;
            from = i + 1;
        }
    }

    private static long[] longs(ByteBuffer in, int count) {
        long[] values = new long[count + 1];
        in.asLongBuffer().get(values, 1, count);
        in.position(in.position() + 8 * count);
        return values;
    }

    private static int[] ints(ByteBuffer in, int count) {
        int[] values = new int[count + 1];
        in.asIntBuffer().get(values, 1, count);
        in.position(in.position() + 4 * count);
        return values;
    }

    private static char[] chars(ByteBuffer in, int first, int count) {
        char[] values = new char[first + count];
        in.asCharBuffer().get(values, first, count);
        in.position(in.position() + 2 * count);
        return values;
    }

    /** The table. */
    public static FormTable get() {
        return Holder.TABLE;
    }

    private static final class Holder {
        static final FormTable TABLE = load();

        private static FormTable load() {
            try (InputStream in = FormTable.class.getResourceAsStream("forms.bin")) {
                if (in == null) throw new IllegalStateException("forms.bin is missing from Kiln's jar");
                return new FormTable(ByteBuffer.wrap(in.readAllBytes()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** All about the encoding; read with {@link Template}. */
    public long template(int form) {
        return templates[form];
    }

    public int operandCount(int form) {
        return operandCount(operands[form]);
    }

    /** All operands of a form at once; read with {@link #operandCount(long)}, {@link #operandKind(long, int)} and {@link #hasTwins}. */
    public long operands(int form) {
        return operands[form];
    }

    public static int operandCount(long operands) {
        return (int) (operands >> 50) & 7;
    }

    public static int operandKind(long operands, int i) {
        return (int) (operands >> 10 * i) & 0xFF;
    }

    /** Whether one of {@link #registerTwin}, {@link #memoryTwin} and {@link #accumulatorTwin} is not 0. */
    public static boolean hasTwins(long operands) {
        return (operands >> 53 & 1) != 0;
    }

    /** The ordinal of operand {@code i}'s kind. */
    public int operandKind(int form, int i) {
        return operandKind(operands[form], i);
    }

    /** Bit 0: read, bit 1: written. */
    public int access(int form, int i) {
        return (int) (operands[form] >> 10 * i + 8) & 3;
    }

    /** The field that operand {@code i} goes to: a {@code ROLE_} constant of {@link Template}. */
    public int role(int form, int i) {
        return roles[form] >> 4 * i & 15;
    }

    /** The roles of all operands at once, 4 bits each. */
    public int roles(int form) {
        return roles[form];
    }

    /** The prefixes that a form allows. */
    public int prefixes(int form) {
        return roles[form] >>> 20;
    }

    /** Whether some registers of the form have to differ: {@link #DISTINCT} or {@link #APART}. */
    public boolean hasDistinctRegisters(int form) {
        return (prefixes(form) & (DISTINCT | APART)) != 0;
    }

    public long implicitReads(int form) {
        return implicitReads[form];
    }

    public long implicitWrites(int form) {
        return implicitWrites[form];
    }

    /** Widths of implicit writes, implicit memory, conditions: as the generator's {@code Effects} describes. */
    public int effects(int form) {
        return effects[form];
    }

    public int flagsRead(int form) {
        return flagsRead[form];
    }

    public int flagsWritten(int form) {
        return flagsWritten[form];
    }

    public int flagsUndefined(int form) {
        return flagsUndefined[form];
    }

    /** The preferred form in place of this one when all operands are registers and immediates, or 0. */
    public int registerTwin(int form) {
        return registerTwins[form];
    }

    /** The preferred form in place of this one when an operand is in memory, or 0. */
    public int memoryTwin(int form) {
        return memoryTwins[form];
    }

    /** The form without ModRM in place of this one when operand {@code i}, 0 or 1, is the accumulator; or 0. */
    public int accumulatorTwin(int form, int i) {
        return i == 0 ? firstAccumulatorTwins[form] : secondAccumulatorTwins[form];
    }

    /** The form that APX promotes this one to, so that general registers may be 16 to 31; or 0. */
    public int extendedTwin(int form) {
        return extendedTwins[form];
    }

    /** The mnemonic's number, for {@link #formAt}. */
    public int mnemonicNumber(int form) {
        return mnemonics[form];
    }

    public String mnemonic(int form) {
        return names[mnemonics[form]];
    }

    public String feature(int form) {
        return featureNames[features[form]];
    }

    /** The number of the entry of the feature column, for {@link #featureAt}. */
    public int featureNumber(int form) {
        return features[form];
    }

    /** The number of different entries in the feature column. */
    public int featureCount() {
        return featureNames.length;
    }

    /** An entry of the feature column: names joined by {@code +}. */
    public String featureAt(int number) {
        return featureNames[number];
    }

    /** The number of a mnemonic or alias, negative when unknown. */
    public int name(String mnemonic) {
        return Arrays.binarySearch(names, mnemonic);
    }

    public int nameCount() {
        return names.length;
    }

    /** A mnemonic or alias by number, ascending. */
    public String nameAt(int name) {
        return names[name];
    }

    /** The number of forms of a mnemonic. */
    public int formCount(int name) {
        return listCounts[name];
    }

    /** Form {@code i} of a mnemonic, in order of preference. */
    public int formAt(int name, int i) {
        return list[listStarts[name] + i];
    }
}
