package dev.kiln.compiler.select;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kiln.ir.Constant;
import dev.kiln.ir.Data;
import dev.kiln.ir.FunctionBuilder;
import dev.kiln.ir.Linkage;
import dev.kiln.ir.Module;
import dev.kiln.ir.Op;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs loads, stores, addresses, stack memory and block operations. */
class MemoryTest {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private final Module module = new Module("memory");

    private FunctionBuilder function(String name, Type result, Type... parameters) {
        return new FunctionBuilder(module, name, Signature.of(result, parameters));
    }

    @Test
    void loadsWidenAsTheySay() {
        Op[] ops = {Op.LOAD, Op.LOAD_S8, Op.LOAD_U8, Op.LOAD_S16, Op.LOAD_U16, Op.LOAD_S32, Op.LOAD_U32};
        int[] bits = {0, -8, 8, -16, 16, -32, 32};
        Type[] types = {Type.I8, Type.I16, Type.I32, Type.I64};
        for (int n = 0; n < ops.length; n++) {
            for (Type type : types) {
                if (Math.abs(bits[n]) <= type.bits()) {
                    FunctionBuilder b = function(ops[n].text() + type, Type.VOID, Type.PTR);
                    b.store(b.load(ops[n], type, b.param(0)), b.offset(b.param(0), 8));
                    b.ret();
                }
            }
        }
        try (NativeModule code = Compiled.place(module);
                Arena arena = Arena.ofConfined()) {
            MemorySegment cells = arena.allocate(16, 8);
            for (long value : new long[] {0x8182_8384_8586_8788L, 0x7172_7374_7576_7778L, -1, 0}) {
                for (int n = 0; n < ops.length; n++) {
                    for (Type type : types) {
                        if (Math.abs(bits[n]) > type.bits()) {
                            continue;
                        }
                        cells.set(LONG, 0, value);
                        cells.set(LONG, 8, 0x5A5A_5A5A_5A5A_5A5AL);
                        code.call(code.address(ops[n].text() + type), cells.address());
                        int width = Math.abs(bits[n] == 0 ? type.bits() : bits[n]);
                        long wide = value << 64 - width;
                        long loaded = bits[n] < 0 ? wide >> 64 - width : wide >>> 64 - width;
                        long expected = ScalarMeaning.mask(type, loaded)
                                | 0x5A5A_5A5A_5A5A_5A5AL & ~ScalarMeaning.mask(type, -1);
                        assertEquals(
                                Long.toHexString(expected), Long.toHexString(cells.get(LONG, 8)), ops[n] + " " + type);
                    }
                }
            }
        }
    }

    @Test
    void constantsAreStoredToTheBit() {
        List<Constant> constants = List.of(
                Constant.of(Type.I8, -3),
                Constant.of(Type.I16, -300),
                Constant.of(Type.I32, 0x8765_4321L),
                Constant.of(Type.I64, -5),
                Constant.of(Type.I64, 0x8000_0000L),
                Constant.of(Type.I64, 0x0123_4567_89AB_CDEFL),
                Constant.of(Type.PTR, 0xFFFF_FFFF_0000_0001L),
                Constant.of(Type.F32, 0xFFC0_0001L),
                Constant.of(Type.F32, 0),
                Constant.of(Type.F64, 0),
                Constant.of(Type.F64, Long.MIN_VALUE),
                Constant.of(Type.F64, 0x7FF0_0000_0000_0001L));
        for (int n = 0; n < constants.size(); n++) {
            FunctionBuilder b = function("f" + n, Type.VOID, Type.PTR);
            b.store(constants.get(n), b.offset(b.param(0), 8), 0, true);
            b.ret();
        }
        try (NativeModule code = Compiled.place(module);
                Arena arena = Arena.ofConfined()) {
            MemorySegment cells = arena.allocate(24, 8);
            for (int n = 0; n < constants.size(); n++) {
                cells.fill((byte) 0x5A);
                code.call(code.address("f" + n), cells.address());
                Constant c = constants.get(n);
                long mask = ScalarMeaning.mask(c.type(), -1);
                assertEquals(
                        c.bits() & mask | 0x5A5A_5A5A_5A5A_5A5AL & ~mask,
                        cells.get(LONG, 8),
                        c.type().text());
                assertEquals(0x5A5A_5A5A_5A5A_5A5AL, cells.get(LONG, 0));
                assertEquals(0x5A5A_5A5A_5A5A_5A5AL, cells.get(LONG, 16));
            }
        }
    }

