package dev.kiln.object;

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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Objects and assembly text from text. */
final class Build {
    private Build() {}

    static Layout layout(String name, String text, boolean pic, Diagnostics diagnostics) {
        Module module = IrParser.parse(SourceText.of(name + ".kir", "module \"" + name + "\"\n" + text), diagnostics);
        diagnostics.throwIfErrors();
        Target target = new Target(Target.Platform.LINUX, pic, Target.Purpose.OBJECT, Target.Cpu.BASELINE);
        CompiledModule compiled = Compiler.compile(module, target, CompilerOptions.DEFAULT.withText(true), diagnostics);
        diagnostics.throwIfErrors();
        CodeBuffer trap = new CodeBuffer();
        TrapRoutine.emit(trap);
        return Layout.of(compiled, trap.finish(), diagnostics);
    }

    static byte[] object(String name, String text, boolean pic) {
        Diagnostics diagnostics = new Diagnostics();
        Layout layout = layout(name, text, pic, diagnostics);
        ObjectFile object = ObjectBuilder.build(layout, diagnostics);
        diagnostics.throwIfErrors();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ElfWriter.write(object, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static Path object(Path folder, String name, String text) {
        return write(folder.resolve(name + ".o"), object(name, text, true));
    }

    static String nasm(String name, String text) {
        Diagnostics diagnostics = new Diagnostics();
        Layout layout = layout(name, text, true, diagnostics);
        diagnostics.throwIfErrors();
        return NasmFile.print(layout);
    }

    static Path write(Path file, byte[] bytes) {
        try {
            return Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
