package dev.kiln.qbe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import dev.kiln.ir.Module;
import dev.kiln.ir.Verifier;
import dev.kiln.ir.interp.Interpreter;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random control flow over a few temporaries that are assigned anywhere: what the IR computes must be what a machine computes that
 * keeps each temporary in a cell, all of them 0 at first.
 */
class RandomSsaTest {
    private static final int PROGRAMS = 1500;
    private static final int STEPS = 200;

    /** A program: per block triples (target, left, right) that stand for additions, then the temporary tested and two successors. */
    private record Program(int temps, int[][] blocks, boolean[] isLong) {}

    private static Program make(Random random) {
        int temps = 1 + random.nextInt(6);
        int[][] blocks = new int[1 + random.nextInt(12)][];
        for (int b = 0; b < blocks.length; b++) {
            int size = random.nextInt(4);
            int[] block = new int[size * 3 + 3];
            for (int i = 0; i < size; i++) {
                block[i * 3] = random.nextInt(temps);
                block[i * 3 + 1] = random.nextInt(temps + 3);
                block[i * 3 + 2] = random.nextInt(temps + 3);
            }
            block[size * 3] = random.nextInt(temps);
            block[size * 3 + 1] = random.nextInt(blocks.length + 1);
            block[size * 3 + 2] = random.nextInt(blocks.length + 1);
            blocks[b] = block;
        }
        boolean[] isLong = new boolean[temps];
        for (int t = 0; t < temps; t++) {
            isLong[t] = random.nextInt(3) == 0;
        }
        return new Program(temps, blocks, isLong);
    }

    private static String operand(int temp, Program p, boolean wantLong) {
        boolean fits = temp < p.temps && (!wantLong || p.isLong[temp]);
        return fits ? "%t" + temp : Integer.toString(temp * 7 - 20);
    }

    private static String text(Program p) {
        StringBuilder out = new StringBuilder("export function l $f() {\n@start\n\t%steps =w copy 0\n");
        for (int b = 0; b < p.blocks.length; b++) {
            int[] block = p.blocks[b];
            int end = block.length - 3;
            out.append("@b").append(b).append('\n');
            for (int i = 0; i < end; i += 3) {
                boolean isLong = p.isLong[block[i]];
                out.append("\t%t").append(block[i]).append(isLong ? " =l " : " =w ");
                // Copies too: they leave no instruction behind.
                if (block[i + 1] == block[i + 2]) {
                    out.append("copy ").append(operand(block[i + 1], p, isLong));
                } else {
                    out.append("add ").append(operand(block[i + 1], p, isLong));
                    out.append(", ").append(operand(block[i + 2], p, isLong));
                }
                out.append('\n');
            }
            out.append("\t%steps =w add %steps, 1\n\t%go =w csltw %steps, ").append(STEPS);
            out.append("\n\tjnz %go, @c").append(b).append(", @end\n@c").append(b);
            out.append("\n\t%bit =w and %t").append(block[end]).append(", 1\n\tjnz %bit, @");
            out.append(block[end + 1] < p.blocks.length ? "b" + block[end + 1] : "end")
                    .append(", @");
            out.append(block[end + 2] < p.blocks.length ? "b" + block[end + 2] : "end")
                    .append('\n');
        }
        out.append("@end\n\t%r =l extsw %steps\n");
        for (int t = 0; t < p.temps; t++) {
            out.append("\t%r =l mul %r, 31\n");
            if (p.isLong[t]) {
                out.append("\t%r =l add %r, %t").append(t).append('\n');
            } else {
                out.append("\t%x =l extsw %t").append(t).append("\n\t%r =l add %r, %x\n");
            }
        }
        out.append("\tret %r\n@never\n");
        for (int t = 0; t < p.temps; t++) {
            out.append("\t%t").append(t).append(p.isLong[t] ? " =l" : " =w").append(" copy 99\n");
        }
        return out.append("\tjmp @end\n}\n").toString();
    }

    private static long value(int temp, long[] cells, Program p, boolean wantLong) {
        return temp < p.temps && (!wantLong || p.isLong[temp]) ? cells[temp] : temp * 7 - 20;
    }

    private static long run(Program p) {
        long[] cells = new long[p.temps];
        int steps = 0;
        int b = 0;
        while (b < p.blocks.length) {
            int[] block = p.blocks[b];
            int end = block.length - 3;
            for (int i = 0; i < end; i += 3) {
                boolean isLong = p.isLong[block[i]];
                long left = value(block[i + 1], cells, p, isLong);
                long sum = block[i + 1] == block[i + 2] ? left : left + value(block[i + 2], cells, p, isLong);
                cells[block[i]] = isLong ? sum : (int) sum;
            }
            if (++steps >= STEPS) {
                break;
            }
            b = (cells[block[end]] & 1) != 0 ? block[end + 1] : block[end + 2];
        }
        long result = steps;
        for (long cell : cells) {
            result = result * 31 + cell;
        }
        return result;
    }

    @Test
    void computesWhatCellsCompute() {
        for (int seed = 0; seed < PROGRAMS; seed++) {
            Program program = make(new Random(seed));
            String text = text(program);
            Diagnostics diagnostics = new Diagnostics();
            Module module = QbeParser.parse(SourceText.of("seed" + seed, text), diagnostics);
            Verifier.verify(module, diagnostics);
            assertThat(diagnostics.list()).as("seed %d", seed).isEmpty();
            try (Interpreter interpreter = Interpreter.builder(module).build()) {
                assertThat(interpreter.call("f")).as("seed %d\n%s", seed, text).isEqualTo(run(program));
            }
        }
    }
}
