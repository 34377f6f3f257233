package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A form of the table with operands at the edges of what it takes.
 *
 * @param decorations as {@link Operands} has them, and {@link Form#NF}
 */
record FormCase(int form, List<Operand> operands, int decorations) {
    FormCase(int form, List<Operand> operands) {
        this(form, operands, isVsib(form) ? 1 << Encoder.MASK_SHIFT : 0);
    }

    /** Something that can stand in {@link Operands}. */
    sealed interface Operand {
        void addTo(Operands operands);
    }

    record Register(int number) implements Operand {
        @Override
        public void addTo(Operands operands) {
            operands.register(number);
        }
    }

    record Immediate(long value) implements Operand {
        @Override
        public void addTo(Operands operands) {
            operands.immediate(value);
        }
    }

    record Memory(int base, int index, int scale, int displacement, int segment, boolean address32) implements Operand {
        Memory(int base, int index, int scale, int displacement, int segment) {
            this(base, index, scale, displacement, segment, false);
        }

        Memory in32Bits() {
            return new Memory(base, index, scale, displacement, segment, true);
        }

        @Override
        public void addTo(Operands operands) {
            operands.memory(base, index, scale, displacement).segment(segment);
            if (address32) operands.address32();
        }
    }

    /** A target a number of bytes behind the instruction's end. */
    record Branch(int distance) implements Operand {
        @Override
        public void addTo(Operands operands) {
            operands.label(0);
        }
    }

    /** Memory a number of bytes behind the instruction, by a label bound there. */
    record LabelMemory(int displacement) implements Operand {
        @Override
        public void addTo(Operands operands) {
            operands.memoryAtLabel(0, displacement);
        }
    }

    private static final int NONE = Registers.NONE;
    private static final int RIP = Registers.RIP;
    private static final int[] DISPLACEMENTS = {0, 1, -1, 127, -128, 128, -129, Integer.MAX_VALUE, Integer.MIN_VALUE};

    Operands fill(Operands buffer) {
        buffer.clear();
        for (Operand operand : operands) operand.addTo(buffer);
        buffer.decorations = decorations & Encoder.DECORATIONS;
        return buffer;
    }

    /** The form with its prefix bits. */
    int prefixedForm() {
        return form | decorations & Form.NF;
    }

    /** How far behind the instruction its branch goes; −1 when it is no branch. */
    int distance() {
        for (Operand operand : operands) if (operand instanceof Branch(int distance)) return distance;
        return -1;
    }

    /** All operands of a form at their edges, one after the other with the others plain, and then some at random. */
    static List<FormCase> of(int form, SplittableRandom random) {
        int count = Forms.operandCount(form);
        List<List<Operand>> edges = new ArrayList<>();
        boolean evex = Template.space(template(form)) == 2;
        for (int i = 0; i < count; i++) edges.add(edges(form, Forms.operandKind(form, i)));
        List<FormCase> cases = new ArrayList<>();
        if (count == 0) cases.add(new FormCase(form, List.of()));
        for (int i = 0; i < count; i++)
            for (Operand edge : edges.get(i)) {
                List<Operand> operands = new ArrayList<>();
                for (int j = 0; j < count; j++)
                    operands.add(
                            i == j ? edge : edges.get(j).get(j % edges.get(j).size()));
                cases.add(new FormCase(form, operands));
            }
        for (int n = 0; count > 1 && n < 12; n++) {
            List<Operand> operands = new ArrayList<>();
            for (List<Operand> choices : edges) operands.add(choices.get(random.nextInt(choices.size())));
            cases.add(new FormCase(form, operands));
        }
        if (evex) decorated(form, edges, cases);
        cases.removeIf(FormCase::isUndefined);
        return cases;
    }

    private static long template(int form) {
        return FormTable.get().template(form);
    }

    private static boolean isVsib(int form) {
        return Template.space(template(form)) == 2 && Template.vsib(template(form));
    }

    /** Masks, zeroing, broadcast and rounding, each with registers only and with memory as the form allows. */
    private static void decorated(int form, List<List<Operand>> edges, List<FormCase> cases) {
        long t = template(form);
        List<Operand> plain = new ArrayList<>();
        List<Operand> high = new ArrayList<>();
        List<Operand> inMemory = new ArrayList<>();
        int memoryAt = -1;
        for (int i = 0; i < edges.size(); i++) {
            OperandKind kind = Forms.operandKind(form, i);
            List<Operand> choices = edges.get(i);
            boolean registers = kind.takesRegister();
            if (kind.takesMemory()) memoryAt = i;
            plain.add(choices.get(Math.min(i, choices.size() - 1)));
            high.add(registers ? choices.get(registerCount(choices) - 1) : choices.get(choices.size() - 1));
            inMemory.add(
                    kind.hasVectorIndex()
                            ? choices.getFirst()
                            : kind.takesMemory() ? new Memory(Registers.RDX, NONE, 1, 0, NONE) : plain.getLast());
        }
        boolean allRegisters = memoryAt < 0 || Forms.operandKind(form, memoryAt).takesRegister();
        boolean zeroesMemory = memoryAt != 0 && Template.zeroing(t);
        if (Template.mask(t))
            for (int mask : new int[] {1, 2, 7}) {
                int bits = mask << Encoder.MASK_SHIFT;
                if (allRegisters) {
                    cases.add(new FormCase(form, plain, bits));
                    cases.add(new FormCase(form, high, bits));
                    if (Template.zeroing(t)) cases.add(new FormCase(form, high, bits | Encoder.ZEROING));
                }
                if (memoryAt >= 0) {
                    cases.add(new FormCase(form, inMemory, bits));
                    if (zeroesMemory) cases.add(new FormCase(form, inMemory, bits | Encoder.ZEROING));
                }
            }
        if (Template.broadcast(t) != 0) {
            int unit = 1 << Template.broadcast(t);
            List<Operand> at = new ArrayList<>(inMemory);
            for (int displacement : displacements(unit)) {
                at.set(memoryAt, new Memory(Registers.R9, NONE, 1, displacement, NONE));
                cases.add(new FormCase(form, List.copyOf(at), Encoder.BROADCAST));
            }
            at.set(memoryAt, new Memory(Registers.RBP, Registers.R10, 4, unit, Registers.FS));
            int masked = Encoder.BROADCAST | (Template.mask(t) ? 5 << Encoder.MASK_SHIFT : 0);
            cases.add(new FormCase(form, List.copyOf(at), masked));
            if (Template.zeroing(t)) cases.add(new FormCase(form, List.copyOf(at), masked | Encoder.ZEROING));
            at.set(memoryAt, new LabelMemory(0));
            cases.add(new FormCase(form, List.copyOf(at), Encoder.BROADCAST));
        }
        if (Template.apx(t) && Template.noFlags(t)) {
            if (allRegisters) {
                cases.add(new FormCase(form, plain, Form.NF));
                cases.add(new FormCase(form, high, Form.NF));
            }
            if (memoryAt >= 0) cases.add(new FormCase(form, inMemory, Form.NF));
        }
        for (Rounding rounding : Rounding.values()) {
            if (!(rounding == Rounding.SAE ? Template.sae(t) : Template.rounding(t))) continue;
            cases.add(new FormCase(form, plain, rounding.bits()));
            cases.add(new FormCase(form, high, rounding.bits() | (Template.mask(t) ? 3 << Encoder.MASK_SHIFT : 0)));
        }
    }

    private static int registerCount(List<Operand> choices) {
        int count = 0;
        for (Operand choice : choices) if (choice instanceof Register) count++;
        return count;
    }

    /** Around the limits of a displacement of 8 bits that counts units. */
    private static int[] displacements(int unit) {
        return new int[] {
            0, unit, -unit, 127 * unit, -128 * unit, 128 * unit, -129 * unit, 1, unit / 2, 127, -128, unit + 1
        };
    }

    /** What is undefined: a register in several places, RSP for PUSH2 and POP2, and POP2 to one register twice. */
    private static boolean isUndefined(FormCase c) {
        boolean pop = Forms.mnemonic(c.form).matches("pop2p?");
        boolean both = pop || Forms.mnemonic(c.form).matches("push2p?");
        if (both && c.operands.contains(new Register(Registers.RSP))) return true;
        return pop && c.operands.getFirst().equals(c.operands.getLast())
                || !Distinct.holds(c.form, c.fill(new Operands()));
    }

    private static List<Operand> edges(int form, OperandKind kind) {
        List<Operand> edges = new ArrayList<>();
        if (kind.isFixed()) {
            edges.add(kind.fixedRegister() == NONE ? new Immediate(1) : new Register(kind.fixedRegister()));
            return edges;
        }
        boolean evex = Template.space(template(form)) == 2;
        boolean extended = Apx.takesExtended(FormTable.get(), form);
        if (kind.takesRegister()) registers(edges, kind, evex, extended);
        if (kind.hasVectorIndex()) vectorIndexedMemory(edges, evex);
        else if (kind.takesMemory() && evex) scaledMemory(edges, 1 << Template.scale(template(form)));
        else if (kind.takesMemory()) memory(edges);
        if (kind.takesMemory() && extended) extendedMemory(edges, kind);
        if (Template.keepIndex(template(form))) edges.removeIf(FormCase::isRelative);
        if (Template.address(template(form))) edges.replaceAll(e -> e instanceof Memory m ? m.in32Bits() : e);
        if (Template.address(template(form))) edges.removeIf(LabelMemory.class::isInstance);
        if (!Prefixes.takesAddress(template(form), 32)) edges.removeIf(e -> e instanceof Memory m && m.address32);
        if (kind.isImmediate()) immediates(edges, kind);
        if (kind.isOffset())
            for (long address : new long[] {0, 1, 0x1234_5678_9ABC_DEF0L, -1, Long.MIN_VALUE})
                edges.add(new Immediate(address));
        // Near forms to labels in reach of the short ones would become these.
        if (kind.isBranch())
            for (int distance : kind.immediateBits() == 8 ? new int[] {0, 1, 127} : new int[] {128, 300})
                edges.add(new Branch(distance));
        return edges;
    }

    private static boolean isRelative(Operand operand) {
        return operand instanceof LabelMemory || operand instanceof Memory m && m.base == RIP;
    }

    private static void registers(List<Operand> edges, OperandKind kind, boolean evex, boolean extended) {
        int first = kind.registerClass().first();
        int[] numbers = switch (kind.registerClass()) {
            case GENERAL ->
                extended
                        ? new int[] {0, 1, 3, 4, 5, 7, 8, 12, 13, 15, 16, 23, 28, 31}
                        : new int[] {0, 1, 3, 4, 5, 7, 8, 12, 13, 15};
            case VECTOR -> evex ? new int[] {0, 1, 7, 8, 15, 16, 24, 31} : new int[] {0, 1, 7, 8, 15};
            case MMX, X87, MASK, TILE -> new int[] {0, 1, 7};
            case SEGMENT -> new int[] {0, 2, 3, 4, 5};
            case CONTROL -> new int[] {0, 2, 3, 4, 8};
            case DEBUG -> new int[] {0, 6, 7};
            case BOUND -> new int[] {0, 1, 3};
            case NONE -> new int[0];
        };
        for (int number : numbers) {
            boolean accumulator = kind.use() == OperandKind.Use.NOT_ACCUMULATOR && number == 0;
            if (!accumulator) edges.add(new Register(first + number));
        }
        if (kind.registerClass() == RegisterClass.GENERAL && kind.registerBits() == 8 && !evex)
            for (int high = 0; high < 4; high++) edges.add(new Register(Registers.HIGH_BYTE + high));
    }

    /** With R16 to R31, where SIB and displacements have the exceptions of RSP and RBP. */
    private static void extendedMemory(List<Operand> edges, OperandKind kind) {
        int index = kind.hasVectorIndex() ? Registers.VECTOR + 9 : 20;
        for (int base : new int[] {16, 20, 21, 31}) {
            if (!kind.hasVectorIndex()) edges.add(new Memory(base, NONE, 1, base == 31 ? 64 : 0, NONE));
            edges.add(new Memory(base, index, 2, base == 16 ? -129 : 0, base == 16 ? NONE : Registers.GS));
        }
        if (kind.hasVectorIndex()) return;
        edges.add(new Memory(Registers.RBX, 31, 8, 8, NONE));
        edges.add(new Memory(NONE, 24, 4, 0, NONE));
        edges.add(new Memory(17, Registers.R9, 1, 0, NONE));
    }

    private static void memory(List<Operand> edges) {
        for (int base = 0; base < 16; base++) edges.add(new Memory(base, NONE, 1, 0, NONE));
        for (int base : new int[] {Registers.RAX, Registers.RSP, Registers.RBP, Registers.R12, Registers.R13})
            for (int displacement : DISPLACEMENTS) edges.add(new Memory(base, NONE, 1, displacement, NONE));
        for (int base :
                new int[] {NONE, Registers.RAX, Registers.RSP, Registers.RBP, Registers.R8, Registers.R12, Registers.R13
                })
            for (int index : new int[] {Registers.RAX, Registers.RBP, Registers.R9, Registers.R12, Registers.R13})
                for (int scale : new int[] {2, 8})
                    edges.add(new Memory(
                            base, index, scale, index == Registers.RBP ? 0x80 : index == Registers.R9 ? -4 : 0, NONE));
        edges.add(new Memory(Registers.RDX, Registers.RCX, 1, 0, NONE));
        edges.add(new Memory(Registers.RSP, Registers.RCX, 4, 0, NONE));
        for (int displacement : new int[] {0, 0x10, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            edges.add(new Memory(NONE, NONE, 1, displacement, NONE));
            edges.add(new Memory(RIP, NONE, 1, displacement, NONE));
        }
        for (int displacement : new int[] {0, -8, 0x12345}) edges.add(new LabelMemory(displacement));
        edges.add(new Memory(Registers.RBX, NONE, 1, 8, Registers.FS));
        edges.add(new Memory(NONE, NONE, 1, 0x28, Registers.GS));
        edges.add(new Memory(Registers.RBX, Registers.R14, 4, -8, NONE).in32Bits());
        edges.add(new Memory(Registers.R9, NONE, 1, 0x12345, Registers.FS).in32Bits());
    }

    private static void scaledMemory(List<Operand> edges, int unit) {
        for (int base : new int[] {Registers.RAX, Registers.R13})
            for (int displacement : displacements(unit)) edges.add(new Memory(base, NONE, 1, displacement, NONE));
        for (int base : new int[] {Registers.RSP, Registers.RBP, Registers.R12, Registers.R8})
            edges.add(new Memory(base, NONE, 1, 0, NONE));
        for (int base : new int[] {NONE, Registers.RBX, Registers.R13, Registers.RSP})
            for (int index : new int[] {Registers.RCX, Registers.R12})
                edges.add(new Memory(base, index, 8, index == Registers.R12 ? unit : 0, NONE));
        edges.add(new Memory(NONE, NONE, 1, 0x10, NONE));
        edges.add(new Memory(RIP, NONE, 1, 0x10, NONE));
        edges.add(new Memory(Registers.RDI, NONE, 1, Integer.MAX_VALUE, NONE));
        edges.add(new Memory(Registers.RDI, NONE, 1, Integer.MIN_VALUE, NONE));
        edges.add(new LabelMemory(-8));
        edges.add(new Memory(Registers.RBX, NONE, 1, unit, Registers.GS));
        edges.add(new Memory(Registers.RBX, Registers.R14, 4, unit, NONE).in32Bits());
    }

    private static void vectorIndexedMemory(List<Operand> edges, boolean evex) {
        for (int index : evex ? new int[] {2, 9, 20, 31} : new int[] {2, 4, 9, 12})
            for (int base : new int[] {NONE, Registers.RAX, Registers.RSP, Registers.RBP, Registers.R12, Registers.R13})
                for (int displacement : new int[] {0, 4, -128, 0x12345})
                    edges.add(new Memory(base, Registers.VECTOR + index, 1 << (displacement & 3), displacement, NONE));
    }

    private static void immediates(List<Operand> edges, OperandKind kind) {
        int bits = kind.immediateBits();
        long smallest = -1L << bits - 1;
        if (kind == OperandKind.DFV) {
            for (long value : new long[] {0, 1, 2, 4, 8, 10, 15}) edges.add(new Immediate(value));
            return;
        }
        for (long value : new long[] {0, 1, -1, smallest, ~smallest, 0x42 >> 8 - Math.min(bits, 8)}) {
            boolean unsigned = kind.use() == OperandKind.Use.UNSIGNED;
            if (!unsigned || value >= 0) edges.add(new Immediate(value));
        }
        if (!kind.isSignExtended() && bits < 64) {
            edges.add(new Immediate((1L << bits) - 1));
            edges.add(new Immediate(1L << bits - 1));
        }
    }
}
