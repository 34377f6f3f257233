package dev.kiln.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.asm.Assembler;
import dev.kiln.asm.Code;
import dev.kiln.asm.CodeBuffer;
import dev.kiln.asm.CodeList;
import dev.kiln.asm.Forms;
import dev.kiln.asm.Listing;
import dev.kiln.asm.Peephole;
import dev.kiln.asm.Peephole.Rule;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random functions leave the same registers, flags and memory before and after the peephole pass. */
class PeepholeExecutionTest {
    private static final int PROGRAMS = 2_000;

    /** AF is undefined after logic, and so may differ at the end. */
    private static final long FLAGS = Forms.CARRY | Forms.PARITY | Forms.ZERO | Forms.SIGN | Forms.OVERFLOW;

    @Test
    void optimisedCodeDoesTheSame() {
        SplittableRandom random = new SplittableRandom(20261121);
        Map<Rule, Integer> fired = new EnumMap<>(Rule.class);
        Peephole[] passes = new Peephole[Rule.values().length + 2];
        for (Rule rule : Rule.values())
            passes[rule.ordinal()] = new Peephole().only(rule).withConvention();
        passes[passes.length - 2] = new Peephole();
        passes[passes.length - 1] = new Peephole().withConvention();
        long before = 0;
        long after = 0;
        try (CodeMemory memory = CodeMemory.create();
                Arena arena = Arena.ofConfined()) {
            NativeCalls calls = new NativeCalls(memory);
            MemorySegment block = arena.allocate(RandomCode.SIZE, 16);
            for (int program = 0; program < PROGRAMS; program++) {
                Assembler a = RandomCode.make(random.split());
                Code plain = a.finish();
                long inputs = random.nextLong();
                long[][] expected = run(memory, calls, block, plain, inputs);
                // All rules together, and each rule on its own in turn.
                for (int pass : new int[] {passes.length - 2, passes.length - 1, program % Rule.values().length}) {
                    CodeList list = CodeList.of(a);
                    Peephole.Statistics statistics = passes[pass].run(list);
                    Code code = emitted(list);
                    long[][] actual = run(memory, calls, block, code, inputs);
                    if (!Arrays.deepEquals(actual, expected))
                        throw new AssertionError("program " + program + ", " + statistics + "\n" + listing(plain)
                                + "became\n" + listing(code) + "and left " + Arrays.deepToString(actual) + ", not "
                                + Arrays.deepToString(expected));
                    for (Rule rule : Rule.values()) fired.merge(rule, statistics.count(rule), Integer::sum);
                    if (pass == passes.length - 1) {
                        before += plain.size();
                        after += code.size();
                    }
                }
            }
        }
        System.out.println("PeepholeExecutionTest: " + PROGRAMS + " programs, " + before + " bytes became " + after
                + "; " + fired);
        for (Rule rule : Rule.values())
            assertThat(fired.get(rule)).as(rule.name()).isGreaterThan(200);
        assertThat(after).isLessThan(before);
    }

    private static Code emitted(CodeList list) {
        CodeBuffer buffer = new CodeBuffer();
        list.emitTo(buffer);
        return buffer.finish();
    }

    /** What the function leaves in the block, for some inputs. */
    private static long[][] run(CodeMemory memory, NativeCalls calls, MemorySegment block, Code code, long seed) {
        SplittableRandom inputs = new SplittableRandom(seed);
        long[][] results = new long[3][];
        try (PlacedCode placed = memory.place(code)) {
            for (int i = 0; i < results.length; i++) {
                for (int at = 0; at < RandomCode.SIZE; at += 8)
                    block.set(ValueLayout.JAVA_LONG, at, i == 0 ? inputs.nextInt(-2, 3) : inputs.nextLong());
                block.set(ValueLayout.JAVA_LONG, RandomCode.FLAGS, 0);
                calls.call(placed.address(), block.address(), 0, 0, 0, 0, 0);
                results[i] = block.toArray(ValueLayout.JAVA_LONG);
                results[i][RandomCode.FLAGS / 8] &= FLAGS;
            }
        }
        return results;
    }

    private static String listing(Code code) {
        StringBuilder text = new StringBuilder();
        new Listing().append(text, code.bytes(), 0, code.size(), 0);
        return text.toString();
    }
}
