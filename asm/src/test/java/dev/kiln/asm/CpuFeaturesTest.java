package dev.kiln.asm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kiln.asm.internal.FormTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CpuFeaturesTest {
    @Test
    void every_feature_of_the_table_is_known_by_the_name_that_the_enum_prints() {
        List<String> unknown = new ArrayList<>();
        FormTable table = FormTable.get();
        for (int i = 0; i < table.featureCount(); i++)
            for (String name : table.featureAt(i).split("\\+")) if (CpuFeature.find(name) == null) unknown.add(name);
        assertThat(unknown)
                .as("names in the table that need a constant of CpuFeature")
                .isEmpty();
        for (int form = 1; form < Forms.count(); form++)
            assertThat(CpuFeatures.ALL.containsAll(CpuFeatures.ofForm(form))).isTrue();
    }

    @Test
    void what_a_feature_implies_stands_before_it_so_that_one_pass_closes_a_set() {
        for (CpuFeature feature : CpuFeature.values()) {
            for (CpuFeature implied : feature.implied()) assertThat(implied).isLessThan(feature);
            if (feature != CpuFeature.X64)
                assertThat(CpuFeatures.of(feature).contains(CpuFeature.X64)).isTrue();
        }
    }

    @Test
    void no_two_features_share_a_name_or_a_field_of_CPUID() {
        Map<Cpuid, CpuFeature> fields = new HashMap<>();
        for (CpuFeature feature : CpuFeature.values()) {
            assertThat(fields.put(feature.cpuid(), feature))
                    .as("%s", feature.cpuid())
                    .isNull();
            assertThat(CpuFeature.find(feature.text())).isSameAs(feature);
        }
    }

    @Test
    void levels_hold_what_the_psABI_lists() {
        assertThat(CpuFeatures.X86_64_V1.toList())
                .contains(
                        CpuFeature.CMOV,
                        CpuFeature.X87,
                        CpuFeature.FXSR,
                        CpuFeature.MMX,
                        CpuFeature.SSE,
                        CpuFeature.SSE2)
                .doesNotContain(CpuFeature.SSE3);
        assertThat(CpuFeatures.X86_64_V2.toList())
                .contains(CpuFeature.CMPXCHG16B, CpuFeature.LAHF, CpuFeature.POPCNT, CpuFeature.SSE3, CpuFeature.SSSE3)
                .contains(CpuFeature.SSE4_1, CpuFeature.SSE4_2)
                .doesNotContain(CpuFeature.AVX, CpuFeature.XSAVE, CpuFeature.AES);
        assertThat(CpuFeatures.X86_64_V3.toList())
                .contains(CpuFeature.AVX, CpuFeature.AVX2, CpuFeature.BMI1, CpuFeature.BMI2, CpuFeature.F16C)
                .contains(CpuFeature.FMA, CpuFeature.LZCNT, CpuFeature.MOVBE, CpuFeature.XSAVE)
                .doesNotContain(CpuFeature.AVX512F, CpuFeature.ADX, CpuFeature.VAES);
        assertThat(CpuFeatures.X86_64_V4.toList())
                .contains(CpuFeature.AVX512F, CpuFeature.AVX512BW, CpuFeature.AVX512CD, CpuFeature.AVX512DQ)
                .contains(CpuFeature.AVX512VL)
                .doesNotContain(CpuFeature.AVX512IFMA);
        assertThat(CpuFeatures.X86_64_V4.containsAll(CpuFeatures.X86_64_V3)).isTrue();
        assertThat(CpuFeatures.X86_64_V3.containsAll(CpuFeatures.X86_64_V4)).isFalse();
    }

    @Test
    void a_set_prints_as_text_that_reads_back() {
        assertThat(CpuFeatures.X86_64_V3.plus(CpuFeature.AVX512F)).hasToString("x86-64-v3+avx512f");
        assertThat(CpuFeatures.X86_64_V2.plus(CpuFeature.AVX2, CpuFeature.AES, CpuFeature.AVX))
                .hasToString("x86-64-v2+aes+avx2");
        assertThat(CpuFeatures.of(CpuFeature.POPCNT)).hasToString("x64+popcnt");
        assertThat(CpuFeatures.ALL).hasToString("all");
        assertThat(CpuFeatures.BASELINE).hasToString("x86-64-v1");
        CpuFeature[] features = CpuFeature.values();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 2_000; i++) {
            CpuFeatures set = CpuFeatures.parse("x86-64-v" + random.nextInt(1, 5));
            for (int n = random.nextInt(6); n > 0; n--) set = set.plus(features[random.nextInt(features.length)]);
            if (random.nextBoolean()) set = set.minus(features[random.nextInt(1, features.length)]);
            assertThat(CpuFeatures.parse(set.toString())).isEqualTo(set).hasSameHashCodeAs(set);
        }
    }

    @Test
    void features_are_read_in_the_spellings_of_other_tools() {
        assertThat(CpuFeatures.parse("X86-64+SSE4_2")).isEqualTo(CpuFeatures.X86_64_V1.plus(CpuFeature.SSE4_2));
        assertThat(CpuFeatures.parse("x86-64-v4,-avx512cd,+gfni").toList())
                .contains(CpuFeature.GFNI, CpuFeature.AVX512BW)
                .doesNotContain(CpuFeature.AVX512CD);
        assertThat(CpuFeatures.parse("avx2")).isEqualTo(CpuFeatures.BASELINE.plus(CpuFeature.AVX2));
        assertThat(CpuFeature.find("cx16")).isEqualTo(CpuFeature.CMPXCHG16B);
        assertThat(CpuFeature.find("avx512_vnni")).isEqualTo(CpuFeature.AVX512VNNI);
        assertThat(CpuFeature.find("lahf_lm")).isEqualTo(CpuFeature.LAHF);
        assertThat(CpuFeature.find("")).isNull();
    }

    @Test
    void without_a_feature_goes_what_implies_it() {
        CpuFeatures rest = CpuFeatures.X86_64_V4.minus(CpuFeature.AVX);
        assertThat(rest)
                .isEqualTo(CpuFeatures.X86_64_V2.plus(
                        CpuFeature.BMI1, CpuFeature.BMI2, CpuFeature.LZCNT, CpuFeature.MOVBE, CpuFeature.XSAVE));
        assertThatThrownBy(() -> rest.minus(CpuFeature.X64)).hasMessageContaining("base set");
    }

    @Test
    void what_is_missing_is_named_without_what_it_implies() {
        CpuFeatures needed = CpuFeatures.of(CpuFeature.AVX512BW, CpuFeature.GFNI);
        assertThat(CpuFeatures.X86_64_V2.missing(needed)).isEqualTo("gfni+avx512bw");
        assertThat(CpuFeatures.ALL.missing(needed)).isEmpty();
    }

    @Test
    void unknown_names_are_refused_with_what_is_near() {
        assertThatThrownBy(() -> CpuFeatures.parse("x86-64-v3+avx51f"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'avx51f'")
                .hasMessageContaining("did you mean 'avx512f'");
        assertThatThrownBy(() -> CpuFeatures.parse("haswell")).hasMessageContaining("x86-64-v1 to x86-64-v4");
        for (String wrong : new String[] {"", "+", "avx2+", "x86-64-v3,,avx2", "-", "x86-64-v5"})
            assertThatThrownBy(() -> CpuFeatures.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void fields_of_CPUID_are_read() {
        assertThat(CpuFeature.AVX2.cpuid().isIn(0, 1 << 5, 0, 0)).isTrue();
        assertThat(CpuFeature.AVX2.cpuid().isIn(-1, ~(1 << 5), -1, -1)).isFalse();
        assertThat(CpuFeature.AVX10_2.cpuid().isIn(0, 1, 0, 0)).isFalse();
        assertThat(CpuFeature.AVX10_2.cpuid().isIn(0, 3, 0, 0)).isTrue();
        assertThat(CpuFeature.AVX2.cpuid()).hasToString("CPUID.7H.0:EBX[5]");
        assertThat(CpuFeature.AVX10_1.cpuid()).hasToString("CPUID.24H.0:EBX[7:0]");
    }
}
