package dev.kiln.tests.support;

import dev.kiln.asm.CodeBuffer;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import dev.kiln.compiler.CompiledModule;
import dev.kiln.compiler.Compiler;
import dev.kiln.compiler.CompilerOptions;
import dev.kiln.compiler.Target;
import dev.kiln.compiler.TrapRoutine;
import dev.kiln.ir.IrParser;
import dev.kiln.ir.Module;
import dev.kiln.ir.Verifier;
import dev.kiln.object.ElfWriter;
import dev.kiln.object.Layout;
import dev.kiln.object.NasmFile;
import dev.kiln.object.ObjectBuilder;
import dev.kiln.object.ObjectFile;
import dev.kiln.qbe.QbeParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The way from a file to an object or assembly text, for tests; errors are failures. */
public final class Toolchain {
    private Toolchain() {}

    /** The root of the source tree. */
    public static Path root() {
        return Path.of(System.getProperty("kiln.root", "..")).toAbsolutePath().normalize();
    }

    /** Reads and verifies a {@code .kir} or {@code .ssa} file. */
    public static Module read(Path file) {
        try {
            return read(file.getFileName().toString(), Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads and verifies a program; what language it is in tells the ending of its name. */
    public static Module read(String name, byte[] text) {
        Diagnostics diagnostics = new Diagnostics();
        SourceText source = new SourceText(name, text);
        Module module =
                name.endsWith(".ssa") ? QbeParser.parse(source, diagnostics) : IrParser.parse(source, diagnostics);
        if (!diagnostics.hasErrors()) {
            Verifier.verify(module, diagnostics);
        }
        fail(name, diagnostics);
        return module;
    }

    /** Compiles a module for an object file. */
    public static Layout compile(Module module, int level, boolean text) {
        Diagnostics diagnostics = new Diagnostics();
        CompiledModule compiled = Compiler.compile(
                module,
                Target.LINUX,
                CompilerOptions.DEFAULT.withOptimization(level).withText(text),
                diagnostics);
        fail(module.name(), diagnostics);
        CodeBuffer trap = new CodeBuffer();
        TrapRoutine.emit(trap);
        Layout layout = Layout.of(compiled, trap.finish(), diagnostics);
        fail(module.name(), diagnostics);
        return layout;
    }

    /** The ELF object of a module. */
    public static byte[] object(Module module, int level) {
        Diagnostics diagnostics = new Diagnostics();
        ObjectFile object = ObjectBuilder.build(compile(module, level, false), diagnostics);
        fail(module.name(), diagnostics);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ElfWriter.write(object, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** The assembly text of a module. */
    public static String nasm(Module module, int level) {
        return NasmFile.print(compile(module, level, true));
    }

    private static void fail(String name, Diagnostics diagnostics) {
        if (diagnostics.hasErrors()) {
            throw new AssertionError(name + ": " + diagnostics.list());
        }
    }
}
