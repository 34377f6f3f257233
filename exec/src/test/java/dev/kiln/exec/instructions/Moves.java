package dev.kiln.exec.instructions;

import static dev.kiln.exec.instructions.Lanes.*;
import static dev.kiln.exec.instructions.MachineState.get;
import static dev.kiln.exec.instructions.MachineState.put;

import dev.kiln.asm.RegisterClass;
import dev.kiln.asm.Registers;
import java.util.Arrays;
import java.util.Map;

/** Models of moves and rearrangements of vectors: loads, stores, shuffles, packing, insertion, blending, widening, mask registers. */
final class Moves {
    private Moves() {}

    static void addTo(Map<String, Model> m) {
        plain(m);
        parts(m);
        unpacking(m);
        shuffles(m);
        permutations(m);
        inserts(m);
        blends(m);
        widths(m);
        masks(m);
    }

    private static void plain(Map<String, Model> m) {
        for (String name : new String[] {"movaps", "movups", "movntps"}) both(m, name, copy(4));
        for (String name : new String[] {"movapd", "movupd", "movntpd"}) both(m, name, copy(8));
        for (String name : new String[] {"movdqa", "movdqu", "movntdq", "movntdqa", "lddqu"}) both(m, name, copy(16));
        m.put("vmovdqu8", copy(1));
        m.put("vmovdqu16", copy(2));
        for (String name : new String[] {"vmovdqa32", "vmovdqu32"}) m.put(name, copy(4));
        for (String name : new String[] {"vmovdqa64", "vmovdqu64"}) m.put(name, copy(8));
        m.put("movntq", copy(8));
        both(m, "movd", s -> move(s, 4));
        both(m, "movq", s -> move(s, 8));
        m.put("vmovw", s -> move(s, 2));
        m.put("movdq2q", s -> s.v(0, Arrays.copyOf(s.v(1), 8), 8));
        m.put("movq2dq", s -> s.v(0, Arrays.copyOf(s.v(1), 16), 16));
        both(m, "movss", s -> moveScalar(s, 4));
        both(m, "movsd", s -> {
            if (s.count() == 0) Strings.move(s, 4);
            else moveScalar(s, 8);
        });
        both(m, "movsldup", each16(4, i -> i & ~1));
        both(m, "movshdup", each16(4, i -> i | 1));
        both(m, "movddup", s -> {
            byte[] b = s.v(1);
            byte[] result = new byte[s.bytes(0)];
            for (int i = 0; i < result.length; i += 8) put(result, i, 8, get(b, i & ~8, 8));
            s.v(0, result, 8);
        });
        m.put("emms", s -> {});
        m.put("vzeroupper", s -> clear(s, 16));
        m.put("vzeroall", s -> clear(s, 0));
        for (String name : new String[] {"maskmovdqu", "vmaskmovdqu", "maskmovq"})
            m.put(name, s -> {
                byte[] a = s.v(0);
                byte[] b = s.v(1);
                int at = s.place(s.in.general(Registers.RDI));
                for (int i = 0; i < a.length; i++) if (b[i] < 0) s.out.bytes[at + i] = a[i];
            });
        for (String name : new String[] {"vmaskmovps", "vpmaskmovd"}) m.put(name, s -> masked(s, 4));
        for (String name : new String[] {"vmaskmovpd", "vpmaskmovq"}) m.put(name, s -> masked(s, 8));
    }

    private static Model copy(int size) {
        return s -> s.v(0, s.v(s.count() - 1), size);
    }

    private static void clear(Step s, int from) {
        for (int i = 0; i < 16; i++)
            Arrays.fill(s.out.bytes, MachineState.vector(i) + from, MachineState.vector(i) + 64, (byte) 0);
    }

    private static void masked(Step s, int size) {
        byte[] mask = s.v(1);
        byte[] from = s.v(2);
        byte[] result = s.isMemory(0) ? s.v(0) : new byte[mask.length];
        for (int i = 0; i < mask.length; i++) if (mask[i / size * size + size - 1] < 0) result[i] = from[i];
        s.v(0, result, size);
    }

