package dev.kiln.object;

import dev.kiln.base.Diagnostic;
import dev.kiln.base.DiagnosticException;
import dev.kiln.base.Position;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Links objects into executables and shared libraries with the C compiler of the system, which knows where the C library is. */
public final class SystemLinker {
    private static final int MESSAGE_LINES = 12;

    private SystemLinker() {}

    /**
     * Links.
     *
     * @param inputs objects, and whatever else the C compiler takes
     * @param libraries what is given as {@code -l}: a path when it holds a separator or ends like a library file, else a name
     * @param output the file to make
     * @param shared whether it is a shared library
     * @param pic whether the code works at any address
     * @throws DiagnosticException when there is no C compiler, or it refuses
     */
    public static void link(List<Path> inputs, List<String> libraries, Path output, boolean shared, boolean pic) {
        List<String> command = find();
        if (shared) {
            command.add("-shared");
        } else {
            command.add(pic ? "-pie" : "-no-pie");
        }
        for (Path input : inputs) {
            command.add(input.toString());
        }
        for (String library : libraries) {
            addLibrary(command, library);
        }
        command.add("-lm");
        command.add("-o");
        command.add(output.toString());
        run(command);
    }

    private static void addLibrary(List<String> command, String library) {
        boolean path = library.indexOf('/') >= 0
                || library.endsWith(".a")
                || library.endsWith(".o")
                || library.endsWith(".so")
                || library.contains(".so.");
        if (!path) {
            command.add("-l" + library);
            return;
        }
        Path file = Path.of(library).toAbsolutePath();
        command.add(file.toString());
        if ((library.endsWith(".so") || library.contains(".so.")) && file.getParent() != null) {
            // So that the program finds it where it was found now. -Wl would split a folder's name at commas.
            command.addAll(
                    List.of("-Xlinker", "-rpath", "-Xlinker", file.getParent().toString()));
        }
    }

    /** The command to call the C compiler with: {@code $CC}, which may hold arguments too, or the first one on the PATH. */
    private static List<String> find() {
        String wanted = System.getenv("CC");
        if (wanted != null && !wanted.isBlank()) {
            return new ArrayList<>(List.of(wanted.strip().split("\\s+")));
        }
        String path = System.getenv("PATH");
        for (String name : new String[] {"cc", "gcc", "clang"}) {
            for (String folder : (path == null ? "" : path).split(":")) {
                if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, name))) {
                    return new ArrayList<>(List.of(name));
                }
            }
        }
        throw new DiagnosticException(
                Diagnostic.of(ObjectCode.NO_LINKER, Position.NONE, "neither cc, gcc nor clang is on the PATH")
                        .suggest("install a C compiler, or write an object file (-o NAME.o) and link it elsewhere"));
    }

    private static void run(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            int status = process.waitFor();
            if (status != 0) {
                if (said.isEmpty()) {
                    said = command.getFirst() + " ended with status " + status;
                }
                throw new DiagnosticException(Diagnostic.of(ObjectCode.LINK_FAILED, Position.NONE, beginning(said)));
            }
        } catch (IOException e) {
            throw new DiagnosticException(
                    Diagnostic.of(ObjectCode.NO_LINKER, Position.NONE, String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DiagnosticException(Diagnostic.of(ObjectCode.LINK_FAILED, Position.NONE, "interrupted"));
        }
    }

    /** The first lines of a message: a linker says the same about every missing symbol and every use of it. */
    private static String beginning(String said) {
        String[] lines = said.split("\\R");
        if (lines.length <= MESSAGE_LINES) {
            return said;
        }
        StringBuilder kept = new StringBuilder();
        for (int i = 0; i < MESSAGE_LINES; i++) {
            kept.append(lines[i]).append('\n');
        }
        return kept.append("(and ")
                .append(lines.length - MESSAGE_LINES)
                .append(" more lines)")
                .toString();
    }
}
