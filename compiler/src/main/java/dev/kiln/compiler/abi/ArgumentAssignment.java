package dev.kiln.compiler.abi;

import dev.kiln.asm.Registers;
import dev.kiln.compiler.CallingConvention;
import dev.kiln.ir.AggregateType;
import dev.kiln.ir.CallSite;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import java.util.Arrays;

/**
 * Where the arguments of one call or function travel. A flat list of pieces: a scalar is one piece, an aggregate one or two in
 * registers or one in memory. Reusable: {@link #assign} starts over.
 */
public final class ArgumentAssignment {
    private final CallingConvention convention;

    private int[] argument = new int[8];
    private int[] register = new int[8];
    private int[] stackOffset = new int[8];
    private int[] partOffset = new int[8];
    private int[] size = new int[8];
    private int pieces;

    private int generalUsed;
    private int vectorsUsed;
    private int slotsUsed;
    private int stackBytes;
    private int stackUsed;
    private boolean hiddenResult;

    public ArgumentAssignment(CallingConvention convention) {
        this.convention = convention;
    }

    /** Whether a result of this type comes back in memory whose address the caller passes as a hidden first argument. */
    public static boolean returnsInMemory(AggregateType aggregate, CallingConvention convention) {
        if (aggregate == null) {
            return false;
        }
        if (convention.isPositional()) {
            return !fitsPositional(aggregate);
        }
        return Eightbytes.of(aggregate).inMemory();
    }

    /**
     * Assigns the arguments of a signature, and of a call's variadic part when {@code site} is given.
     *
     * @throws ArithmeticException when the argument area exceeds 2 GiB
     */
    public void assign(Signature signature, CallSite site) {
        pieces = 0;
        generalUsed = 0;
        vectorsUsed = 0;
        slotsUsed = 0;
        stackBytes = convention.shadowSpace();
        hiddenResult = returnsInMemory(signature.resultAggregate(), convention);
        if (hiddenResult) {
            place(-1, convention.generalArgument(0), 0, 0, 8);
            generalUsed = 1;
            slotsUsed = 1;
        }
        int fixed = signature.params().size();
        int count = fixed + (site == null ? 0 : site.variadicArguments().size());
        for (int i = 0; i < count; i++) {
            Signature.Param param = i < fixed
                    ? signature.params().get(i)
                    : site.variadicArguments().get(i - fixed);
            if (param.role() == Signature.Role.ENV) {
                place(i, convention.environmentRegister(), 0, 0, 8);
            } else if (convention.isPositional()) {
                assignPositional(i, param);
            } else if (param.byValue() != null) {
                assignAggregate(i, param.byValue());
            } else {
                assignScalar(i, param.type());
            }
        }
        stackUsed = stackBytes;
        stackBytes = Math.toIntExact(AggregateType.roundUp(stackBytes, convention.stackAlignment()));
    }

    private void assignScalar(int index, Type type) {
        if (type.inVectorRegister()) {
            if (vectorsUsed < convention.vectorArgumentCount()) {
                place(index, convention.vectorArgument(vectorsUsed++), 0, 0, type.bytes());
            } else {
                placeOnStack(index, type.bytes(), Math.max(8, type.bytes()));
            }
        } else if (generalUsed < convention.generalArgumentCount()) {
            place(index, convention.generalArgument(generalUsed++), 0, 0, type.bytes());
        } else {
            placeOnStack(index, type.bytes(), 8);
        }
    }

    private void assignAggregate(int index, AggregateType aggregate) {
        Eightbytes parts = Eightbytes.of(aggregate);
        int bytes = Math.toIntExact(aggregate.size());
        boolean fits = !parts.inMemory()
                && generalUsed + parts.generalCount() <= convention.generalArgumentCount()
                && vectorsUsed + parts.vectorCount() <= convention.vectorArgumentCount();
        if (!fits) {
            placeOnStack(index, bytes, Math.toIntExact(Math.max(8, aggregate.align())));
            return;
        }
        for (int i = 0; i < parts.registers(); i++) {
            int where = parts.isVector(i)
                    ? convention.vectorArgument(vectorsUsed++)
                    : convention.generalArgument(generalUsed++);
            place(index, where, 0, i * 8, parts.isWholeVector() ? 16 : Math.min(8, bytes - i * 8));
        }
    }

    /** Microsoft x64: one slot each; aggregates of other sizes than 1, 2, 4, 8 and vectors by the address of a copy. */
    private void assignPositional(int index, Signature.Param param) {
        int slot = slotsUsed++;
        boolean vector = param.byValue() == null && param.type().isFloat();
        int bytes = param.byValue() != null && fitsPositional(param.byValue())
                ? (int) param.byValue().size()
                : param.byValue() == null && !param.type().isVector()
                        ? param.type().bytes()
                        : 8;
        if (slot < convention.generalArgumentCount()) {
            place(index, vector ? convention.vectorArgument(slot) : convention.generalArgument(slot), 0, 0, bytes);
            vectorsUsed += vector ? 1 : 0;
        } else {
            placeOnStack(index, bytes, 8);
        }
    }

    private static boolean fitsPositional(AggregateType aggregate) {
        long size = aggregate.size();
        return size == 1 || size == 2 || size == 4 || size == 8;
    }

    private void placeOnStack(int index, int bytes, int align) {
        long at = AggregateType.roundUp(stackBytes, align);
        place(index, Registers.NONE, Math.toIntExact(at), 0, bytes);
        stackBytes = Math.toIntExact(AggregateType.roundUp(at + bytes, 8));
    }

    private void place(int index, int where, int atStack, int atPart, int bytes) {
        if (pieces == argument.length) {
            argument = Arrays.copyOf(argument, pieces * 2);
            register = Arrays.copyOf(register, pieces * 2);
            stackOffset = Arrays.copyOf(stackOffset, pieces * 2);
            partOffset = Arrays.copyOf(partOffset, pieces * 2);
            size = Arrays.copyOf(size, pieces * 2);
        }
        argument[pieces] = index;
        register[pieces] = where;
        stackOffset[pieces] = atStack;
        partOffset[pieces] = atPart;
        size[pieces++] = bytes;
    }

    /** The number of pieces, in argument order; a hidden result pointer comes first. */
    public int pieces() {
        return pieces;
    }

    /** The argument that a piece belongs to; −1 for the hidden result pointer. */
    public int argument(int piece) {
        return argument[piece];
    }

    /** The register a piece travels in, or {@link Registers#NONE}: then on the stack. */
    public int register(int piece) {
        return register[piece];
    }

    /** The offset in bytes of a piece on the stack, from the first byte above the return address. */
    public int stackOffset(int piece) {
        return stackOffset[piece];
    }

    /** Where a piece begins in its aggregate, in bytes. */
    public int partOffset(int piece) {
        return partOffset[piece];
    }

    /** The size of a piece in bytes: up to 16 in a register, any on the stack. */
    public int size(int piece) {
        return size[piece];
    }

    /** Bytes of the argument area, shadow space included, a multiple of the stack alignment. */
    public int stackBytes() {
        return stackBytes;
    }

    /** Where the assigned arguments end in the argument area; where variadic ones on the stack begin in the callee. */
    public int stackUsed() {
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

    /** Whether the result's address is passed as a hidden first argument. */
    public boolean hasHiddenResult() {
        return hiddenResult;
    }
}
