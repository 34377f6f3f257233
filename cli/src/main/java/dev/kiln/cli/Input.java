package dev.kiln.cli;

import dev.kiln.base.Diagnostic;
import dev.kiln.base.DiagnosticException;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.Position;
import dev.kiln.base.SourceText;
import dev.kiln.ir.IrParser;
import dev.kiln.ir.Module;
import dev.kiln.ir.Verifier;
import dev.kiln.qbe.QbeParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads programs. */
final class Input {
    /** Languages a program may be written in. */
    enum Kind {
        KIR,
        SSA
    }

    private Input() {}

    /** The kind told by a file's name; {@code null} when it is no program. */
    static Kind kindOf(String file) {
        if (file.endsWith(".kir")) {
            return Kind.KIR;
        }
        return file.endsWith(".ssa") || file.endsWith(".qbe") ? Kind.SSA : null;
    }

    /**
     * Reads a file, or standard input for {@code -}.
     *
     * @throws DiagnosticException when it cannot be read
     */
    static SourceText read(String file) {
        try {
            return file.equals("-")
                    ? new SourceText("<stdin>", System.in.readAllBytes())
                    : new SourceText(file, Files.readAllBytes(Path.of(file)));
        } catch (NoSuchFileException e) {
            throw unreadable(file, "there is no such file");
        } catch (IOException e) {
            String reason = e instanceof AccessDeniedException
                    ? "permission denied"
                    : Files.isDirectory(Path.of(file)) ? "it is a folder" : String.valueOf(e.getMessage());
            throw unreadable(file, reason);
        } catch (InvalidPathException e) {
            throw unreadable(file, "that is no file name");
        } catch (OutOfMemoryError e) {
            throw unreadable(file, "it is too large");
        }
    }

    /**
     * The path of a file that others will read.
     *
     * @throws DiagnosticException when there is none
     */
    static Path existing(String file) {
        try {
            Path path = Path.of(file);
            if (Files.isReadable(path)) {
                return path;
            }
            throw unreadable(file, Files.exists(path) ? "permission denied" : "there is no such file");
        } catch (InvalidPathException e) {
            throw unreadable(file, "that is no file name");
        }
    }

    /**
     * Reads a file that a text names, in the text's own folder when the name is relative.
     *
     * @throws IOException when it cannot be read; the message says why
     */
    static byte[] beside(String file, String name) throws IOException {
        try {
            Path path = file.equals("-") ? Path.of(name) : Path.of(file).resolveSibling(name);
            if (Files.isDirectory(path)) {
                throw new IOException("it is a folder");
            }
            return Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no such file", e);
        } catch (AccessDeniedException e) {
            throw new IOException("permission denied", e);
        } catch (InvalidPathException e) {
            throw new IOException("that is no file name", e);
        } catch (OutOfMemoryError e) {
            throw new IOException("it is too large", e);
        }
    }

    private static DiagnosticException unreadable(String file, String reason) {
        return new DiagnosticException(Diagnostic.of(CliCode.CANNOT_READ, Position.NONE, file, reason));
    }

    /**
     * Parses and verifies a program.
     *
     * @param kind how it is written; {@code null}: as the name or the contents tell
     * @return {@code null} when it is wrong, and {@code diagnostics} says why
     */
    static Module parse(SourceText source, Kind kind, Diagnostics diagnostics) {
        Kind actual = kind != null ? kind : kindOf(source.name());
        if (actual == null) {
            actual = guess(source.bytes());
        }
        if (actual == null) {
            diagnostics.add(Diagnostic.of(CliCode.UNKNOWN_LANGUAGE, Position.NONE, source.name())
                    .suggest("say --input kir or --input ssa"));
            return null;
        }
        Module module = actual == Kind.KIR ? IrParser.parse(source, diagnostics) : QbeParser.parse(source, diagnostics);
        if (!diagnostics.hasErrors()) {
            Verifier.verify(module, diagnostics);
        }
        return diagnostics.hasErrors() ? null : module;
    }

    /** The language that the first line which is no comment is written in; {@code null} when it tells nothing. */
    private static Kind guess(byte[] bytes) {
        int at = 0;
        while (at < bytes.length) {
            int end = at;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            String line = new String(bytes, at, end - at, StandardCharsets.UTF_8).strip();
            if (line.startsWith("#")) {
                return Kind.SSA;
            }
            if (line.startsWith(";")) {
                return Kind.KIR;
            }
            if (!line.isEmpty()) {
                return guess(line);
            }
            at = end + 1;
        }
        return null;
    }

    private static Kind guess(String line) {
        int blank = 0;
        while (blank < line.length() && line.charAt(blank) > ' ') {
            blank++;
        }
        return switch (line.substring(0, blank)) {
            case "module", "import", "func", "sig" -> Kind.KIR;
            case "function", "export", "thread", "common", "section", "dbgfile" -> Kind.SSA;
            case "type" -> line.indexOf('@') >= 0 ? Kind.KIR : Kind.SSA;
            case "data" -> line.indexOf('$') >= 0 ? Kind.SSA : Kind.KIR;
            default -> null;
        };
    }
}
