package dev.kiln.ir.interp;

import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Tests of programs that use a library written in C, which is made once for all of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LibraryTest {
    private final String source;
    private SymbolLookup library;

    /** @param source of the library */
    LibraryTest(String source) {
        this.source = source;
    }

    @BeforeAll
    void compile(@TempDir Path folder) {
        library = Programs.library(source, folder);
    }

    /** How a program is run that may use the library. */
    Interpreter.Builder builder(String text) {
        return Interpreter.builder(Programs.parse(text)).lookup(library);
    }

    /** An interpreter with default options of a program that may use the library. */
    Interpreter with(String text) {
        return builder(text).build();
    }
}
