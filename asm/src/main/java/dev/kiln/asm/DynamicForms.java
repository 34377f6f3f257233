package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Template;
import dev.kiln.base.Nearest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds the form for a mnemonic and operands of known types, and says what is near when there is none. */
final class DynamicForms {
    private static final int SHOWN = 3;

    private static final String SIZE_UNKNOWN = "the size of memory is not known; say byte_, word, dword or qword";

    private static final String NO_FORM = "no form with such operands ";

    private DynamicForms() {}

    static void emit(CodeBuffer code, String mnemonic, Object[] given) {
        Operands buffer = new Operands();
        code.emit(choose(code, mnemonic, given, buffer), buffer);
    }

    /**
     * Gives the form that takes the operands, and the operands for it.
     *
     * @param code where it is to be emitted, whose target has a say; {@code null} for any
     */
    static int choose(CodeBuffer code, String mnemonic, Object[] given, Operands buffer) {
        if (mnemonic == null || given == null)
            throw new AssemblerException("the mnemonic or the array of operands is null");
        mnemonic = lowerCase(mnemonic);
        Operand[] all = operands(mnemonic, given);
        Rounding rounding = rounding(mnemonic, all);
        FormTable table = FormTable.get();
        int asked = asked(mnemonic);
        if (code != null) asked |= code.takeDirection() << 3;
        Spelled spelled = resolve(table, plain(mnemonic), withoutRounding(all));
        Operand[] operands = spelled.operands;
        String plain = spelled.mnemonic;
        int name = table.name(plain);
        if (name < 0) throw unknown(table, plain);
        int found = 0;
        int beyondTarget = 0;
        for (int i = 0; i < table.formCount(name) && found == 0; i++) {
            int form = table.formAt(name, i);
            long t = table.template(form);
            boolean fits = (!Template.unpreferred(t) || (asked & (LOAD | STORE)) != 0)
                    && isAsked(asked, t, operands)
                    && isDirected(asked, form)
                    && spelled.means(form)
                    && takesDecorations(form, operands, rounding)
                    && takes(form, operands)
                    && (code == null || !code.isLong() || !hasLonger(table, name, i, operands));
            if (fits && (code == null || code.allows(form))) found = form;
            else if (fits && beyondTarget == 0) beyondTarget = form;
        }
        // Refused by the encoder, which says what the target lacks.
        if (found == 0) found = beyondTarget;
        if (found == 0) throw mismatch(mnemonic, given);
        checkSizeKnown(table, name, found, plain, operands);
        found = nearForm(table, name, found, operands);
        if (rounding != null) buffer.rounding(rounding);
        for (int i = 0; i < operands.length; i++) add(code, buffer, Forms.operandKind(found, i), operands[i]);
        int form = found | asked & (Form.NF | Form.REX2 | Form.VEX3 | Form.LONG | Form.DISP8);
        if ((asked & (LOAD | STORE)) != 0) form |= Form.EXACT;
        for (Operand operand : operands) if (operand instanceof Mem m) form |= m.extra & (Form.LONG | Form.DISP8);
        return form;
    }

    /** Whether a form behind number {@code i} of a mnemonic takes the operands with a wider immediate. */
    private static boolean hasLonger(FormTable table, int name, int i, Operand[] operands) {
        int form = table.formAt(name, i);
        for (int j = i + 1; j < table.formCount(name); j++) {
            int other = table.formAt(name, j);
            if (Template.unpreferred(table.template(other)) || !takes(other, operands)) continue;
            for (int k = 0; k < operands.length; k++)
                if (operands[k] instanceof Immediate && width(form, k) < width(other, k)) return true;
        }
        return false;
    }

    /** The bits that an immediate takes in an instruction; none where it is fixed. */
    private static int width(int form, int i) {
        OperandKind kind = Forms.operandKind(form, i);
        return kind.isFixed() ? 0 : kind.immediateBits();
    }

    /** In what is asked for: the direction. */
    private static final int LOAD = Encoder.LOAD << 3, STORE = Encoder.STORE << 3;

