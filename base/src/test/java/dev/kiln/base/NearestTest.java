package dev.kiln.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Suggestions are near, and of the right kind of near. */
class NearestTest {
    private static String nearest(String wanted, String... known) {
        Nearest nearest = new Nearest(wanted);
        for (String name : known) nearest.offer(name);
        return nearest.best();
    }

    @Test
    void lettersPutInTakenOutChangedOrSwapped() {
        assertThat(nearest("mvo", "mov", "mul")).isEqualTo("mov");
        assertThat(nearest("vaddpss", "vaddsd", "vaddps")).isEqualTo("vaddps");
        assertThat(nearest("vadps", "vaddps")).isEqualTo("vaddps");
        assertThat(nearest("count", "mount", "counts")).isEqualTo("mount");
        assertThat(nearest("pclmulqdq2", "mul", "pclmulqdq")).isEqualTo("pclmulqdq");
    }

    @Test
    void nothingWhenTooFar() {
        assertThat(nearest("foo", "aor", "for4", "f")).isNull();
        assertThat(nearest("", "a")).isNull();
        assertThat(nearest("x".repeat(100), "x".repeat(99))).isNull();
        assertThat(new Nearest("abc").suggestion("%")).isEmpty();
    }

    @Test
    void aNameIsNoSuggestionForItself() {
        assertThat(nearest("add", "add", "and")).isEqualTo("and");
    }
}
