package dev.kiln.exec.internal;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kiln.base.DiagnosticException;
import org.junit.jupiter.api.Test;

class HostTest {
    @Test
    void knowsItsHosts() {
        assertEquals(Host.LINUX, Host.of("Linux", "amd64"));
        assertEquals(Host.WINDOWS, Host.of("Windows Server 2025", "amd64"));
        assertEquals(Host.MACOS, Host.of("Mac OS X", "x86_64"));
    }

    @Test
    void refusesOthersInOneSentence() {
        assertThatThrownBy(() -> Host.of("Linux", "aarch64"))
                .isInstanceOf(DiagnosticException.class)
                .hasMessageContaining("not on aarch64 under Linux");
        assertThatThrownBy(() -> Host.of("AIX", "amd64")).hasMessageContaining("KILN-E0501");
    }
}
