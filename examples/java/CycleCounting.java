import static dev.kiln.asm.X86.*;

import dev.kiln.asm.Assembler;
import dev.kiln.exec.CycleCounter;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Measures instructions with the time stamp counter: how long one waits for the one before (latency), and how closely independent ones
 * follow each other (throughput).
 *
 * <pre>
 * examples/java/run CycleCounting
 * </pre>
 *
 * The unit is a dependent addition, which takes one cycle of the core on every processor, so that the numbers do not depend on the
 * relation of the core's clock to that of the counter.
 */
public final class CycleCounting {
    private static final int LENGTH = 1_000, RUNS = 2_000;

    public static void main(String[] args) {
        try (CycleCounter counter = new CycleCounter()) {
            double cycle = each(counter, a -> a.add(RBX, RSI));
            System.out.println("instruction            cycles");
            print("add, dependent", each(counter, a -> a.add(RBX, RSI)) / cycle);
            print("imul, dependent", each(counter, a -> a.imul(RBX, RSI)) / cycle);
            print("imul, independent", each(counter, a -> a.imul(RCX, RSI, 3)) / cycle);
            print("divsd, dependent", each(counter, a -> a.divsd(XMM1, XMM2)) / cycle);
            print("crc32, dependent", each(counter, a -> a.crc32(RBX, RSI)) / cycle);
        }
    }

    /** Ticks for one of many. */
    private static double each(CycleCounter counter, Consumer<Assembler> instruction) {
        CycleCounter.Ticks ticks = counter.measure(
                a -> {
                    for (int i = 0; i < LENGTH; i++) instruction.accept(a);
                },
                RUNS);
        return (double) ticks.minimum() / LENGTH;
    }

    private static void print(String what, double cycles) {
        System.out.printf(Locale.ROOT, "%-22s %6.1f%n", what, cycles);
    }
}
