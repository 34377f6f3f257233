package dev.kiln.ir.interp.internal;

import dev.kiln.ir.AggregateType;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import dev.kiln.ir.abi.ArgumentAssignment;
import dev.kiln.ir.abi.Eightbytes;
import dev.kiln.ir.abi.PassingRules;
import java.util.Arrays;

/**
 * The registers and the stack at the moment of a call or return by the System V ABI (AMD64 supplement 3.2.3): what passes between
 * interpreted code and C, and between interpreted functions that see a call differently (variadic ones among them).
 */
final class AbiArguments {
    static final int GENERALS = PassingRules.SYSTEM_V.generalRegisters(),
            VECTORS = PassingRules.SYSTEM_V.vectorRegisters();

    /** rdi, rsi, rdx, rcx, r8, r9. */
    final long[] general = new long[GENERALS];
    /** xmm0 to xmm7, four words each (ymm). */
    final long[] vector = new long[VECTORS * 4];
    /** What the caller pushed, from the address in rsp upward. */
    long[] stack = new long[16];

    int generals;
    int vectors;
    long stackBytes;
    /** r10. */
    long env;

    long rax;
    long rdx;
    /** xmm0 and xmm1, four words each. */
    final long[] resultVector = new long[8];

    void clear() {
        Arrays.fill(general, 0);
        Arrays.fill(vector, 0);
        Arrays.fill(stack, 0, (int) (stackBytes + 7 >>> 3), 0);
        generals = 0;
        vectors = 0;
        stackBytes = 0;
        env = 0;
    }

    void clearResult() {
        rax = 0;
        rdx = 0;
        Arrays.fill(resultVector, 0);
    }

    /** Replaces the stack. */
    void setStack(long[] words) {
        reserveStack(words.length * 8L);
        System.arraycopy(words, 0, stack, 0, words.length);
    }

    int stackWords() {
        return (int) (stackBytes >>> 3);
    }

    private void reserveStack(long bytes) {
        stackBytes = bytes;
        if (bytes > stack.length * 8L) {
            stack = Arrays.copyOf(stack, Math.toIntExact(Math.max(bytes >>> 3, stack.length * 2L)));
        }
    }

    /** Takes the arguments of a call; {@code where[i]} is the register of argument i, seen from {@code frame}. */
    void marshal(AbiSignature shape, long[] registers, int frame, int[] where, long resultArea) {
        clear();
        ArgumentAssignment assignment = shape.passing().arguments();
        generals = assignment.generalUsed();
        vectors = assignment.vectorsUsed();
        reserveStack(assignment.stackUsed());
        for (int piece = 0; piece < assignment.pieces(); piece++) {
            int i = assignment.argument(piece);
            if (i < 0) {
                general[assignment.index(piece)] = resultArea;
            } else if (shape.arguments[i].byValue() != null) {
                putPart(assignment, piece, registers[frame + where[i]] + assignment.partOffset(piece));
            } else {
                putScalar(assignment, piece, shape.arguments[i], registers, frame + where[i]);
            }
        }
    }

    private void putScalar(
            ArgumentAssignment assignment, int piece, Signature.Param argument, long[] registers, int at) {
        boolean inVector = argument.type().inVectorRegister();
        int words = AbiSignature.words(argument.type());
        int word = (int) (assignment.stackOffset(piece) >>> 3);
        switch (assignment.place(piece)) {
            case ENVIRONMENT -> env = registers[at];
            case GENERAL ->
                general[assignment.index(piece)] = extended(argument.type(), argument.extension(), registers[at]);
            case VECTOR -> System.arraycopy(registers, at, vector, assignment.index(piece) * 4, words);
            case STACK -> {
                if (inVector) {
                    System.arraycopy(registers, at, stack, word, words);
                } else {
                    stack[word] = extended(argument.type(), argument.extension(), registers[at]);
                }
            }
        }
    }

    /** Takes what of an aggregate stands at an address. */
    private void putPart(ArgumentAssignment assignment, int piece, long address) {
        long size = assignment.size(piece);
        switch (assignment.place(piece)) {
            case GENERAL -> general[assignment.index(piece)] = Memory.read(address, size);
            case ENVIRONMENT -> throw new IllegalStateException("no aggregate is an environment");
            case VECTOR -> readWords(address, size, vector, assignment.index(piece) * 4);
            case STACK -> readWords(address, size, stack, (int) (assignment.stackOffset(piece) >>> 3));
        }
    }

    private static void readWords(long address, long size, long[] words, int at) {
        for (long i = 0; i < size; i += 8) {
            words[at++] = Memory.read(address + i, size - i);
        }
    }

    private static void writeWords(long address, long size, long[] words, int at) {
        for (long i = 0; i < size; i += 8) {
            Memory.write(address + i, words[at++], size - i);
        }
    }

    /** A narrow integer as the caller widens it to 32 bits; the bits above are free, here zero for zeroext, else the sign. */
    private static long extended(Type type, Signature.Extension extension, long value) {
        return extension == Signature.Extension.ZERO ? Scalars.unsigned(type, value) : value;
    }

