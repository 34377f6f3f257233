package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Relaxation;
import dev.kiln.asm.internal.Template;
import java.util.Arrays;

/**
 * Turns what stands in a {@link CodeBuffer} into nodes. The buffer's own tables tell where labels, jumps, alignments, data and source positions
 * are and which fields wait for an address; what lies between is decoded. So code that is written to be final costs nothing extra, and code of
 * typed methods can still be edited.
 *
 * <p>Everything here is ordered by offset and, at the same offset, by the number of items (jumps and alignments) before. Cost: linear, but for sorting
 * the labels.
 */
final class Recorder {
    private final FormTable table = FormTable.get();
    private final CodeBuffer code;
    private final CodeList list;
    private final Decoder decoder = new Decoder();
    private final Operands operands = new Operands();

    private int[] labels;
    private int at;
    private int item;
    private int label;
    private int site;
    private int range;
    private int fixup;
    private int relocation;
    private int own;
    private int patch;
    private int note;

    Recorder(CodeBuffer code, CodeList list) {
        this.code = code;
        this.list = list;
    }

    void run() {
        code.checkNothingPending();
        list.takeLabels(code.labels, code.labelNames, code.pool);
        labels = labelsByPlace();
        while (true) {
            while (label < labels.length && code.labelAt[labels[label]] == at && code.labelItem[labels[label]] == item)
                list.bind(labels[label++]);
            while (site < code.sites && code.siteAt[site] == at && code.siteItem[site] == item)
                list.position(code.sitePositions[site++]);
            while (note < code.notes && code.noteAt[note] == at && code.noteItem[note] == item)
                list.comment(code.noteTexts[note++]);
            if (item < code.items && code.itemAt[item] == at) item();
            else if (at == code.position) break;
            else if (range < code.dataRanges && code.dataFrom[range] <= at) data();
            else if (fixup < code.fixups && code.fixupAt[fixup] == at && code.fixupFrom[fixup] >= 0) {
                list.distance32(code.fixupLabel[fixup], code.fixupFrom[fixup], code.fixupAddend[fixup]);
                fixup++;
                at += 4;
            } else instruction();
        }
    }

    /** The bound labels, ordered by offset and items. */
    private int[] labelsByPlace() {
        long[] keys = new long[code.labels];
        int count = 0;
        for (int i = 0; i < code.labels; i++)
            if (code.labelAt[i] >= 0) keys[count++] = (long) code.labelItem[i] << 32 | i;
        Arrays.sort(keys, 0, count);
        int[] byItem = new int[count];
        for (int i = 0; i < count; i++) {
            byItem[i] = (int) keys[i];
            keys[i] = (long) code.labelAt[byItem[i]] << 32 | i;
        }
        Arrays.sort(keys, 0, count);
        int[] result = new int[count];
        for (int i = 0; i < count; i++) result[i] = byItem[(int) keys[i]];
        return result;
    }

    private void item() {
        int what = code.itemWhat[item];
        int target = code.itemLabel[item];
        item++;
        if (what > 0) {
            int opcode = code.buffer[at] & 0xFF;
            list.emit(
                    opcode == 0xEB ? Form.JMP_REL32 : nearJump(opcode),
                    operands.clear().label(target));
            at += 2;
        } else if (patch < code.patches && code.patchItem[patch] == item) patchable(code.patchKinds[patch++]);
        else list.align(Relaxation.boundary(what));
    }

    /** What {@link CodeLayout#patchable} wrote behind its alignment. */
    private void patchable(PatchKind kind) {
        operands.clear();
        int length = PatchSite.BRANCH_LENGTH;
        switch (kind) {
            case NOP -> {}
            case JUMP, CALL -> {
                if (fixup < code.fixups && code.fixupAt[fixup] < at + length) operands.label(code.fixupLabel[fixup++]);
                else {
                    String symbol = code.relocationSymbols[relocation];
                    operands.symbol(symbol, code.relocationKinds[relocation], code.relocationAddends[relocation] + 4);
                    relocation++;
                }
            }
            case IMMEDIATE32, IMMEDIATE64 -> {
                decode();
                Operands o = decoder.operands();
                operands.register(o.values[0]).immediate(o.immediateAt(1));
                length = decoder.length();
            }
        }
        list.patchable(kind, operands);
        at += length;
    }

    /** The near form of a conditional jump, by the opcode of its short form. */
    private int nearJump(int opcode) {
        if (nearJumps == null) {
            nearJumps = new int[16];
            for (int form = 1; form < table.limit; form++) {
                long t = table.template(form);
                if (CodeBuffer.isRelaxed(t) && Template.map(t) == 1) nearJumps[Template.opcode(t) & 15] = form;
            }
        }
        return nearJumps[opcode & 15];
    }