    /** Between general registers, memory and the low end of a vector, which becomes zero above. */
    private static void move(Step s, int size) {
        long value = Step.truncate(s.u(1), 8 * size);
        if (s.isMemory(0) || s.kind(0).registerClass() == RegisterClass.GENERAL) {
            s.set(0, value);
            return;
        }
        byte[] result = new byte[s.kind(0).registerClass() == RegisterClass.MMX ? 8 : 16];
        put(result, 0, 8, value);
        s.v(0, result, result.length);
    }

    private static void moveScalar(Step s, int size) {
        if (s.isMemory(0)) {
            if (s.chosen(0)) MachineState.put(s.out.bytes, s.place(), size, get(s.v(1), 0, size));
        } else if (s.isMemory(1)) {
            byte[] result = new byte[16];
            long old = get(s.v(0), 0, size);
            put(result, 0, size, s.chosen(0) ? get(s.v(1), 0, size) : s.trial.operands.isZeroing() ? 0 : old);
            s.setVector(s.trial.operands.value(0), result);
        } else scalarResult(s, size, get(b(s), 0, size));
    }

    /** Elements chosen within each 128 bits by a function of their number. */
    private static Model each16(int size, java.util.function.IntUnaryOperator from) {
        return s -> {
            byte[] b = b(s);
            byte[] result = new byte[b.length];
            int count = 16 / size;
            for (int i = 0; i * size < b.length; i++) {
                int source = i / count * count + from.applyAsInt(i % count);
                System.arraycopy(b, source * size, result, i * size, size);
            }
            s.v(0, result, size);
        };
    }

    private static void parts(Map<String, Model> m) {
        for (String type : new String[] {"s", "d"}) {
            both(m, "movlp" + type, s -> half(s, 0));
            both(m, "movhp" + type, s -> half(s, 8));
        }
        both(m, "movhlps", s -> {
            byte[] result = a(s);
            System.arraycopy(b(s), 8, result, 0, 8);
            s.setVector(s.trial.operands.value(0), result);
        });
        both(m, "movlhps", s -> {
            byte[] result = a(s);
            System.arraycopy(b(s), 0, result, 8, 8);
            s.setVector(s.trial.operands.value(0), result);
        });
        both(m, "movmskps", s -> s.set(0, signs(s.v(1), 4)));
        both(m, "movmskpd", s -> s.set(0, signs(s.v(1), 8)));
        both(m, "pmovmskb", s -> s.set(0, signs(s.v(1), 1)));
    }

    private static long signs(byte[] v, int size) {
        long mask = 0;
        for (int i = 0; i * size < v.length; i++) if (v[i * size + size - 1] < 0) mask |= 1L << i;
        return mask;
    }

    private static void half(Step s, int at) {
        if (s.isMemory(0)) {
            System.arraycopy(s.v(1), at, s.out.bytes, s.place(), 8);
            return;
        }
        byte[] result = a(s);
        System.arraycopy(b(s), 0, result, at, 8);
        s.setVector(s.trial.operands.value(0), result);
    }

    private static void unpacking(Map<String, Model> m) {
        String[] names = {"bw", "wd", "dq", "qdq"};
        for (int i = 0; i < 4; i++) {
            both(m, "punpckl" + names[i], lanes(1 << i, interleave(1 << i, false)));
            both(m, "punpckh" + names[i], lanes(1 << i, interleave(1 << i, true)));
        }
        both(m, "unpcklps", lanes(4, interleave(4, false)));
        both(m, "unpckhps", lanes(4, interleave(4, true)));
        both(m, "unpcklpd", lanes(8, interleave(8, false)));
        both(m, "unpckhpd", lanes(8, interleave(8, true)));
        both(m, "packsswb", lanes(1, pack(2, -128, 127)));
        both(m, "packuswb", lanes(1, pack(2, 0, 255)));
        both(m, "packssdw", lanes(2, pack(4, Short.MIN_VALUE, Short.MAX_VALUE)));
        both(m, "packusdw", lanes(2, pack(4, 0, 0xFFFF)));
    }

