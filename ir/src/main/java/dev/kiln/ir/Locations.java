package dev.kiln.ir;

import dev.kiln.base.Position;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table of source positions; instructions hold indices into it. Index 0 means none. */
public final class Locations {
    private final List<String> files = new ArrayList<>();
    private int[] file = new int[16];
    private int[] line = new int[16];
    private int[] column = new int[16];
    private int count = 1;

    /** The index of a position, adding it unless it equals the last one added. */
    public int add(String fileName, int lineNumber, int columnNumber) {
        int f = files.size() - 1;
        while (f >= 0 && !files.get(f).equals(fileName)) {
            f--;
        }
        if (f < 0) {
            f = files.size();
            files.add(fileName);
        }
        int last = count - 1;
        if (last > 0 && file[last] == f && line[last] == lineNumber && column[last] == columnNumber) {
            return last;
        }
        if (count == line.length) {
            file = Arrays.copyOf(file, count * 2);
            line = Arrays.copyOf(line, count * 2);
            column = Arrays.copyOf(column, count * 2);
        }
        file[count] = f;
        line[count] = lineNumber;
        column[count] = columnNumber;
        return count++;
    }

    /** The position at an index; {@link Position#NONE} for 0. */
    public Position get(int index) {
        return index == 0 ? Position.NONE : new Position(files.get(file[index]), line[index], column[index]);
    }

    /** One more than the largest index. */
    public int count() {
        return count;
    }
}
