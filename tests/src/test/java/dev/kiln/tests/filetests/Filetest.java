package dev.kiln.tests.filetests;

import dev.kiln.ir.Function;
import dev.kiln.ir.Module;
import dev.kiln.ir.Type;
import dev.kiln.testing.FiletestDirectives;
import dev.kiln.tests.support.Toolchain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file below {@code tests/filetests} with expectations about what its functions do. Each call that it states starts with fresh data.
 * {@code ; test:} may say {@code run} (interpreter, compiled in memory at each level, nasm's executable) or {@code asm -O1} (what
 * {@code check} says about the assembly text of that level); without it, everything is done.
 */
record Filetest(Path file, Module module, FiletestDirectives directives) {
    static final int LEVELS = 3;

    /** All files with expectations about calls and code; those about errors have a folder and a test of their own. */
    static List<Path> files() {
        try (Stream<Path> all = Files.walk(folder())) {
            return all.filter(f -> f.toString().endsWith(".kir")
                            && !f.getParent().getFileName().toString().equals("errors"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static Path folder() {
        return Toolchain.root().resolve("tests").resolve("filetests");
    }

    /**
     * @throws AssertionError when the program is wrong
     * @throws IllegalArgumentException when an expectation is
     */
    static Filetest read(Path file) throws IOException {
        FiletestDirectives directives = FiletestDirectives.parse(Files.readString(file));
        if (directives.runs().isEmpty() && directives.checks().isEmpty()) {
            throw new IllegalArgumentException(file + " expects nothing");
        }
        return new Filetest(file, Toolchain.read(file), directives);
    }

    boolean does(String test) {
        return directives.tests().isEmpty()
                || directives.tests().stream().anyMatch(t -> t.equals(test) || t.startsWith(test + " "));
    }

    /** The level whose assembly text is looked at. */
    int level() {
        for (String test : directives.tests()) {
            if (test.startsWith("asm -O")) {
                return test.charAt("asm -O".length()) - '0';
            }
        }
        return 1;
    }

    Function function(FiletestDirectives.Run run) {
        Function function = module.function(run.function());
        if (function == null) {
            throw new IllegalArgumentException("line " + run.line() + ": there is no @" + run.function());
        }
        if (function.signature().params().size() != run.arguments().size()) {
            throw new IllegalArgumentException("line " + run.line() + ": @" + run.function() + " takes "
                    + function.signature().params().size() + " arguments");
        }
        return function;
    }

    /** The bits of the arguments of a call. */
    long[] arguments(FiletestDirectives.Run run) {
        Function function = function(run);
        long[] bits = new long[run.arguments().size()];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = run.arguments()
                    .get(i)
                    .bits(function.signature().params().get(i).type().text());
        }
        return bits;
    }

    /** Compares what a call gave with what was expected; {@code null} when it is that. */
    String judge(FiletestDirectives.Run run, String way, String trap, long bits) {
        Type type = function(run).signature().result();
        if (run.trap() != null) {
            return run.trap().equals(trap)
                    ? null
                    : complain(run, way, trap == null ? "returned" : "trapped " + trap, "trap " + run.trap());
        }
        if (trap != null) {
            return complain(run, way, "trapped " + trap, "no trap");
        }
        if (run.result() == null || run.result().matches(type.text(), bits)) {
            return null;
        }
        return complain(run, way, text(type, bits), run.result().toString());
    }

    private String complain(FiletestDirectives.Run run, String way, String actual, String expected) {
        return folder().relativize(file) + ":" + run.line() + " " + way + ": @" + run.function() + run.arguments() + " "
                + actual + ", expected " + expected;
    }

    /** A value as a directive writes it. */
    static String text(Type type, long bits) {
        return switch (type) {
            case VOID -> "nothing";
            case F32 -> {
                float value = Float.intBitsToFloat((int) bits);
                yield Float.isNaN(value) ? String.format("bits:0x%08x", (int) bits) : number(Float.toString(value));
            }
            case F64 -> {
                double value = Double.longBitsToDouble(bits);
                yield Double.isNaN(value) ? String.format("bits:0x%016x", bits) : number(Double.toString(value));
            }
            case I8 -> Byte.toString((byte) bits);
            case I16 -> Short.toString((short) bits);
            case I32 -> Integer.toString((int) bits);
            default -> Long.toString(bits);
        };
    }

    private static String number(String java) {
        return java.replace("Infinity", "inf").replace('E', 'e');
    }

    /** What the assembly text does not hold as expected. */
    List<String> checkAssembly() {
        List<String> problems = new ArrayList<>();
        String text = Toolchain.nasm(module, level()).replaceAll("(?m)\\s*;.*$", "");
        int at = 0;
        for (FiletestDirectives.Check check : directives.checks()) {
            if (!check.present()) {
                if (text.contains(check.text())) {
                    problems.add(
                            folder().relativize(file) + ":" + check.line() + " the assembly contains " + check.text());
                }
                continue;
            }
            int found = text.indexOf(check.text(), at);
            if (found < 0) {
                problems.add(
                        folder().relativize(file) + ":" + check.line() + " not found in the assembly: " + check.text());
            } else {
                at = found + check.text().length();
            }
        }
        return problems;
    }
}
