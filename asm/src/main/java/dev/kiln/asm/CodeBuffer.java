package dev.kiln.asm;

import dev.kiln.asm.internal.ConstantPool;
import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Nops;
import dev.kiln.asm.internal.Relaxation;
import dev.kiln.asm.internal.Template;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The sink that makes bytes. Instructions are checked against the table and encoded as they come; {@link #finish} sizes the jumps, places the
 * constant pool and fills in all distances. Emitting an instruction allocates nothing, apart from the buffers' growth.
 *
 * <p>Until {@code finish}, the buffer holds jumps in their short form and no padding. Everything that moves when jumps grow is kept as an
 * offset in this buffer and the number of <em>items</em> (jumps and alignments) before it; {@link Relaxation} then tells by how much
 * each number of items shifts. Cost: linear in the code's size.
 *
 * <p>Not for use by several threads at a time.
 */
public sealed class CodeBuffer extends Encoder implements InstructionSink permits InstructionMethods {
    private static final int NONE = Registers.NONE;
    private static final int UNBOUND = -1;

    /** What fills the gap between code and pool: INT3. */
    private static final byte GAP = (byte) 0xCC;

    private final ConstantPool pool = new ConstantPool();

    private int[] itemAt = new int[16];
    /** For jumps the bytes that the near form takes more, for alignments the boundary, negated. */
    private int[] itemWhat = new int[16];

    private int[] itemLabel = new int[16];

    private int labels;
    private int[] labelAt = new int[16];
    private int[] labelItem = new int[16];
    private String[] labelNames;

    private int sites;
    private int[] siteAt = new int[16];
    private int[] siteItem = new int[16];
    private int[] sitePositions = new int[16];
    private int currentSite;

    private int alignment = 16;

    /** Forgets all code, so that the buffer serves again without new memory. */
    public void reset() {
        clear();
        labels = 0;
        labelNames = null;
        sites = 0;
        currentSite = 0;
        alignment = 16;
        pool.clear();
    }

    @Override
    public int newLabel() {
        if (labels == labelAt.length) {
            labelAt = Arrays.copyOf(labelAt, labels * 2);
            labelItem = Arrays.copyOf(labelItem, labels * 2);
        }
        labelAt[labels] = UNBOUND;
        return labels++;
    }

    @Override
    public void nameLabel(int label, String name) {
        checkLabel(label);
        if (labelNames == null) labelNames = new String[Math.max(16, label + 1)];
        if (label >= labelNames.length) labelNames = Arrays.copyOf(labelNames, Math.max(labels, label * 2));
        labelNames[label] = name;
    }

    @Override
    public void bind(int label) {
        checkLabel(label);
        if (labelAt[label] != UNBOUND)
            throw new AssemblerException(describeLabel(label) + " is bound twice: at offset " + labelAt[label]
                    + " and at offset " + position + " (counted with short jumps)");
        labelAt[label] = position;
        labelItem[label] = items;
    }

    /** Makes as many labels as there are elsewhere. */
    final void reserveLabels(int count) {
        labels = count;
        labelAt = new int[Math.max(1, count)];
        labelItem = new int[Math.max(1, count)];
        Arrays.fill(labelAt, UNBOUND);
    }

    final void checkLabel(int label) {
        if (label < 0 || label >= labels)
            throw new AssemblerException(
                    "there is no label " + label + ": this code has " + labels + ", made by newLabel");
    }

    private String describeLabel(int label) {
        String name = labelNames != null && label < labelNames.length ? labelNames[label] : null;
        return name == null ? "label " + label : "label " + name;
    }

    @Override
    public void emit(int form, Operands o) {
        FormTable table = FormTable.get();
        int number = form & Form.NUMBER;
        if (number == 0 || number >= table.limit || form >>> 19 != 0)
            throw new AssemblerException("there is no instruction form " + form);
        number = preferred(table, number, o);
        long t = table.template(number);
        int modrm = Template.modrm(t);
        int reg = modrm < 8 ? modrm : 0;
        int vvvv = 0;
        int rm = -1;
        int is4 = -1;
        int branch = -1;
        int symbolic = -1;
        boolean memory = false;
        long first = 0;
        long second = 0;
        int immediates = 0;

        int count = table.operandCount(number);
        int given = o.count;
        boolean withoutFixed = given != count;
        int j = 0;
        for (int i = 0; i < count; i++) {
            int info = KindInfo.of(table.operandKind(number, i));
            if (withoutFixed && (info & KindInfo.FIXED) != 0) continue;
            if (j == given) throw Mismatch.of(form, o);
            switch (o.kinds[j]) {
                case Operands.REGISTER -> {
                    int code = code(info, o.values[j]);
                    if (code < 0) throw Mismatch.of(form, o);
                    if ((code & 0x10) != 0 && (Template.space(t) != 2 || o.values[j] < Registers.VECTOR))
                        throw new AssemblerException(RegisterNames.name(o.values[j], 64)
                                + " needs an EVEX or APX form, which " + Forms.describe(number) + " is not");
                    switch (table.role(number, i)) {
                        case Template.ROLE_REG -> reg = code;
                        case Template.ROLE_RM, Template.ROLE_OPCODE -> rm = code;
                        case Template.ROLE_VVVV -> vvvv = code;
                        case Template.ROLE_IS4 -> is4 = code;
                        default -> {}
                    }
                }
                case Operands.MEMORY -> {
                    if ((info & KindInfo.MEMORY) == 0) throw Mismatch.of(form, o);
                    if (o.base != Registers.RIP || o.memoryLabel < 0 && o.symbol == null)
                        checkAddress(o.base, o.index, o.scale, (info & KindInfo.VECTOR_INDEX) != 0);
                    memory = true;
                }
                case Operands.IMMEDIATE -> {
                    long value = o.values[j] == 0 ? o.immediate0 : o.immediate1;
                    if (!KindInfo.fits(KindInfo.immediate(info), value) && (info & KindInfo.OFFSET) == 0)
                        throw Mismatch.of(form, o);
                    if ((info & KindInfo.FIXED) == 0) {
                        if (immediates++ == 0) first = value;
                        else second = value;
                    }
                }
                case Operands.LABEL -> {
                    if ((info & KindInfo.BRANCH) == 0) throw Mismatch.of(form, o);
                    checkLabel(o.values[j]);
                    branch = o.values[j];
                }
                case Operands.SYMBOL -> {
                    if (!takesSymbol(info, o.relocation)) throw Mismatch.of(form, o);
                    symbolic = i;
                }
                default -> throw new IllegalStateException("operand kind " + o.kinds[j]);
            }
            j++;
        }
        if (j != given) throw Mismatch.of(form, o);

        int extra = form & ~Form.NUMBER;
        if (extra != 0) checkPrefixes(form, number, memory);
        if (o.decorations != 0) {
            if (Template.space(t) != 2) throw Evex.needed(o.decorations);
            extra |= o.decorations;
        }
        if (branch >= 0) {
            encodeBranch(t, extra, branch);
            return;
        }
        if (memory) {
            if (o.memoryLabel >= 0) checkLabel(o.memoryLabel);
            if (o.segment != NONE) extra |= segmentPrefix(o.segment);
            if (o.symbolInMemory && o.symbol != null)
                encodeSymbol(t, extra, reg, vvvv, o.symbol, o.relocation, o.addend);
            else if (o.base == Registers.RIP) encodeRelative(t, extra, reg, vvvv, o.memoryLabel, o.displacement);
            else encodeMemory(t, extra, reg, vvvv, o.base, o.index, o.scale, o.displacement);
        } else if (modrm <= Template.MODRM_REG) encodeRegister(t, extra, reg, vvvv, rm);
        else encodeOpcode(t, extra, Math.max(rm, 0));

        if (is4 >= 0) encodeIs4(is4);
        else if (symbolic < 0) encodeImmediate(t, first, second);
        else if (Template.immediate(t) == Template.IMMEDIATE_CD) {
            addRelocation(position, o.relocation, o.symbol, o.addend - 4);
            position += 4;
        } else {
            addRelocation(position, o.relocation, o.symbol, o.addend);
            position += o.relocation.size();
        }
    }

    /**
     * The form to encode in place of the one asked for, which is another way to say the same: between registers the direction that other
     * assemblers choose, and the accumulator's forms without ModRM. Both sinks ask this, so that bytes and text agree.
     */
    static int preferred(FormTable table, int number, Operands o) {
        if (o.count == 0 || o.count != table.operandCount(number)) return number;
        for (int i = 0; i < o.count; i++) {
            if (o.kinds[i] != Operands.MEMORY) continue;
            int twin = table.memoryTwin(number);
            return twin != 0 ? twin : number;
        }
        int twin = table.registerTwin(number);
        int result = twin != 0 ? twin : number;
        for (int i = 0; i < 2 && i < o.count; i++) {
            twin = table.accumulatorTwin(result, i);
            if (twin != 0 && o.kinds[i] == Operands.REGISTER && o.values[i] == Registers.RAX) {
                // XCHG EAX, EAX has no form without ModRM: its byte is NOP.
                boolean fits = true;
                for (int j = 0; j < o.count; j++)
                    fits &= o.kinds[j] != Operands.REGISTER
                            || code(KindInfo.of(table.operandKind(twin, j)), o.values[j]) >= 0;
                if (fits) return twin;
            }
        }
        return result;
    }

    /** The code of a register for a kind of operand, negative when it does not fit. */
    private static int code(int info, int register) {
        if ((info & KindInfo.REGISTER) == 0) return -1;
        int number = register - KindInfo.firstRegister(info);
        if (number >= 0 && number < KindInfo.registerCount(info)) {
            if ((info & KindInfo.NOT_ACCUMULATOR) != 0 && number == 0) return -1;
            return (info & KindInfo.BYTE) != 0 && number >= 4 && number < 8 ? number | NEEDS_REX : number;
        }
        int high = register - Registers.HIGH_BYTE;
        boolean fits = (info & KindInfo.BYTE) != 0 && (info & KindInfo.FIXED) == 0 && high >= 0 && high < 4;
        return fits ? high + 4 | FORBIDS_REX : -1;
    }

    static boolean takesSymbol(int info, RelocationKind kind) {
        if ((info & KindInfo.BRANCH) != 0) return kind == RelocationKind.PC32 || kind == RelocationKind.PLT32;
        if ((info & KindInfo.OFFSET) != 0) return kind == RelocationKind.ABS64;
        return switch (KindInfo.immediate(info)) {
            case KindInfo.IMM32, KindInfo.IMM32S, KindInfo.IMM32U ->
                switch (kind) {
                    case ABS32, TPOFF32, SECREL32, IMAGEREL32 -> true;
                    case ABS64,
                            PC32,
                            PC64,
                            PLT32,
                            GOTPCREL,
                            GOTTPOFF,
                            TPOFF64,
                            DTPOFF64,
                            ABS32U,
                            ABS16,
                            ABS8,
                            PC16,
                            PC8 -> false;
                };
            case KindInfo.IMM64 ->
                switch (kind) {
                    case ABS64, TPOFF64, DTPOFF64 -> true;
                    case ABS32,
                            PC32,
                            PC64,
                            PLT32,
                            GOTPCREL,
                            GOTTPOFF,
                            TPOFF32,
                            SECREL32,
                            IMAGEREL32,
                            ABS32U,
                            ABS16,
                            ABS8,
                            PC16,
                            PC8 -> false;
                };
            default -> false;
        };
    }

    static void checkAddress(int base, int index, int scale, boolean vectorIndex) {
        if (base == Registers.RIP) {
            if (index != NONE || vectorIndex) throw new AssemblerException("an address relative to RIP has no index");
            return;
        }
        if (base != NONE && (base < 0 || base >= 16))
            throw new AssemblerException(
                    RegisterNames.name(base, 64) + " cannot be the base of an address; RAX to R15 and RIP can");
        if (index == NONE) {
            if (vectorIndex) throw new AssemblerException("this form needs a vector register as index");
        } else if (vectorIndex) {
            if (!Registers.isVector(index))
                throw new AssemblerException(
                        "this form needs a vector register as index, not " + RegisterNames.name(index, 64));
        } else if (index == Registers.RSP) throw new AssemblerException("RSP cannot be the index of an address");
        else if (index < 0 || index >= 16)
            throw new AssemblerException(
                    RegisterNames.name(index, 64) + " cannot be the index of an address; RAX to R15 except RSP can");
        if (scale < 1 || scale > 8 || Integer.bitCount(scale) != 1)
            throw new AssemblerException("the scale of an index is 1, 2, 4 or 8, not " + scale);
    }

    private static void checkPrefixes(int form, int number, boolean memory) {
        int allowed = FormTable.get().prefixes(number);
        if ((form & Form.LOCK) != 0 && ((allowed & FormTable.LOCK) == 0 || !memory))
            throw new AssemblerException(Forms.describe(number) + " cannot be locked"
                    + ((allowed & FormTable.LOCK) != 0 ? ": its destination is no memory" : ""));
        if ((form & Form.REP) != 0 && (allowed & FormTable.REP) == 0
                || (form & Form.REPNE) != 0 && (allowed & FormTable.REPNE) == 0)
            throw new AssemblerException(Forms.describe(number) + " takes no such repeat prefix");
        if ((form & Form.REP) != 0 && (form & Form.REPNE) != 0)
            throw new AssemblerException("an instruction cannot have both REP and REPNE");
    }

    /** The prefix byte of a segment override; in 64-bit mode only FS and GS change the address (SDM vol. 2, 2.1.1). */
    static int segmentPrefix(int segment) {
        return switch (segment - Registers.SEGMENT) {
            case 0 -> 0x26;
            case 1 -> 0x2E;
            case 2 -> 0x36;
            case 3 -> 0x3E;
            case 4 -> 0x64;
            case 5 -> 0x65;
            default -> throw new AssemblerException(RegisterNames.name(segment, 64) + " is no segment register");
        };
    }

    /** A jump or call to a label. Jumps by their near form are given the shortest that reaches; other forms are taken as they are. */
    final void encodeBranch(long t, int extra, int label) {
        byte[] b = roomForJump(t);
        int opcode = Template.opcode(t);
        if (Template.immediate(t) == Template.IMMEDIATE_CB) {
            encodeOpcode(t, extra, 0);
            addFixup(position, label, 0, FROM_FIELD8);
            position++;
        } else if (extra == 0 && Template.map(t) == 0 && opcode == 0xE9) {
            addItem(3, label);
            b[position] = (byte) 0xEB;
            position += 2;
        } else if (extra == 0 && Template.map(t) == 1 && opcode >= 0x80 && opcode <= 0x8F) {
            addItem(4, label);
            b[position] = (byte) (opcode - 0x10);
            position += 2;
        } else {
            encodeOpcode(t, extra, 0);
            addFixup(position, label, 0, FROM_FIELD32);
            position += 4;
        }
    }

    /** Whether a jump by this form to a label is sized by the sink. */
    static boolean isRelaxed(long t) {
        int opcode = Template.opcode(t);
        return Template.space(t) == 0
                && Template.immediate(t) == Template.IMMEDIATE_CD
                && (Template.map(t) == 0 ? opcode == 0xE9 : Template.map(t) == 1 && opcode >= 0x80 && opcode <= 0x8F);
    }

    private void addItem(int what, int label) {
        int i = items;
        if (i == itemAt.length) {
            itemAt = Arrays.copyOf(itemAt, i * 2);
            itemWhat = Arrays.copyOf(itemWhat, i * 2);
            itemLabel = Arrays.copyOf(itemLabel, i * 2);
        }
        itemAt[i] = position;
        itemWhat[i] = what;
        itemLabel[i] = label;
        items = i + 1;
    }

    @Override
    public void align(int boundary) {
        if (boundary < 1 || Integer.bitCount(boundary) != 1 || boundary > 1 << 16)
            throw new AssemblerException("code is aligned to a power of two up to 65536, not " + boundary);
        if (boundary == 1) return;
        alignment = Math.max(alignment, boundary);
        addItem(-boundary, -1);
    }

    @Override
    public void bytes(byte[] bytes, int from, int to) {
        ensure(to - from);
        System.arraycopy(bytes, from, buffer, position, to - from);
        position += to - from;
    }

    @Override
    public void distance32(int label, int from, int addend) {
        checkLabel(label);
        checkLabel(from);
        ensure(4);
        addFixup(position, label, addend, from);
        position += 4;
    }

    @Override
    public int constant(int size, long low, long high) {
        if (size != 4 && size != 8 && size != 16 && size != 32)
            throw new AssemblerException("a constant has 4, 8, 16 or 32 bytes, not " + size);
        long l = size == 4 ? low & 0xFFFF_FFFFL : low;
        long h = size < 16 ? 0 : high;
        int label = pool.find(size, l, h);
        if (label < 0) {
            label = newLabel();
            pool.add(size, l, h, label);
        }
        return label;
    }

    @Override
    public int constantBytes(byte[] bytes) {
        int label = pool.find(bytes);
        if (label < 0) {
            label = newLabel();
            pool.add(bytes, label);
        }
        return label;
    }

    @Override
    public void position(int sourcePosition) {
        if (sourcePosition == currentSite) return;
        currentSite = sourcePosition;
        if (sites > 0 && siteAt[sites - 1] == position && siteItem[sites - 1] == items) {
            sitePositions[sites - 1] = sourcePosition;
            return;
        }
        if (sites == siteAt.length) {
            siteAt = Arrays.copyOf(siteAt, sites * 2);
            siteItem = Arrays.copyOf(siteItem, sites * 2);
            sitePositions = Arrays.copyOf(sitePositions, sites * 2);
        }
        siteAt[sites] = position;
        siteItem[sites] = items;
        sitePositions[sites++] = sourcePosition;
    }

    @Override
    public void comment(String text) {}

    @Override
    public boolean wantsComments() {
        return false;
    }

    /**
     * Sizes the jumps, places the pool, fills in distances.
     *
     * @throws AssemblerException when a label in use is not bound, or a jump that has only a short form does not reach
     */
    public Code finish() {
        checkNothingPending();
        int[] targetAt = new int[items];
        int[] targetItem = new int[items];
        for (int i = 0; i < items; i++) {
            if (itemWhat[i] < 0) continue;
            int label = itemLabel[i];
            if (labelAt[label] == UNBOUND) throw unbound(label, itemAt[i]);
            targetAt[i] = labelAt[label];
            targetItem[i] = labelItem[label];
        }
        Relaxation relaxation = new Relaxation(items, itemAt, itemWhat, targetAt, targetItem);
        int[] shift;
        int codeEnd;
        try {
            shift = relaxation.run();
            codeEnd = Math.addExact(position, shift[items]);
        } catch (ArithmeticException e) {
            throw new AssemblerException("the code with its padding is larger than 2 GiB");
        }
        int[] offsets = new int[labels];
        for (int i = 0; i < labels; i++)
            offsets[i] = labelAt[i] == UNBOUND ? UNBOUND : labelAt[i] + shift[labelItem[i]];
        int[] order = pool.order();
        int end = codeEnd;
        int codeAlignment = alignment;
        if (order.length > 0) {
            codeAlignment = Math.max(alignment, pool.alignment());
            end = (codeEnd + pool.alignment() - 1) & -pool.alignment();
            for (int i : order) {
                offsets[pool.label(i)] = end;
                end = Math.addExact(end, pool.length(i));
            }
        }
        byte[] bytes = new byte[end];
        copy(bytes, shift, relaxation);
        Arrays.fill(bytes, codeEnd, order.length == 0 ? end : offsets[pool.label(order[0])], GAP);
        for (int i : order) pool.write(i, bytes, offsets[pool.label(i)]);

        BitSet shortJumps = new BitSet();
        int[] paddings = fillItems(bytes, shift, offsets, relaxation, shortJumps);
        fillFixups(bytes, shift, offsets);

        int[] relocationOffsets = new int[relocations];
        for (int i = 0; i < relocations; i++) relocationOffsets[i] = relocationAt[i] + shift[relocationItem[i]];
        int[] siteOffsets = new int[sites];
        for (int i = 0; i < sites; i++) siteOffsets[i] = siteAt[i] + shift[siteItem[i]];
        return new Code(
                bytes,
                codeEnd,
                codeAlignment,
                relocationOffsets,
                Arrays.copyOf(relocationKinds, relocations),
                Arrays.copyOf(relocationSymbols, relocations),
                Arrays.copyOf(relocationAddends, relocations),
                siteOffsets,
                Arrays.copyOf(sitePositions, sites),
                offsets,
                shortJumps,
                paddings);
    }

    private AssemblerException unbound(int label, int at) {
        return new AssemblerException(
                describeLabel(label) + " is used at offset " + at + " (counted with short jumps) but never bound");
    }

    /** Copies what lies between the items to its final place. */
    private void copy(byte[] bytes, int[] shift, Relaxation relaxation) {
        int from = 0;
        for (int i = 0; i < items; i++) {
            int growth = shift[i + 1] - shift[i];
            if (growth == 0) continue;
            // A jump that grew is written anew, so its two bytes are left out.
            int to = itemAt[i];
            System.arraycopy(buffer, from, bytes, from + shift[i], to - from);
            from = relaxation.isNear(i) ? to + 2 : to;
            if (from != to) bytes[to + shift[i]] = buffer[to];
        }
        System.arraycopy(buffer, from, bytes, from + shift[items], position - from);
    }

    /** Writes jumps and padding; gives the length of each padding. */
    private int[] fillItems(byte[] bytes, int[] shift, int[] offsets, Relaxation relaxation, BitSet shortJumps) {
        int[] paddings = new int[items];
        int alignments = 0;
        int jumps = 0;
        for (int i = 0; i < items; i++) {
            int at = itemAt[i] + shift[i];
            if (itemWhat[i] < 0) {
                paddings[alignments++] = shift[i + 1] - shift[i];
                Nops.fill(bytes, at, itemAt[i] + shift[i + 1]);
                continue;
            }
            int target = offsets[itemLabel[i]];
            if (!relaxation.isNear(i)) {
                bytes[at + 1] = (byte) (target - (at + 2));
                shortJumps.set(jumps++);
                continue;
            }
            jumps++;
            if (itemWhat[i] == 3) {
                bytes[at] = (byte) 0xE9;
                put32(bytes, at + 1, target - (at + 5));
            } else {
                bytes[at + 1] = (byte) (bytes[at] + 0x10);
                bytes[at] = 0x0F;
                put32(bytes, at + 2, target - (at + 6));
            }
        }
        return Arrays.copyOf(paddings, alignments);
    }

    private void fillFixups(byte[] bytes, int[] shift, int[] offsets) {
        for (int i = 0; i < fixups; i++) {
            int at = fixupAt[i] + shift[fixupItem[i]];
            int label = fixupLabel[i];
            if (offsets[label] == UNBOUND) throw unbound(label, fixupAt[i]);
            int from = fixupFrom[i];
            if (from == FROM_FIELD32) put32(bytes, at, offsets[label] - (at + 4) + fixupAddend[i]);
            else if (from == FROM_FIELD8) {
                int distance = offsets[label] - (at + 1);
                if (distance != (byte) distance)
                    throw new AssemblerException(
                            "the jump at offset " + (at - 1) + " has only a short form and does not reach "
                                    + describeLabel(label) + ", " + distance + " bytes away");
                bytes[at] = (byte) distance;
            } else {
                if (offsets[from] == UNBOUND) throw unbound(from, fixupAt[i]);
                put32(bytes, at, offsets[label] - offsets[from] + fixupAddend[i]);
            }
        }
    }
}
