package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Template;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The sink that makes bytes. Instructions are checked against the table and encoded as they come; {@link #finish} sizes the jumps, places the
 * constant pool and fills in all distances. Emitting an instruction allocates nothing, apart from the buffers' growth.
 *
 * <p>Not for use by several threads at a time.
 */
public sealed class CodeBuffer extends CodeLayout permits InstructionMethods {
    static final String SAME_REGISTERS =
            "this instruction does not take one register in several places (destination, sources, index, mask)";

    private static final int NONE = Registers.NONE;

    /** Whether vector registers that have to differ may be the same: other assemblers take such text, and so does {@link NasmParser}. */
    boolean takesSameRegisters;

    /** Begins with no code, for any processor. */
    public CodeBuffer() {}

    /**
     * Begins with no code, for processors that have some features: an instruction that needs another one fails when it is emitted.
     *
     * @param target for instance {@link CpuFeatures#X86_64_V3}
     */
    public CodeBuffer(CpuFeatures target) {
        restrict(target);
    }

    /** Room for any instruction (15 bytes at most), as it is copied. */
    private static final int COPIED = 16;

    /** Apart, because making the first such handle costs a start a millisecond. */
    private static final class Words {
        static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void emit(int form, Operands o) {
        FormTable table = FormTable.get();
        int number = form & Form.NUMBER;
        if (number == 0 || number >= table.limit || form >>> 30 != 0)
            throw new AssemblerException("there is no instruction form " + form);
        if ((form & Form.EXACT) == 0 && FormTable.hasTwins(table.operands(number)))
            number = preferred(table, number, o);
        long t = table.template(number);
        int modrm = Template.modrm(t);
        // The code of each register, in the byte of its role.
        long codes = 0;
        int branch = -1;
        int symbolic = -1;
        boolean memory = false;
        boolean offset = false;
        long first = 0;
        long second = 0;
        int immediates = 0;

        long kinds = table.operands(number);
        int roles = table.roles(number);
        int count = FormTable.operandCount(kinds);
        int given = o.count;
        boolean withoutFixed = given != count;
        int j = 0;
        for (int i = 0; i < count; i++) {
            int info = KindInfo.of(FormTable.operandKind(kinds, i));
            if (withoutFixed && (info & KindInfo.FIXED) != 0) continue;
            if (j == given) throw Mismatch.of(form, o);
            switch (o.kinds[j]) {
                case Operands.REGISTER -> {
                    int code = code(info, o.values[j]);
                    if (code < 0) throw Mismatch.of(form, o);
                    if ((code & EXTENDED_VECTOR) != 0 && Template.space(t) != 2) throw Mismatch.needsEvex(t, code);
                    codes |= (long) code << 8 * (roles >> 4 * i & 15);
                }
                case Operands.MEMORY -> {
                    if ((info & KindInfo.MEMORY) == 0) throw Mismatch.of(form, o);
                    if (o.base != Registers.RIP || o.memoryLabel < 0 && o.symbol == null)
                        checkAddress(o.base, o.index, o.scale, (info & KindInfo.VECTOR_INDEX) != 0);
                    memory = true;
                }
                case Operands.IMMEDIATE -> {
                    long value = o.values[j] == 0 ? o.immediate0 : o.immediate1;
                    if ((info & KindInfo.OFFSET) != 0) {
                        offset = true;
                        if (o.addressBits == 32 && value >>> 32 != 0) throw Mismatch.of(form, o);
                    } else if ((info & KindInfo.BRANCH) != 0) {
                        emitDistance(form, number, value);
                        return;
                    } else if (!KindInfo.fits(KindInfo.immediate(info), value)) throw Mismatch.of(form, o);
                    if (KindInfo.immediate(info) == KindInfo.DEFAULT_FLAGS)
                        codes |= 15 - value << 8 * Template.ROLE_VVVV;
                    else if ((info & KindInfo.FIXED) == 0) {
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
                default -> throw new AssemblerException("operand kind " + o.kinds[j]);
            }
            j++;
        }
        if (j != given) throw Mismatch.of(form, o);
        int reg = modrm < 8 ? modrm : codeOf(codes, Template.ROLE_REG);
        int rm = codeOf(codes, Template.ROLE_RM) | codeOf(codes, Template.ROLE_OPCODE);
        int vvvv = codeOf(codes, Template.ROLE_VVVV);

        if (table.hasDistinctRegisters(number)
                && !Distinct.holds(number, o)
                && !(takesSameRegisters && Registers.isVector(o.values[0])))
            throw new AssemblerException(Mismatch.write(number, o) + ": " + SAME_REGISTERS);
        int extra = form & ~Form.NUMBER | takePrefixes();
        if (o.addressBits == 32) extra |= Form.ADDRESS32;
        if (extra != 0) {
            checkPrefixes(extra, number, memory | offset);
            if ((extra & Form.REX2) != 0 && ((reg | rm) & FORBIDS_REX) != 0)
                throw Mismatch.refused(t, "AH, BH, CH and DH cannot stand in an instruction with a REX2 prefix");
        }
        if (o.decorations != 0) {
            if (Template.space(t) != 2) throw Mismatch.needsEvex(t, o.decorations);
            extra |= o.decorations;
        }
        if (branch >= 0) {
            encodeBranch(t, extra, branch);
            return;
        }
        if (o.segment != NONE) extra |= segmentPrefix(o.segment);
        if (memory) {
            if (o.memoryLabel >= 0) checkLabel(o.memoryLabel);
            if (!Prefixes.takesAddress(t, o.addressBits))
                throw new AssemblerException(
                        Mismatch.write(number, o) + ": both addresses have 64 bits, or both have 32");
            if ((extra & Form.DISP8) != 0)
                encodeMemoryNarrow(t, extra, reg, vvvv, o.base, o.index, o.scale, o.displacement);
            else if (o.symbolInMemory && o.symbol != null && o.base != Registers.RIP)
                encodeSymbolAt(t, extra, reg, vvvv, o);
            else if (o.symbolInMemory && o.symbol != null)
                encodeSymbol(t, extra, reg, vvvv, o.symbol, o.relocation, o.addend);
            else if (o.base == Registers.RIP) encodeRelative(t, extra, reg, vvvv, o.memoryLabel, o.displacement);
            else if ((extra & Form.LONG) != 0)
                encodeMemoryWide(t, extra, reg, vvvv, o.base, o.index, o.scale, o.displacement);
            else encodeMemory(t, extra, reg, vvvv, o.base, o.index, o.scale, o.displacement);
        } else if (modrm <= Template.MODRM_REG) encodeRegister(t, extra, reg, vvvv, rm);
        else encodeOpcode(t, extra, rm);

        if (offset && o.addressBits == 32) {
            put32(buffer, position, (int) first);
            position += 4;
        } else if (Template.immediate(t) == Template.IMMEDIATE_IS4) encodeIs4(codeOf(codes, Template.ROLE_IS4), first);
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

    private static int codeOf(long codes, int role) {
        return (int) (codes >> 8 * role) & 0xFF;
    }

    /** The code of a register for a kind of operand, negative when it does not fit. */
    private static int code(int info, int register) {
        int number = register - KindInfo.firstRegister(info);
        boolean usual = (info & (KindInfo.NOT_ACCUMULATOR | KindInfo.BYTE)) == 0 && number < 16;
        return usual && number >= 0 && number < KindInfo.registerCount(info) ? number : unusualCode(info, register);
    }

    private static int unusualCode(int info, int register) {
        if ((info & KindInfo.REGISTER) == 0) return -1;
        int number = register - KindInfo.firstRegister(info);
        if (number >= 0 && number < KindInfo.registerCount(info)) {
            if ((info & KindInfo.NOT_ACCUMULATOR) != 0 && number == 0) return -1;
            if (number >= 16 && register >= Registers.VECTOR) return number | EXTENDED_VECTOR;
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
            case KindInfo.IMM32, KindInfo.IMM32S, KindInfo.IMM32U -> kind.isImmediate32();
            case KindInfo.IMM64 -> kind.isImmediate64();
            default -> false;
        };
    }

    static void checkAddress(int base, int index, int scale, boolean vectorIndex) {
        if (base == Registers.RIP) {
            if (index != NONE || vectorIndex) throw new AssemblerException("an address relative to RIP has no index");
            return;
        }
        if (base != NONE && !Registers.isGeneral(base))
            throw new AssemblerException(
                    RegisterNames.name(base, 64) + " cannot be the base of an address; RAX to R31 and RIP can");
        if (index == NONE) {
            if (vectorIndex) throw new AssemblerException("this form needs a vector register as index");
        } else if (vectorIndex) {
            if (!Registers.isVector(index))
                throw new AssemblerException(
                        "this form needs a vector register as index, not " + RegisterNames.name(index, 64));
        } else if (index == Registers.RSP) throw new AssemblerException("RSP cannot be the index of an address");
        else if (!Registers.isGeneral(index))
            throw new AssemblerException(
                    RegisterNames.name(index, 64) + " cannot be the index of an address; RAX to R31 except RSP can");
        if (scale < 1 || scale > 8 || Integer.bitCount(scale) != 1)
            throw new AssemblerException("the scale of an index is 1, 2, 4 or 8, not " + scale);
    }

    private static void checkPrefixes(int extra, int number, boolean memory) {
        FormTable table = FormTable.get();
        if ((extra & Form.VEX3) != 0 && Template.space(table.template(number)) != 1)
            throw new AssemblerException(Forms.describe(number) + ": this form has no VEX prefix");
        try {
            Prefixes.check(extra, table.prefixes(number), memory, Prefixes.locksItself(table.template(number)));
        } catch (AssemblerException e) {
            throw new AssemblerException(Forms.describe(number) + ": " + e.getMessage());
        }
    }

    /** A branch that goes a distance, in bytes from its end; what a decoder gives. Never made shorter. */
    private void emitDistance(int form, int number, long distance) {
        FormTable table = FormTable.get();
        long t = table.template(number);
        int extra = form & ~Form.NUMBER | takePrefixes();
        if (extra != 0) checkPrefixes(extra, number, false);
        boolean near = Template.immediate(t) == Template.IMMEDIATE_CD;
        if (near ? distance != (int) distance : distance != (byte) distance)
            throw new AssemblerException(Forms.describe(number) + " does not reach " + distance
                    + " bytes from its end, only " + (near ? 32 : 8) + " bits");
        encodeOpcode(t, extra, 0);
        if (!near) buffer[position++] = (byte) distance;
        else {
            put32(buffer, position, (int) distance);
            position += 4;
        }
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

    /**
     * Encodes an instruction behind {@code at} only to check it, in a buffer that serves for nothing else and whose code has {@code count}
     * labels. Its bytes stay there when they are final; gives where they end, or −1 when they wait for a label or symbol.
     */
    final int check(int form, Operands o, int count, int at) {
        labels = count;
        position = at;
        items = 0;
        fixups = 0;
        relocations = 0;
        emit(form, o);
        return (items | fixups | relocations) == 0 ? position : -1;
    }

    /** As {@link #check(int, Operands, int, int)}, of an instruction that can be changed. */
    final void checkPatchable(PatchKind kind, Operands o, int count, int at) {
        labels = count;
        position = at;
        items = 0;
        fixups = 0;
        relocations = 0;
        patches = 0;
        patchable(kind, o);
    }

    /** Takes over the bytes of an instruction that depends on nothing. */
    final void copy(byte[] from, int at, int length) {
        ensure(COPIED);
        if (at + COPIED <= from.length) {
            // Two long words are quicker than a call that asks for the length.
            Words.LONG.set(buffer, position, (long) Words.LONG.get(from, at));
            Words.LONG.set(buffer, position + 8, (long) Words.LONG.get(from, at + 8));
        } else System.arraycopy(from, at, buffer, position, length);
        position += length;
    }

    @Override
    public void blankLine() {}
}
