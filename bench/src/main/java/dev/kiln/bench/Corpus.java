package dev.kiln.bench;

import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import dev.kiln.compiler.CompiledFunction;
import dev.kiln.compiler.CompiledModule;
import dev.kiln.compiler.Compiler;
import dev.kiln.compiler.CompilerOptions;
import dev.kiln.compiler.Target;
import dev.kiln.ir.Module;
import dev.kiln.qbe.QbeParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The programs of {@code tests/corpus}, for benchmarks that want code as it is in earnest. */
final class Corpus {
    private Corpus() {}

    /** The instructions of all functions, compiled for Linux, one behind the other; without the constants behind each. */
    static byte[] code() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Path file : files()) {
            for (CompiledFunction function : compile(file).functions())
                all.write(function.code().bytes(), 0, function.code().codeEnd());
        }
        return all.toByteArray();
    }

    private static List<Path> files() {
        Path folder = Path.of(System.getProperty("kiln.root", "."), "tests", "corpus", "ssa");
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("not run from the source tree?", e);
        }
    }

    private static CompiledModule compile(Path file) {
        Diagnostics diagnostics = new Diagnostics();
        Module module = QbeParser.parse(SourceText.of(file.toString(), read(file)), diagnostics);
        diagnostics.throwIfErrors();
        CompiledModule compiled = Compiler.compile(module, Target.LINUX, CompilerOptions.DEFAULT, diagnostics);
        diagnostics.throwIfErrors();
        return compiled;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