    /** Bits of what a mnemonic asks for in braces: the encodings that will do, the direction, and bits of {@link Form}. */
    private static int asked(String mnemonic) {
        int asked = 0;
        for (int at = 0; mnemonic.startsWith("{", at); at = mnemonic.indexOf("} ", at) + 2) {
            int end = mnemonic.indexOf("} ", at);
            asked |= switch (end < 0 ? "" : mnemonic.substring(at + 1, end)) {
                case "rex2" -> 1 | Form.REX2;
                case "vex" -> 1 << 1;
                case "vex3" -> 1 << 1 | Form.VEX3;
                case "load" -> LOAD;
                case "store" -> STORE;
                case "disp8" -> Form.DISP8;
                case "disp32" -> Form.LONG;
                case "evex" -> 1 << 2;
                case "nf" -> Form.NF;
                default ->
                    throw new AssemblerException(mnemonic
                            + ": what may stand in braces in front of a mnemonic is {vex}, {vex3}, {evex}, {rex2}, {nf}, {load}, {store},"
                            + " {disp8} and {disp32}");
            };
        }
        return asked;
    }

    /**
     * An instruction as the table has it.
     *
     * @param top whether the first operand is ST(0) that was left out: FADD ST0 is encoded by the form that names it
     * @param wide whether only forms with 64 bits in the instruction are meant: MOVABS, as other assemblers call these of MOV
     */
    private record Spelled(String mnemonic, Operand[] operands, boolean top, boolean wide) {
        Spelled(String mnemonic, Operand[] operands, boolean top) {
            this(mnemonic, operands, top, false);
        }

        /** Whether a form is of those meant. */
        boolean means(int form) {
            if (top && !Forms.operandKind(form, 0).isFixed()) return false;
            if (!wide) return true;
            for (int i = 0; i < Forms.operandCount(form); i++) {
                OperandKind kind = Forms.operandKind(form, i);
                if (kind.isOffset() || kind.isImmediate() && kind.immediateBits() == 64) return true;
            }
            return false;
        }
    }

    /** Puts the table's name and operands in place of those that stand for them. */
    private static Spelled resolve(FormTable table, String mnemonic, Operand[] operands) {
        if (mnemonic.equals("movabs")) return new Spelled("mov", operands, false, true);
        if (mnemonic.startsWith("f")) return resolveX87(mnemonic, operands);
        Spellings.Meaning meaning = table.name(mnemonic) >= 0 ? null : Spellings.meaning(mnemonic);
        if (meaning == null) return new Spelled(mnemonic, operands, false);
        if (meaning.immediate() >= 0) {
            operands = Arrays.copyOf(operands, operands.length + 1);
            operands[operands.length - 1] = new Immediate(meaning.immediate());
        }
        return new Spelled(meaning.mnemonic(), operands, false);
    }

    private static Spelled resolveX87(String mnemonic, Operand[] operands) {
        int[] stack = new int[operands.length];
        for (int i = 0; i < stack.length; i++) {
            if (!(operands[i] instanceof X87Register register)) return new Spelled(mnemonic, operands, false);
            stack[i] = register.number() - Registers.X87;
        }
        if (stack.length == 0) mnemonic = Spellings.x87Name(mnemonic);
        int[] meant = Spellings.x87Operands(mnemonic, stack);
        if (meant == null) return new Spelled(mnemonic, operands, false);
        Operand[] all = new Operand[meant.length];
        for (int i = 0; i < all.length; i++) all[i] = meant[i] >= 0 ? operands[meant[i]] : new X87Register(~meant[i]);
        return new Spelled(mnemonic, all, all.length == 2 && meant[0] == ~0);
    }

    /** Mnemonics may be written in capitals, as in the manuals. */
    private static String lowerCase(String mnemonic) {
        for (int i = 0; i < mnemonic.length(); i++)
            if (mnemonic.charAt(i) >= 'A' && mnemonic.charAt(i) <= 'Z') return mnemonic.toLowerCase(Locale.ROOT);
        return mnemonic;
    }

    private static String plain(String mnemonic) {
        return mnemonic.substring(mnemonic.lastIndexOf('}') + 1).strip();
    }

    private static boolean isAsked(int asked, long t, Operand[] operands) {
        if ((asked & Form.NF) != 0 && !Template.noFlags(t)) return false;
        // VEX has no room for R16 to R31: what would be encoded is the form that it is promoted to.
        if ((asked & 7) == 1 << 1) for (Operand operand : operands) if (isExtended(operand)) return false;
        return (asked & 7) == 0 || (asked & 7) == 1 << Template.space(t);
    }

