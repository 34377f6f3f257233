import static dev.kiln.asm.X86.*;

import dev.kiln.asm.Assembler;
import dev.kiln.asm.CpuFeature;
import dev.kiln.asm.CpuFeatures;
import dev.kiln.exec.CodeMemory;
import dev.kiln.exec.CpuCache;
import dev.kiln.exec.HostCpu;
import dev.kiln.exec.NativeCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Shows what the processor says about itself: through {@link HostCpu}, and one leaf as it comes, through a function written here.
 *
 * <pre>
 * examples/java/run CpuViewer
 * </pre>
 */
public final class CpuViewer {
    private static final CpuFeatures[] LEVELS = {
        CpuFeatures.X86_64_V1, CpuFeatures.X86_64_V2, CpuFeatures.X86_64_V3, CpuFeatures.X86_64_V4
    };

    public static void main(String[] args) {
        HostCpu cpu = HostCpu.detect();
        System.out.println("vendor      " + cpu.vendor());
        System.out.println("brand       " + cpu.brand());
        System.out.println(
                "signature   family " + cpu.family() + " model " + cpu.model() + " stepping " + cpu.stepping());
        if (cpu.hypervisor() != null) System.out.println("hypervisor  " + cpu.hypervisor());
        for (CpuCache cache : cpu.caches())
            System.out.println("cache       L" + cache.level() + " "
                    + cache.kind().name().toLowerCase(Locale.ROOT) + " " + (cache.size() >> 10) + " KiB, "
                    + cache.ways() + " ways, lines of " + cache.lineSize() + " bytes");
        levels(cpu.features());
        CpuFeatures asleep = cpu.processorFeatures()
                .minus(cpu.features().toList().stream()
                        .filter(feature -> feature != CpuFeature.X64)
                        .toArray(CpuFeature[]::new));
        if (!asleep.equals(CpuFeatures.of())) System.out.println("not enabled by the system: " + asleep);
        leaf0();
    }

    /** The features, each with the first level that has it. */
    private static void levels(CpuFeatures features) {
        CpuFeatures shown = CpuFeatures.of();
        for (int i = 0; i < LEVELS.length; i++) {
            String missing = features.missing(LEVELS[i]);
            System.out.println("x86-64-v" + (i + 1) + "   " + (missing.isEmpty() ? "yes" : "no, lacks " + missing));
            print(features.and(LEVELS[i]), shown);
            shown = shown.plus(LEVELS[i]);
        }
        System.out.println("beyond");
        print(features, shown);
    }

    private static void print(CpuFeatures features, CpuFeatures shown) {
        StringBuilder line = new StringBuilder("           ");
        for (CpuFeature feature : features.toList()) {
            if (shown.contains(feature)) continue;
            if (line.length() > 90) {
                System.out.println(line);
                line.setLength(11);
            }
            line.append(' ').append(feature.text());
        }
        System.out.println(line);
    }

    /** CPUID by hand: {@code void cpuid(int leaf, int subleaf, int answers[4])}. */
    private static void leaf0() {
        Assembler a = new Assembler();
        a.push(RBX);
        a.mov(R8, RDX);
        a.mov(EAX, EDI);
        a.mov(ECX, ESI);
        a.cpuid();
        a.mov(ptr(R8), EAX);
        a.mov(ptr(R8, 4), EBX);
        a.mov(ptr(R8, 8), ECX);
        a.mov(ptr(R8, 12), EDX);
        a.pop(RBX);
        a.ret();
        try (CodeMemory memory = CodeMemory.create();
                Arena arena = Arena.ofConfined()) {
            NativeCalls calls = new NativeCalls(memory);
            MemorySegment answers = arena.allocate(ValueLayout.JAVA_INT, 4);
            calls.call(memory.place(a.finish()).address(), 0, 0, answers.address(), 0, 0, 0);
            byte[] bytes = answers.toArray(ValueLayout.JAVA_BYTE);
            // The vendor's letters are in EBX, EDX, ECX, in this order.
            String letters = new String(bytes, 4, 4, StandardCharsets.US_ASCII)
                    + new String(bytes, 12, 4, StandardCharsets.US_ASCII)
                    + new String(bytes, 8, 4, StandardCharsets.US_ASCII);
            System.out.println("leaf 0 by hand: " + answers.get(ValueLayout.JAVA_INT, 0) + " leaves, " + letters);
        }
    }
}
