package dev.kiln.cli;

import dev.kiln.base.Diagnostic;
import dev.kiln.base.DiagnosticException;
import dev.kiln.base.Position;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

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
                if (System.out.checkError()) {
                    throw new IOException("it is closed or full");
                }
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

    /**
     * A new, empty file beside the wanted one, to be moved there by {@link #replace}. It has the permissions that this process gives to
     * its files; those of {@link Files#createTempFile} are for the owner only.
     */
    static Path temporary(String file) {
        try {
            Path target = Path.of(file).toAbsolutePath();
            if (Files.isDirectory(target)) {
                throw new DiagnosticException(
                        Diagnostic.of(CliCode.CANNOT_WRITE, Position.NONE, file, "it is a folder"));
            }
            if (isSpecial(target)) {
                return Files.createTempFile("kiln-", ".tmp");
            }
            // Renaming asks only for the folder's permission, but a file that is read-only is meant to stay.
            if (Files.exists(target) && !Files.isWritable(target)) {
                throw new AccessDeniedException(file);
            }
            long number = ProcessHandle.current().pid();
            while (true) {
                try {
                    return Files.createFile(target.resolveSibling(".kiln-" + number + ".tmp"));
                } catch (FileAlreadyExistsException e) {
                    number++;
                }
            }
        } catch (InvalidPathException e) {
            throw new DiagnosticException(
                    Diagnostic.of(CliCode.CANNOT_WRITE, Position.NONE, file, "that is no file name"));
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /** Devices and pipes are written to, not replaced. */
    private static boolean isSpecial(Path target) {
        return Files.exists(target) && !Files.isRegularFile(target);
    }

    /** Puts a finished temporary file in its place. */
    static void replace(Path temporary, String file) throws IOException {
        Path target = Path.of(file).toAbsolutePath();
        if (isSpecial(target)) {
            try (OutputStream out = Files.newOutputStream(target)) {
                Files.copy(temporary, out);
            }
            return;
        }
        // A link stays one: what it leads to is replaced.
        if (Files.isSymbolicLink(target)) {
            target = target.toRealPath();
        }
        Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
    }

    static DiagnosticException failed(String file, IOException e) {
        if (file == null || file.equals("-")) {
            file = "standard output";
        }
        String reason = e instanceof NoSuchFileException
                ? "its folder does not exist"
                : e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
        return new DiagnosticException(Diagnostic.of(CliCode.CANNOT_WRITE, Position.NONE, file, reason));
    }
}
