package dev.kiln.ir.internal;

import dev.kiln.ir.Op;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;
import java.util.Arrays;

/** Uses of values that are defined further down in the text of a function: the array places to fill and what must fit there. */
final class Fixups {
    int count;
    Value[][] array = new Value[64][];
    int[] index = new int[64];
    int[] name = new int[64];
    long[] mark = new long[64];
    int[] operand = new int[64];
    Op[] op = new Op[64];
    Type[] type = new Type[64];

    /**
     * Notes a place.
     *
     * @param op the operation whose operand it is, with {@code type} as the written type; {@code null} when {@code type} is the type
     *     wanted, or itself {@code null} for any
     */
    void add(Value[] into, int at, int valueName, long where, Op operation, Type wanted, int k) {
        if (count == index.length) {
            int size = count * 2;
            array = Arrays.copyOf(array, size);
            index = Arrays.copyOf(index, size);
            name = Arrays.copyOf(name, size);
            mark = Arrays.copyOf(mark, size);
            operand = Arrays.copyOf(operand, size);
            op = Arrays.copyOf(op, size);
            type = Arrays.copyOf(type, size);
        }
        array[count] = into;
        index[count] = at;
        name[count] = valueName;
        mark[count] = where;
        operand[count] = k;
        op[count] = operation;
        type[count++] = wanted;
    }

    /** Lets the places noted since {@code first} be in another array. */
    void move(int first, Value[] to) {
        for (int i = first; i < count; i++) {
            array[i] = to;
        }
    }

    void clear() {
        Arrays.fill(array, 0, count, null);
        count = 0;
    }
}
