package dev.kiln.exec;

import dev.kiln.base.Diagnostic;
import dev.kiln.base.DiagnosticException;
import dev.kiln.base.Position;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds shared libraries the way a linker's {@code -l} does. */
public final class Libraries {
    private static final String[] FOLDERS = {
        "/lib/x86_64-linux-gnu",
        "/usr/lib/x86_64-linux-gnu",
        "/lib64",
        "/usr/lib64",
        "/usr/local/lib",
        "/lib",
        "/usr/lib"
    };

    private Libraries() {}

    /**
     * Loads a library.
     *
     * @param nameOrPath a path, or a name: as the system's loader knows it ({@code libz.so.1}), or without its prefix, ending and version
     *     ({@code z})
     * @param arena how long it stays loaded
     * @throws DiagnosticException when it cannot be loaded
     */
    public static SymbolLookup open(String nameOrPath, Arena arena) {
        try {
            Path path = Path.of(nameOrPath);
            if (nameOrPath.indexOf('/') >= 0 || nameOrPath.indexOf('\\') >= 0 || Files.isRegularFile(path)) {
                return SymbolLookup.libraryLookup(path.toAbsolutePath(), arena);
            }
        } catch (IllegalArgumentException e) {
            String reason =
                    e instanceof InvalidPathException ? "that is no file name" : "the system's loader refuses it";
            throw failure(nameOrPath, reason);
        }
        for (String candidate : candidates(nameOrPath)) {
            try {
                return SymbolLookup.libraryLookup(candidate, arena);
            } catch (IllegalArgumentException e) {
                // The next one may be it.
            }
        }
        throw failure(nameOrPath, "the system's loader does not find it");
    }

    private static List<String> candidates(String name) {
        List<String> candidates = new ArrayList<>();
        candidates.add(name);
        String mapped = System.mapLibraryName(name);
        candidates.add(mapped);
        // Without development packages only names with a version are there.
        for (String folder : FOLDERS) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(folder), mapped + ".*")) {
                for (Path file : files) {
                    candidates.add(file.toString());
                }
            } catch (IOException | IllegalArgumentException e) {
                // A folder that this system does not have.
            }
        }
        return candidates;
    }

    private static DiagnosticException failure(String library, String reason) {
        return new DiagnosticException(Diagnostic.of(ExecCode.NO_SUCH_LIBRARY, Position.NONE, library, reason)
                .suggest("give the path of a shared library, or a name as for the linker's -l"));
    }
}