    private static boolean isDirected(int asked, int form) {
        int direction = asked & (LOAD | STORE);
        return direction == 0 || direction == Mismatch.direction(form) << 3;
    }

    private static Operand[] operands(String mnemonic, Object[] given) {
        if (given.length > Operands.MAX)
            throw new AssemblerException(mnemonic + ": an instruction has at most " + Operands.MAX + " operands");
        Operand[] operands = new Operand[given.length];
        for (int i = 0; i < given.length; i++)
            operands[i] = switch (given[i]) {
                case Operand operand -> operand;
                case Integer number -> new Immediate(number);
                case Long number -> new Immediate(number);
                case Short number -> new Immediate(number);
                case Byte number -> new Immediate(number);
                case null -> throw new AssemblerException(mnemonic + ": operand " + (i + 1) + " is null");
                default ->
                    throw new AssemblerException(mnemonic + ": operand " + (i + 1) + " is a "
                            + given[i].getClass().getSimpleName() + ", which is neither an Operand nor a whole number");
            };
        return operands;
    }

    private static Rounding rounding(String mnemonic, Operand[] operands) {
        Rounding found = null;
        for (Operand operand : operands) {
            if (!(operand instanceof Rounding rounding)) continue;
            if (found != null) throw new AssemblerException(mnemonic + ": two rounding modes");
            found = rounding;
        }
        return found;
    }

    private static Operand[] withoutRounding(Operand[] operands) {
        int count = 0;
        for (Operand operand : operands) if (!(operand instanceof Rounding)) count++;
        Operand[] others = new Operand[count];
        count = 0;
        for (Operand operand : operands) if (!(operand instanceof Rounding)) others[count++] = operand;
        return others;
    }

    /** Whether a form's encoding has room for masks, broadcast, rounding, and registers 16 to 31. */
    private static boolean takesDecorations(int form, Operand[] operands, Rounding rounding) {
        return refusal(form, operands, rounding) == null;
    }

    /** What a form's encoding has no room for, of what hangs on operands that it takes otherwise; {@code null} when there is nothing. */
    private static String refusal(int form, Operand[] operands, Rounding rounding) {
        long t = FormTable.get().template(form);
        boolean evex = Template.space(t) == 2;
        if (rounding != null && !(rounding == Rounding.SAE ? Template.sae(t) : Template.rounding(t)))
            return rounding == Rounding.SAE
                    ? NO_FORM + "suppresses exceptions, {sae}"
                    : NO_FORM + "takes a rounding mode";
        for (int i = 0; i < operands.length; i++) {
            switch (operands[i]) {
                case Register register -> {
                    String refused = mask(t, i, register.decorations());
                    if (refused != null) return refused;
                    if (!evex && Registers.isVector(register.number()) && register.number() >= Registers.VECTOR + 16)
                        return NO_FORM + "takes vector registers 16 to 31";
                    if (isExtended(register) && !Apx.takesExtended(FormTable.get(), form))
                        return NO_FORM + "takes R16 to R31";
                }
                case Mem m -> {
                    String refused = mask(t, i, m.decorations() & (Encoder.MASK | Encoder.ZEROING));
                    if (refused != null) return refused;
                    if (isExtended(m) && !Apx.takesExtended(FormTable.get(), form))
                        return NO_FORM + "takes R16 to R31 in an address";
                    if (rounding != null) return NO_FORM + "rounds or suppresses exceptions with an operand in memory";
                    if (!Prefixes.takesAddress(t, m.addressBits()))
                        return "both addresses have 64 bits, or both have 32";
                    int width = !evex || Template.broadcast(t) == 0 ? 0 : 8 << Template.broadcast(t);
                    if (m.isBroadcast() && width == 0) return NO_FORM + "broadcasts memory";
                    if (m.isBroadcast() && m.element != 0 && m.element != width)
                        return m.element == 16
                                ? NO_FORM + "broadcasts elements of 16 bits"
                                : m.element == 32
                                        ? NO_FORM + "broadcasts elements of 32 bits"
                                        : NO_FORM + "broadcasts elements of this width";
                }
                case Absolute _, Immediate _, Label _, Symbol _, Rounding _ -> {}
            }
        }
        return null;
    }

