package dev.kiln.exec;

import dev.kiln.asm.CpuFeature;
import dev.kiln.asm.CpuFeatures;
import dev.kiln.asm.Cpuid;
import dev.kiln.base.Diagnostic;
import dev.kiln.base.DiagnosticException;
import dev.kiln.base.Position;
import dev.kiln.exec.internal.CpuidCode;
import dev.kiln.exec.internal.CpuidLeaves;
import dev.kiln.exec.internal.Host;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The processor that this JVM runs on, as its CPUID instruction describes it: what code may use here, and how large its caches are.
 *
 * <pre>{@code
 * HostCpu cpu = HostCpu.detect();
 * if (cpu.features().contains(CpuFeature.AVX512F)) …
 * }</pre>
 *
 * <p>Immutable. Detection takes milliseconds in a virtual machine, where CPUID is answered by the hypervisor; keep the result. On
 * processors whose cores differ, all of them have the same features, but not the same caches.
 */
public final class HostCpu {
    private final List<CpuLeaf> leaves;
    private final long enabledState;
    private final CpuFeatures processorFeatures;
    private final CpuFeatures features;

    /** Of what CPUID answered, and of XCR0, which is 0 where the operating system does not use XSAVE. */
    HostCpu(List<CpuLeaf> leaves, long enabledState) {
        this.leaves = leaves;
        this.enabledState = enabledState;
        this.processorFeatures = features(-1L);
        this.features = features(enabledState);
    }

    /**
     * Runs CPUID and XGETBV.
     *
     * @throws DiagnosticException when native code cannot be called on this host
     */
    public static HostCpu detect() {
        if (Host.current() != Host.LINUX)
            throw new DiagnosticException(
                    Diagnostic.of(ExecCode.UNSUPPORTED_CALLS, Position.NONE, System.getProperty("os.name"))
                            .suggest("state the features, as in CpuFeatures.parse(\"x86-64-v3\")"));
        try (CpuidCode code = new CpuidCode()) {
            List<CpuLeaf> leaves = CpuidLeaves.read(code);
            boolean usesXsave = bit(find(leaves, 1, 0).ecx(), 27);
            return new HostCpu(leaves, usesXsave ? code.xgetbv(0) : 0);
        }
    }

    private CpuFeatures features(long state) {
        List<CpuFeature> missing = new ArrayList<>();
        for (CpuFeature feature : CpuFeature.values())
            if (feature != CpuFeature.X64 && ((feature.state() & ~state) != 0 || !has(feature.cpuid())))
                missing.add(feature);
        // What implies something missing, AVX without its state for instance, goes with it.
        return CpuFeatures.ALL.minus(missing.toArray(new CpuFeature[0]));
    }

    private boolean has(Cpuid field) {
        CpuLeaf leaf = find(leaves, field.leaf(), field.subleaf());
        return leaf != null && field.isIn(leaf.eax(), leaf.ebx(), leaf.ecx(), leaf.edx());
    }

    private static CpuLeaf find(List<CpuLeaf> leaves, int leaf, int subleaf) {
        for (CpuLeaf answer : leaves) if (answer.leaf() == leaf && answer.subleaf() == subleaf) return answer;
        return null;
    }

    private static boolean bit(int value, int bit) {
        return (value >>> bit & 1) != 0;
    }

    private static int bits(int value, int high, int low) {
        return value >>> low & (int) ((1L << high - low + 1) - 1);
    }

    /**
     * What code may use here: what the processor has and, where registers are concerned, the operating system saves. Instructions of the
     * kernel count too, though a program cannot run them. AMX needs in addition that Linux is asked for permission
     * ({@code arch_prctl(ARCH_REQ_XCOMP_PERM)}).
     */
    public CpuFeatures features() {
        return features;
    }

    /** What the processor has, whether or not the operating system has enabled it. */
    public CpuFeatures processorFeatures() {
        return processorFeatures;
    }

    /** The register XCR0: which parts of the registers the operating system saves (SDM vol. 1, 13.3); 0 when it does not use XSAVE. */
    public long enabledState() {
        return enabledState;
    }

    /** All that CPUID answered, in ascending order of unsigned leaves: for reports, and what has no method here. */
    public List<CpuLeaf> leaves() {
        return leaves;
    }

    /** The answer for a leaf and subleaf, or {@code null} where the processor has none. */
    public CpuLeaf leaf(int leaf, int subleaf) {
        return find(leaves, leaf, subleaf);
    }

    /** The maker's twelve letters: {@code GenuineIntel}, {@code AuthenticAMD}. */
    public String vendor() {
        CpuLeaf leaf = leaf(0, 0);
        return text(leaf.ebx(), leaf.edx(), leaf.ecx());
    }

