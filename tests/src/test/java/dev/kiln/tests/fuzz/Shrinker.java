package dev.kiln.tests.fuzz;

import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import dev.kiln.ir.Block;
import dev.kiln.ir.Data;
import dev.kiln.ir.Function;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.IrParser;
import dev.kiln.ir.IrPrinter;
import dev.kiln.ir.Linkage;
import dev.kiln.ir.Module;
import dev.kiln.ir.Type;
import dev.kiln.ir.Verifier;
import dev.kiln.ir.interp.InterpreterException;
import dev.kiln.tests.support.KilnCommand;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a program that goes wrong small, so that it can be looked at and kept: {@code Shrinker FILE.kir SEED}, where the seed settles
 * what the entry is called with. Works on the canonical text: lines are left out, results replaced by constants, branches settled; what
 * the verifier refuses is no candidate. Each candidate is judged by a JVM of its own, which may die of it (delta debugging, Zeller and
 * Hildebrandt, TSE 2002).
 */
final class Shrinker implements AutoCloseable {
    private static final Pattern DEFINITION = Pattern.compile("^    (%[\\w.]+) = ");
    private static final Pattern LABEL = Pattern.compile("^([\\w.]+)(\\((.*)\\))?:$");

    private final long seed;
    private final int level;
    private final Path file;
    private final long end;
    private Process judge;
    private BufferedReader answers;
    private BufferedWriter questions;
    private List<String> lines;
    private String wanted;

    private Shrinker(String text, long seed, int level, long millis) throws IOException {
        this.seed = seed;
        this.level = level;
        this.end = System.currentTimeMillis() + millis;
        file = Files.createTempFile("kiln-shrink-", ".kir");
        lines = new ArrayList<>(canonical(text));
    }

    public static void main(String[] args) throws IOException {
        String text = Files.readString(Path.of(args[0]));
        long seed = Long.parseLong(args[1]);
        System.out.println(shrink(text, seed, (int) (seed % 3), Long.getLong("kiln.shrink.seconds", 300) * 1000));
        System.exit(0);
    }

    /** The smallest program found in that time that goes wrong as the given one does. */
    static String shrink(String text, long seed, int level, long millis) throws IOException {
        try (Shrinker shrinker = new Shrinker(text, seed, level, millis)) {
            shrinker.wanted = shrinker.ask(shrinker.lines);
            if (!shrinker.wanted.equals("same") && !shrinker.wanted.startsWith("invalid")) {
                shrinker.run();
            }
            return "; goes wrong: " + shrinker.wanted + "\n" + String.join("\n", shrinker.lines) + "\n; called with "
                    + Arrays.toString(FuzzWorker.arguments(seed)) + "\n";
        }
    }

    private static List<String> canonical(String text) {
        Module module = parse(text);
        return module == null
                ? List.of(text.split("\n"))
                : List.of(IrPrinter.print(module).split("\n"));
    }

    private static Module parse(String text) {
        Diagnostics diagnostics = new Diagnostics();
        Module module =
                IrParser.parse(new SourceText("shrunk.kir", text.getBytes(StandardCharsets.UTF_8)), diagnostics);
        if (!diagnostics.hasErrors()) {
            Verifier.verify(module, diagnostics);
        }
        return diagnostics.hasErrors() ? null : module;
    }

    private void run() throws IOException {
        stripLocations();
        int before;
        do {
            before = lines.size();
            removeFunctions();
            settleBranches();
            for (int chunk = 64; chunk > 0; chunk /= 4) {
                removeLines(chunk);
            }
            replaceResults();
            removeBlockParameters();
        } while (lines.size() < before && System.currentTimeMillis() < end);
    }

    /** Whether a candidate goes wrong in the same way; then it is the program from now on. */
    private boolean accept(List<String> candidate) throws IOException {
        if (System.currentTimeMillis() > end || candidate.equals(lines)) {
            return false;
        }
        Module module = parse(String.join("\n", candidate));
        if (module == null || module.function("p_entry") == null || !wanted.equals(ask(candidate))) {
            return false;
        }
        lines = new ArrayList<>(candidate);
        return true;
    }

    private void stripLocations() throws IOException {
        List<String> candidate = new ArrayList<>(lines);
        candidate.replaceAll(line -> line.replaceAll(" !loc \"random\\.c\" \\d+:\\d+$", ""));
        accept(candidate);
    }

