package dev.kiln.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kiln.asm.CpuFeature;
import dev.kiln.asm.CpuFeatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HostCpuTest {
    private static final HostCpu CPU = HostCpu.detect();

    /** Lines of the first processor. */
    private static Map<String, String> cpuinfo() throws IOException {
        Path file = Path.of("/proc/cpuinfo");
        assumeTrue(Files.isReadable(file), "/proc/cpuinfo");
        Map<String, String> lines = new HashMap<>();
        for (String line : Files.readAllLines(file)) {
            if (line.isBlank()) break;
            int colon = line.indexOf(':');
            lines.put(
                    line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        }
        return lines;
    }

    @Test
    void says_who_it_is_as_the_kernel_does() throws IOException {
        Map<String, String> info = cpuinfo();
        assertThat(CPU.vendor()).isEqualTo(info.get("vendor_id"));
        assertThat(CPU.brand()).isEqualTo(info.get("model name"));
        assertThat(CPU.family()).isEqualTo(Integer.parseInt(info.get("cpu family")));
        assertThat(CPU.model()).isEqualTo(Integer.parseInt(info.get("model")));
        if (!info.get("stepping").equals("unknown"))
            assertThat(CPU.stepping()).isEqualTo(Integer.parseInt(info.get("stepping")));
        assertThat(CPU.cacheLineSize()).isEqualTo(Integer.parseInt(info.get("clflush size")));
        assertThat(CPU.toString()).contains(CPU.vendor()).contains("x86-64");
    }

    @Test
    void has_the_features_that_the_kernel_lists() throws IOException {
        Set<String> flags = Set.of(cpuinfo().get("flags").split(" "));
        Map<CpuFeature, String> names = new HashMap<>();
        for (String flag : flags) {
            CpuFeature feature = CpuFeature.find(flag);
            if (feature != null) names.put(feature, flag);
        }
        List<String> lacking = new ArrayList<>();
        for (CpuFeature feature : names.keySet()) if (!CPU.features().contains(feature)) lacking.add(feature.text());
        assertThat(lacking).as("listed by the kernel, not found here").isEmpty();
        List<String> extra = new ArrayList<>();
        for (CpuFeature feature : CpuFeature.values())
            if (KERNEL_LISTS.contains(feature) && CPU.features().contains(feature) && !names.containsKey(feature))
                extra.add(feature.text());
        assertThat(extra).as("found here, not listed by the kernel").isEmpty();
    }

    /** What every kernel of the last ten years lists when it is usable, under a name known here. */
    private static final Set<CpuFeature> KERNEL_LISTS = Set.of(
            CpuFeature.SSE3,
            CpuFeature.SSSE3,
            CpuFeature.SSE4_1,
            CpuFeature.SSE4_2,
            CpuFeature.POPCNT,
            CpuFeature.AES,
            CpuFeature.AVX,
            CpuFeature.AVX2,
            CpuFeature.FMA,
            CpuFeature.F16C,
            CpuFeature.BMI1,
            CpuFeature.BMI2,
            CpuFeature.ADX,
            CpuFeature.AVX512F,
            CpuFeature.AVX512BW,
            CpuFeature.AVX512DQ,
            CpuFeature.AVX512CD,
            CpuFeature.AVX512VL,
            CpuFeature.FMA4,
            CpuFeature.XOP,
            CpuFeature.TBM,
            CpuFeature.SSE4A);

    @Test
    void every_feature_stands_on_what_it_implies() {
        for (CpuFeature feature : CpuFeature.values())
            if (CPU.features().contains(feature))
                assertThat(CPU.features().containsAll(CpuFeatures.of(feature)))
                        .as("%s", feature)
                        .isTrue();
        assertThat(CPU.features().containsAll(CpuFeatures.BASELINE)).isTrue();
        assertThat(CPU.processorFeatures().containsAll(CPU.features())).isTrue();
    }

    @Test
    void registers_that_the_operating_system_does_not_save_are_not_to_be_used() {
        HostCpu without = new HostCpu(CPU.leaves(), 0);
        assertThat(without.features().contains(CpuFeature.AVX)).isFalse();
        assertThat(without.features().contains(CpuFeature.AVX512F)).isFalse();
        assertThat(without.features().contains(CpuFeature.VAES)).isFalse();
        assertThat(without.features().containsAll(CpuFeatures.BASELINE)).isTrue();
        assertThat(without.processorFeatures()).isEqualTo(CPU.processorFeatures());
        HostCpu halfWidth = new HostCpu(CPU.leaves(), 7);
        assertThat(halfWidth.features().contains(CpuFeature.AVX2))
                .isEqualTo(CPU.features().contains(CpuFeature.AVX2));
        assertThat(halfWidth.features().contains(CpuFeature.AVX512F)).isFalse();
    }

    @Test
    void reads_what_Intel_documents_for_a_processor() {
        // Leaves of a Core i7-6700, as published.
        List<CpuLeaf> leaves = List.of(
                new CpuLeaf(0, 0, 0x16, 0x756E6547, 0x6C65746E, 0x49656E69),
                new CpuLeaf(1, 0, 0x506E3, 0x00100800, 0x7FFAFBFF, 0xBFEBFBFF),
                new CpuLeaf(4, 0, 0x1C004121, 0x01C0003F, 0x3F, 0),
                new CpuLeaf(4, 1, 0x1C004122, 0x01C0003F, 0x3F, 0),
                new CpuLeaf(4, 2, 0x1C004143, 0x00C0003F, 0x3FF, 0),
                new CpuLeaf(4, 3, 0x1C03C163, 0x03C0003F, 0x1FFF, 6),
                new CpuLeaf(4, 4, 0, 0, 0, 0),
                new CpuLeaf(7, 0, 0, 0x029C6FBF, 0, 0),
                new CpuLeaf(0xB, 0, 1, 2, 0x100, 0),
                new CpuLeaf(0xB, 1, 4, 8, 0x201, 0),
                new CpuLeaf(0x15, 0, 2, 284, 24_000_000, 0),
                new CpuLeaf(0x80000000, 0, 0x80000008, 0, 0, 0),
                new CpuLeaf(0x80000001, 0, 0, 0, 0x121, 0x2C100800),
                new CpuLeaf(0x80000007, 0, 0, 0, 0, 0x100));
        HostCpu cpu = new HostCpu(leaves, 0x1F);
        assertThat(cpu.vendor()).isEqualTo("GenuineIntel");
        assertThat(cpu.brand()).isEmpty();
        assertThat(cpu.family()).isEqualTo(6);
        assertThat(cpu.model()).isEqualTo(94);
        assertThat(cpu.stepping()).isEqualTo(3);
        assertThat(cpu.threadsPerCore()).isEqualTo(2);
        assertThat(cpu.hasInvariantTsc()).isTrue();
        assertThat(cpu.tscFrequency()).isEqualTo(3_408_000_000L);
        assertThat(cpu.hypervisor()).isNull();
        assertThat(cpu.caches())
                .containsExactly(
                        new CpuCache(1, CpuCache.Kind.DATA, 32 << 10, 8, 64, 2),
                        new CpuCache(1, CpuCache.Kind.INSTRUCTION, 32 << 10, 8, 64, 2),
                        new CpuCache(2, CpuCache.Kind.UNIFIED, 256 << 10, 4, 64, 2),
                        new CpuCache(3, CpuCache.Kind.UNIFIED, 8 << 20, 16, 64, 16));
        assertThat(cpu.features().containsAll(CpuFeatures.X86_64_V3)).isTrue();
        assertThat(cpu.features().contains(CpuFeature.AVX512F)).isFalse();
        assertThat(cpu.features().contains(CpuFeature.MPX)).isTrue();
    }
}