    private static LaneOperation interleave(int size, boolean high) {
        return (a, b) -> {
            byte[] result = new byte[a.length];
            int from = high ? a.length / 2 : 0;
            // MMX reads only half of its memory operand.
            for (int i = 0; i * 2 * size < a.length; i++) {
                System.arraycopy(a, from + i * size, result, 2 * i * size, size);
                System.arraycopy(b, from + i * size, result, (2 * i + 1) * size, size);
            }
            return result;
        };
    }

    private static LaneOperation pack(int from, long least, long most) {
        return (a, b) -> {
            byte[] result = new byte[a.length];
            int count = a.length / from;
            for (int i = 0; i < 2 * count; i++) {
                long value = i < count ? element(a, from, i, true) : element(b, from, i - count, true);
                put(result, i * from / 2, from / 2, saturate(value, least, most));
            }
            return result;
        };
    }

    private static void shuffles(Map<String, Model> m) {
        both(m, "pshufb", lanes(1, (a, b) -> {
            byte[] result = new byte[a.length];
            for (int i = 0; i < a.length; i++) result[i] = b[i] < 0 ? 0 : a[b[i] & a.length - 1];
            return result;
        }));
        both(m, "pshufd", s -> each16(4, i -> imm(s) >> 2 * i & 3).apply(s));
        m.put("pshufw", s -> {
            byte[] b = s.v(1);
            byte[] result = new byte[8];
            for (int i = 0; i < 4; i++) put(result, 2 * i, 2, get(b, 2 * (imm(s) >> 2 * i & 3), 2));
            s.v(0, result, 2);
        });
        both(m, "pshuflw", s -> each16(2, i -> i < 4 ? imm(s) >> 2 * i & 3 : i).apply(s));
        both(
                m,
                "pshufhw",
                s -> each16(2, i -> i < 4 ? i : 4 + (imm(s) >> 2 * (i - 4) & 3)).apply(s));
        both(
                m,
                "shufps",
                s -> lanes(4, (a, b) -> {
                            byte[] result = new byte[16];
                            for (int i = 0; i < 4; i++)
                                System.arraycopy(i < 2 ? a : b, 4 * (imm(s) >> 2 * i & 3), result, 4 * i, 4);
                            return result;
                        })
                        .apply(s));
        both(m, "shufpd", s -> {
            byte[] a = a(s);
            byte[] b = b(s);
            byte[] result = new byte[a.length];
            for (int i = 0; i < a.length / 8; i++)
                System.arraycopy(i % 2 == 0 ? a : b, i / 2 * 16 + 8 * (imm(s) >> i & 1), result, 8 * i, 8);
            s.v(0, result, 8);
        });
        both(
                m,
                "palignr",
                s -> lanes(1, (a, b) -> {
                            byte[] result = new byte[a.length];
                            for (int i = 0; i < a.length; i++) {
                                int from = i + imm(s);
                                result[i] = from < a.length ? b[from] : from < 2 * a.length ? a[from - a.length] : 0;
                            }
                            return result;
                        })
                        .apply(s));
        for (int size : new int[] {4, 8})
            m.put(size == 4 ? "valignd" : "valignq", s -> {
                byte[] a = s.v(1);
                byte[] b = s.v(2);
                int count = a.length / size;
                byte[] result = new byte[a.length];
                for (int i = 0; i < count; i++) {
                    int from = i + (imm(s) & count - 1);
                    System.arraycopy(from < count ? b : a, from % count * size, result, i * size, size);
                }
                s.v(0, result, size);
            });
        m.put("vpermilps", s -> {
            if (s.isImmediate(2)) each16(4, i -> imm(s) >> 2 * i & 3).apply(s);
            else within(s, 4, 0);
        });
        m.put("vpermilpd", s -> {
            if (s.isImmediate(2)) {
                byte[] b = s.v(1);
                byte[] result = new byte[b.length];
                for (int i = 0; i < b.length / 8; i++)
                    System.arraycopy(b, i / 2 * 16 + 8 * (imm(s) >> i & 1), result, 8 * i, 8);
                s.v(0, result, 8);
            } else within(s, 8, 1);
        });
    }

