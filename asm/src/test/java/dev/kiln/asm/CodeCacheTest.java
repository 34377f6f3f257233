package dev.kiln.asm;

import static dev.kiln.asm.X86.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes out of a code cache is what went in under the same key, or nothing. */
class CodeCacheTest {
    private static final long LIMIT = 1 << 20;

    @TempDir
    Path folder;

    private CodeCache cache() throws IOException {
        return CodeCache.open(folder, CpuFeatures.X86_64_V1, "sysv", LIMIT);
    }

    /** Code that tells its number. */
    private static Code numbered(int number) {
        Assembler a = new Assembler();
        a.mov(EAX, number);
        a.ret();
        a.dd(number);
        return a.finish();
    }

    private static int numberOf(Code code) {
        assertThat(code.size()).isEqualTo(10);
        return code.bytes()[6] & 0xFF | (code.bytes()[7] & 0xFF) << 8 | (code.bytes()[8] & 0xFF) << 16;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    @Test
    void keepsCodeForTheNextProcess() throws IOException {
        CodeCache first = CodeCache.open(folder, CpuFeatures.X86_64_V3, "sysv", LIMIT);
        assertThat(first.get("k")).isNull();
        assertThat(numberOf(first.get("k", () -> numbered(5)))).isEqualTo(5);
        assertThat(numberOf(first.get("k", () -> numbered(6)))).isEqualTo(5);
        assertThat(first.hits()).isEqualTo(1);
        assertThat(first.misses()).isEqualTo(2);
        CodeCache second = CodeCache.open(folder, CpuFeatures.X86_64_V3, "sysv", LIMIT);
        assertThat(numberOf(second.get("k"))).isEqualTo(5);
        assertThat(second.put("k", numbered(7))).isTrue();
        assertThat(numberOf(first.get("k"))).isEqualTo(7);
        Code everything = CodeFormatTest.everything();
        first.put("all", everything);
        assertThat(CodeFormatTest.bytes(second.get("all"))).isEqualTo(CodeFormatTest.bytes(everything));
        assertThat(files()).hasSize(2);
        second.clear();
        assertThat(files()).isEmpty();
        assertThat(first.get("k")).isNull();
    }

    @Test
    void keysFeaturesAndConventionsAreKeptApart() throws IOException {
        cache().put("k", numbered(1));
        CodeCache.open(folder, CpuFeatures.X86_64_V3, "sysv", LIMIT).put("k", numbered(2));
        CodeCache.open(folder, CpuFeatures.X86_64_V1, "win64", LIMIT).put("k", numbered(3));
        cache().put("", numbered(4));
        cache().put("k\nk", numbered(5));
        assertThat(files()).hasSize(5);
        assertThat(numberOf(cache().get("k"))).isEqualTo(1);
        assertThat(numberOf(CodeCache.open(folder, CpuFeatures.X86_64_V3, "sysv", LIMIT)
                        .get("k")))
                .isEqualTo(2);
        assertThat(CodeCache.open(folder, CpuFeatures.X86_64_V2, "sysv", LIMIT).get("k"))
                .isNull();
        assertThat(numberOf(cache().get(""))).isEqualTo(4);
    }

    /** Of all pairs of processors: what one has written, another finds only when it has all that the code needs. */
    @Test
    void codeIsNeverFoundOnALesserProcessor() throws IOException {
        Assembler a = new Assembler();
        a.avx().vpaddd(YMM0, YMM1, YMM2);
        a.ret();
        Code code = a.finish();
        List<CpuFeatures> processors = List.of(
                CpuFeatures.X86_64_V1,
                CpuFeatures.X86_64_V2,
                CpuFeatures.X86_64_V3.minus(CpuFeature.AVX2),
                CpuFeatures.X86_64_V1.plus(CpuFeature.AVX2),
                CpuFeatures.X86_64_V3,
                CpuFeatures.X86_64_V4,
                CpuFeatures.ALL);
        for (CpuFeatures written : processors) {
            CodeCache writer = CodeCache.open(folder, written, "sysv", LIMIT);
            writer.clear();
            if (written.contains(CpuFeature.AVX2))
                assertThat(writer.put("k", code)).isTrue();
            else
                assertThatThrownBy(() -> writer.put("k", code))
                        .isInstanceOf(AssemblerException.class)
                        .hasMessageContaining("this code needs")
                        .hasMessageContaining("avx2, and the cache is for " + written);
            for (CpuFeatures read : processors) {
                Code found = CodeCache.open(folder, read, "sysv", LIMIT).get("k");
                if (found != null) assertThat(read.containsAll(code.features())).isTrue();
                assertThat(found != null).isEqualTo(read.equals(written) && read.contains(CpuFeature.AVX2));
            }
        }
    }

    @Test
    void anEntryUnderAnotherNameIsNone() throws IOException {
        cache().put("a", numbered(1));
        Path a = files().getFirst();
        cache().put("b", numbered(2));
        Path b = files().stream().filter(f -> !f.equals(a)).findFirst().orElseThrow();
        Files.copy(a, b, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(cache().get("b")).isNull();
        assertThat(files()).containsExactly(a);
    }

    @Test
    void damagedEntriesAreNone() throws IOException {
        CodeCache cache = cache();
        cache.put("k", numbered(1));
        Path file = files().getFirst();
        byte[] good = Files.readAllBytes(file);
        SplittableRandom random = new SplittableRandom(4);
        for (int round = 0; round < 300; round++) {
            byte[] spoilt = random.nextInt(3) == 0 ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
            if (spoilt.length == good.length) spoilt[random.nextInt(good.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, spoilt);
            assertThat(cache.get("k")).isNull();
            assertThat(file).doesNotExist();
        }
        Files.write(file, Arrays.copyOf(good, good.length + 1));
        assertThat(cache.get("k")).isNull();
        Files.createDirectory(file);
        assertThat(cache.get("k")).isNull();
        assertThat(cache.put("k", numbered(1))).isFalse();
        assertThat(numberOf(cache.get("k", () -> numbered(9)))).isEqualTo(9);
    }

    @Test
    void whatWasNotUsedForLongestGoesWhenThereIsNoRoom() throws IOException {
        CodeCache writer = cache();
        writer.put("0", numbered(0));
        long size = Files.size(files().getFirst());
        CodeCache small = CodeCache.open(folder, CpuFeatures.X86_64_V1, "sysv", 40 * size);
        long time = System.currentTimeMillis() - 1_000_000;
        for (int i = 0; i < 40; i++) {
            List<Path> before = files();
            small.put(String.valueOf(i), numbered(i));
            for (Path file : files())
                if (!before.contains(file) || i == 0)
                    Files.setLastModifiedTime(file, FileTime.fromMillis(time + 1000 * i));
        }
        assertThat(numberOf(small.get("3"))).isEqualTo(3);
        // Not before an eighth of the limit was written does the cache look again.
        for (int i = 40; i < 46; i++) small.put(String.valueOf(i), numbered(i));
        assertThat(files()).hasSizeLessThanOrEqualTo(45);
        for (int i = 46; i < 100; i++) small.put(String.valueOf(i), numbered(i));
        assertThat(files()).hasSizeLessThanOrEqualTo(46);
        assertThat(small.get("99")).isNotNull();
        assertThat(small.get("5")).isNull();
        assertThat(small.put("too large", large((int) (41 * size)))).isFalse();
        assertThat(small.put("large", large((int) (35 * size)))).isTrue();
        for (int i = 0; i < 6; i++) small.put("again " + i, numbered(i));
        assertThat(files().stream().mapToLong(CodeCacheTest::sizeOf).sum()).isLessThanOrEqualTo(46 * size);
    }

    private static Code large(int size) {
        Assembler a = new Assembler();
        a.nops(size);
        return a.finish();
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void unfinishedFilesOfDeadProcessesGo() throws IOException {
        Path old = Files.write(folder.resolve("code1.tmp"), new byte[9]);
        Files.setLastModifiedTime(old, FileTime.fromMillis(System.currentTimeMillis() - 7_200_000));
        Path young = Files.write(folder.resolve("code2.tmp"), new byte[9]);
        Path foreign = Files.write(folder.resolve("mine.txt"), new byte[9]);
        cache().put("k", numbered(1));
        assertThat(old).doesNotExist();
        assertThat(young).exists();
        cache().clear();
        assertThat(foreign).exists();
    }

    @Test
    void makesItsFolderForTheOwnerAlone() throws IOException {
        Path inner = folder.resolve("a/b");
        CodeCache cache = CodeCache.open(inner, CpuFeatures.X86_64_V1, "sysv", LIMIT);
        assertThat(cache.put("k", numbered(1))).isTrue();
        if (Files.getFileStore(inner).supportsFileAttributeView("posix"))
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(inner)))
                    .isEqualTo("rwx------");
        assertThatThrownBy(() -> CodeCache.open(inner, CpuFeatures.X86_64_V1, "sysv", 0))
                .isInstanceOf(IllegalArgumentException.class);
        Path occupied = Files.write(folder.resolve("file"), new byte[1]);
        assertThatThrownBy(() -> CodeCache.open(occupied, CpuFeatures.X86_64_V1, "sysv", LIMIT))
                .isInstanceOf(IOException.class);
        for (Path file : Files.list(inner).toList()) Files.delete(file);
        Files.delete(inner);
        assertThat(cache.put("k", numbered(1))).isFalse();
        assertThat(cache.get("k")).isNull();
    }

    /** What each of the processes below does: ever so many entries, of few keys, each of which may only hold its own. */
    public static final class Worker {
        private Worker() {}

        public static void main(String[] args) throws Exception {
            CodeCache cache = CodeCache.open(Path.of(args[0]), CpuFeatures.X86_64_V1, "sysv", 3_000);
            SplittableRandom random = new SplittableRandom(Long.parseLong(args[1]));
            List<Thread> threads = new ArrayList<>();
            Throwable[] failure = new Throwable[1];
            for (int t = 0; t < 2; t++) {
                SplittableRandom own = random.split();
                Thread thread = new Thread(() -> {
                    for (int i = 0; i < 400; i++) {
                        int number = own.nextInt(30);
                        Code code = cache.get("key " + number, () -> numbered(number));
                        if (numberOf(code) != number) throw new AssertionError("key " + number + ": " + numberOf(code));
                    }
                });
                thread.setUncaughtExceptionHandler((x, e) -> failure[0] = e);
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) thread.join();
            if (failure[0] != null) throw new AssertionError(failure[0]);
            if (cache.hits() == 0 || cache.misses() == 0) throw new AssertionError("nothing was shared");
        }
    }

    @Test
    void severalProcessesShareAFolder() throws Exception {
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 3; i++)
            processes.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Worker.class.getName(),
                            folder.toString(),
                            String.valueOf(i))
                    .redirectErrorStream(true)
                    .start());
        for (Process process : processes) {
            String output = new String(process.getInputStream().readAllBytes());
            assertThat(process.waitFor()).as(output).isZero();
        }
        assertThat(files()).allSatisfy(f -> assertThat(f.toString()).endsWith(".kilncode"));
    }
}
