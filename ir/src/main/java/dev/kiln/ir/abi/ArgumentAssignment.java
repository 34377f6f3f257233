package dev.kiln.ir.abi;

import dev.kiln.ir.AggregateType;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import java.util.Arrays;
import java.util.List;

/**
 * Where the arguments of one call or function travel. A flat list of pieces: a scalar is one piece, an aggregate one or two in
 * registers or one in memory. Reusable: {@link #assign} starts over.
 */
public final class ArgumentAssignment {
    /** Kinds of places where a piece travels. */
    public enum Place {
        /** A general register for arguments. */
        GENERAL,
        /** A vector register for arguments. */
        VECTOR,
        /** The argument area. */
        STACK,
        /** The register for {@code env}, which is none of those for arguments. */
        ENVIRONMENT
    }

    private final PassingRules rules;

    private int[] argument = new int[8];
    private Place[] place = new Place[8];
    private int[] index = new int[8];
    private long[] stackOffset = new long[8];
    private int[] partOffset = new int[8];
    private long[] size = new long[8];
    private int pieces;

    private int generalUsed;
    private int vectorsUsed;
    private int slotsUsed;
    private long stackUsed;

    /** An assignment that follows one convention. */
    public ArgumentAssignment(PassingRules rules) {
        this.rules = rules;
    }

    /**
     * Assigns the arguments of a signature.
     *
     * @param variadic the shapes of arguments beyond the fixed ones
     */
    public void assign(Signature signature, List<Signature.Param> variadic) {
        pieces = 0;
        generalUsed = 0;
        vectorsUsed = 0;
        slotsUsed = 0;
        stackUsed = rules.shadowSpace();
        AggregateType result = signature.resultAggregate();
        if (result != null && rules.classify(result).inMemory()) {
            slotsUsed++;
            place(-1, Place.GENERAL, generalUsed++, 0, 8);
        }
        int fixed = signature.params().size();
        int count = fixed + variadic.size();
        for (int i = 0; i < count; i++) {
            Signature.Param param = i < fixed ? signature.params().get(i) : variadic.get(i - fixed);
            if (param.role() == Signature.Role.ENV) {
                place(i, Place.ENVIRONMENT, 0, 0, 8);
            } else if (rules.isPositional()) {
                assignPositional(i, param);
            } else if (param.byValue() != null) {
                assignAggregate(i, param.byValue());
            } else {
                assignScalar(i, param.type());
            }
        }
    }

    private void assignScalar(int argument, Type type) {
        if (type.inVectorRegister()) {
            if (vectorsUsed < rules.vectorRegisters()) {
                place(argument, Place.VECTOR, vectorsUsed++, 0, type.bytes());
            } else {
                placeOnStack(argument, type.bytes(), type.bytes());
            }
        } else if (generalUsed < rules.generalRegisters()) {
            place(argument, Place.GENERAL, generalUsed++, 0, type.bytes());
        } else {
            placeOnStack(argument, type.bytes(), 8);
        }
    }

    private void assignAggregate(int argument, AggregateType aggregate) {
        Eightbytes parts = rules.classify(aggregate);
        boolean fits = !parts.inMemory()
                && generalUsed + parts.generalCount() <= rules.generalRegisters()
                && vectorsUsed + parts.vectorCount() <= rules.vectorRegisters();
        if (!fits || aggregate.size() == 0) {
            // Of no bytes: nothing travels, and nothing is aligned for it.
            placeOnStack(argument, aggregate.size(), aggregate.size() == 0 ? 1 : aggregate.align());
            return;
        }
        for (int i = 0; i < parts.registers(); i++) {
            if (parts.isVector(i)) {
                place(argument, Place.VECTOR, vectorsUsed++, i * 8, parts.size(i));
            } else {
                place(argument, Place.GENERAL, generalUsed++, i * 8, parts.size(i));
            }
        }
    }

    /** Microsoft x64: one slot each; vectors and aggregates that are no register's size by the address of a copy. */
    private void assignPositional(int argument, Signature.Param param) {
        int slot = slotsUsed++;
        AggregateType aggregate = param.byValue();
        boolean vector = aggregate == null && param.type().isFloat();
        boolean byAddress = aggregate == null
                ? param.type().isVector()
                : rules.classify(aggregate).inMemory();
        long bytes = byAddress ? 8 : aggregate == null ? param.type().bytes() : aggregate.size();
        if (slot >= rules.generalRegisters()) {
            placeOnStack(argument, bytes, 8);
        } else if (vector) {
            vectorsUsed++;
            place(argument, Place.VECTOR, slot, 0, bytes);
        } else {
            place(argument, Place.GENERAL, slot, 0, bytes);
        }
    }

    private void placeOnStack(int argument, long bytes, long align) {
        long at = AggregateType.roundUp(stackUsed, Math.max(8, align));
        place(argument, Place.STACK, 0, 0, bytes);
        stackOffset[pieces - 1] = at;
        stackUsed = AggregateType.roundUp(at + bytes, 8);
    }

    private void place(int argument, Place place, int index, int partOffset, long size) {
        if (pieces == this.argument.length) {
            this.argument = Arrays.copyOf(this.argument, pieces * 2);
            this.place = Arrays.copyOf(this.place, pieces * 2);
            this.index = Arrays.copyOf(this.index, pieces * 2);
            this.stackOffset = Arrays.copyOf(this.stackOffset, pieces * 2);
            this.partOffset = Arrays.copyOf(this.partOffset, pieces * 2);
            this.size = Arrays.copyOf(this.size, pieces * 2);
        }
        this.argument[pieces] = argument;
        this.place[pieces] = place;
        this.index[pieces] = index;
        this.partOffset[pieces] = partOffset;
        this.size[pieces++] = size;
    }

    /** The number of pieces, in argument order; a hidden result pointer comes first. */
    public int pieces() {
        return pieces;
    }

    /** The argument that a piece belongs to; −1 for the hidden result pointer. */
    public int argument(int piece) {
        return argument[piece];
    }

    /** Where a piece travels. */
    public Place place(int piece) {
        return place[piece];
    }

    /** Which of the registers for arguments, counted by class from 0, a piece travels in; no meaning on the stack. */
    public int index(int piece) {
        return index[piece];
    }

    /** The offset in bytes of a piece on the stack, from the first byte above the return address; no meaning in a register. */
    public long stackOffset(int piece) {
        return stackOffset[piece];
    }

    /** Where a piece begins in its aggregate, in bytes. */
    public int partOffset(int piece) {
        return partOffset[piece];
    }

    /** The size of a piece in bytes: up to 32 in a register, any on the stack. */
    public long size(int piece) {
        return size[piece];
    }

    /**
     * Bytes from the start of the argument area, shadow space included, to the end of the assigned arguments, a multiple of 8: where
     * further variadic ones begin.
     */
    public long stackUsed() {
        return stackUsed;
    }

    /** General registers used by arguments (without {@code env}), the hidden result pointer included. */
    public int generalUsed() {
        return generalUsed;
    }

    /** Vector registers used by arguments. */
    public int vectorsUsed() {
        return vectorsUsed;
    }
}