    /** Elements chosen within each 128 bits by the second source. */
    private static void within(Step s, int size, int shift) {
        byte[] a = s.v(1);
        byte[] b = s.v(2);
        byte[] result = new byte[a.length];
        int count = 16 / size;
        for (int i = 0; i * size < a.length; i++) {
            int from = i / count * count + ((int) element(b, size, i, false) >> shift & count - 1);
            System.arraycopy(a, from * size, result, i * size, size);
        }
        s.v(0, result, size);
    }

    private static void permutations(Map<String, Model> m) {
        m.put("vpermd", s -> permute(s, 4));
        m.put("vpermps", s -> permute(s, 4));
        m.put("vpermw", s -> permute(s, 2));
        m.put("vpermb", s -> permute(s, 1));
        m.put("vpermq", s -> permuteQuads(s));
        m.put("vpermpd", s -> permuteQuads(s));
        String[] letters = {"b", "w", "d", "q", "ps", "pd"};
        int[] sizes = {1, 2, 4, 8, 4, 8};
        for (int i = 0; i < letters.length; i++) {
            int size = sizes[i];
            m.put("vpermi2" + letters[i], s -> permuteTwo(s, size, s.v(0), s.v(1)));
            m.put("vpermt2" + letters[i], s -> permuteTwo(s, size, s.v(1), s.v(0)));
        }
        for (String name : new String[] {"vperm2f128", "vperm2i128"})
            m.put(name, s -> {
                byte[] result = new byte[32];
                for (int i = 0; i < 2; i++) {
                    int choice = imm(s) >> 4 * i & 15;
                    if ((choice & 8) == 0)
                        System.arraycopy(s.v((choice & 2) == 0 ? 1 : 2), choice % 2 * 16, result, 16 * i, 16);
                }
                s.v(0, result, 16);
            });
        for (String name : new String[] {"vshuff32x4", "vshufi32x4"}) m.put(name, s -> shuffleLanes(s, 4));
        for (String name : new String[] {"vshuff64x2", "vshufi64x2"}) m.put(name, s -> shuffleLanes(s, 8));
    }

    private static void permute(Step s, int size) {
        byte[] indexes = s.v(1);
        byte[] b = s.v(2);
        byte[] result = new byte[b.length];
        for (int i = 0; i * size < b.length; i++) {
            int from = (int) element(indexes, size, i, false) & b.length / size - 1;
            System.arraycopy(b, from * size, result, i * size, size);
        }
        s.v(0, result, size);
    }

    private static void permuteQuads(Step s) {
        if (!s.isImmediate(2)) {
            permute(s, 8);
            return;
        }
        byte[] b = s.v(1);
        byte[] result = new byte[b.length];
        for (int i = 0; i < b.length / 8; i++)
            System.arraycopy(b, i / 4 * 32 + 8 * (imm(s) >> 2 * (i % 4) & 3), result, 8 * i, 8);
        s.v(0, result, 8);
    }

    private static void permuteTwo(Step s, int size, byte[] indexes, byte[] first) {
        byte[] second = s.v(2);
        byte[] result = new byte[first.length];
        int count = first.length / size;
        for (int i = 0; i < count; i++) {
            int index = (int) element(indexes, size, i, false) & 2 * count - 1;
            System.arraycopy(index < count ? first : second, index % count * size, result, i * size, size);
        }
        s.v(0, result, size);
    }

