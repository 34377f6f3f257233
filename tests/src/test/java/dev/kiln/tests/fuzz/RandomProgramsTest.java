package dev.kiln.tests.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.ir.IrPrinter;
import dev.kiln.tests.support.Toolchain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Random programs: what the interpreter says is what compiled code does, in memory and through nasm and gcc. With
 * {@code -Dkiln.long=true} many more of them.
 */
@Execution(ExecutionMode.CONCURRENT)
class RandomProgramsTest {
    private static final long FIXED_SEED = 2026_0101_000L;
    private static final int PROGRAMS = Boolean.getBoolean("kiln.long") ? 40_000 : 1_500;
    private static final int NATIVE_PROGRAMS = 64;
    private static final int LEAST = 100;

    /** A seed that no run had before, to find what is new. */
    private static long freshSeed() {
        return System.currentTimeMillis() * 1_000_000;
    }

    @Test
    void interpreterAndCompiledCodeAgree() throws IOException, InterruptedException {
        Path folder = Files.createDirectories(Toolchain.root().resolve("tests/target/random-programs"));
        RandomPrograms programs = new RandomPrograms(folder);
        for (long seed : new long[] {FIXED_SEED, freshSeed()}) {
            System.out.println(PROGRAMS + " random programs from seed " + seed);
            programs.run(seed, PROGRAMS);
        }
        Coverage coverage = programs.coverage();
        System.out.print(coverage.table());
        if (!programs.failures().isEmpty()) {
            throw new AssertionError(
                    programs.failures().size() + " programs go wrong\n" + String.join("\n\n", programs.failures())
                            + shrunk(programs.failures().getFirst()));
        }
        assertThat(programs.skipped()).as("programs that ran for too long").isLessThan(PROGRAMS / 10);
        List<String> rare = new ArrayList<>();
        for (Coverage.Pair pair : Coverage.PAIRS) {
            if (coverage.of(pair) < LEAST) {
                rare.add(pair + " " + coverage.of(pair));
            }
        }
        assertThat(rare).as("operations that occur less than %d times", LEAST).isEmpty();
    }

    /** The first program that goes wrong, made small, to be kept as a filetest. */
    private static String shrunk(String failure) throws IOException {
        long seed = Long.parseLong(failure.replaceAll("(?s)^\\D*(\\d+).*", "$1"));
        String text = IrPrinter.print(FuzzWorker.program(seed).module());
        return "\n\nshrunk:\n" + Shrinker.shrink(text, seed, (int) (seed % 3), 60_000);
    }

    @Test
    void executablesMadeByNasmAndGccAgree() throws IOException {
        Path folder = Files.createTempDirectory(
                Files.createDirectories(Toolchain.root().resolve("tests/target")), "native");
        NativeBatch batch = new NativeBatch(folder);
        long first = freshSeed() + 500_000;
        System.out.println(NATIVE_PROGRAMS + " random programs through nasm from seed " + first);
        List<Long> seeds = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (long seed = first; seeds.size() < NATIVE_PROGRAMS; seed++) {
            String text = Judge.interpret(FuzzWorker.program(seed)).text();
            if (text != null) {
                String prefix = "p" + seeds.size();
                batch.add(seed, prefix);
                expected.add(NativeBatch.inProcess(text.replace("p_", prefix + "_")));
                seeds.add(seed);
            }
        }
        List<String> actual = batch.run(1);
        for (int i = 0; i < seeds.size(); i++) {
            assertThat(actual.get(i))
                    .as("seed %d; %s", seeds.get(i), FuzzWorker.difference(expected.get(i), actual.get(i)))
                    .isEqualTo(expected.get(i));
        }
    }
}