    private static String mask(long t, int operand, int decorations) {
        if (decorations == 0) return null;
        if (Template.space(t) != 2 || !Template.mask(t)) return NO_FORM + "takes a write mask";
        if (operand > 0) return NO_FORM + "takes a write mask elsewhere than on the first operand";
        return (decorations & Encoder.ZEROING) != 0 && !Template.zeroing(t)
                ? NO_FORM + "zeroes by its mask, {z}"
                : null;
    }

    private static boolean isExtended(Operand operand) {
        return switch (operand) {
            case Register register -> Operands.isExtended(register.number());
            case Mem m -> Operands.isExtended(m.base) || Operands.isExtended(m.index);
            case Absolute _, Immediate _, Label _, Symbol _, Rounding _ -> false;
        };
    }

    private static void add(CodeBuffer code, Operands buffer, OperandKind kind, Operand operand) {
        switch (operand) {
            case Register register -> {
                buffer.register(register.number());
                buffer.decorations |= register.decorations();
            }
            case Immediate immediate -> buffer.immediate(narrow(kind, immediate.value()));
            case Absolute absolute -> {
                Symbol symbol = absolute.symbol();
                if (symbol == null) buffer.immediate(absolute.address());
                else buffer.symbol(symbol.name(), symbol.relocation(), symbol.addend());
            }
            case Label label -> {
                if (code != null && !label.isOf(code)) throw Label.foreign(label, code);
                buffer.label(label.id);
            }
            case Symbol symbol -> buffer.symbol(symbol.name(), symbol.relocation(), symbol.addend());
            case Mem memory -> {
                if (code != null && memory.label != null && !memory.label.isOf(code))
                    throw Label.foreign(memory.label, code);
                memory.addTo(buffer);
            }
            case Rounding rounding -> buffer.rounding(rounding);
        }
    }

    /** Whether a form takes operands, widths and ranges included. */
    private static boolean takes(int form, Operand[] operands) {
        if (Forms.operandCount(form) != operands.length) return false;
        int width = width(form);
        for (int i = 0; i < operands.length; i++)
            if (!takes(Forms.operandKind(form, i), operands[i], width)) return false;
        return true;
    }

    /** Whether a form takes operands if numbers fit. */
    private static boolean takesShape(int form, Operand[] operands) {
        if (Forms.operandCount(form) != operands.length) return false;
        for (int i = 0; i < operands.length; i++) {
            OperandKind kind = Forms.operandKind(form, i);
            boolean fits = operands[i] instanceof Immediate ? kind.isImmediate() : takes(kind, operands[i], 0);
            if (!fits) return false;
        }
        return true;
    }

    /** The width of the operation, for immediates: that of the first operand, or of what is compared under a condition. */
    private static int width(int form) {
        if (Forms.operandCount(form) == 0) return 0;
        OperandKind first = Forms.operandKind(form, 0);
        if (first == OperandKind.DFV) first = Forms.operandKind(form, 1);
        return first.takesRegister() ? first.registerBits() : first.memoryBits();
    }

    private static boolean takes(OperandKind kind, Operand operand, int width) {
        return switch (operand) {
            case Register register ->
                kind.takesRegister()
                        && register.bits() == kind.registerBits()
                        && (kind.fixedRegister() >= 0
                                ? register.number() == kind.fixedRegister()
                                : register.registerClass() == kind.registerClass())
                        && !(kind.use() == OperandKind.Use.NOT_ACCUMULATOR && register.number() == Registers.RAX);
            case Immediate immediate -> kind.isImmediate() && fits(kind, immediate.value(), width);
            case Absolute absolute -> kind.isOffset();
            case Label label -> kind.isBranch();
            case Symbol symbol ->
                kind.isBranch()
                        ? kind.immediateBits() == 32
                        : CodeBuffer.takesSymbol(KindInfo.of(kind.ordinal()), symbol.relocation());
            case Rounding rounding -> false;
            case Mem memory ->
                kind.takesMemory()
                        && kind.indexBits() == memory.indexBits
                        && (memory.size == 0 || kind.memoryBits() < 0 || memory.size == kind.memoryBits());
        };
    }

