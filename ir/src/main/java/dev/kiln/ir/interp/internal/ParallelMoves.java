package dev.kiln.ir.interp.internal;

import java.util.Arrays;

/**
 * Puts the moves of an edge between blocks, which happen in parallel, in an order in which they may happen one after the other
 * (linear in their number). Each cycle costs one move through a temporary register.
 */
final class ParallelMoves {
    private int[] to = new int[8];
    private int[] from = new int[8];
    private int count;

    private int[] moveTo = new int[0]; // by register: the pending move that writes it, + 1
    private int[] readers = new int[0]; // by register: how many pending moves read it

    private int[] ordered = new int[16];
    private int orderedCount;

    void clear() {
        count = 0;
    }

    void add(int destination, int source) {
        if (destination == source) {
            return;
        }
        if (count == to.length) {
            to = Arrays.copyOf(to, count * 2);
            from = Arrays.copyOf(from, count * 2);
        }
        to[count] = destination;
        from[count++] = source;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Emits the moves added since {@link #clear}; registers are below {@code registers}, constants negative. */
    void emit(CodeBuffer code, int registers, int temporary) {
        if (moveTo.length < registers) {
            moveTo = new int[registers + registers / 2];
            readers = new int[moveTo.length];
        }
        orderedCount = 0;
        for (int i = 0; i < count; i++) {
            moveTo[to[i]] = i + 1;
            if (from[i] >= 0) {
                readers[from[i]]++;
            }
        }
        for (int i = 0; i < count; i++) {
            release(i);
        }
        for (int i = 0; i < count; i++) { // what is left are cycles
            if (moveTo[to[i]] == i + 1) {
                append(temporary, to[i]);
                int move = i;
                while (from[move] != to[i]) {
                    append(to[move], from[move]);
                    int next = moveTo[from[move]] - 1;
                    done(move);
                    move = next;
                }
                append(to[move], temporary);
                done(move);
            }
        }
        int i = 0;
        for (; i + 4 <= orderedCount; i += 4) {
            code.word(Opcode.MOVE2);
            code.register(ordered[i]);
            code.register(ordered[i + 1]);
            code.register(ordered[i + 2]);
            code.register(ordered[i + 3]);
        }
        if (i < orderedCount) {
            code.op2(Opcode.MOVE, ordered[i], ordered[i + 1]);
        }
    }

    /** Makes a move whose destination nobody reads any more, then what that allows. */
    private void release(int first) {
        int move = first;
        while (moveTo[to[move]] == move + 1 && readers[to[move]] == 0) {
            append(to[move], from[move]);
            int source = from[move];
            done(move);
            if (source < 0 || moveTo[source] == 0) {
                return;
            }
            move = moveTo[source] - 1;
        }
    }

    private void done(int move) {
        moveTo[to[move]] = 0;
        if (from[move] >= 0) {
            readers[from[move]]--;
        }
    }

    private void append(int destination, int source) {
        if (orderedCount == ordered.length) {
            ordered = Arrays.copyOf(ordered, orderedCount * 2);
        }
        ordered[orderedCount++] = destination;
        ordered[orderedCount++] = source;
    }
}