    /** The marketing name, empty when there is none. */
    public String brand() {
        StringBuilder brand = new StringBuilder();
        for (int i = 0x8000_0002; i <= 0x8000_0004; i++) {
            CpuLeaf leaf = leaf(i, 0);
            if (leaf != null) brand.append(text(leaf.eax(), leaf.ebx(), leaf.ecx(), leaf.edx()));
        }
        return brand.toString().strip();
    }

    private static String text(int... words) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int word : words) bytes.putInt(word);
        int length = 0;
        while (length < bytes.capacity() && bytes.get(length) != 0) length++;
        return new String(bytes.array(), 0, length, StandardCharsets.ISO_8859_1);
    }

    /** The family with its extension, as {@code /proc/cpuinfo} counts it (SDM vol. 2, CPUID, figure 3-6). */
    public int family() {
        int eax = leaf(1, 0).eax();
        int family = bits(eax, 11, 8);
        return family == 15 ? family + bits(eax, 27, 20) : family;
    }

    /** The model with its extension. */
    public int model() {
        int eax = leaf(1, 0).eax();
        int family = bits(eax, 11, 8);
        int model = bits(eax, 7, 4);
        return family == 6 || family == 15 ? bits(eax, 19, 16) << 4 | model : model;
    }

    /** The stepping, as CPUID leaf 1 gives it. */
    public int stepping() {
        return bits(leaf(1, 0).eax(), 3, 0);
    }

    /** What CLFLUSH works on, the line of the caches: 64 bytes on all processors of these years. */
    public int cacheLineSize() {
        return bits(leaf(1, 0).ebx(), 15, 8) * 8;
    }

    /** The caches of the core that detection ran on, nearest first; empty when CPUID does not tell. */
    public List<CpuCache> caches() {
        // AMD's leaf has the layout of Intel's, and is empty where Intel's counts.
        List<CpuCache> caches = caches(4);
        return caches.isEmpty() ? caches(0x8000_001D) : caches;
    }

    private List<CpuCache> caches(int number) {
        List<CpuCache> caches = new ArrayList<>();
        for (CpuLeaf leaf : leaves) {
            if (leaf.leaf() != number) continue;
            CpuCache.Kind kind = switch (bits(leaf.eax(), 4, 0)) {
                case 1 -> CpuCache.Kind.DATA;
                case 2 -> CpuCache.Kind.INSTRUCTION;
                case 3 -> CpuCache.Kind.UNIFIED;
                default -> null;
            };
            if (kind == null) continue;
            int line = bits(leaf.ebx(), 11, 0) + 1;
            long partitions = bits(leaf.ebx(), 21, 12) + 1L;
            int ways = bits(leaf.ebx(), 31, 22) + 1;
            long sets = Integer.toUnsignedLong(leaf.ecx()) + 1;
            int sharedBy = bits(leaf.eax(), 25, 14) + 1;
            caches.add(
                    new CpuCache(bits(leaf.eax(), 7, 5), kind, ways * partitions * line * sets, ways, line, sharedBy));
        }
        return List.copyOf(caches);
    }

    /** How many logical processors a core has (hyper-threading); 1 when CPUID does not tell. */
    public int threadsPerCore() {
        CpuLeaf threads = leaf(0x1F, 0) != null && leaf(0x1F, 0).ebx() != 0 ? leaf(0x1F, 0) : leaf(0xB, 0);
        return threads == null || bits(threads.ecx(), 15, 8) != 1 ? 1 : Math.max(1, bits(threads.ebx(), 15, 0));
    }

    /** Whether the time stamp counter counts at one rate whatever the core's clock does, so that it measures time. */
    public boolean hasInvariantTsc() {
        CpuLeaf leaf = leaf(0x8000_0007, 0);
        return leaf != null && bit(leaf.edx(), 8);
    }

    /** The time stamp counter's frequency in Hz, or 0 when CPUID does not tell (most processors of AMD, many virtual machines). */
    public long tscFrequency() {
        CpuLeaf leaf = leaf(0x15, 0);
        if (leaf == null || leaf.eax() == 0 || leaf.ebx() == 0) return 0;
        return Integer.toUnsignedLong(leaf.ecx())
                * Integer.toUnsignedLong(leaf.ebx())
                / Integer.toUnsignedLong(leaf.eax());
    }

    /** The hypervisor's twelve letters ({@code KVMKVMKVM}), or {@code null} when none shows itself. */
    public String hypervisor() {
        CpuLeaf leaf = leaf(0x4000_0000, 0);
        return leaf == null ? null : text(leaf.ebx(), leaf.ecx(), leaf.edx());
    }

    /** {@code AMD EPYC (AuthenticAMD family 26 model 2 stepping 1): x86-64-v4+…}. */
    @Override
    public String toString() {
        return brand() + " (" + vendor() + " family " + family() + " model " + model() + " stepping " + stepping()
                + "): " + features;
    }
}