    private static boolean fits(OperandKind kind, long value, int width) {
        int immediate = KindInfo.immediate(KindInfo.of(kind.ordinal()));
        if (KindInfo.fits(immediate, value)) return true;
        // 0xFFFF_FFFF is −1 where the operation is as wide as that.
        return immediate == KindInfo.IMM8S
                && (width == 32 && KindInfo.fits(KindInfo.IMM32, value) && (int) value == (byte) value
                        || width == 16 && KindInfo.fits(KindInfo.IMM16, value) && (short) value == (byte) value);
    }

    private static long narrow(OperandKind kind, long value) {
        return kind == OperandKind.IMM8S ? (byte) value : value;
    }

    /** Complains about memory without a size where the form found is not the only one. */
    private static void checkSizeKnown(FormTable table, int name, int found, String mnemonic, Operand[] operands) {
        for (int at = 0; at < operands.length; at++) {
            if (!(operands[at] instanceof Mem memory) || memory.size != 0) continue;
            int bits = Forms.operandKind(found, at).memoryBits();
            for (int i = 0; i < table.formCount(name); i++) {
                int form = table.formAt(name, i);
                if (!Template.unpreferred(table.template(form))
                        && takesDecorations(form, operands, null)
                        && takesShape(form, operands)
                        && Forms.operandKind(form, at).memoryBits() != bits)
                    throw new AssemblerException(write(mnemonic, operands) + ": " + SIZE_UNKNOWN);
            }
        }
    }

    /** In place of a short branch the near form, which the buffer makes as short as can be. */
    private static int nearForm(FormTable table, int name, int found, Operand[] operands) {
        if (operands.length != 1 || !(operands[0] instanceof Label)) return found;
        for (int i = 0; i < table.formCount(name); i++)
            if (CodeBuffer.isRelaxed(table.template(table.formAt(name, i)))) return table.formAt(name, i);
        return found;
    }

    private static String write(String mnemonic, Operand[] operands) {
        StringBuilder text = new StringBuilder(mnemonic);
        for (int i = 0; i < operands.length; i++)
            text.append(i == 0 ? " " : ", ").append(operands[i]);
        return text.toString();
    }

    // For the typed methods, whose classes are smaller when they need not make an array wherever operands may be
    // refused. The types are
    // Object because the JVM, when it verifies a class, looks for every other type that an argument is passed as.

    static AssemblerException mismatch(String mnemonic, Object a) {
        return mismatch(mnemonic, new Object[] {a});
    }

    static AssemblerException mismatch(String mnemonic, Object a, Object b) {
        return mismatch(mnemonic, new Object[] {a, b});
    }

    static AssemblerException mismatch(String mnemonic, Object a, long b) {
        return mismatch(mnemonic, new Object[] {a, b});
    }

    static AssemblerException mismatch(String mnemonic, long a, long b) {
        return mismatch(mnemonic, new Object[] {a, b});
    }

    static AssemblerException mismatch(String mnemonic, Object a, Object b, Object c) {
        return mismatch(mnemonic, new Object[] {a, b, c});
    }

    static AssemblerException mismatch(String mnemonic, Object a, Object b, long c) {
        return mismatch(mnemonic, new Object[] {a, b, c});
    }

    static AssemblerException mismatch(String mnemonic, Object a, long b, long c) {
        return mismatch(mnemonic, new Object[] {a, b, c});
    }

    static AssemblerException mismatch(String mnemonic, long a, Object b, long c) {
        return mismatch(mnemonic, new Object[] {a, b, c});
    }

    static AssemblerException mismatch(String mnemonic, Object a, Object b, Object c, Object d) {
        return mismatch(mnemonic, new Object[] {a, b, c, d});
    }

    static AssemblerException mismatch(String mnemonic, Object a, Object b, Object c, long d) {
        return mismatch(mnemonic, new Object[] {a, b, c, d});
    }

    static AssemblerException mismatch(String mnemonic, Object a, Object b, long c, long d) {
        return mismatch(mnemonic, new Object[] {a, b, c, d});
    }