    /** Leaves out whole functions, and everything else outside of functions. */
    private void removeFunctions() throws IOException {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("func ")) {
                int last = i;
                while (!lines.get(last).equals("}")) {
                    last++;
                }
                accept(without(i, last + 1));
            } else if (!lines.get(i).startsWith(" ")) {
                int last = i + 1;
                while (last < lines.size()
                        && lines.get(last).startsWith("    ")
                        && !lines.get(i).endsWith(":")) {
                    last++;
                }
                accept(without(i, last));
            }
        }
    }

    private List<String> without(int from, int to) {
        List<String> candidate = new ArrayList<>(lines);
        candidate.subList(from, Math.min(to, candidate.size())).clear();
        return candidate;
    }

    private void removeLines(int chunk) throws IOException {
        for (int i = lines.size() - 1; i >= 0; i -= chunk) {
            int from = Math.max(0, i - chunk + 1);
            accept(without(from, Math.min(i + 1, lines.size())));
            i = Math.min(i, lines.size() - 1 + chunk);
        }
    }

    /** Puts jumps in the place of branches, and drops blocks that nothing reaches. */
    private void settleBranches() throws IOException {
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean branch = line.startsWith("    br ");
            if (!branch && !line.startsWith("    switch ")) {
                continue;
            }
            for (String target : targets(line)) {
                List<String> candidate = new ArrayList<>(lines);
                candidate.set(i, "    jump " + target);
                if (accept(withoutUnreachable(candidate)) || accept(candidate)) {
                    break;
                }
            }
        }
        accept(withoutUnreachable(lines));
    }

    /** The targets of a branch as text. */
    private static List<String> targets(String line) {
        List<String> parts = new ArrayList<>();
        int depth = 0, from = line.indexOf(',') + 1;
        for (int i = from; i <= line.length(); i++) {
            char c = i == line.length() ? ',' : line.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                String part = line.substring(from, i)
                        .replace("[", "")
                        .replace("]", "")
                        .strip();
                parts.add(part.substring(part.lastIndexOf(": ") < 0 ? 0 : part.indexOf(": ") + 2)
                        .strip());
                from = i + 1;
            }
        }
        return parts;
    }

    private List<String> withoutUnreachable(List<String> text) {
        Module module = parse(String.join("\n", text));
        if (module == null) {
            return text;
        }
        for (Function function : module.functions()) {
            Set<Block> reached = new HashSet<>();
            List<Block> work = new ArrayList<>(List.of(function.entry()));
            while (!work.isEmpty()) {
                Block block = work.removeLast();
                if (reached.add(block)) {
                    for (var target : block.terminator().targets()) {
                        work.add(target.block());
                    }
                }
            }
            function.blocks().removeIf(block -> !reached.contains(block));
        }
        return List.of(IrPrinter.print(module).split("\n"));
    }

    /** Puts a constant, or another value of the type, in the place of a result. */
    private void replaceResults() throws IOException {
        for (int i = lines.size() - 1; i >= 0; i--) {
            Matcher matcher = DEFINITION.matcher(lines.get(i));
            if (!matcher.find()) {
                continue;
            }
            Type type = typeOf(matcher.group(1), i);
            if (type == null || type.isVector()) {
                continue;
            }
            for (String constant : type.isFloat() ? new String[] {"1.0", "0.0"} : new String[] {"0", "1", "-1"}) {
                if (type != Type.PTR && accept(substituted(i, matcher.group(1), constant))) {
                    break;
                }
            }
            if (type == Type.PTR && lines.size() > i && lines.get(i).contains(" = index ptr ")) {
                String base = lines.get(i).split("index ptr ")[1].split(",")[0];
                accept(substituted(i, matcher.group(1), base));
            }
        }
    }

    private List<String> substituted(int definition, String name, String value) {
        List<String> candidate = new ArrayList<>(lines);
        candidate.remove(definition);
        Pattern use = Pattern.compile(Pattern.quote(name) + "(?![\\w.])");
        int from = definition, to = definition;
        while (from > 0 && !candidate.get(from - 1).startsWith("func ")) {
            from--;
        }
        while (to < candidate.size() && !candidate.get(to).equals("}")) {
            to++;
        }
        for (int i = from; i < to; i++) {
            candidate.set(i, use.matcher(candidate.get(i)).replaceAll(Matcher.quoteReplacement(value)));
        }
        return candidate;
    }

    private Type typeOf(String name, int line) {
        Module module = parse(String.join("\n", lines));
        if (module == null) {
            return null;
        }
        for (Function function : module.functions()) {
            for (Block block : function.blocks()) {
                for (Instruction i = block.first(); i != null; i = i.next()) {
                    if (i.textPosition() >> 10 == line + 1) {
                        return i.type();
                    }
                }
            }
        }
        return null;
    }

    /** Puts a constant in the place of a block's parameter, by leaving the parameter out everywhere. */
    private void removeBlockParameters() throws IOException {
        for (int i = 0; i < lines.size(); i++) {
            Matcher label = LABEL.matcher(lines.get(i));
            if (!label.find() || label.group(3) == null) {
                continue;
            }
            String[] params = label.group(3).split(", ");
            for (int p = params.length - 1; p >= 0; p--) {
                Module module = parse(String.join("\n", lines));
                Block block = module == null ? null : blockAt(module, i);
                if (block == null || p >= block.paramCount()) {
                    break;
                }
                String[] parts = params[p].split(": ");
                Type type = Type.named(parts[1]);
                if (type == null || type.isVector() || type == Type.PTR) {
                    continue;
                }
                accept(withoutParam(i, label.group(1), p, parts[0], type.isFloat() ? "0.0" : "0"));
            }
        }
    }

    private static Block blockAt(Module module, int line) {
        for (Function function : module.functions()) {
            for (Block block : function.blocks()) {
                if (block.first() != null && block.first().textPosition() >> 10 > line) {
                    return block;
                }
            }
        }
        return null;
    }

    private List<String> withoutParam(int line, String block, int index, String name, String value) {
        List<String> candidate = new ArrayList<>(lines);
        candidate.set(line, dropArgument(candidate.get(line), block + "(", index));
        Pattern use = Pattern.compile(Pattern.quote(name) + "(?![\\w.])");
        int from = line, to = line;
        while (!candidate.get(from).startsWith("func ")) {
            from--;
        }
        while (!candidate.get(to).equals("}")) {
            to++;
        }
        for (int i = from + 1; i < to; i++) {
            String text = candidate.get(i);
            if (i != line && text.startsWith("    ")) {
                text = dropArgument(text, " " + block + "(", index);
            }
            candidate.set(i, use.matcher(text).replaceAll(Matcher.quoteReplacement(value)));
        }
        return candidate;
    }

    private static String dropArgument(String text, String before, int index) {
        int at = text.indexOf(before);
        while (at >= 0) {
            int open = at + before.length(), close = text.indexOf(')', open);
            List<String> arguments =
                    new ArrayList<>(Arrays.asList(text.substring(open, close).split(", ")));
            if (index < arguments.size()) {
                arguments.remove(index);
            }
            String list = arguments.isEmpty() ? "" : "(" + String.join(", ", arguments) + ")";
            text = text.substring(0, open - 1) + list + text.substring(close + 1);
            at = text.indexOf(before, open);
        }
        return text;
    }

    // The judge.

    /** How a program goes: {@code same}, or what is wrong. */
    private String ask(List<String> candidate) throws IOException {
        Files.writeString(file, String.join("\n", candidate) + "\n");
        if (judge == null) {
            start();
        }
        try {
            questions.write(file + "\n");
            questions.flush();
            long limit = System.currentTimeMillis() + 10_000;
            while (!answers.ready() && judge.isAlive() && System.currentTimeMillis() < limit) {
                Thread.sleep(1);
            }
            if (!answers.ready() && judge.isAlive()) {
                stop();
                return "hangs";
            }
            String answer = answers.readLine();
            if (answer != null) {
                return answer;
            }
        } catch (IOException e) {
            // It died while being written to, which is an answer too.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stop();
        return "kills the JVM";
    }

    private void start() throws IOException {
        List<String> command = KilnCommand.java(
                Shrinker.class.getName() + "$JudgeProcess",
                List.of("-XX:ErrorFile=/dev/null", "-XX:TieredStopAtLevel=1"));
        command.add(Long.toString(seed));
        command.add(Integer.toString(level));
        judge = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        answers = new BufferedReader(new InputStreamReader(judge.getInputStream(), StandardCharsets.UTF_8));
        questions = judge.outputWriter(StandardCharsets.UTF_8);
    }

    private void stop() {
        if (judge != null) {
            judge.destroyForcibly();
            judge = null;
        }
    }

    @Override
    public void close() throws IOException {
        stop();
        Files.deleteIfExists(file);
    }

    /** Reads names of files from standard input and answers for each how it goes. */
    static final class JudgeProcess {
        private JudgeProcess() {}

        public static void main(String[] args) throws IOException {
            long seed = Long.parseLong(args[0]);
            int level = Integer.parseInt(args[1]);
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            try (Judge judge = new Judge()) {
                for (String name = in.readLine(); name != null; name = in.readLine()) {
                    System.out.println(judged(judge, Files.readString(Path.of(name)), seed, level));
                    System.out.flush();
                }
            }
        }

        private static String judged(Judge judge, String text, long seed, int level) {
            Module module = parse(text);
            if (module == null) {
                return "invalid";
            }
            Judge.Case one = new Judge.Case(module, "p_entry", FuzzWorker.arguments(seed), observed(module));
            Judge.Outcome expected;
            try {
                expected = Judge.interpret(one);
            } catch (InterpreterException e) {
                return "invalid";
            } catch (RuntimeException | Error e) {
                return "interpreter " + first(e);
            }
            if (expected.text() == null) {
                return "invalid";
            }
            try {
                return expected.equals(judge.compile(one, level)) ? "same" : "differs";
            } catch (RuntimeException | Error e) {
                return "compiler " + first(e);
            }
        }

        private static String first(Throwable e) {
            StackTraceElement[] trace = e.getStackTrace();
            return e.getClass().getSimpleName() + (trace.length > 0 ? " at " + trace[0] : "");
        }

        /** The data that can be compared: exported, one copy for all threads, without addresses. */
        private static List<ProgramGenerator.Observed> observed(Module module) {
            List<ProgramGenerator.Observed> observed = new ArrayList<>();
            for (Data data : module.data()) {
                if (data.linkage() == Linkage.EXPORT
                        && !data.thread()
                        && data.items().stream().noneMatch(item -> item instanceof Data.Address)) {
                    observed.add(new ProgramGenerator.Observed(data.name(), (int) data.size()));
                }
            }
            return observed;
        }
    }
}
