package dev.kiln.ir.interp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import dev.kiln.ir.IrParser;
import dev.kiln.ir.Module;
import dev.kiln.testing.OutsideTool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert;

/** Programs for tests, in text. */
final class Programs {
    private Programs() {}

    /** The module of a text that must be free of errors. */
    static Module parse(String text) {
        Diagnostics diagnostics = new Diagnostics();
        Module module = IrParser.parse(SourceText.of("test.kir", text), diagnostics);
        assertThat(diagnostics.list()).isEmpty();
        return module;
    }

    /** An interpreter with default options. */
    static Interpreter interpreter(String text) {
        return Interpreter.builder(parse(text)).build();
    }

    /** Asserts that the interpreter refuses to do something, for a reason. */
    static void assertRefused(InterpreterCode code, ThrowableAssert.ThrowingCallable doing) {
        assertThatThrownBy(doing)
                .isInstanceOfSatisfying(
                        InterpreterException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    /** The zero-terminated text at an address. */
    static String string(long address) {
        return MemorySegment.ofAddress(address).reinterpret(1000).getString(0);
    }

    /** A library that the system's C compiler makes. */
    static SymbolLookup library(String source, Path folder) {
        Path gcc = OutsideTool.require("gcc");
        try {
            Path file = folder.resolve("library.c");
            Files.writeString(file, source);
            Path library = folder.resolve("library.so");
            OutsideTool.run(gcc.toString(), "-O1", "-shared", "-fPIC", "-w", "-o", library.toString(), file.toString())
                    .succeeded();
            return SymbolLookup.libraryLookup(library, Arena.global());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
