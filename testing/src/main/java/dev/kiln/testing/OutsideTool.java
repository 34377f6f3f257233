package dev.kiln.testing;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/**
 * Programs that are no part of Kiln and judge it in tests: assemblers, C compilers, disassemblers, debuggers.
 *
 * <p>A test asks for a tool before it uses it: {@code Path nasm = OutsideTool.require("nasm");}. Where the tool is missing the test is
 * skipped by name on a user's machine; in continuous integration (environment variable {@code CI=true}) it fails, because a skipped
 * judge would go unnoticed there.
 */
public final class OutsideTool {
    /**
     * What a program left behind.
     *
     * @param exit exit status; 128 + signal number when a signal ended it
     * @param out all of standard output
     * @param err all of standard error
     */
    public record Result(int exit, byte[] out, byte[] err) {
        /** Standard output as UTF-8 text. */
        public String outText() {
            return new String(out, StandardCharsets.UTF_8);
        }

        /** Standard error as UTF-8 text. */
        public String errText() {
            return new String(err, StandardCharsets.UTF_8);
        }

        /**
         * This result, when the program succeeded.
         *
         * @throws AssertionError when the exit status is not 0, with the program's standard error
         */
        public Result succeeded() {
            if (exit != 0) throw new AssertionError("exit status " + exit + "; standard error:\n" + errText());
            return this;
        }
    }

    private OutsideTool() {}

    /**
     * The path of a program on the {@code PATH}.
     *
     * @param name its file name, such as {@code nasm}
     * @throws TestAbortedException when it is missing: the test counts as skipped
     * @throws AssertionError when it is missing and the environment says {@code CI=true}
     */
    public static Path require(String name) {
        return require(name, System.getenv("PATH"), "true".equals(System.getenv("CI")));
    }

    static Path require(String name, String searchPath, boolean mustBeThere) {
        Path found = find(name, searchPath);
        if (found != null) return found;
        String missing = name + " is not installed (Debian package " + debianPackage(name) + ")";
        if (mustBeThere) throw new AssertionError(missing);
        throw new TestAbortedException("skipped: " + missing);
    }

    /** Whether a program of this name is on the {@code PATH}. */
    public static boolean isInstalled(String name) {
        return find(name, System.getenv("PATH")) != null;
    }

    private static Path find(String name, String searchPath) {
        if (searchPath == null) return null;
        // Debian keeps wine64 in a folder of its own.
        for (String folder : (searchPath + File.pathSeparator + "/usr/lib/wine").split(File.pathSeparator)) {
            if (folder.isEmpty()) continue;
            Path file = Path.of(folder, name);
            if (Files.isRegularFile(file) && Files.isExecutable(file)) return file.toAbsolutePath();
        }
        return null;
    }

    private static String debianPackage(String tool) {
        if (tool.startsWith("llvm-")) return tool.endsWith("-19") ? "llvm-19" : "llvm";
        if (tool.equals("x86_64-w64-mingw32-gcc")) return "gcc-mingw-w64-x86-64";
        if (tool.startsWith("x86_64-w64-mingw32-")) return "binutils-mingw-w64-x86-64";
        return switch (tool) {
            case "nasm", "ndisasm" -> "nasm";
            case "gcc", "cc" -> "gcc and libc6-dev";
            case "objdump", "readelf", "nm", "ld", "as", "objcopy", "strip" -> "binutils";
            case "ld.lld-19", "ld64.lld-19", "lld-link-19" -> "lld-19";
            case "wine", "wine64", "wineserver" -> "wine64";
            default -> tool;
        };
    }

    /**
     * Runs a program to its end and collects what it prints. Standard input, output and error are served at once, so that no pipe can
     * fill up and block it.
     *
     * @param command program and arguments
     * @param folder its working folder; null for the current one
     * @param stdin what it reads from standard input; null for nothing
     * @param limit how long it may take; it is killed afterwards, with the processes it started
     * @throws AssertionError when it takes longer, with what it had printed
     * @throws UncheckedIOException when it cannot be started
     */
    public static Result run(List<String> command, Path folder, byte[] stdin, Duration limit) {
        Objects.requireNonNull(limit, "limit");
        try {
            var builder = new ProcessBuilder(command);
            if (folder != null) builder.directory(folder.toFile());
            Process process = builder.start();
            var out = new Drain(process.getInputStream(), command.getFirst() + " stdout");
            var err = new Drain(process.getErrorStream(), command.getFirst() + " stderr");
            feed(process, stdin);
            boolean ended;
            try {
                ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                kill(process);
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while running " + command, e);
            }
            if (!ended) {
                kill(process);
                throw new AssertionError(command + " did not end within " + limit.toSeconds() + " s; standard output:\n"
                        + new String(out.bytes(), StandardCharsets.UTF_8) + "\nstandard error:\n"
                        + new String(err.bytes(), StandardCharsets.UTF_8));
            }
            return new Result(process.exitValue(), out.bytes(), err.bytes());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command, e);
        }
    }

    /** {@link #run(List, Path, byte[], Duration)} in the current folder, without input, within a minute. */
    public static Result run(String... command) {
        return run(List.of(command), null, null, Duration.ofMinutes(1));
    }

    private static void feed(Process process, byte[] stdin) {
        OutputStream in = process.getOutputStream();
        Thread.ofPlatform().daemon().name("stdin of " + process.pid()).start(() -> {
            try (in) {
                if (stdin != null) in.write(stdin);
            } catch (IOException e) {
                // The program may end without reading all of it; its exit status tells whether that was an error.
            }
        });
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Reads a stream to its end in a thread of its own. */
    private static final class Drain {
        /** A killed program's grandchildren may hold the pipe open: no reason to wait for them. */
        private static final long PATIENCE_MILLIS = 10_000;

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final Thread thread;

        Drain(InputStream stream, String name) {
            thread = Thread.ofPlatform().daemon().name(name).start(() -> {
                try (stream) {
                    stream.transferTo(bytes);
                } catch (IOException e) {
                    // The stream closes under the reader when the program is killed; what came before is kept.
                }
            });
        }

        byte[] bytes() {
            try {
                thread.join(PATIENCE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return bytes.toByteArray();
        }
    }
}
