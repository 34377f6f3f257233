package dev.kiln.asm;

import dev.kiln.base.KilnVersion;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;

/**
 * Finished {@link Code} in a folder, so that it need not be made again by the next process. What is found under a key was made by the same
 * version of Kiln, for the same CPU features, which it does not exceed, and the same calling convention; the caller's key must name everything else that decides over the code:
 * the source or its hash, options, the versions of whatever stands above Kiln.
 *
 * <p>An entry is one file, named by a hash of all that, holding it in full, written under another name and renamed, so that readers see all or
 * nothing of it. Entries that are damaged, cut off, or of another version are as good as none. Several processes may use one folder.
 * When the entries take more room than allowed, those that were not used for longest are deleted.
 *
 * <p>The cache never fails its user: what cannot be read is made anew, what cannot be written is not kept. Code is run, so the folder must be
 * writable only by those who may run code as the reader; where the file system knows owners, a folder that this class makes is for the owner alone.
 *
 * <p>Safe for use by several threads.
 */
public final class CodeCache {
    private static final String ENDING = ".kilncode";
    private static final String UNFINISHED = ".tmp";
    private static final byte[] MAGIC = "KILNCACH".getBytes(StandardCharsets.US_ASCII);

    /** After this time an unfinished file's process is taken for dead. */
    private static final long ABANDONED_MILLIS = 3_600_000;

    private final Path folder;
    private final CpuFeatures features;
    private final String identity;
    private final long limit;
    private long hits;
    private long misses;
    /** What was written since the folder was last looked over; at first as if that were long ago. */
    private long unaccounted;

    private CodeCache(Path folder, CpuFeatures features, String identity, long limit) {
        this.folder = folder;
        this.features = features;
        this.identity = identity;
        this.limit = limit;
        unaccounted = limit;
    }

    /**
     * Opens a cache, and makes its folder where there is none.
     *
     * @param features for which processors the code is made: those that have all of these. Code that needs more is refused, so that what is
     *     found runs wherever the cache was opened with what the processor there has
     * @param convention the calling convention that it follows, such as {@code sysv} or {@code win64}
     * @param limit how many bytes the entries may take; each process that uses the folder may exceed it by an eighth for a time
     * @throws IOException when the folder cannot be made
     * @throws IllegalArgumentException when the limit is not positive
     */
    public static CodeCache open(Path folder, CpuFeatures features, String convention, long limit) throws IOException {
        if (limit <= 0) throw new IllegalArgumentException("a code cache of " + limit + " bytes holds nothing");
        if (!Files.isDirectory(folder)) {
            boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
            Path parent = folder.toAbsolutePath().getParent();
            if (parent != null) Files.createDirectories(parent);
            try {
                if (posix)
                    Files.createDirectory(
                            folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                else Files.createDirectory(folder);
            } catch (IOException e) {
                // Another process may have been faster.
                if (!Files.isDirectory(folder)) throw e;
            }
        }
        String identity = KilnVersion.TEXT + '\n' + CodeFormat.VERSION + '\n' + features + '\n' + convention;
        return new CodeCache(folder, features, identity, limit);
    }

    /** The code kept under a key, or {@code null}. */
    public Code get(String key) {
        Path file = file(key);
        byte[] prefix = prefix(key);
        try {
            if (Files.size(file) > limit) return missed();
            byte[] bytes = Files.readAllBytes(file);
            boolean same =
                    bytes.length >= prefix.length && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
            if (same) {
                ByteArrayInputStream in = new ByteArrayInputStream(bytes, prefix.length, bytes.length - prefix.length);
                Code code = Code.readFrom(in);
                if (in.available() == 0) {
                    touch(file);
                    synchronized (this) {
                        hits++;
                    }
                    return code;
                }
            }
        } catch (CodeFormatException e) {
            // Damaged: the file goes, and the code is made anew.
        } catch (IOException | UncheckedIOException e) {
            return missed();
        }
        delete(file);
        return missed();
    }

    private synchronized Code missed() {
        misses++;
        return null;
    }

    /** The code kept under a key; where there is none, that which {@code maker} makes, which is kept from now on. */
    public Code get(String key, Supplier<Code> maker) {
        Code code = get(key);
        if (code == null) {
            code = maker.get();
            put(key, code);
        }
        return code;
    }

    /**
     * Keeps code under a key, in place of what was there.
     *
     * @return whether that was possible: the disk may be full, the folder gone, the code larger than the cache
     * @throws AssemblerException when the code has instructions that need features which the cache was not opened with
     */
    public boolean put(String key, Code code) {
        CpuFeatures needed = code.features();
        if (!features.containsAll(needed))
            throw new AssemblerException("this code needs " + features.missing(needed) + ", and the cache is for "
                    + features + ": open it with the features that the code is made for");
        Path unfinished = null;
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream(code.size() + 1024);
            out.write(prefix(key));
            code.writeTo(out);
            if (out.size() > limit) return false;
            unfinished = Files.createTempFile(folder, "code", UNFINISHED);
            Files.write(unfinished, out.toByteArray());
            Files.move(unfinished, file(key), StandardCopyOption.ATOMIC_MOVE);
            account(out.size());
            return true;
        } catch (IOException | UncheckedIOException e) {
            if (unfinished != null) delete(unfinished);
            return false;
        }
    }

    /** How often {@link #get(String)} found something in this process. */
    public synchronized long hits() {
        return hits;
    }

    /** How often {@link #get(String)} found nothing in this process. */
    public synchronized long misses() {
        return misses;
    }

    /** Deletes all entries, those of other versions and processors too. */
    public synchronized void clear() {
        for (Entry entry : entries()) delete(entry.file);
        unaccounted = 0;
    }

    /** What stands before the code in a file: all that the entry depends on. */
    private byte[] prefix(String key) {
        byte[] text = (identity + '\n' + key).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(MAGIC.length + 4 + text.length)
                .put(MAGIC)
                .putInt(text.length)
                .put(text)
                .array();
    }

    private Path file(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(prefix(key));
            return folder.resolve(HexFormat.of().formatHex(hash) + ENDING);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private static void touch(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis()));
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // Somebody else's now, or the disk fails; either way nothing to be done here.
        }
    }

    private record Entry(Path file, long size, long used) {}

    /** The entries; what dead processes left unfinished is deleted. */
    private List<Entry> entries() {
        List<Entry> result = new ArrayList<>();
        long now = System.currentTimeMillis();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (!name.endsWith(ENDING) && !name.endsWith(UNFINISHED)) continue;
                try {
                    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                    long used = attributes.lastModifiedTime().toMillis();
                    if (name.endsWith(ENDING)) result.add(new Entry(file, attributes.size(), used));
                    else if (now - used > ABANDONED_MILLIS) delete(file);
                } catch (IOException e) {
                    // Deleted by another process in the meantime.
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return List.of();
        }
        return result;
    }

    /** Counts what was written and, now and then, looks whether all entries still fit. */
    private synchronized void account(long written) {
        unaccounted += written;
        if (unaccounted <= limit / 8) return;
        unaccounted = 0;
        List<Entry> entries = entries();
        long total = 0;
        for (Entry entry : entries) total += entry.size;
        if (total <= limit) return;
        entries.sort(Comparator.comparingLong(Entry::used));
        // To well below the limit, so that the next entry does not start this again; the newest stays in any case.
        for (int i = 0; i < entries.size() - 1 && total > limit - limit / 4; i++) {
            delete(entries.get(i).file);
            total -= entries.get(i).size;
        }
    }
}