    private static void shuffleLanes(Step s, int size) {
        byte[] a = s.v(1);
        byte[] b = s.v(2);
        byte[] result = new byte[a.length];
        int lanes = a.length / 16;
        for (int i = 0; i < lanes; i++) {
            int choice = lanes == 2 ? imm(s) >> i & 1 : imm(s) >> 2 * i & 3;
            System.arraycopy(i < lanes / 2 ? a : b, 16 * choice, result, 16 * i, 16);
        }
        s.v(0, result, size);
    }

    private static void inserts(Map<String, Model> m) {
        for (int n = 1; n <= 8; n *= 2) {
            int size = n;
            String letter = size == 1 ? "b" : size == 2 ? "w" : size == 4 ? "d" : "q";
            both(m, "pinsr" + letter, s -> {
                byte[] result = s.v(s.count() == 3 ? 0 : 1);
                put(result, (imm(s) & result.length / size - 1) * size, size, s.u(s.count() - 2));
                s.v(0, result, result.length);
            });
            both(m, "pextr" + letter, s -> {
                byte[] a = s.v(1);
                s.set(0, get(a, (imm(s) & a.length / size - 1) * size, size));
            });
            m.put("vpbroadcast" + letter, s -> broadcast(s, size, size));
        }
        both(m, "extractps", s -> s.set(0, get(s.v(1), (imm(s) & 3) * 4, 4)));
        both(m, "insertps", s -> {
            byte[] result = a(s);
            byte[] b = b(s);
            long value = get(b, b.length == 4 ? 0 : 4 * (imm(s) >> 6), 4);
            put(result, 4 * (imm(s) >> 4 & 3), 4, value);
            for (int i = 0; i < 4; i++) if ((imm(s) >> i & 1) != 0) put(result, 4 * i, 4, 0);
            s.setVector(s.trial.operands.value(0), result);
        });
        m.put("vbroadcastss", s -> broadcast(s, 4, 4));
        m.put("vbroadcastsd", s -> broadcast(s, 8, 8));
        m.put("vbroadcastf128", s -> broadcast(s, 16, 16));
        m.put("vbroadcasti128", s -> broadcast(s, 16, 16));
        for (String type : new String[] {"f", "i"}) {
            m.put("vbroadcast" + type + "32x2", s -> broadcast(s, 8, 4));
            m.put("vbroadcast" + type + "32x4", s -> broadcast(s, 16, 4));
            m.put("vbroadcast" + type + "32x8", s -> broadcast(s, 32, 4));
            m.put("vbroadcast" + type + "64x2", s -> broadcast(s, 16, 8));
            m.put("vbroadcast" + type + "64x4", s -> broadcast(s, 32, 8));
            part(m, type + "128", 16, 16);
            part(m, type + "32x4", 16, 4);
            part(m, type + "32x8", 32, 4);
            part(m, type + "64x2", 16, 8);
            part(m, type + "64x4", 32, 8);
        }
    }

    private static void part(Map<String, Model> m, String name, int bytes, int size) {
        m.put("vinsert" + name, s -> {
            byte[] result = s.v(1);
            System.arraycopy(s.v(2), 0, result, (imm(s) & result.length / bytes - 1) * bytes, bytes);
            s.v(0, result, size);
        });
        m.put("vextract" + name, s -> {
            byte[] a = s.v(1);
            int from = (imm(s) & a.length / bytes - 1) * bytes;
            s.v(0, Arrays.copyOfRange(a, from, from + bytes), size);
        });
    }

    private static void broadcast(Step s, int from, int size) {
        byte[] b = s.v(1);
        byte[] result = new byte[s.bytes(0)];
        for (int i = 0; i < result.length; i++) result[i] = b[i % from];
        s.v(0, result, size);
    }

