package dev.kiln.ir.interp;

import static dev.kiln.ir.interp.Programs.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Loads, stores, slots, data, copies and atomics. */
class MemoryTest {
    private static final String ACCESS = build();

    private static String build() {
        StringBuilder text = new StringBuilder("module \"m\"\n");
        for (String type : List.of("i8", "i16", "i32", "i64", "f32", "f64", "ptr", "ref", "v4i32", "v8i32")) {
            text.append("func @load_" + type + "(%p: ptr) -> " + type + " {\nentry:\n    %v = load " + type
                    + " %p\n    ret %v\n}\n");
            text.append("func @store_" + type + "(%v: " + type + ", %p: ptr) {\nentry:\n    store " + type
                    + " %v, %p\n    ret\n}\n");
        }
        for (String type : List.of("i8", "i16", "i32", "i64")) {
            for (String from : List.of("s8", "u8", "s16", "u16", "s32", "u32")) {
                if (Integer.parseInt(from.substring(1)) <= Integer.parseInt(type.substring(1))) {
                    text.append("func @load_" + from + "_" + type + "(%p: ptr) -> " + type
                            + " {\nentry:\n    %v = load." + from + " " + type + " %p\n    ret %v\n}\n");
                }
            }
        }
        return text.toString();
    }

    @Test
    void loadsAndStoresOfEveryType() {
        try (Interpreter in = Programs.interpreter(ACCESS);
                Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(64, 32);
            for (int i = 0; i < 64; i++) {
                memory.set(ValueLayout.JAVA_BYTE, i, (byte) (0x81 + i * 7));
            }
            for (int offset = 0; offset < 9; offset++) { // any alignment
                long p = memory.address() + offset;
                long word = memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
                assertThat(in.callBits("load_i8", p)).containsExactly((byte) word);
                assertThat(in.callBits("load_i16", p)).containsExactly((short) word);
                assertThat(in.callBits("load_i32", p)).containsExactly((int) word);
                assertThat(in.callBits("load_f32", p)).containsExactly(word & 0xFFFF_FFFFL);
                for (String type : List.of("i64", "f64", "ptr", "ref")) {
                    assertThat(in.callBits("load_" + type, p)).containsExactly(word);
                }
                long[] words = new long[4];
                for (int i = 0; i < 4; i++) {
                    words[i] = memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset + 8 * i);
                }
                assertThat(in.callBits("load_v4i32", p)).containsExactly(words[0], words[1]);
                assertThat(in.callBits("load_v8i32", p)).containsExactly(words);
                for (String type : List.of("i8", "i16", "i32", "i64")) {
                    int bits = Integer.parseInt(type.substring(1));
                    for (int from = 8; from <= Math.min(bits, 32); from *= 2) {
                        long signed = word << 64 - from >> 64 - from;
                        long unsigned = word << 64 - from >>> 64 - from;
                        // Results are sign-extended from their own width.
                        assertThat(in.callBits("load_s" + from + "_" + type, p)).containsExactly(signed);
                        assertThat(in.callBits("load_u" + from + "_" + type, p))
                                .containsExactly(unsigned << 64 - bits >> 64 - bits);
                    }
                }
            }
            MemorySegment out = arena.allocate(64, 32);
            long v = 0xF123_4567_89AB_CDEFL;
            for (String type : List.of("i8", "i16", "i32", "i64", "f32", "f64", "ptr", "ref")) {
                int bytes = switch (type) {
                    case "i8" -> 1;
                    case "i16" -> 2;
                    case "i32", "f32" -> 4;
                    default -> 8;
                };
                out.fill((byte) 0x11);
                in.callBits("store_" + type, v, out.address() + 3);
                for (int i = 0; i < 16; i++) {
                    byte expected = i >= 3 && i < 3 + bytes ? (byte) (v >>> 8 * (i - 3)) : 0x11;
                    assertThat(out.get(ValueLayout.JAVA_BYTE, i))
                            .as(type + " byte " + i)
                            .isEqualTo(expected);
                }
            }
            in.callBits("store_v8i32", 1, 2, 3, 4, out.address() + 5);
            assertThat(out.get(ValueLayout.JAVA_LONG_UNALIGNED, 29)).isEqualTo(4);
        }
    }

    @Test
    void badAddressesAreDiagnostics() {
        try (Interpreter in = Programs.interpreter(ACCESS)) {
            for (String type : List.of("i8", "i16", "i32", "i64", "f32", "f64", "ptr", "v4i32", "v8i32")) {
                for (long p : new long[] {0, 8, 65535}) {
                    assertThatThrownBy(() -> in.callBits("load_" + type, p))
                            .isInstanceOfSatisfying(InterpreterException.class, e -> {
                                assertThat(e.code()).isEqualTo(InterpreterCode.NULL_ACCESS);
                                assertThat(e.diagnostic().arguments())
                                        .containsExactly("load_" + type, "0x" + Long.toHexString(p));
                                assertThat(e.diagnostic().position().isKnown()).isTrue();
                            });
                }
                assertRefused(InterpreterCode.WILD_ACCESS, () -> in.callBits("load_" + type, 0x8000_0000_0000_0000L));
            }
            assertThatThrownBy(() -> in.callBits("store_i32", 1, 4)).isInstanceOf(InterpreterException.class);
        }
    }

    @Test
    void slotsReadZeroAndIndicesReach() {
        String text = """
                module "m"
                data @table align 8 = { i32 1, i16 2, -3, f64 1.5, "ab\\0", zero 5, ptr @table+4, ptr @f }
                func @dirty() {
                entry:
                    %s = alloca 512, 8
                    memset %s, -1, 512
                    ret
                }
                func @clean() -> i64 {
                entry:
                    call @dirty()
                    %s = alloca 512, 8
                    %p = index ptr %s, 63, 8
                    %a = load i64 %p
                    %b = load i64 %s
                    %r = or i64 %a, %b
                    ret %r
                }
                func @dynamic(%n: i64) -> i64 {
                entry:
                    call @dirty()
                    jump loop(0, 0)
                loop(%i: i64, %acc: i64):
                    %size = mul i64 %i, 24
                    %s = alloca %size, 32
                    %q = index ptr %s, %i, 8
                    %zero = index ptr %q, 0, 1 - 8
                    %low = bitcast i64 %s
                    %bits = and i64 %low, 31
                    %acc2 = add i64 %acc, %bits
                    %i2 = add i64 %i, 1
                    %more = le.s i64 %i2, %n
                    br %more, loop(%i2, %acc2), done
                done:
                    %v = load i64 %zero
                    %r = add i64 %v, %acc2
                    store i64 7, %zero
                    ret %r
                }
                func @data() -> i64 {
                entry:
                    %a = load.s32 i64 @table
                    %b = load.s16 i64 @table+6
                    %p = load ptr @table+24
                    %c = load.u16 i64 %p
                    %d = load f64 @table+8
                    %di = ftoi.s i64 %d
                    %e = load.u8 i64 @table+17
                    %fp = load ptr @table+32
                    %f = call i64 %fp() sig () -> i64
                    %s1 = add i64 %a, %b
                    %s2 = add i64 %s1, %c
                    %s3 = add i64 %s2, %di
                    %s4 = add i64 %s3, %e
                    %s5 = add i64 %s4, %f
                    ret %s5
                }
                func @f() -> i64 {
                entry:
                    ret 1000
                }
                func @index(%p: ptr, %i: i64) -> ptr {
                entry:
                    %q = index ptr %p, %i, 12 - 5
                    ret %q
                }
                """;
        try (Interpreter in = Programs.interpreter(text)) {
            assertThat(in.call("clean")).isEqualTo(0L);
            for (int i = 0; i < 3; i++) {
                assertThat(in.call("dynamic", 100)).isEqualTo(0L);
            }
            assertThat(in.call("data")).isEqualTo(1L - 3 + 2 + 1 + 'b' + 1000);
            assertThat(in.call("index", 1000, -3)).isEqualTo(1000L - 36 - 5);
        }
    }

    @Test
    void copies() {
        String text = """
                module "m"
                func @copy(%a: ptr, %b: ptr, %n: i64) {
                entry:
                    memcpy %a, %b, %n
                    ret
                }
                func @move(%a: ptr, %b: ptr, %n: i64) {
                entry:
                    memmove %a, %b, %n
                    ret
                }
                func @set(%a: ptr, %b: i8, %n: i64) {
                entry:
                    memset %a, %b, %n
                    ret
                }
                """;
        try (Interpreter in = Programs.interpreter(text);
                Arena arena = Arena.ofConfined()) {
            MemorySegment m = arena.allocate(100);
            in.call("set", m, 200, 10);
            assertThat(m.get(ValueLayout.JAVA_BYTE, 9)).isEqualTo((byte) 200);
            assertThat(m.get(ValueLayout.JAVA_BYTE, 10)).isZero();
            m.setString(0, "0123456789");
            in.call("move", m.address() + 2, m, 8);
            assertThat(m.getString(0)).isEqualTo("0101234567");
            in.call("copy", m.address() + 50, m, 11);
            assertThat(m.getString(50)).isEqualTo("0101234567");
            in.call("copy", 0, 0, 0);
            for (String name : List.of("copy", "move")) {
                assertThatThrownBy(() -> in.call(name, m, 16, 4)).isInstanceOf(InterpreterException.class);
                assertThatThrownBy(() -> in.call(name, m, m, -1L)).isInstanceOf(InterpreterException.class);
            }
            assertThatThrownBy(() -> in.call("set", m, 0, -1L)).isInstanceOf(InterpreterException.class);
        }
    }

    @Test
    void atomics() throws InterruptedException {
        StringBuilder text = new StringBuilder("module \"m\"\n");
        List<String> ops = List.of("add", "sub", "and", "or", "xor", "xchg", "min.s", "max.s", "min.u", "max.u");
        for (String type : List.of("i8", "i16", "i32", "i64")) {
            for (String op : ops) {
                text.append("func @" + op.replace('.', '_') + "_" + type
                        + "(%v: T, %p: ptr) -> T {\nentry:\n    %r = atomic.rmw." + op
                        + " T %v, %p seq_cst\n    ret %r\n}\n");
            }
            text.append("func @cas_" + type
                    + "(%p: ptr, %e: T, %n: T) -> T {\nentry:\n    %r = atomic.cas T %p, %e, %n acq_rel\n"
                    + "    ret %r\n}\n");
            text.append("func @load_" + type
                    + "(%p: ptr) -> T {\nentry:\n    fence seq_cst\n    %r = atomic.load T %p acquire\n"
                    + "    ret %r\n}\n");
            text.append("func @store_" + type
                    + "(%v: T, %p: ptr) {\nentry:\n    atomic.store T %v, %p release\n    ret\n}\n");
            text = new StringBuilder(text.toString()
                    .replace("T {", type + " {")
                    .replace(": T", ": " + type)
                    .replace(" T %", " " + type + " %"));
        }
        text.append("func @count(%p: ptr, %n: i32) {\nentry:\n    jump loop(%n)\nloop(%i: i32):\n"
                + "    %a = atomic.rmw.add i16 1, %p relaxed\n    %q = index ptr %p, 1, 2\n    %b = atomic.rmw.add i8 1, %q seq_cst\n"
                + "    %j = sub i32 %i, 1\n    br %j, loop(%j), done\ndone:\n    ret\n}\n");
        try (Interpreter in = Programs.interpreter(text.toString());
                Arena arena = Arena.ofShared()) {
            MemorySegment m = arena.allocate(16, 8);
            long[] values = {0, 1, -1, 5, 127, -128, 0x1234_5678_9ABC_DEF0L, Long.MIN_VALUE};
            for (String type : List.of("i8", "i16", "i32", "i64")) {
                int bits = Integer.parseInt(type.substring(1));
                long p = m.address() + (bits < 32 ? bits / 8 : 0);
                for (long a : values) {
                    for (long b : values) {
                        long x = a << 64 - bits >> 64 - bits;
                        long y = b << 64 - bits >> 64 - bits;
                        for (String op : ops) {
                            in.callBits("store_" + type, a, p);
                            assertThat(in.callBits(op.replace('.', '_') + "_" + type, b, p))
                                    .containsExactly(x);
                            long expected = switch (op) {
                                case "add" -> x + y;
                                case "sub" -> x - y;
                                case "and" -> x & y;
                                case "or" -> x | y;
                                case "xor" -> x ^ y;
                                case "xchg" -> y;
                                case "min.s" -> Math.min(x, y);
                                case "max.s" -> Math.max(x, y);
                                case "min.u" -> Long.compareUnsigned(x, y) < 0 ? x : y;
                                default -> Long.compareUnsigned(x, y) > 0 ? x : y;
                            };
                            assertThat(in.callBits("load_" + type, p))
                                    .containsExactly(expected << 64 - bits >> 64 - bits);
                        }
                        in.callBits("store_" + type, a, p);
                        assertThat(in.callBits("cas_" + type, p, b, 99)).containsExactly(x);
                        assertThat(in.callBits("load_" + type, p)).containsExactly(x == y ? 99 : x);
                    }
                }
                assertThat(m.get(ValueLayout.JAVA_LONG, 8)).isZero();
                m.fill((byte) 0);
            }
            assertRefused(InterpreterCode.MISALIGNED_ATOMIC, () -> in.callBits("load_i32", m.address() + 2));
            Thread[] threads = new Thread[3];
            for (int i = 0; i < threads.length; i++) {
                threads[i] = new Thread(() -> in.call("count", m, 5000));
                threads[i].start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(m.get(ValueLayout.JAVA_SHORT, 0)).isEqualTo((short) 15000);
            assertThat(m.get(ValueLayout.JAVA_BYTE, 2)).isEqualTo((byte) 15000);
            assertThat(m.get(ValueLayout.JAVA_BYTE, 3)).isZero();
        }
    }
}
