package dev.kiln.bench;

import dev.kiln.bench.start.AfterBareCall;
import dev.kiln.bench.start.LoadingTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Measures and prints Markdown, as {@code docs/performance.md} shows it. Things that are compared are measured in turn, round by round, so
 * that a machine which changes its speed does so for all of them.
 */
public final class Bench {
    static final List<String> SECTIONS =
            List.of("emission", "text", "growth", "start", "calls", "expressions", "dot", "interpreter");

    private final Path root =
            Path.of(System.getProperty("kiln.root", ".")).toAbsolutePath().normalize();
    private final int rounds;
    /** Where results are put beside standard output, or {@code null}. */
    private final Document document;

    private final StringBuilder out = new StringBuilder();

    private Bench(int rounds, boolean write) {
        this.rounds = rounds;
        document = write ? new Document(root.resolve("docs/performance.md")) : null;
    }

    public static void main(String[] args) {
        int rounds = 5;
        boolean write = false;
        Set<String> sections = new LinkedHashSet<>();
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--rounds") && i + 1 < args.length && args[i + 1].matches("[1-9]\\d?"))
                rounds = Integer.parseInt(args[++i]);
            else if (args[i].equals("--write")) write = true;
            else if (SECTIONS.contains(args[i])) sections.add(args[i]);
            else {
                System.err.println(
                        "usage: scripts/bench [--rounds 1..99] [--write] [" + String.join("|", SECTIONS) + "]...");
                System.exit(2);
            }
        }
        Bench bench = new Bench(rounds, write);
        bench.machine();
        bench.show("machine");
        for (String section : sections.isEmpty() ? SECTIONS : sections) {
            switch (section) {
                case "emission" -> bench.emission();
                case "text" -> bench.text();
                case "growth" -> bench.growth();
                case "start" -> bench.start();
                case "calls" -> bench.calls();
                case "expressions" -> bench.expressions();
                case "dot" -> bench.dot();
                case "interpreter" -> bench.interpreter();
                default -> throw new IllegalStateException(section);
            }
            bench.show(section);
        }
    }

    /** Prints what a section found. */
    private void show(String section) {
        System.out.println(out);
        if (document != null) document.replace(section, out.toString());
        out.setLength(0);
    }

    private void machine() {
        String processor = "unknown processor";
        try {
            for (String line : Files.readAllLines(Path.of("/proc/cpuinfo")))
                if (line.startsWith("model name")) {
                    processor = line.substring(line.indexOf(':') + 1).strip();
                    break;
                }
        } catch (IOException e) {
            // Not Linux.
        }
        line(
                "%s, %d processors, %s %s; %s %s; %d rounds.",
                processor,
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("java.vm.name"),
                System.getProperty("java.vm.version"),
                rounds);
    }

    private void emission() {
        Measurement kiln = new Measurement();
        List<Peer> peers = Peer.find(root);
        for (int i = 0; i < rounds; i++) {
            for (Peer peer : peers) peer.round();
            kiln.round(EmissionBenchmark.class);
        }
        int size = new EmissionBenchmark().typed().size();
        List<Line> lines = new ArrayList<>();
        lines.add(Line.of("Kiln, typed methods", kiln.row("typed")));
        lines.add(Line.of("Kiln, by form", kiln.row("byForm")));
        lines.add(Line.of("Kiln, by mnemonic", kiln.row("byMnemonic")));
        lines.add(Line.of("Kiln, recorded as nodes by form, emitted", kiln.row("recorded")));
        lines.add(Line.of("Kiln, typed methods, taken apart into nodes, emitted", kiln.row("typedAndRecorded")));
        lines.add(Line.of("Kiln, typed methods, without `finish`", kiln.row("typedUnfinished")));
        lines.add(Line.of("Kiln, by form, without `finish`", kiln.row("byFormUnfinished")));
        for (Peer peer : peers) {
            if (peer.size() != size)
                throw new IllegalStateException(peer.name + " emits " + peer.size() + " bytes, Kiln " + size);
            lines.add(new Line(peer.name, peer.samples, -1));
        }
        table("Emission, one instruction of the mix", "ns", lines);
    }

    private void text() {
        Measurement all = new Measurement();
        for (int i = 0; i < rounds; i++) {
            all.round(DecodingBenchmark.class);
            all.round(ParsingBenchmark.class);
        }
        table(
                "Bytes and text, one instruction or line",
                "ns",
                List.of(
                        Line.of("decode", all.row("decode")),
                        Line.of("decode and print", all.row("decodeAndPrint")),
                        Line.of("parse a line of text and assemble it", all.row("parse"))));
    }

    private void growth() {
        Measurement all = new Measurement();
        // Each iteration is one run.
        for (int i = 0; i < rounds; i++) all.round(GrowthBenchmark.class, 5, 3);
        List<Line> lines = new ArrayList<>();
        for (Map.Entry<String, Measurement.Row> row : all.rows().entrySet()) {
            int millions = Integer.parseInt(row.getKey().substring(row.getKey().indexOf(' ') + 1));
            lines.add(new Line(
                    String.format(
                            Locale.ROOT,
                            "%d million instructions, %.2f million labels",
                            millions,
                            millions * (double) Mix.LABELS / Mix.INSTRUCTIONS),
                    row.getValue().samples,
                    -1));
        }
        table("One buffer, emitted and finished, nothing reused", "ms", lines);
    }

    private void start() {
        StartUp start = new StartUp(root);
        int runs = 4 * rounds;
        List<Line> lines = new ArrayList<>();
        for (boolean cached : new boolean[] {false, true}) {
            String how = cached ? ", with an AOT cache" : "";
            StartUp.Pair pair = start.compare(cached, runs);
            lines.add(new Line("process with a bare foreign call" + how, pair.bare, -1));
            lines.add(new Line("process with the first function" + how, pair.first, -1));
            lines.add(new Line("difference, pair by pair" + how, pair.difference, -1));
            lines.add(new Line(
                    "first function behind a bare call, in one process" + how,
                    start.printed(AfterBareCall.class, cached, runs),
                    -1));
            lines.add(new Line(
                    "of it, the classes of `Assembler`" + how, start.printed(LoadingTime.class, cached, runs), -1));
        }
        table("First use", "ms", lines);
        line("");
        Measurement warm = new Measurement();
        for (int i = 0; i < rounds; i++) warm.round(PlacingBenchmark.class);
        table(
                "Later uses",
                "ns",
                List.of(Line.of(
                        "assembler made, ten instructions emitted, placed, called, freed",
                        warm.row("emitPlaceCallFree"))));
    }

    private void calls() {
        Measurement all = new Measurement();
        for (int i = 0; i < rounds; i++) all.round(CallBenchmark.class);
        table(
                "One call through a constant handle",
                "ns",
                List.of(
                        Line.of("guarded", all.row("guarded")),
                        Line.of("plain", all.row("plain")),
                        Line.of("critical", all.row("critical"))));
    }

    private void expressions() {
        Measurement all = new Measurement();
        for (int i = 0; i < rounds; i++) all.round(ExpressionBenchmark.class);
        table(
                "`" + ExpressionBenchmark.TEXT + "`, once",
                "ns",
                List.of(
                        Line.of("walk the tree", all.row("walkTheTree")),
                        Line.of("call the example's code", all.row("callTheCode")),
                        Line.of("call bytecode that HotSpot has compiled", all.row("callTheBytecode")),
                        Line.of("compile by the example, call once, free", all.row("compileAndCallOnce")),
                        Line.of("define a class, call once", all.row("defineClassAndCallOnce"))));
    }

    private void dot() {
        Measurement all = new Measurement();
        for (int i = 0; i < rounds; i++) all.round(DotProductBenchmark.class);
        List<Line> lines = new ArrayList<>();
        for (String length : new String[] {"100", "10000"})
            for (String how : new String[] {"java", "sse2", "avx2", "avx512"})
                lines.add(new Line(how + ", " + length + " floats", all.row(how + " " + length).samples, -1));
        table("Dot product", "ns", lines);
    }

    private void interpreter() {
        Measurement all = new Measurement();
        for (int i = 0; i < rounds; i++) all.round(InterpreterBenchmark.class);
        List<Line> lines = new ArrayList<>();
        for (Map.Entry<String, Measurement.Row> row : all.rows().entrySet())
            lines.add(new Line(row.getKey().substring("run ".length()), row.getValue().samples, -1));
        table("Reference interpreter, one operation of the IR", "ns", lines);
    }

    /** @param allocated bytes per operation, negative when that was not measured */
    private record Line(String name, Samples samples, double allocated) {
        static Line of(String name, Measurement.Row row) {
            return new Line(name, row.samples, row.allocated);
        }
    }

    private void table(String title, String unit, List<Line> lines) {
        double fastest = Double.MAX_VALUE;
        boolean allocates = false;
        for (Line line : lines) {
            fastest = Math.min(fastest, line.samples.leastCalibration());
            allocates |= line.allocated >= 0;
        }
        line(
                "| %s | median, %s | least, %2$s | at full speed, %2$s |%s calibration, µs |\n|---|---:|---:|---:|%s---:|",
                title, unit, allocates ? " allocated, bytes |" : "", allocates ? "---:|" : "");
        for (Line line : lines) {
            Samples samples = line.samples;
            line(
                    "| %s | %s | %s | %s |%s %.0f |",
                    line.name,
                    number(samples.median()),
                    number(samples.least()),
                    number(samples.medianAt(fastest)),
                    !allocates ? "" : line.allocated < 0 ? " |" : String.format(Locale.ROOT, " %.1f |", line.allocated),
                    samples.medianCalibration() / 1e3);
        }
    }

    private void line(String format, Object... arguments) {
        out.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    /** Three digits that say something. */
    private static String number(double value) {
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size < 10 ? "%.2f" : size < 100 ? "%.1f" : "%,.0f", value);
    }
}
