package dev.kiln.ir.interp.internal;

import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import java.util.Arrays;

/**
 * The registers and the stack at the moment of a call or return by the System V ABI (AMD64 supplement 3.2.3): what passes between
 * interpreted code and C, and between interpreted functions that see a call differently (variadic ones among them).
 */
final class AbiArguments {
    static final int GENERALS = 6, VECTORS = 8;

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
        stackBytes = 0;
        if (words.length > 0) {
            push(words.length * 8L, 8);
            System.arraycopy(words, 0, stack, 0, words.length);
        }
    }

    /** Counts what the parameters of a function take, without values, and returns the words on the stack. */
    int measure(AbiSignature shape) {
        generals = shape.resultAggregate != null && shape.resultAggregate.inMemory ? 1 : 0;
        for (int i = 0; i < shape.arguments.length; i++) {
            Type type = shape.arguments[i].type();
            AggregateClass aggregate = shape.aggregates[i];
            if (aggregate != null) {
                if (needsStack(aggregate)) {
                    push(aggregate.size, aggregate.align);
                } else {
                    generals += aggregate.generals();
                    vectors += aggregate.vectors();
                }
            } else if (shape.arguments[i].role() != Signature.Role.ENV) {
                if (type.inVectorRegister() && vectors < VECTORS) {
                    vectors++;
                } else if (!type.inVectorRegister() && generals < GENERALS) {
                    generals++;
                } else {
                    push(AbiSignature.words(type) * 8L, AbiSignature.words(type) * 8L);
                }
            }
        }
        return stackWords();
    }

    private boolean needsStack(AggregateClass aggregate) {
        return aggregate.inMemory
                || generals + aggregate.generals() > GENERALS
                || vectors + aggregate.vectors() > VECTORS;
    }

    int stackWords() {
        return (int) (stackBytes + 7 >>> 3);
    }

    /** Makes room on the stack and returns the index of its first word. */
    private int push(long bytes, long align) {
        long at = stackBytes + Math.max(8, align) - 1 & -Math.max(8, align);
        stackBytes = at + bytes + 7 & -8L;
        if (stackBytes > stack.length * 8L) {
            stack = Arrays.copyOf(stack, Math.toIntExact(Math.max(stackBytes + 7 >>> 3, stack.length * 2L)));
        }
        return (int) (at >>> 3);
    }

    void addGeneral(long value) {
        if (generals < GENERALS) {
            general[generals++] = value;
        } else {
            // Not in one expression: making room may replace the array.
            int at = push(8, 8);
            stack[at] = value;
        }
    }

    private void addVector(Type type, long[] registers, int at) {
        int words = AbiSignature.words(type);
        if (vectors < VECTORS) {
            System.arraycopy(registers, at, vector, vectors++ * 4, words);
        } else {
            int to = push(words * 8L, words * 8L);
            System.arraycopy(registers, at, stack, to, words);
        }
    }

    /** Takes the arguments of a call; {@code where[i]} is the register of argument i, seen from {@code frame}. */
    void marshal(AbiSignature shape, long[] registers, int frame, int[] where, long resultArea) {
        clear();
        if (shape.resultAggregate != null && shape.resultAggregate.inMemory) {
            addGeneral(resultArea);
        }
        for (int i = 0; i < shape.arguments.length; i++) {
            Signature.Param argument = shape.arguments[i];
            int at = frame + where[i];
            if (argument.role() == Signature.Role.ENV) {
                env = registers[at];
            } else if (shape.aggregates[i] != null) {
                addAggregate(shape.aggregates[i], registers[at]);
            } else if (argument.type().inVectorRegister()) {
                addVector(argument.type(), registers, at);
            } else {
                addGeneral(extended(argument.type(), argument.extension(), registers[at]));
            }
        }
    }

    private void addAggregate(AggregateClass aggregate, long address) {
        if (aggregate.size == 0) {
            return;
        }
        if (needsStack(aggregate)) {
            int to = push(aggregate.size, aggregate.align);
            for (long i = 0; i < aggregate.size; i += 8) {
                stack[to++] = Memory.read(address + i, aggregate.size - i);
            }
            return;
        }
        if (aggregate.isVector) {
            vector[vectors * 4] = Memory.read(address, 8);
            vector[vectors++ * 4 + 1] = Memory.read(address + 8, 8);
            return;
        }
        putEightbyte(aggregate.first, Memory.read(address, aggregate.size));
        if (aggregate.size > 8) {
            putEightbyte(aggregate.second, Memory.read(address + 8, aggregate.size - 8));
        }
    }

    private void putEightbyte(int kind, long value) {
        if (kind == AggregateClass.INTEGER) {
            general[generals++] = value;
        } else if (kind == AggregateClass.SSE) {
            vector[vectors++ * 4] = value;
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
        generals = 0;
        vectors = 0;
        long limit = stackBytes;
        stackBytes = 0;
        int word = to;
        if (shape.resultAggregate != null) {
            registers[word++] = shape.resultAggregate.inMemory ? takeGeneral() : scratch;
        }
        for (int i = 0; i < shape.arguments.length; i++) {
            Signature.Param argument = shape.arguments[i];
            Type type = argument.type();
            if (argument.role() == Signature.Role.ENV) {
                registers[word++] = env;
            } else if (shape.aggregates[i] != null) {
                registers[word++] = takeAggregate(shape.aggregates[i], execution);
            } else if (type.inVectorRegister()) {
                int words = AbiSignature.words(type);
                takeVector(words, registers, word);
                if (type == Type.F32) {
                    registers[word] &= 0xFFFF_FFFFL;
                }
                word += words;
            } else {
                registers[word++] = Scalars.canonical(type, takeGeneral());
            }
        }
        fixedStackBytes = stackBytes;
        stackBytes = Math.max(limit, stackBytes);
    }

    /** After {@link #unmarshal}: the bytes of the stack that the fixed parameters took. */
    long fixedStackBytes;

    private long takeGeneral() {
        if (generals < GENERALS) {
            return general[generals++];
        }
        int at = push(8, 8);
        return stack[at];
    }

    private void takeVector(int words, long[] registers, int at) {
        if (vectors < VECTORS) {
            System.arraycopy(vector, vectors++ * 4, registers, at, words);
        } else {
            int from = push(words * 8L, words * 8L);
            System.arraycopy(stack, from, registers, at, words);
        }
    }

    private long takeAggregate(AggregateClass aggregate, Execution execution) {
        long address = execution.allocateSlots(aggregate.size + 7 & -8L, Math.max(16, aggregate.align));
        if (aggregate.size == 0) {
            return address;
        }
        if (needsStack(aggregate)) {
            int from = push(aggregate.size, aggregate.align);
            for (long i = 0; i < aggregate.size; i += 8) {
                Memory.write(address + i, stack[from++], aggregate.size - i);
            }
        } else if (aggregate.isVector) {
            Memory.write(address, vector[vectors * 4], 8);
            Memory.write(address + 8, vector[vectors++ * 4 + 1], 8);
        } else {
            Memory.write(address, takeEightbyte(aggregate.first), aggregate.size);
            if (aggregate.size > 8) {
                Memory.write(address + 8, takeEightbyte(aggregate.second), aggregate.size - 8);
            }
        }
        return address;
    }

    private long takeEightbyte(int kind) {
        return switch (kind) {
            case AggregateClass.INTEGER -> general[generals++];
            case AggregateClass.SSE -> vector[vectors++ * 4];
            default -> 0;
        };
    }

    /** Puts a function's result, given in words, where its caller finds it. */
    void setResult(AbiSignature shape, long[] words, long sretArgument) {
        clearResult();
        AggregateClass aggregate = shape.resultAggregate;
        if (aggregate == null) {
            if (shape.result == Type.VOID) {
                rax = sretArgument;
            } else if (shape.result.inVectorRegister()) {
                System.arraycopy(words, 0, resultVector, 0, AbiSignature.words(shape.result));
            } else {
                rax = extended(shape.result, shape.resultExtension, words[0]);
            }
        } else if (aggregate.inMemory) {
            rax = words[0];
        } else if (aggregate.size > 0) {
            long address = words[0];
            if (aggregate.isVector) {
                resultVector[0] = Memory.read(address, 8);
                resultVector[1] = Memory.read(address + 8, 8);
                return;
            }
            long first = Memory.read(address, aggregate.size);
            long second = aggregate.size > 8 ? Memory.read(address + 8, aggregate.size - 8) : 0;
            if (aggregate.first == AggregateClass.INTEGER) {
                rax = first;
            } else {
                resultVector[0] = first;
            }
            if (aggregate.second == AggregateClass.INTEGER) {
                if (aggregate.first == AggregateClass.INTEGER) {
                    rdx = second;
                } else {
                    rax = second;
                }
            } else if (aggregate.second == AggregateClass.SSE) {
                resultVector[aggregate.first == AggregateClass.SSE ? 4 : 0] = second;
            }
        }
    }

    /** Takes a result as the call site wants it. An aggregate is stored to {@code resultArea}, whose address is the result. */
    void takeResult(AbiSignature shape, long[] registers, int to, long resultArea) {
        AggregateClass aggregate = shape.resultAggregate;
        if (aggregate == null) {
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
        if (aggregate.inMemory || aggregate.size == 0) {
            return; // the callee wrote it there
        }
        if (aggregate.isVector) {
            Memory.write(resultArea, resultVector[0], 8);
            Memory.write(resultArea + 8, resultVector[1], 8);
            return;
        }
        boolean firstGeneral = aggregate.first == AggregateClass.INTEGER;
        Memory.write(resultArea, firstGeneral ? rax : resultVector[0], aggregate.size);
        if (aggregate.size > 8) {
            long second = aggregate.second == AggregateClass.INTEGER
                    ? (firstGeneral ? rdx : rax)
                    : resultVector[firstGeneral ? 0 : 4];
            Memory.write(resultArea + 8, second, aggregate.size - 8);
        }
    }
}
