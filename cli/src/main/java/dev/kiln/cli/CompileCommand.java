package dev.kiln.cli;

import dev.kiln.asm.CodeBuffer;
import dev.kiln.base.Diagnostic;
import dev.kiln.base.DiagnosticException;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.Position;
import dev.kiln.base.SourceText;
import dev.kiln.compiler.CompiledModule;
import dev.kiln.compiler.Compiler;
import dev.kiln.compiler.CompilerOptions;
import dev.kiln.compiler.Target;
import dev.kiln.compiler.TrapRoutine;
import dev.kiln.ir.Module;
import dev.kiln.object.ElfWriter;
import dev.kiln.object.Layout;
import dev.kiln.object.NasmFile;
import dev.kiln.object.ObjectBuilder;
import dev.kiln.object.ObjectFile;
import dev.kiln.object.SystemLinker;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code kiln compile}: assembly text, object files, executables. */
final class CompileCommand {
    private enum Format {
        NASM,
        OBJECT,
        EXECUTABLE,
        SHARED
    }

    private final Options options;
    private final Diagnostics diagnostics;
    private final Reporter reporter;
    private final Timer timer;

    private CompileCommand(Options options, Diagnostics diagnostics, Reporter reporter) {
        this.options = options;
        this.diagnostics = diagnostics;
        this.reporter = reporter;
        this.timer = new Timer(options.timePasses);
    }

    static int run(Options options, Diagnostics diagnostics, Reporter reporter) {
        options.allow(
                "--input",
                "-o",
                "--format",
                "-f",
                "--target",
                "-O0",
                "-O1",
                "-O2",
                "--pic",
                "--no-pic",
                "--debug-level",
                "--dump",
                "--threads",
                "--time-passes",
                "-l");
        return new CompileCommand(options, diagnostics, reporter).run();
    }

    private int run() {
        if (options.files.isEmpty()) {
            throw new UsageException("compile needs a file");
        }
        if (options.output == null) {
            throw new UsageException("compile needs -o OUT");
        }
        Format format = format();
        List<String> programs = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (String file : options.files) {
            if (isForLinker(file)) {
                others.add(file);
            } else {
                programs.add(file);
            }
        }
        boolean links = format == Format.EXECUTABLE || format == Format.SHARED;
        if (links && options.output.equals("-")) {
            throw new UsageException("executables and libraries cannot be written to standard output");
        }
        if (!links && (programs.size() != 1 || !others.isEmpty())) {
            throw new UsageException("only an executable or shared library can be made of several files");
        }
        List<Path> linked = new ArrayList<>();
        for (String file : others) {
            linked.add(Input.existing(file));
        }
        List<Layout> layouts = new ArrayList<>();
        for (String program : programs) {
            Layout layout = compile(program, format == Format.NASM);
            if (layout != null) {
                layouts.add(layout);
            }
        }
        if (diagnostics.hasErrors()) {
            return ExitStatus.WRONG_INPUT;
        }
        switch (format) {
            case NASM -> {
                byte[] text = NasmFile.print(layouts.getFirst()).getBytes(StandardCharsets.UTF_8);
                timer.lap("print");
                Output.write(options.output, text);
            }
            case OBJECT -> {
                ObjectFile object = ObjectBuilder.build(layouts.getFirst(), diagnostics);
                if (diagnostics.hasErrors()) {
                    return ExitStatus.WRONG_INPUT;
                }
                Output.write(options.output, out -> ElfWriter.write(object, out));
                timer.lap("write");
            }
            case EXECUTABLE, SHARED -> link(layouts, linked, format == Format.SHARED);
        }
        timer.print();
        return diagnostics.hasErrors() ? ExitStatus.WRONG_INPUT : ExitStatus.OK;
    }

    private static boolean isForLinker(String file) {
        return file.endsWith(".o")
                || file.endsWith(".a")
                || file.endsWith(".c")
                || file.endsWith(".so")
                || file.contains(".so.");
    }

    private Format format() {
        if (options.format != null) {
            return switch (options.format) {
                case "nasm" -> Format.NASM;
                case "elf" -> Format.OBJECT;
                case "exe" -> Format.EXECUTABLE;
                case "coff", "macho" -> throw new UsageException("--format " + options.format + " is not made yet");
                default -> throw new UsageException("--format is nasm, elf, coff, macho or exe, not " + options.format);
            };
        }
        String out = options.output;
        if (out.equals("-") || out.endsWith(".asm") || out.endsWith(".nasm") || out.endsWith(".s")) {
            return Format.NASM;
        }
        if (out.endsWith(".o") || out.endsWith(".obj")) {
            return Format.OBJECT;
        }
        if (out.endsWith(".so")) {
            return Format.SHARED;
        }
        if (out.endsWith(".dll") || out.endsWith(".dylib")) {
            throw new UsageException("shared libraries of other platforms than Linux are not made yet");
        }
        return Format.EXECUTABLE;
    }

    private Layout compile(String file, boolean text) {
        SourceText source = Input.read(file);
        reporter.source(source);
        timer.lap("read");
        Diagnostics found = new Diagnostics();
        Module module = Input.parse(source, options.inputKind, found);
        diagnostics.addAll(found);
        timer.lap("parse and verify");
        if (module == null) {
            return null;
        }
        Target target = new Target(options.platform, options.pic, Target.Purpose.OBJECT, Target.Cpu.BASELINE);
        CompilerOptions how = CompilerOptions.DEFAULT
                .withOptimization(options.optimization)
                .withThreads(options.threads)
                .withText(text)
                .withStages(options.dumps.isEmpty() ? null : new Dump(options.dumps));
        CompiledModule compiled = Compiler.compile(module, target, how, diagnostics);
        timer.lap("compile");
        if (compiled == null || diagnostics.hasErrors()) {
            return null;
        }
        CodeBuffer trap = new CodeBuffer();
        TrapRoutine.emit(trap);
        return Layout.of(compiled, trap.finish(), diagnostics);
    }

    private void link(List<Layout> layouts, List<Path> others, boolean shared) {
        List<Path> temporary = new ArrayList<>();
        try {
            List<Path> inputs = new ArrayList<>();
            for (Layout layout : layouts) {
                ObjectFile object = ObjectBuilder.build(layout, diagnostics);
                Path file = Files.createTempFile("kiln-", ".o");
                temporary.add(file);
                inputs.add(file);
                try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
                    ElfWriter.write(object, out);
                }
            }
            timer.lap("write");
            if (diagnostics.hasErrors()) {
                return;
            }
            inputs.addAll(others);
            Path made = Output.temporary(options.output);
            temporary.add(made);
            SystemLinker.link(inputs, options.libraries, made, shared, options.pic);
            Output.replace(made, options.output);
            timer.lap("link");
        } catch (IOException e) {
            throw new DiagnosticException(
                    Diagnostic.of(CliCode.CANNOT_WRITE, Position.NONE, options.output, String.valueOf(e.getMessage())));
        } finally {
            for (Path file : temporary) {
                delete(file);
            }
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // It lies in the folder for temporary files, where somebody else tidies up.
        }
    }

    /** Prints stages to standard error, so that the result may go to standard output. */
    private record Dump(List<String> stages) implements CompilerOptions.StageListener {
        @Override
        public boolean wants(String stage) {
            return stages.contains(stage);
        }

        @Override
        public void after(String stage, String function, String text) {
            System.err.println("; @" + function + " after " + stage);
            System.err.println(text);
        }
    }
}