    private int[] nearJumps;

    /** Embedded bytes up to where something else stands, or an address among them. */
    private void data() {
        if (relocation < code.relocations && code.relocationAt[relocation] == at) {
            RelocationKind kind = code.relocationKinds[relocation];
            long addend = code.relocationAddends[relocation];
            if (own < code.ownAddresses && code.ownRelocation[own] == relocation)
                list.address64(code.ownLabel[own++], addend);
            else list.field(kind, code.relocationSymbols[relocation], addend);
            relocation++;
            at += kind.size();
        } else {
            int to = code.dataTo[range];
            if (label < labels.length) to = Math.min(to, code.labelAt[labels[label]]);
            if (item < code.items) to = Math.min(to, code.itemAt[item]);
            if (site < code.sites) to = Math.min(to, code.siteAt[site]);
            if (note < code.notes) to = Math.min(to, code.noteAt[note]);
            if (relocation < code.relocations) to = Math.min(to, code.relocationAt[relocation]);
            list.bytes(code.buffer, at, to);
            at = to;
        }
        if (at == code.dataTo[range]) range++;
    }

    private void instruction() {
        decode();
        int end = at + decoder.length();
        int form = decoder.prefixedForm();
        Operands o = decoder.operands();
        long t = table.template(decoder.form());
        if (fixup < code.fixups && code.fixupAt[fixup] < end) {
            // A near jump that is no item was asked for as such.
            list.emit(CodeLayout.isRelaxed(t) ? form | Form.LONG : form | forced(t, o), operandsWithLabel(o, t));
            fixup++;
        } else if (relocation < code.relocations && code.relocationAt[relocation] < end) {
            list.emit(form | forced(t, o), operandsWithSymbol(o, t, end));
            relocation++;
        } else list.add(form, o, code.buffer, at, end - at);
        at = end;
    }

    /** What has to be asked for to get this instruction's form and its prefix again, which are not the usual ones. */
    private int forced(long t, Operands o) {
        int number = decoder.form();
        int forced = CodeBuffer.preferred(table, number, o) == number ? 0 : Form.EXACT;
        if (Template.space(t) != 1 || Template.map(t) != 1 || Template.w(t)) return forced;
        int vex = at;
        // Legacy prefixes stand in front; X and B, inverted, are clear where two bytes would do.
        while ((code.buffer[vex] & 0xFE) != 0xC4) vex++;
        return (code.buffer[vex] & 0xFF) == 0xC4 && (code.buffer[vex + 1] & 0x60) == 0x60 ? forced | Form.VEX3 : forced;
    }

    private void decode() {
        if (!decoder.decode(code.buffer, at, Math.min(code.position, at + Decoder.MAX_LENGTH)))
            throw new IllegalStateException("the bytes at offset " + at + " were written and are no instruction");
    }

    private Operands operandsWithLabel(Operands o, long t) {
        if (Template.immediate(t) == Template.IMMEDIATE_CB || Template.immediate(t) == Template.IMMEDIATE_CD)
            return operands.clear().label(code.fixupLabel[fixup]);
        o.memoryLabel = code.fixupLabel[fixup];
        o.displacement = code.fixupAddend[fixup] + Encoder.immediateSize(t);
        return o;
    }

    private Operands operandsWithSymbol(Operands o, long t, int end) {
        RelocationKind kind = code.relocationKinds[relocation];
        String symbol = code.relocationSymbols[relocation];
        long addend = code.relocationAddends[relocation];
        if (Template.immediate(t) == Template.IMMEDIATE_CD)
            return operands.clear().symbol(symbol, kind, addend + 4);
        int behind = Encoder.immediateSize(t);
        boolean memory = code.relocationAt[relocation] == end - behind - 4;
        operands.clear();
        for (int i = 0; i < o.count; i++) {
            switch (o.kinds[i]) {
                case Operands.REGISTER -> operands.register(o.values[i]);
                case Operands.MEMORY -> {
                    if (!memory) operands.memory(o.base, o.index, o.scale, o.displacement);
                    else if (o.base == Registers.RIP) operands.memoryAtSymbol(symbol, kind, addend + 4 + behind);
                    else operands.memoryAtSymbol(symbol, kind, addend);
                    operands.segment(o.segment);
                }
                default -> {
                    if (memory) operands.immediate(o.immediateAt(i));
                    else operands.symbol(symbol, kind, addend);
                }
            }
        }
        operands.decorations = o.decorations;
        return operands;
    }
}