    /**
     * Gives the parameters of a function their values: the reverse of {@link #marshal}. Starts at the first register; what remains
     * behind the fixed parameters is left for {@code va_start}.
     *
     * @param to where the parameters' words go (the result's address comes first when an aggregate is returned)
     * @param scratch 32 bytes for a small aggregate returned, of which the caller takes a copy
     * @param execution allocates the copies of aggregates on its stack of slots
     */
    void unmarshal(AbiSignature shape, long[] registers, int to, long scratch, Execution execution) {
        ArgumentAssignment assignment = shape.passing().arguments();
        generals = assignment.generalUsed();
        vectors = assignment.vectorsUsed();
        fixedStackBytes = assignment.stackUsed();
        reserveStack(Math.max(stackBytes, fixedStackBytes));
        int first = to;
        if (shape.resultAggregate != null) {
            registers[first++] = scratch;
        }
        long address = 0;
        for (int piece = 0; piece < assignment.pieces(); piece++) {
            int i = assignment.argument(piece);
            if (i < 0) {
                registers[to] = general[assignment.index(piece)];
                continue;
            }
            AggregateType aggregate = shape.arguments[i].byValue();
            int word = first + shape.firstWord[i];
            if (aggregate == null) {
                takeScalar(assignment, piece, shape.arguments[i].type(), registers, word);
                continue;
            }
            if (assignment.partOffset(piece) == 0) {
                address = execution.allocateSlots(aggregate.size() + 7 & -8L, Math.max(16, aggregate.align()));
                registers[word] = address;
            }
            takePart(assignment, piece, address + assignment.partOffset(piece));
        }
    }

    /** After {@link #unmarshal}: the bytes of the stack that the fixed parameters took. */
    long fixedStackBytes;

    private void takeScalar(ArgumentAssignment assignment, int piece, Type type, long[] registers, int at) {
        int words = AbiSignature.words(type);
        int word = (int) (assignment.stackOffset(piece) >>> 3);
        switch (assignment.place(piece)) {
            case ENVIRONMENT -> registers[at] = env;
            case GENERAL -> registers[at] = general[assignment.index(piece)];
            case VECTOR -> System.arraycopy(vector, assignment.index(piece) * 4, registers, at, words);
            case STACK -> System.arraycopy(stack, word, registers, at, words);
        }
        if (words == 1) {
            registers[at] = Scalars.canonical(type, registers[at]);
        }
    }

    /** Stores what of an aggregate belongs at an address. */
    private void takePart(ArgumentAssignment assignment, int piece, long address) {
        long size = assignment.size(piece);
        switch (assignment.place(piece)) {
            case GENERAL -> Memory.write(address, general[assignment.index(piece)], size);
            case ENVIRONMENT -> throw new IllegalStateException("no aggregate is an environment");
            case VECTOR -> writeWords(address, size, vector, assignment.index(piece) * 4);
            case STACK -> writeWords(address, size, stack, (int) (assignment.stackOffset(piece) >>> 3));
        }
    }

    /** Puts a function's result, given in words, where its caller finds it. */
    void setResult(AbiSignature shape, long[] words, long sretArgument) {
        clearResult();
        if (shape.resultAggregate == null) {
            if (shape.result == Type.VOID) {
                rax = sretArgument;
            } else if (shape.result.inVectorRegister()) {
                System.arraycopy(words, 0, resultVector, 0, AbiSignature.words(shape.result));
            } else {
                rax = extended(shape.result, shape.resultExtension, words[0]);
            }
            return;
        }
        Eightbytes parts = shape.passing().result();
        long address = words[0];
        if (parts.inMemory()) {
            rax = address;
        }
        for (int i = 0; i < parts.registers(); i++) {
            if (parts.isVector(i)) {
                readWords(address + i * 8L, parts.size(i), resultVector, parts.index(i) * 4);
            } else {
                setResultRegister(parts, i, Memory.read(address + i * 8L, parts.size(i)));
            }
        }
    }

    /** Takes a result as the call site wants it. An aggregate is stored to {@code resultArea}, whose address is the result. */
    void takeResult(AbiSignature shape, long[] registers, int to, long resultArea) {
        if (shape.resultAggregate == null) {
            if (shape.result == Type.VOID) {
                return;
            }
            if (shape.result.inVectorRegister()) {
                System.arraycopy(resultVector, 0, registers, to, AbiSignature.words(shape.result));
                registers[to] = Scalars.canonical(shape.result, registers[to]);
            } else {
                registers[to] = Scalars.canonical(shape.result, rax);
            }
            return;
        }
        registers[to] = resultArea;
        Eightbytes parts = shape.passing().result();
        // One in memory has been written there by the callee.
        for (int i = 0; i < parts.registers(); i++) {
            if (parts.isVector(i)) {
                writeWords(resultArea + i * 8L, parts.size(i), resultVector, parts.index(i) * 4);
            } else {
                Memory.write(resultArea + i * 8L, resultRegister(parts, i), parts.size(i));
            }
        }
    }

    /** The low 8 bytes of the register in which part {@code i} of an aggregate comes back. */
    long resultRegister(Eightbytes parts, int i) {
        return parts.isVector(i) ? resultVector[parts.index(i) * 4] : parts.index(i) == 0 ? rax : rdx;
    }

    /** Sets the low 8 bytes of the register in which part {@code i} of an aggregate comes back. */
    void setResultRegister(Eightbytes parts, int i, long value) {
        if (parts.isVector(i)) {
            resultVector[parts.index(i) * 4] = value;
        } else if (parts.index(i) == 0) {
            rax = value;
        } else {
            rdx = value;
        }
    }
}