    @Test
    void addressesAreComputedModulo2To64() {
        long[] scales = {0, 1, 2, 3, 4, 8, 16, -1, 24, 0x1_0000_0001L, Long.MIN_VALUE};
        long[] displacements = {
            0, 1, -8, 127, 128, Integer.MAX_VALUE, Integer.MIN_VALUE, 1L << 31, -(1L << 40), Long.MAX_VALUE
        };
        long[] fixed = {0, 1, -1, 1L << 40};
        for (int s = 0; s < scales.length; s++) {
            for (int d = 0; d < displacements.length; d++) {
                FunctionBuilder b = function("v" + s + "_" + d, Type.PTR, Type.PTR, Type.I64);
                b.ret(b.index(b.param(0), b.param(1), scales[s], displacements[d]));
                for (int c = 0; c < fixed.length; c++) {
                    FunctionBuilder k = function("c" + s + "_" + d + "_" + c, Type.PTR, Type.PTR);
                    Value inner = k.index(k.param(0), k.i64(fixed[c]), scales[s], displacements[d]);
                    k.ret(k.index(inner, k.i64(2), 8, displacements[d]));
                }
            }
        }
        try (NativeModule code = Compiled.place(module)) {
            for (long p : new long[] {0, 0x7FFF_1234_5678L, -16}) {
                for (int s = 0; s < scales.length; s++) {
                    for (int d = 0; d < displacements.length; d++) {
                        for (long i : new long[] {0, 1, -1, 12345, Long.MIN_VALUE, 0xFFFF_FFFFL}) {
                            assertEquals(
                                    p + i * scales[s] + displacements[d],
                                    code.call(code.address("v" + s + "_" + d), p, i));
                        }
                        for (int c = 0; c < fixed.length; c++) {
                            assertEquals(
                                    p + fixed[c] * scales[s] + 2 * displacements[d] + 16,
                                    code.call(code.address("c" + s + "_" + d + "_" + c), p));
                        }
                    }
                }
            }
        }
    }