    private static void blends(Map<String, Model> m) {
        immediateBlend(m, "pblendw", 2);
        immediateBlend(m, "blendps", 4);
        immediateBlend(m, "blendpd", 8);
        m.put("vpblendd", s -> blend(s, 4, i -> (imm(s) >> i & 1) != 0));
        signBlend(m, "pblendvb", 1);
        signBlend(m, "blendvps", 4);
        signBlend(m, "blendvpd", 8);
        String[] names = {"pblendmb", "pblendmw", "pblendmd", "pblendmq", "blendmps", "blendmpd"};
        int[] sizes = {1, 2, 4, 8, 4, 8};
        for (int i = 0; i < names.length; i++) {
            int size = sizes[i];
            m.put("v" + names[i], s -> {
                byte[] result = s.v(2);
                byte[] a = s.v(1);
                for (int b = 0; b < result.length; b++)
                    if (!s.chosen(b / size)) result[b] = s.trial.operands.isZeroing() ? 0 : a[b];
                s.setVector(s.trial.operands.value(0), result);
            });
        }
    }

    private static void immediateBlend(Map<String, Model> m, String name, int size) {
        both(m, name, s -> blend(s, size, i -> (imm(s) >> i % 8 & 1) != 0));
    }

    private static void blend(Step s, int size, java.util.function.IntPredicate second) {
        byte[] result = a(s);
        byte[] b = b(s);
        for (int i = 0; i < result.length; i++) if (second.test(i / size)) result[i] = b[i];
        s.v(0, result, size);
    }

    private static void signBlend(Map<String, Model> m, String name, int size) {
        m.put(name, s -> {
            byte[] mask = s.vector(0, 16);
            byte[] result = s.v(0);
            byte[] b = s.v(1);
            for (int i = 0; i < 16; i++) if (mask[i / size * size + size - 1] < 0) result[i] = b[i];
            s.v(0, result, size);
        });
        m.put("v" + name, s -> {
            byte[] mask = s.v(3);
            byte[] result = s.v(1);
            byte[] b = s.v(2);
            for (int i = 0; i < result.length; i++) if (mask[i / size * size + size - 1] < 0) result[i] = b[i];
            s.v(0, result, size);
        });
    }

    private static void widths(Map<String, Model> m) {
        String letters = "bwdq";
        for (int from = 0; from < 4; from++)
            for (int to = 0; to < 4; to++) {
                String pair = "" + letters.charAt(from) + letters.charAt(to);
                int wide = 1 << from;
                int narrow = 1 << to;
                if (from < to) {
                    both(m, "pmovsx" + pair, convert(wide, narrow, true, a -> a));
                    both(m, "pmovzx" + pair, convert(wide, narrow, false, a -> a));
                } else if (from > to) {
                    long most = (1L << 8 * narrow - 1) - 1;
                    long all = (1L << 8 * narrow) - 1;
                    m.put("vpmov" + pair, convert(wide, narrow, false, a -> a));
                    m.put("vpmovs" + pair, convert(wide, narrow, true, a -> saturate(a, -most - 1, most)));
                    m.put(
                            "vpmovus" + pair,
                            convert(wide, narrow, false, a -> Long.compareUnsigned(a, all) > 0 ? all : a));
                }
            }
        for (int i = 0; i < 4; i++) {
            int size = 1 << i;
            char letter = letters.charAt(i);
            m.put("vpmov" + letter + "2m", s -> s.set(0, signs(s.v(1), size)));
            m.put("vpmovm2" + letter, s -> {
                byte[] result = new byte[s.bytes(0)];
                for (int b = 0; b < result.length; b++) result[b] = (byte) -(s.u(1) >>> b / size & 1);
                s.v(0, result, size);
            });
            expand(m, "p", "" + letter, size);
        }
        expand(m, "", "ps", 4);
        expand(m, "", "pd", 8);
        m.put("vpbroadcastmb2q", s -> spread(s, 8, s.u(1) & 0xFF));
        m.put("vpbroadcastmw2d", s -> spread(s, 4, s.u(1) & 0xFFFF));
    }