    /** {@code movsx rax, eax: no form takes (r64, r32); nearest: movsx r64, r/m16 · movsxd r64, r/m32}. */
    static AssemblerException mismatch(String mnemonic, Object... given) {
        Operand[] operands = operands(mnemonic, given);
        StringBuilder text = new StringBuilder(write(mnemonic, operands)).append(": ");
        FormTable table = FormTable.get();
        Rounding rounding = rounding(mnemonic, operands);
        Operand[] all = operands;
        int asked = asked(mnemonic);
        Spelled spelled = resolve(table, plain(mnemonic), withoutRounding(all));
        operands = spelled.operands;
        mnemonic = spelled.mnemonic;
        String unfit = unfitImmediate(table, mnemonic, operands, rounding);
        String refused = unfit == null ? refusal(table, mnemonic, asked, operands, rounding) : null;
        if (unfit != null) text.append(unfit);
        else if (refused != null) text.append(refused);
        else if (memories(all) > 1) text.append("an instruction has at most one operand in memory");
        else {
            text.append("no form takes (");
            for (int i = 0; i < all.length; i++) text.append(i == 0 ? "" : ", ").append(all[i].kind());
            text.append(')');
        }
        for (Operand operand : all)
            if (operand instanceof Absolute)
                return new AssemblerException(text
                        + "; only mov with AL, AX, EAX or RAX takes an absolute address of 64 bits:"
                        + " move the address to a register, or say ptr(address) if 32 bits hold it");
        record Near(int form, int score) {}
        List<Near> near = new ArrayList<>();
        for (int name = 0; name < table.nameCount(); name++) {
            boolean same = table.nameAt(name).equals(mnemonic);
            if (!same
                    && !(refused == null
                            && mnemonic.length() > 2
                            && table.nameAt(name).startsWith(mnemonic))) continue;
            for (int i = 0; i < table.formCount(name); i++) {
                int form = table.formAt(name, i);
                if (Template.unpreferred(table.template(form))) continue;
                // Another mnemonic is of interest only if it takes what was given.
                if (same) near.add(new Near(form, score(form, operands)));
                else if (takesDecorations(form, operands, rounding) && takes(form, operands))
                    near.add(new Near(form, Integer.MAX_VALUE));
            }
        }
        near.sort(Comparator.comparingInt(n -> -n.score()));
        // Encodings of the same operands, as by VEX and EVEX, read the same.
        List<String> said = new ArrayList<>(SHOWN);
        for (int i = 0; i < near.size() && said.size() < SHOWN; i++) {
            String form = Forms.describe(near.get(i).form());
            if (said.contains(form)) continue;
            text.append(said.isEmpty() ? "; nearest: " : " · ").append(form);
            said.add(form);
        }
        if (!near.isEmpty()) explain(text, near.getFirst().form(), operands);
        return new AssemblerException(text.toString());
    }

    private static String notAsked(int asked, long t, Operand[] operands) {
        if ((asked & Form.NF) != 0 && !Template.noFlags(t)) return NO_FORM + "leaves the status flags alone";
        for (Operand operand : operands)
            if ((asked & 7) == 1 << 1 && isExtended(operand)) return NO_FORM + "takes R16 to R31 and has a VEX prefix";
        return NO_FORM + "has the prefix, encoding or zeroing asked for";
    }

    private static boolean hasOpenSize(Operand[] operands) {
        for (Operand operand : operands) if (operand instanceof Mem m && m.size == 0) return true;
        return false;
    }

    private static int memories(Operand[] operands) {
        int count = 0;
        for (Operand operand : operands) if (operand instanceof Mem) count++;
        return count;
    }

    /** Says what of the decorations keeps a form from being taken whose operands fit; {@code null} when none fit. */
    private static String refusal(FormTable table, String mnemonic, int asked, Operand[] operands, Rounding rounding) {
        int name = table.name(mnemonic);
        String refusal = null;
        boolean ofAsked = false;
        for (int i = 0; name >= 0 && i < table.formCount(name); i++) {
            int form = table.formAt(name, i);
            long t = table.template(form);
            if (Template.unpreferred(t) || !takes(form, operands)) continue;
            // An EVEX form comes nearest to what decorations ask for.
            String one = refusal(form, operands, rounding);
            boolean isAsked = isAsked(asked, t, operands) && isDirected(asked, form);
            if (one == null && isAsked && hasOpenSize(operands)) return SIZE_UNKNOWN;
            if (one == null) one = notAsked(asked, t, operands);
            if (refusal == null || isAsked && (!ofAsked || Template.space(t) == 2)) refusal = one;
            ofAsked |= isAsked;
        }
        return refusal;
    }

