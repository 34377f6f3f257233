package dev.kiln.exec.instructions;

import dev.kiln.asm.CodeBuffer;
import dev.kiln.asm.Decoder;
import dev.kiln.asm.Disassembler;
import dev.kiln.asm.Form;
import dev.kiln.asm.Forms;
import dev.kiln.asm.InstructionInfo;
import dev.kiln.asm.OperandKind;
import dev.kiln.asm.Operands;
import dev.kiln.asm.Registers;
import dev.kiln.asm.Rounding;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/** An instruction with operands that is to be run: which registers, where memory is, which decorations. */
final class Trial {
    /** Of a memory operand, its displacement from the middle of the memory that instructions get. */
    static final int MIDDLE = MachineState.MEMORY + MachineState.MEMORY_SIZE / 2;

    final int form;

    /** Prefix bits of {@link Form}. */
    final int prefixes;

    final Operands operands;
    final InstructionInfo info;

    /** The operand in memory, or −1. */
    final int memoryAt;

    /** Number in its {@link Machine}. */
    int number;

    private Trial(int form, int prefixes, Operands operands) {
        this.form = form;
        this.prefixes = prefixes;
        this.operands = operands;
        info = InstructionInfo.of(form | prefixes, operands);
        int at = -1;
        for (int i = 0; i < operands.count(); i++) if (operands.kind(i) == Operands.MEMORY) at = i;
        memoryAt = at;
    }

    /** How operands are chosen. */
    private enum Way {
        REGISTERS,
        OTHER_REGISTERS,
        ONE_REGISTER,
        MEMORY,
        INDEXED_MEMORY,
        HIGH_BYTES,
        MERGING,
        ZEROING,
        MASKED_MEMORY,
        BROADCAST,
        MASKED_BROADCAST,
        ROUNDING_UP,
        ROUNDING_DOWN,
        ROUNDING_TO_ZERO,
        ROUNDING_TO_NEAREST,
        NO_EXCEPTIONS
    }

    /** Some of every kind that a form takes. */
    static List<Trial> of(int form, SplittableRandom random, int immediates) {
        List<Trial> trials = new ArrayList<>();
        boolean hasImmediate = false;
        for (int i = 0; i < Forms.operandCount(form); i++) {
            OperandKind kind = Forms.operandKind(form, i);
            hasImmediate |= kind.isImmediate() && !kind.isFixed();
        }
        for (Way way : Way.values())
            for (int n = 0; n < (hasImmediate ? immediates : 1); n++) {
                Operands operands = operands(form, way, random);
                if (operands == null || !Machine.encodes(form, operands)) continue;
                Trial trial = new Trial(form, 0, operands);
                trials.add(trial);
                if (way == Way.REGISTERS && trial.info.allowsRep()) trials.add(new Trial(form, Form.REP, operands));
                if (way == Way.REGISTERS && trial.info.allowsRepne()) trials.add(new Trial(form, Form.REPNE, operands));
                if (way == Way.MEMORY && Machine.encodes(form | Form.LOCK, operands))
                    trials.add(new Trial(form, Form.LOCK, operands));
            }
        return trials;
    }