    @Test
    void loadsAndStoresFoldAddresses() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(4096, 16);
            for (int i = 0; i < 4096; i++) {
                memory.set(ValueLayout.JAVA_BYTE, i, (byte) (i * 7 + (i >> 8)));
            }
            module.addData(new Data(
                    "cells",
                    Linkage.LOCAL,
                    false,
                    false,
                    null,
                    8,
                    List.of(new Data.Scalars(Type.I64, new long[] {1, 2, 3, 4, 5, 6, 7, 8})),
                    0));
            module.addData(new Data(
                    "weak",
                    Linkage.WEAK,
                    false,
                    false,
                    null,
                    8,
                    List.of(new Data.Scalars(Type.I64, new long[] {9, 10})),
                    0));
            FunctionBuilder b = function("far", Type.I64, Type.I64);
            // An absolute address beyond 2^32, an index, and displacements that only together are small.
            Value base = Constant.of(Type.PTR, memory.address());
            Value up = b.offset(base, 1L << 33);
            Value down = b.index(up, b.param(0), 8, -(1L << 33) + 24);
            b.ret(b.load(Type.I64, down));
            b = function("symbol", Type.I64, Type.I64);
            b.ret(b.add(
                    b.load(Type.I64, b.index(b.symbol("cells", 16), b.param(0), 8, -8)),
                    b.load(Type.I64, b.offset(b.symbol("cells", -100), 132))));
            b = function("farsymbol", Type.I64);
            b.ret(b.load(Type.I64, b.offset(b.symbol("cells", 1L << 34), -(1L << 34) + 8)));
            b = function("weak symbol", Type.I64);
            b.ret(b.add(b.load(Type.I64, b.symbol("weak", 8)), b.load(Type.I64, b.offset(b.symbol("weak"), 0))));
            b = function("address", Type.I64);
            b.ret(b.sub(
                    b.convert(Op.BITCAST, Type.I64, b.symbol("cells", 1L << 40)),
                    b.convert(Op.BITCAST, Type.I64, b.symbol("cells"))));
            b = function("slot", Type.I64, Type.I64);
            Value slot = b.alloca(b.i64(64), 8);
            for (int i = 0; i < 8; i++) {
                b.store(b.i64(i * 11), b.offset(slot, i * 8));
            }
            Value twice = b.index(slot, b.param(0), 8, 0);
            b.ret(b.add(b.load(Type.I64, twice), b.load(Type.I64, b.offset(twice, 8))));
            try (NativeModule code = Compiled.place(module)) {
                assertEquals(memory.get(LONG, 24 + 80), code.call(code.address("far"), 10));
                assertEquals(7 + 5, code.call(code.address("symbol"), 5));
                assertEquals(2, code.call(code.address("farsymbol")));
                assertEquals(19, code.call(code.address("weak symbol")));
                assertEquals(1L << 40, code.call(code.address("address")));
                assertEquals(33 + 44, code.call(code.address("slot"), 3));
            }
        }
    }

    @Test
    void blocksOfEverySizeAreMovedAndFilled() {
        int[] sizes = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 48, 63, 64, 65, 100, 127, 128, 129, 200};
        for (int size : sizes) {
            FunctionBuilder b = function("copy" + size, Type.VOID, Type.PTR, Type.PTR);
            b.memcpy(b.param(0), b.param(1), b.i64(size));
            b.ret();
            b = function("move" + size, Type.VOID, Type.PTR, Type.PTR);
            b.memmove(b.param(0), b.param(1), b.i64(size));
            b.ret();
            b = function("fill" + size, Type.VOID, Type.PTR);
            b.memset(b.param(0), b.i8(0xA7), b.i64(size));
            b.ret();
        }
        FunctionBuilder b = function("copy", Type.VOID, Type.PTR, Type.PTR, Type.I64);
        b.memcpy(b.param(0), b.param(1), b.param(2));
        b.ret();
        b = function("move", Type.VOID, Type.PTR, Type.PTR, Type.I64);
        b.memmove(b.param(0), b.param(1), b.param(2));
        b.ret();
        b = function("fill", Type.VOID, Type.PTR, Type.I64, Type.I64);
        b.memset(b.param(0), b.convert(Op.TRUNC, Type.I8, b.param(2)), b.param(1));
        b.ret();
        try (NativeModule code = Compiled.place(module);
                Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(1024, 16);
            for (int size : sizes) {
                for (int distance : new int[] {-400, -16, -5, -1, 0, 1, 3, 8, 400}) {
                    byte[] expected = pattern(memory);
                    boolean apart = distance == 0 || Math.abs(distance) >= size;
                    byte[] moved = expected.clone();
                    System.arraycopy(expected, 412, moved, 412 + distance, size);
                    long from = memory.address() + 412;
                    code.call(code.address("move" + size), from + distance, from);
                    assertArrayEquals(moved, memory.toArray(ValueLayout.JAVA_BYTE), "memmove " + size);
                    pattern(memory);
                    code.call(code.address("move"), from + distance, from, size);
                    assertArrayEquals(moved, memory.toArray(ValueLayout.JAVA_BYTE), "memmove");
                    if (apart) {
                        pattern(memory);
                        code.call(code.address("copy" + size), from + distance, from);
                        assertArrayEquals(moved, memory.toArray(ValueLayout.JAVA_BYTE), "memcpy " + size);
                        pattern(memory);
                        code.call(code.address("copy"), from + distance, from, size);
                        assertArrayEquals(moved, memory.toArray(ValueLayout.JAVA_BYTE), "memcpy");
                    }
                }
                byte[] filled = pattern(memory);
                Arrays.fill(filled, 100, 100 + size, (byte) 0xA7);
                code.call(code.address("fill" + size), memory.address() + 100);
                assertArrayEquals(filled, memory.toArray(ValueLayout.JAVA_BYTE), "memset " + size);
                pattern(memory);
                code.call(code.address("fill"), memory.address() + 100, size, 0x12A7);
                assertArrayEquals(filled, memory.toArray(ValueLayout.JAVA_BYTE), "memset");
            }
        }
    }

    private static byte[] pattern(MemorySegment memory) {
        byte[] bytes = new byte[(int) memory.byteSize()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31 + (i >> 8));
        }
        memory.copyFrom(MemorySegment.ofArray(bytes));
        return bytes;
    }

    @Test
    void stackMemoryIsAlignedAndApart() {
        long[] aligns = {1, 8, 16, 32, 64, 256};
        for (long align : aligns) {
            FunctionBuilder b = function("fixed" + align, Type.I64);
            Value a = b.alloca(b.i64(24), align);
            b.ret(b.convert(Op.BITCAST, Type.I64, a));
            b = function("dynamic" + align, Type.I64, Type.I64);
            var body = b.block("body");
            b.jump(body);
            b.at(body);
            Value first = b.alloca(b.param(0), align);
            Value second = b.alloca(b.param(0), align);
            b.store(b.i64(-1), first);
            b.store(b.i64(5), second);
            Value distance = b.sub(b.convert(Op.BITCAST, Type.I64, first), b.convert(Op.BITCAST, Type.I64, second));
            Value apart = b.compare(Op.GE_U, distance, b.param(0));
            Value together =
                    b.binary(Op.OR, b.convert(Op.BITCAST, Type.I64, first), b.convert(Op.BITCAST, Type.I64, second));
            Value odd = b.binary(Op.AND, together, b.i64(Math.max(16, align) - 1));
            Value kept = b.compare(Op.EQ, b.add(b.load(Type.I64, first), b.load(Type.I64, second)), b.i64(4));
            Value good = b.binary(Op.AND, b.binary(Op.AND, apart, kept), b.compare(Op.EQ, odd, b.i64(0)));
            b.ret(b.convert(Op.ZEXT, Type.I64, good));
        }
        try (NativeModule code = Compiled.place(module)) {
            for (long align : aligns) {
                assertEquals(0, code.call(code.address("fixed" + align)) & align - 1);
                for (long size : new long[] {8, 9, 16, 100, 5000, 100_000}) {
                    assertEquals(
                            1, code.call(code.address("dynamic" + align), size), "align " + align + ", size " + size);
                }
            }
        }
    }
}