    /** Says how to write what the nearest form has and the operands have not: a vector register as index, a place to go to. */
    private static void explain(StringBuilder text, int form, Operand[] operands) {
        for (int i = 0; i < Math.min(operands.length, Forms.operandCount(form)); i++) {
            OperandKind kind = Forms.operandKind(form, i);
            if (kind.isBranch() && operands[i] instanceof Immediate)
                text.append("; a branch goes to a label or a symbol, not to a number");
            if (operands[i] instanceof Label && !kind.isBranch())
                text.append("; the address of a label is taken by LEA of ptr(label)");
            if (operands[i] instanceof Symbol symbol && kind.isImmediate() && !kind.isBranch())
                text.append("; as a number a symbol has a relocation of 64 or 32 bits, ABS64 or ABS32, not ")
                        .append(symbol.relocation());
            if (!(operands[i] instanceof Mem m) || m.indexBits == kind.indexBits()) continue;
            if (!kind.hasVectorIndex()) {
                text.append("; only gathers and scatters have a vector register as index");
                continue;
            }
            text.append("; ")
                    .append(kind.text())
                    .append(" has a vector register as index, such as [rax+")
                    .append(RegisterNames.name(Registers.VECTOR + 1, kind.indexBits()))
                    .append("*4]");
        }
    }

    /** Says which number is beyond even the widest immediate where nothing else is wrong; else {@code null}. */
    private static String unfitImmediate(FormTable table, String mnemonic, Operand[] operands, Rounding rounding) {
        int name = table.name(mnemonic);
        String text = null;
        int widest = 0;
        for (int i = 0; name >= 0 && i < table.formCount(name); i++) {
            int form = table.formAt(name, i);
            if (Template.unpreferred(table.template(form))
                    || !takesDecorations(form, operands, rounding)
                    || !takesShape(form, operands)) continue;
            int unfit = unfitImmediate(form, operands);
            if (unfit < 0) return null;
            int width = width(form, unfit);
            if (width <= widest) continue;
            widest = width;
            OperandKind kind = Forms.operandKind(form, unfit);
            text = operands[unfit] + " does not fit " + KindInfo.range(KindInfo.immediate(KindInfo.of(kind.ordinal())));
        }
        return text;
    }

    private static int unfitImmediate(int form, Operand[] operands) {
        int width = width(form);
        for (int i = 0; i < operands.length; i++)
            if (operands[i] instanceof Immediate && !takes(Forms.operandKind(form, i), operands[i], width)) return i;
        return -1;
    }

    private static int score(int form, Operand[] operands) {
        int count = Forms.operandCount(form);
        int width = width(form);
        int score = count == operands.length ? 3 : 0;
        for (int i = 0; i < Math.min(count, operands.length); i++) {
            OperandKind kind = Forms.operandKind(form, i);
            if (takes(kind, operands[i], width)) score += i == 0 ? 5 : 4;
            else
                score += switch (operands[i]) {
                    case Register register ->
                        register.registerClass() == kind.registerClass() && !kind.isFixed() ? 2 : 0;
                    case Immediate immediate -> kind.isImmediate() && !kind.isFixed() ? 2 : 0;
                    case Absolute absolute -> 0;
                    case Label label -> 0;
                    case Symbol symbol -> 0;
                    case Rounding rounding -> 0;
                    case Mem memory -> kind.takesMemory() ? 2 : 0;
                };
        }
        return score;
    }

    /** Says that there is no such mnemonic, and which is near. */
    static AssemblerException unknown(FormTable table, String mnemonic) {
        Nearest nearest = new Nearest(mnemonic);
        for (int name = 0; name < table.nameCount(); name++) nearest.offer(table.nameAt(name));
        if (mnemonic.indexOf(' ') > 0)
            return new AssemblerException("there is no instruction '" + mnemonic
                    + "'; operands are arguments of their own, and text is read by NasmParser");
        String best = nearest.best();
        return new AssemblerException(
                "there is no instruction '" + mnemonic + "'" + (best == null ? "" : "; did you mean '" + best + "'?"));
    }
}
