package dev.kiln.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Another assembler, measured on the same machine by {@code src/main/cpp/emission.cpp}. */
final class Peer {
    final String name;
    final Samples samples = new Samples();
    private final Path program;
    private long size;

    private Peer(String name, Path program) {
        this.name = name;
        this.program = program;
    }

    /** Those that are installed (Debian: libasmjit-dev, libxbyak-dev, g++); what is missing is said. */
    static List<Peer> find(Path root) {
        List<Peer> found = new ArrayList<>();
        add(found, root, "AsmJit", "asmjit/x86.h", List.of("-DASMJIT"), List.of("-lasmjit"));
        add(found, root, "Xbyak", "xbyak/xbyak.h", List.of("-DXBYAK"), List.of());
        return found;
    }

    private static void add(
            List<Peer> found, Path root, String name, String header, List<String> before, List<String> behind) {
        Path folder = root.resolve("bench/target/peers");
        Path program = folder.resolve(name);
        List<String> command = new ArrayList<>(List.of("g++", "-O2"));
        command.addAll(before);
        command.addAll(List.of(
                "-o",
                program.toString(),
                root.resolve("bench/src/main/cpp/emission.cpp").toString()));
        command.addAll(behind);
        try {
            Files.createDirectories(folder);
            Process compiler = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve(name + ".log").toFile())
                    .start();
            if (compiler.waitFor() == 0) {
                found.add(new Peer(name, program));
                return;
            }
        } catch (IOException e) {
            // No compiler.
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
        System.out.println("(" + name + " left out: g++ or " + header + " is missing.)");
    }

    /** Measures once. */
    void round() {
        try {
            Process process = new ProcessBuilder(program.toString(), "5", "500")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            if (process.waitFor() != 0) throw new IllegalStateException(name + " failed");
            for (String line : output.lines().toList()) {
                String[] numbers = line.split(" ");
                samples.add(Double.parseDouble(numbers[0]), Double.parseDouble(numbers[1]));
                size = Long.parseLong(numbers[2]);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** The size of its code in bytes: only equal things are compared. */
    long size() {
        return size;
    }
}
