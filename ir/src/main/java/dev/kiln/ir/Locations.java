package dev.kiln.ir;

import dev.kiln.base.Position;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A table of source positions; instructions hold indices into it. Index 0 means none. */
public final class Locations {
    private final List<String> files = new ArrayList<>();
    private final Map<String, Integer> fileIndices = new HashMap<>();
    private int[] file = new int[16];
    private int[] line = new int[16];
    private int[] column = new int[16];
    private int count = 1;

    /** An empty table. */
    public Locations() {}

    /** The index of a position, adding it unless it equals the last one added. */
    public int add(String fileName, int lineNumber, int columnNumber) {
        int last = count - 1;
        int f = last > 0 && files.get(file[last]).equals(fileName) ? file[last] : fileIndex(fileName);
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

    private int fileIndex(String fileName) {
        Integer known = fileIndices.putIfAbsent(fileName, files.size());
        if (known == null) {
            files.add(fileName);
            return files.size() - 1;
        }
        return known;
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
