package dev.kiln.tests.filetests;

import dev.kiln.base.TrapException;
import dev.kiln.compiler.CompilerOptions;
import dev.kiln.ir.Type;
import dev.kiln.ir.interp.Interpreter;
import dev.kiln.jit.Jit;
import dev.kiln.jit.LoadedModule;
import dev.kiln.testing.FiletestDirectives;
import dev.kiln.tests.support.ForkedWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs filetests by the interpreter and compiled in memory, in a JVM of its own: {@code FiletestWorker FIRST FOLDER} does those from that
 * number on, and writes what is not as expected to {@code FOLDER/problems}.
 */
final class FiletestWorker {
    private FiletestWorker() {}

    public static void main(String[] args) throws IOException {
        Path home = Path.of(args[1]);
        Path problems = home.resolve("problems");
        List<Path> files = Filetest.files();
        try (ForkedWorker.Progress progress = new ForkedWorker.Progress(home)) {
            for (int i = Integer.parseInt(args[0]); i < files.size(); i++) {
                progress.at(i);
                for (String problem : run(files.get(i))) {
                    Files.writeString(
                            problems, i + " " + problem + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                }
            }
        }
        System.exit(0);
    }

    private static List<String> run(Path file) {
        List<String> problems = new ArrayList<>();
        try {
            Filetest test = Filetest.read(file);
            if (test.does("run")) {
                for (FiletestDirectives.Run run : test.directives().runs()) {
                    add(problems, interpret(test, run));
                    for (int level = 0; level < Filetest.LEVELS; level++) {
                        add(problems, compile(test, run, level));
                    }
                }
            }
            if (test.does("asm")) {
                problems.addAll(test.checkAssembly());
            }
        } catch (Throwable e) {
            problems.add(Filetest.folder().relativize(file) + " " + e.toString().replace('\n', ' ') + " at "
                    + List.of(e.getStackTrace()));
        }
        return problems;
    }

    private static void add(List<String> problems, String problem) {
        if (problem != null) {
            problems.add(problem);
        }
    }

    private static String interpret(Filetest test, FiletestDirectives.Run run) {
        String trap = null;
        long bits = 0;
        try (Interpreter interpreter = interpreter(test)) {
            long[] words = interpreter.callBits(run.function(), test.arguments(run));
            bits = words.length == 0 ? 0 : words[0];
        } catch (TrapException e) {
            trap = e.name();
        }
        return test.judge(run, "interpreted", trap, bits);
    }

    static Interpreter interpreter(Filetest test) {
        return Interpreter.builder(test.module())
                .stack(16 << 20)
                .slotMemory(64 << 20)
                .build();
    }

    private static String compile(Filetest test, FiletestDirectives.Run run, int level) throws Throwable {
        Object[] arguments = boxed(test, run);
        String trap = null;
        long bits = 0;
        try (Jit jit = Jit.builder()
                        .options(CompilerOptions.DEFAULT.withOptimization(level))
                        .build();
                LoadedModule loaded = jit.load(test.module())) {
            bits = bits(loaded.function(run.function()).invokeWithArguments(arguments));
        } catch (TrapException e) {
            trap = e.name();
        }
        return test.judge(run, "-O" + level, trap, bits);
    }

    private static Object[] boxed(Filetest test, FiletestDirectives.Run run) {
        long[] bits = test.arguments(run);
        Object[] boxed = new Object[bits.length];
        for (int i = 0; i < bits.length; i++) {
            Type type = test.function(run).signature().params().get(i).type();
            boxed[i] = switch (type) {
                case I8 -> (byte) bits[i];
                case I16 -> (short) bits[i];
                case I32 -> (int) bits[i];
                case F32 -> Float.intBitsToFloat((int) bits[i]);
                case F64 -> Double.longBitsToDouble(bits[i]);
                default -> bits[i];
            };
        }
        return boxed;
    }

    private static long bits(Object value) {
        return switch (value) {
            case null -> 0;
            case Float f -> Float.floatToRawIntBits(f) & 0xFFFF_FFFFL;
            case Double d -> Double.doubleToRawLongBits(d);
            case Number n -> n.longValue();
            default -> throw new IllegalArgumentException("a result of class " + value.getClass());
        };
    }
}