    private static void spread(Step s, int size, long value) {
        byte[] result = new byte[s.bytes(0)];
        for (int i = 0; i < result.length; i += size) put(result, i, size, value);
        s.v(0, result, size);
    }

    private static void expand(Map<String, Model> m, String prefix, String type, int size) {
        m.put("v" + prefix + "compress" + type, s -> {
            byte[] from = s.v(1);
            byte[] result = s.isMemory(0) || !s.trial.operands.isZeroing() ? s.v(0) : new byte[from.length];
            int to = 0;
            for (int i = 0; i * size < from.length; i++)
                if (s.chosen(i)) System.arraycopy(from, i * size, result, to++ * size, size);
            if (s.isMemory(0)) System.arraycopy(result, 0, s.out.bytes, s.place(), to * size);
            else s.setVector(s.trial.operands.value(0), result);
        });
        m.put("v" + prefix + "expand" + type, s -> {
            byte[] from = s.v(1);
            byte[] result = s.trial.operands.isZeroing() ? new byte[s.bytes(0)] : s.v(0);
            int next = 0;
            for (int i = 0; i * size < result.length; i++)
                if (s.chosen(i)) System.arraycopy(from, next++ * size, result, i * size, size);
            s.setVector(s.trial.operands.value(0), result);
        });
    }

    private static void masks(Map<String, Model> m) {
        int[] widths = {8, 16, 32, 64};
        for (int i = 0; i < 4; i++) {
            int bits = widths[i];
            char letter = "bwdq".charAt(i);
            m.put("kmov" + letter, s -> s.set(0, Step.truncate(s.u(1), bits)));
            m.put("knot" + letter, s -> s.set(0, Step.truncate(~s.u(1), bits)));
            m.put("kand" + letter, s -> s.set(0, Step.truncate(s.u(1) & s.u(2), bits)));
            m.put("kandn" + letter, s -> s.set(0, Step.truncate(~s.u(1) & s.u(2), bits)));
            m.put("kor" + letter, s -> s.set(0, Step.truncate(s.u(1) | s.u(2), bits)));
            m.put("kxor" + letter, s -> s.set(0, Step.truncate(s.u(1) ^ s.u(2), bits)));
            m.put("kxnor" + letter, s -> s.set(0, Step.truncate(~(s.u(1) ^ s.u(2)), bits)));
            m.put("kadd" + letter, s -> s.set(0, Step.truncate(s.u(1) + s.u(2), bits)));
            m.put("kshiftl" + letter, s -> s.set(0, imm(s) < bits ? Step.truncate(s.u(1) << imm(s), bits) : 0));
            m.put("kshiftr" + letter, s -> s.set(0, imm(s) < bits ? Step.truncate(s.u(1), bits) >>> imm(s) : 0));
            m.put("kortest" + letter, s -> {
                long or = Step.truncate(s.u(0) | s.u(1), bits);
                tested(s, or == 0, or == Step.truncate(-1, bits));
            });
            m.put(
                    "ktest" + letter,
                    s -> tested(
                            s, Step.truncate(s.u(0) & s.u(1), bits) == 0, Step.truncate(~s.u(0) & s.u(1), bits) == 0));
        }
        m.put("kunpckbw", s -> s.set(0, (s.u(1) & 0xFF) << 8 | s.u(2) & 0xFF));
        m.put("kunpckwd", s -> s.set(0, (s.u(1) & 0xFFFF) << 16 | s.u(2) & 0xFFFF));
        m.put("kunpckdq", s -> s.set(0, s.u(1) << 32 | s.u(2) & 0xFFFF_FFFFL));
    }

    private static void tested(Step s, boolean zero, boolean carry) {
        s.logicFlags(1, 32);
        s.flag(Step.PF, false);
        s.flag(Step.AF, false);
        s.flag(Step.ZF, zero);
        s.flag(Step.CF, carry);
    }
}