    /** Null when the form does not take them in this way. */
    private static Operands operands(int form, Way way, SplittableRandom random) {
        Operands o = new Operands();
        boolean memory = false;
        int general = way == Way.ONE_REGISTER ? Registers.RBX : -1;
        boolean vectors = false;
        int vector = random.nextInt(8);
        for (int i = 0; i < Forms.operandCount(form); i++) {
            OperandKind kind = Forms.operandKind(form, i);
            boolean wantsMemory = switch (way) {
                case MEMORY, INDEXED_MEMORY, MASKED_MEMORY, BROADCAST, MASKED_BROADCAST -> true;
                default -> !kind.takesRegister();
            };
            if (kind.isImmediate() && !kind.isBranch()) o.immediate(immediate(kind, random));
            else if (kind.takesMemory() && wantsMemory && !memory) {
                memory = true;
                if (kind.hasVectorIndex()) o.memory(Registers.RSI, Registers.xmm(15), 1 << random.nextInt(3), 8);
                else if (way == Way.INDEXED_MEMORY) o.memory(Registers.R13, Registers.R12, 2, 24);
                else o.memory(Registers.RSI, Registers.NONE, 1, random.nextInt(3) * 60 - 60);
            } else if (kind.takesRegister()) {
                if (kind.fixedRegister() >= 0) o.register(kind.fixedRegister());
                else
                    switch (kind.registerClass()) {
                        case GENERAL -> {
                            int[] pool = way == Way.OTHER_REGISTERS
                                    ? new int[] {Registers.R8, Registers.RDI, Registers.R15, Registers.RBP}
                                    : new int[] {Registers.RBX, Registers.R9, Registers.RCX, Registers.R14};
                            if (way == Way.HIGH_BYTES && kind.registerBits() == 8)
                                o.register(Registers.HIGH_BYTE + (i == 0 ? 3 : 1));
                            else o.register(general >= 0 ? general : pool[i]);
                        }
                        case VECTOR -> {
                            int number = way == Way.ONE_REGISTER ? vector : (vector + 3 * i) % 15;
                            // Half of the EVEX forms get registers that only they can name.
                            if (vector >= 4 && Forms.mnemonic(form).startsWith("v") && isEvex(form)) number += 16;
                            o.register(Registers.xmm(number));
                            vectors = true;
                        }
                        case MASK -> o.register(Registers.MASK + (way == Way.ONE_REGISTER ? 5 : 1 + i));
                        case MMX -> o.register(Registers.MMX + (way == Way.ONE_REGISTER ? 2 : 1 + 2 * i));
                        case X87 -> o.register(Registers.X87 + random.nextInt(1, 5));
                        default -> {
                            return null;
                        }
                    }
            } else return null;
        }
        boolean gathers = memory && usesVectorIndex(form);
        switch (way) {
            case REGISTERS, OTHER_REGISTERS, ONE_REGISTER -> {
                if (gathers && isEvex(form)) o.mask(Registers.MASK + 1);
            }
            case MEMORY, INDEXED_MEMORY -> {
                if (!memory || gathers) return null;
            }
            case HIGH_BYTES -> {
                if (!usesBytes(form)) return null;
            }
            case MERGING -> {
                if (memory) return null;
                o.mask(Registers.MASK + 6);
            }
            case ZEROING -> {
                if (memory) return null;
                o.mask(Registers.MASK + 6).zeroing();
            }
            case MASKED_MEMORY -> {
                if (!memory) return null;
                o.mask(Registers.MASK + 6);
            }
            case BROADCAST -> {
                if (!memory) return null;
                o.broadcast();
            }
            case MASKED_BROADCAST -> {
                if (!memory) return null;
                o.broadcast().mask(Registers.MASK + 6);
            }
            case ROUNDING_UP -> o.rounding(Rounding.RU_SAE);
            case ROUNDING_DOWN -> o.rounding(Rounding.RD_SAE);
            case ROUNDING_TO_ZERO -> o.rounding(Rounding.RZ_SAE);
            case ROUNDING_TO_NEAREST -> o.rounding(Rounding.RN_SAE);
            case NO_EXCEPTIONS -> o.rounding(Rounding.SAE);
        }
        if (way == Way.ONE_REGISTER && gathers) return null;
        return o;
    }

    private static boolean usesVectorIndex(int form) {
        for (int i = 0; i < Forms.operandCount(form); i++)
            if (Forms.operandKind(form, i).hasVectorIndex()) return true;
        return false;
    }

    private static boolean usesBytes(int form) {
        for (int i = 0; i < Forms.operandCount(form); i++) {
            OperandKind kind = Forms.operandKind(form, i);
            if (kind.takesRegister() && kind.registerBits() == 8 && kind.fixedRegister() < 0) return true;
        }
        return false;
    }

    /** Whether the encoding can name all 32 vector registers and masks. */
    static boolean isEvex(int form) {
        return EVEX.get(form);
    }

    private static final BitSet EVEX = evex();

    /** The constants of EVEX forms say so. */
    private static BitSet evex() {
        BitSet forms = new BitSet();
        for (Field field : Form.class.getFields())
            try {
                if (field.getName().endsWith("_EVEX")) forms.set(field.getInt(null));
            } catch (IllegalAccessException e) {
                throw new AssertionError(e);
            }
        return forms;
    }

    private static long immediate(OperandKind kind, SplittableRandom random) {
        if (kind.isFixed()) return 1;
        int bits = kind.immediateBits();
        boolean unsigned = kind.text().endsWith("u");
        long any = switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> 1;
            case 2 -> -1;
            case 3 -> random.nextInt(16);
            default -> random.nextLong();
        };
        if (unsigned) return any & (1L << bits) - 1;
        return bits == 64 ? any : any << 64 - bits >> 64 - bits;
    }

    String text() {
        CodeBuffer buffer = new CodeBuffer();
        buffer.emit(form | prefixes, operands);
        byte[] code = buffer.finish().bytes();
        Decoder decoder = new Decoder();
        return decoder.decode(code, 0, code.length) ? new Disassembler().text(decoder, 0) : Forms.describe(form);
    }
}
