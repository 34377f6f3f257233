package dev.kiln.cli;

import dev.kiln.base.Diagnostic;
import dev.kiln.base.DiagnosticException;
import dev.kiln.base.Position;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Writes results so that a file is either complete or untouched. */
final class Output {
    /** Writes the contents of a file. */
    interface Writer {
        void write(OutputStream out) throws IOException;
    }

    private Output() {}

    /** Writes bytes to a file; to standard output when {@code file} is {@code null} or {@code -}. */
    static void write(String file, byte[] bytes) {
        write(file, out -> out.write(bytes));
    }

    /**
     * Writes a file; to standard output when {@code file} is {@code null} or {@code -}.
     *
     * @throws DiagnosticException when that fails
     */
    static void write(String file, Writer writer) {
        try {
            if (file == null || file.equals("-")) {
                BufferedOutputStream out = new BufferedOutputStream(System.out, 1 << 16);
                writer.write(out);
                out.flush();
                return;
            }
            Path temporary = temporary(file);
            try {
                try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 16)) {
                    writer.write(out);
                }
                replace(temporary, file);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /** A file beside the wanted one, to be moved there by {@link #replace}. */
    static Path temporary(String file) {
        try {
            Path target = Path.of(file).toAbsolutePath();
            if (Files.isDirectory(target)) {
                throw new DiagnosticException(
                        Diagnostic.of(CliCode.CANNOT_WRITE, Position.NONE, file, "it is a folder"));
            }
            return Files.createTempFile(target.getParent(), ".kiln-", ".tmp");
        } catch (InvalidPathException e) {
            throw new DiagnosticException(
                    Diagnostic.of(CliCode.CANNOT_WRITE, Position.NONE, file, "that is no file name"));
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /** Puts a finished temporary file in its place. */
    static void replace(Path temporary, String file) throws IOException {
        Path target = Path.of(file).toAbsolutePath();
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            // A device or pipe is written to, not replaced.
            Files.copy(temporary, Files.newOutputStream(target));
            return;
        }
        // Temporary files are private; results have the permissions that other tools would give them.
        boolean executable = Files.isExecutable(temporary);
        Files.setPosixFilePermissions(
                temporary, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
        Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
    }

    static DiagnosticException failed(String file, IOException e) {
        String reason = e instanceof NoSuchFileException
                ? "its folder does not exist"
                : e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
        return new DiagnosticException(Diagnostic.of(CliCode.CANNOT_WRITE, Position.NONE, file, reason));
    }
}
