package dev.kiln.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kiln.exec.internal.SystemCalls;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CodeMemoryTest {
    private static final long MIB = 1 << 20;

    /** {@code mov eax, value; ret}. */
    static byte[] returning(int value) {
        return new byte[] {
            (byte) 0xB8, (byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24), (byte) 0xC3
        };
    }

    static CodeRange put(CodeMemory memory, byte[] code) {
        CodeRange range = memory.allocate(code.length, 16, MemoryKind.CODE);
        memory.writable(range).copyFrom(MemorySegment.ofArray(code));
        memory.publish(range);
        return range;
    }

    static int run(long address) {
        return (int) SystemCalls.call(address, 0, 0, 0);
    }

    /** The bytes at an address as running code sees them. */
    private static byte[] seen(long address, long size) {
        return MemorySegment.ofAddress(address).reinterpret(size).toArray(ValueLayout.JAVA_BYTE);
    }

    @ParameterizedTest
    @EnumSource(MappingStrategy.class)
    void runsWhatWasPublished(MappingStrategy strategy) {
        try (CodeMemory memory = CodeMemory.create(MIB, strategy)) {
            CodeRange range = put(memory, returning(42));
            assertEquals(42, run(range.address()));
        }
    }

    @ParameterizedTest
    @EnumSource(MappingStrategy.class)
    void handsOutZeroesAndFillsFreedCodeWithInt3(MappingStrategy strategy) {
        try (CodeMemory memory = CodeMemory.create(MIB, strategy)) {
            CodeRange first = memory.allocate(100, 16, MemoryKind.CODE);
            assertThat(memory.writable(first).toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
            memory.writable(first).fill((byte) 0x90);
            memory.publish(first);
            long address = first.address();
            memory.free(first);
            assertThat(seen(address, 100)).containsOnly(0xCC);

            CodeRange second = memory.allocate(100, 16, MemoryKind.CODE);
            assertEquals(address, second.address());
            assertThat(memory.writable(second).toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);

            for (MemoryKind kind : MemoryKind.values()) {
                CodeRange used = memory.allocate(5000, 16, kind);
                memory.writable(used).fill((byte) 1);
                memory.publish(used);
                memory.free(used);
                CodeRange again = memory.allocate(5000, 16, kind);
                assertThat(memory.writable(again).toArray(ValueLayout.JAVA_BYTE))
                        .containsOnly(0);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(MappingStrategy.class)
    void replacedCodeRunsAsReplaced(MappingStrategy strategy) {
        try (CodeMemory memory = CodeMemory.create(MIB, strategy)) {
            long address = 0;
            for (int i = 1; i <= 200; i++) {
                CodeRange range = put(memory, returning(i));
                if (address != 0) assertEquals(address, range.address());
                address = range.address();
                assertEquals(i, run(address));
                memory.free(range);
            }
            CodeRange patched = put(memory, returning(1));
            for (int i = 2; i < 50; i++) {
                memory.writable(patched).set(ValueLayout.JAVA_BYTE, 1, (byte) i);
                memory.publish(patched);
                assertEquals(i, run(patched.address()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(MappingStrategy.class)
    void codeReachesDataRelativeToItself(MappingStrategy strategy) {
        try (CodeMemory memory = CodeMemory.create(MIB, strategy)) {
            CodeRange data = memory.allocate(8, 8, MemoryKind.DATA);
            CodeRange constant = memory.allocate(4, 4, MemoryKind.RODATA);
            CodeRange got = memory.allocate(8, 8, MemoryKind.GOT);
            memory.writable(constant).set(ValueLayout.JAVA_INT, 0, 7);
            memory.publish(constant);
            memory.writable(got).set(ValueLayout.JAVA_LONG, 0, data.address());
            memory.publish(got);
            // mov eax, [rel constant]; mov rcx, [rel got]; add [rcx], eax; mov eax, [rel data]; ret
            byte[] code = new byte[22];
            CodeRange range = memory.allocate(code.length, 16, MemoryKind.CODE);
            var buffer = java.nio.ByteBuffer.wrap(code).order(java.nio.ByteOrder.LITTLE_ENDIAN);
            buffer.put((byte) 0x8B).put((byte) 0x05).putInt((int) (constant.address() - range.address() - 6));
            buffer.put((byte) 0x48).put((byte) 0x8B).put((byte) 0x0D);
            buffer.putInt((int) (got.address() - range.address() - 13));
            buffer.put((byte) 0x01).put((byte) 0x01);
            buffer.put((byte) 0x8B).put((byte) 0x05).putInt((int) (data.address() - range.address() - 21));
            buffer.put((byte) 0xC3);
            memory.writable(range).copyFrom(MemorySegment.ofArray(code));
            memory.publish(range);
            assertEquals(7, run(range.address()));
            assertEquals(14, run(range.address()));
            assertEquals(14, memory.writable(data).get(ValueLayout.JAVA_INT, 0));
            memory.writable(got).set(ValueLayout.JAVA_LONG, 0, data.address() + 4);
            memory.publish(got);
            assertEquals(14, run(range.address()));
            assertEquals(7, memory.writable(data).get(ValueLayout.JAVA_INT, 4));
        }
    }

    @Test
    void refusesMisuse() {
        CodeMemory memory = CodeMemory.create(MIB, MappingStrategy.AUTOMATIC);
        CodeRange range = put(memory, returning(1));
        long address = range.address();
        memory.checkRunnable(address);
        memory.free(range);
        String name = range.toString();
        assertThatThrownBy(() -> memory.free(range))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(name);
        assertThatThrownBy(range::address)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(name);
        assertThatThrownBy(() -> memory.writable(range)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> memory.publish(range)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> memory.checkRunnable(address)).isInstanceOf(IllegalStateException.class);
        CodeRange open = memory.allocate(16, 16, MemoryKind.CODE);
        assertThatThrownBy(() -> memory.checkRunnable(open.address())).hasMessageContaining("not yet published");
        assertThatThrownBy(() -> memory.allocate(-1, 1, MemoryKind.CODE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> memory.allocate(1, 3, MemoryKind.CODE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> memory.allocate(1, 0, MemoryKind.CODE)).isInstanceOf(IllegalArgumentException.class);
        try (CodeMemory other = CodeMemory.create(MIB, MappingStrategy.AUTOMATIC)) {
            assertThatThrownBy(() -> other.free(open)).hasMessageContaining("another memory");
        }
        MemorySegment view = memory.writable(open);
        memory.close();
        memory.close();
        assertThatThrownBy(() -> memory.allocate(1, 1, MemoryKind.CODE)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> memory.free(open)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> view.set(ValueLayout.JAVA_BYTE, 0, (byte) 0))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> CodeMemory.create(0, MappingStrategy.AUTOMATIC))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CodeMemory.create(1L << 31, MappingStrategy.AUTOMATIC))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource(MappingStrategy.class)
    void exhaustionIsALimitAndFreedMemoryServesEveryKindAgain(MappingStrategy strategy) {
        try (CodeMemory memory = CodeMemory.create(MIB, strategy)) {
            for (MemoryKind kind : MemoryKind.values()) {
                List<CodeRange> ranges = new ArrayList<>();
                CodeMemoryExhaustedException limit = null;
                while (limit == null) {
                    try {
                        ranges.add(memory.allocate(50_000, 64, kind));
                    } catch (CodeMemoryExhaustedException e) {
                        limit = e;
                    }
                }
                assertThat(ranges).hasSizeGreaterThanOrEqualTo(19);
                assertThat(limit.diagnostic().code()).isEqualTo(ExecCode.CODE_MEMORY_EXHAUSTED);
                for (CodeRange range : ranges) {
                    assertThat(memory.writable(range).asByteBuffer().getLong(0)).isZero();
                    memory.writable(range).fill((byte) 3);
                    memory.free(range);
                }
                assertEquals(0, memory.allocated());
                CodeRange all = memory.allocate(MIB, 4096, kind);
                assertThat(memory.writable(all).mismatch(MemorySegment.ofArray(new byte[(int) MIB])))
                        .isEqualTo(-1);
                memory.free(all);
            }
            assertThatThrownBy(() -> memory.allocate(MIB + 1, 1, MemoryKind.DATA))
                    .isInstanceOf(CodeMemoryExhaustedException.class);
            assertThatThrownBy(() -> memory.allocate(Long.MAX_VALUE, 1, MemoryKind.DATA))
                    .isInstanceOf(CodeMemoryExhaustedException.class);
        }
    }

    @Test
    void alignsWithinAFullRegion() {
        try (CodeMemory memory = CodeMemory.create(64 * MIB, MappingStrategy.AUTOMATIC)) {
            for (long align = 1; align <= 8 * MIB; align *= 2) {
                CodeRange range = memory.allocate(24, align, MemoryKind.DATA);
                assertEquals(0, range.address() % Math.max(align, 16));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(MappingStrategy.class)
    void noPageIsEverWritableAndExecutable(MappingStrategy strategy) throws IOException {
        try (CodeMemory memory = CodeMemory.create(4 * MIB, strategy)) {
            checkMaps(memory);
            List<CodeRange> ranges = new ArrayList<>();
            for (MemoryKind kind : MemoryKind.values()) {
                for (int i = 0; i < 3; i++) {
                    ranges.add(memory.allocate(10_000, 16, kind));
                    checkMaps(memory);
                }
            }
            for (CodeRange range : ranges) {
                memory.writable(range).fill((byte) 1);
                memory.publish(range);
                checkMaps(memory);
                String rights = rightsAt(range.address());
                switch (range.kind()) {
                    case CODE -> assertThat(rights).startsWith("r-x");
                    case RODATA -> assertThat(rights).startsWith("r--");
                    case DATA -> assertThat(rights).startsWith("rw-p");
                    case GOT -> assertThat(rights.charAt(2)).isEqualTo('-');
                }
            }
            for (CodeRange range : ranges) {
                memory.writable(range);
                checkMaps(memory);
                memory.free(range);
                checkMaps(memory);
            }
        }
    }

    private static void checkMaps(CodeMemory memory) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
            if (!overlaps(line, memory.base(), memory.size())
                    && !overlaps(line, memory.writableBase(), memory.size())) {
                continue;
            }
            String rights = line.split(" ")[1];
            assertThat(rights.contains("w") && rights.contains("x")).as(line).isFalse();
        }
    }

    private static String rightsAt(long address) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
            if (overlaps(line, address, 1)) return line.split(" ")[1];
        }
        throw new AssertionError("not mapped");
    }

    private static boolean overlaps(String line, long address, long size) {
        int dash = line.indexOf('-');
        long from = Long.parseUnsignedLong(line.substring(0, dash), 16);
        long to = Long.parseUnsignedLong(line.substring(dash + 1, line.indexOf(' ')), 16);
        return from < address + size && address < to;
    }

    @ParameterizedTest
    @EnumSource(MappingStrategy.class)
    void closingUnmapsAndClosesTheFile(MappingStrategy strategy) throws IOException {
        long files = openFiles();
        CodeMemory memory = CodeMemory.create(MIB, strategy);
        put(memory, returning(3));
        memory.allocate(100, 1, MemoryKind.DATA);
        long base = memory.base();
        memory.close();
        for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
            assertThat(line.contains("kiln-code") && overlaps(line, base, MIB))
                    .as(line)
                    .isFalse();
        }
        assertEquals(files, openFiles());
    }

    private static long openFiles() throws IOException {
        try (var list = Files.list(Path.of("/proc/self/fd"))) {
            return list.filter(file -> {
                        try {
                            return Files.readSymbolicLink(file).toString().contains("kiln-code");
                        } catch (IOException e) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    @ParameterizedTest
    @EnumSource(MappingStrategy.class)
    void manyThreadsAllocateRunAndFree(MappingStrategy strategy) throws Exception {
        try (CodeMemory memory = CodeMemory.create(8 * MIB, strategy);
                var pool = Executors.newFixedThreadPool(6)) {
            List<Callable<Integer>> work = new ArrayList<>();
            for (int thread = 0; thread < 6; thread++) {
                int id = thread;
                work.add(() -> {
                    Random random = new Random(id);
                    List<CodeRange> mine = new ArrayList<>();
                    List<Integer> values = new ArrayList<>();
                    for (int i = 0; i < 300; i++) {
                        int value = random.nextInt();
                        byte[] code = java.util.Arrays.copyOf(returning(value), 6 + random.nextInt(300));
                        mine.add(put(memory, code));
                        values.add(value);
                        int pick = random.nextInt(mine.size());
                        assertEquals((int) values.get(pick), run(mine.get(pick).address()));
                        if (mine.size() > 20) {
                            memory.free(mine.remove(pick));
                            values.remove(pick);
                        }
                    }
                    for (CodeRange range : mine) memory.free(range);
                    return id;
                });
            }
            for (Future<Integer> done : pool.invokeAll(work)) done.get();
            assertEquals(0, memory.allocated());
        }
    }

    @Test
    void namesWhatTheSystemRefused() {
        assertThatThrownBy(() -> SystemCalls.checked("mprotect", 1, 4096, 1, 0, 0, 0))
                .isInstanceOf(SystemCallException.class)
                .hasMessageContaining("mprotect(1, 4096, 1")
                .hasMessageContaining("Invalid argument")
                .satisfies(e -> assertEquals(22, ((SystemCallException) e).errno()));
    }

    @ParameterizedTest
    @EnumSource(MappingStrategy.class)
    void theProcessorHoldsTheLine(MappingStrategy strategy) {
        for (String crime : List.of("write-code", "run-data", "run-freed", "run-closed", "write-constant")) {
            var result = Fork.run(Criminal.class, strategy.name(), crime);
            assertThat(result.exit())
                    .as(crime + result.outText() + result.errText())
                    .isNotZero();
            // HotSpot reports the one and leaves the other to the system.
            if (crime.equals("run-freed")) assertEquals(128 + 5, result.exit());
            else assertThat(result.outText()).contains("SIGSEGV");
        }
        assertThat(Fork.run(Criminal.class, strategy.name(), "none").exit()).isZero();
    }

    /** A limit on the size of files stands for all reasons why a host may have no dual mapping. */
    @Test
    void flipsPagesWhereMemoryCannotBeMappedTwice() {
        for (MappingStrategy strategy : MappingStrategy.values()) {
            var result = Fork.runWithLimit("ulimit -f 100", Limited.class, strategy.name());
            if (strategy == MappingStrategy.DUAL_MAPPING) {
                assertThat(result.outText()).contains("ftruncate(").contains("File too large");
            } else {
                assertEquals("7\n", result.outText(), result.errText());
            }
        }
    }

    static final class Limited {
        public static void main(String[] arguments) {
            try {
                CodeMemory memory = CodeMemory.create(MIB, MappingStrategy.valueOf(arguments[0]));
                System.out.println(run(put(memory, returning(7)).address()));
            } catch (SystemCallException e) {
                System.out.println(e.getMessage() + e.diagnostic());
            }
        }
    }

    /** Does what the processor must refuse. */
    static final class Criminal {
        public static void main(String[] arguments) {
            CodeMemory memory = CodeMemory.create(MIB, MappingStrategy.valueOf(arguments[0]));
            CodeRange code = put(memory, returning(1));
            long address = code.address();
            switch (arguments[1]) {
                case "none" -> run(address);
                case "write-code" ->
                    MemorySegment.ofAddress(address).reinterpret(1).set(ValueLayout.JAVA_BYTE, 0, (byte) 0);
                case "write-constant" -> {
                    CodeRange constant = memory.allocate(8, 8, MemoryKind.RODATA);
                    memory.publish(constant);
                    MemorySegment.ofAddress(constant.address()).reinterpret(1).set(ValueLayout.JAVA_BYTE, 0, (byte) 0);
                }
                case "run-data" -> {
                    CodeRange data = memory.allocate(8, 8, MemoryKind.DATA);
                    memory.writable(data).copyFrom(MemorySegment.ofArray(returning(1)));
                    run(data.address());
                }
                case "run-freed" -> {
                    memory.free(code);
                    run(address);
                }
                case "run-closed" -> {
                    memory.close();
                    run(address);
                }
                default -> throw new IllegalArgumentException(arguments[1]);
            }
        }
    }
}
