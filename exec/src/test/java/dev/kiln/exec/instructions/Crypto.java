package dev.kiln.exec.instructions;

import static dev.kiln.exec.instructions.Lanes.*;
import static dev.kiln.exec.instructions.MachineState.get;
import static dev.kiln.exec.instructions.MachineState.put;

import java.util.Map;

/** Models of AES (FIPS 197), carry-less multiplication, SHA-1 and SHA-256 (FIPS 180-4), and arithmetic in GF(2^8). */
final class Crypto {
    private static final int[] SBOX = new int[256];
    private static final int[] INVERSE = new int[256];

    static {
        for (int x = 0; x < 256; x++) {
            int inverse = inverse(x, 0x11B);
            int y = inverse;
            for (int i = 1; i < 5; i++) y ^= (inverse << i | inverse >> 8 - i) & 0xFF;
            SBOX[x] = (y ^ 0x63) & 0xFF;
            INVERSE[SBOX[x]] = x;
        }
    }

    private Crypto() {}

    static void addTo(Map<String, Model> m) {
        aes(m);
        both(m, "pclmulqdq", s -> {
            byte[] a = a(s);
            byte[] b = b(s);
            byte[] result = new byte[a.length];
            for (int at = 0; at < a.length; at += 16) {
                long x = get(a, at + (imm(s) & 1) * 8, 8);
                long y = get(b, at + (imm(s) >> 4 & 1) * 8, 8);
                long low = 0;
                long high = 0;
                for (int i = 0; i < 64; i++)
                    if ((y >>> i & 1) != 0) {
                        low ^= x << i;
                        if (i > 0) high ^= x >>> 64 - i;
                    }
                put(result, at, 8, low);
                put(result, at + 8, 8, high);
            }
            s.v(0, result, 16);
        });
        sha(m);
        galois(m);
    }

    private static int multiply(int a, int b, int polynomial) {
        int product = 0;
        for (int i = 0; i < 8; i++) if ((b >> i & 1) != 0) product ^= a << i;
        for (int i = 14; i >= 8; i--) if ((product >> i & 1) != 0) product ^= polynomial << i - 8;
        return product;
    }

    private static int inverse(int x, int polynomial) {
        for (int y = 1; y < 256; y++) if (multiply(x, y, polynomial) == 1) return y;
        return 0;
    }

    private static void aes(Map<String, Model> m) {
        both(m, "aesenc", lanes(16, (a, key) -> xor(mix(substitute(shift(a, 1), SBOX), false), key)));
        both(m, "aesenclast", lanes(16, (a, key) -> xor(substitute(shift(a, 1), SBOX), key)));
        both(m, "aesdec", lanes(16, (a, key) -> xor(mix(substitute(shift(a, -1), INVERSE), true), key)));
        both(m, "aesdeclast", lanes(16, (a, key) -> xor(substitute(shift(a, -1), INVERSE), key)));
        both(m, "aesimc", s -> s.v(0, mix(s.v(1), true), 16));
        both(m, "aeskeygenassist", s -> {
            byte[] a = s.v(1);
            byte[] result = new byte[16];
            for (int i = 0; i < 2; i++) {
                byte[] word = substitute(java.util.Arrays.copyOfRange(a, 8 * i + 4, 8 * i + 8), SBOX);
                int value = (int) get(word, 0, 4);
                put(result, 8 * i, 4, value);
                put(result, 8 * i + 4, 4, Integer.rotateRight(value, 8) ^ imm(s));
            }
            s.v(0, result, 16);
        });
    }

    private static byte[] xor(byte[] a, byte[] b) {
        for (int i = 0; i < a.length; i++) a[i] ^= b[i];
        return a;
    }

    private static byte[] substitute(byte[] a, int[] box) {
        for (int i = 0; i < a.length; i++) a[i] = (byte) box[a[i] & 0xFF];
        return a;
    }

    /** Row r of the state, the bytes r, r + 4, …, moves r places. */
    private static byte[] shift(byte[] a, int direction) {
        byte[] result = new byte[16];
        for (int i = 0; i < 16; i++) {
            int row = i % 4;
            result[i] = a[Math.floorMod(i / 4 + direction * row, 4) * 4 + row];
        }
        return result;
    }

    private static byte[] mix(byte[] a, boolean inverse) {
        int[] factors = inverse ? new int[] {14, 11, 13, 9} : new int[] {2, 3, 1, 1};
        byte[] result = new byte[16];
        for (int i = 0; i < 16; i++)
            for (int j = 0; j < 4; j++)
                result[i] ^= (byte) multiply(a[i / 4 * 4 + (i + j) % 4] & 0xFF, factors[j], 0x11B);
        return result;
    }

    private static int[] words(byte[] v) {
        int[] words = new int[4];
        for (int i = 0; i < 4; i++) words[i] = (int) get(v, 4 * i, 4);
        return words;
    }

    private static void set(Step s, int... words) {
        byte[] result = new byte[16];
        for (int i = 0; i < 4; i++) put(result, 4 * i, 4, words[i]);
        s.v(0, result, 4);
    }

    private static void sha(Map<String, Model> m) {
        m.put("sha1nexte", s -> {
            int[] a = words(s.v(0));
            int[] b = words(s.v(1));
            set(s, b[0], b[1], b[2], b[3] + Integer.rotateLeft(a[3], 30));
        });
        m.put("sha1msg1", s -> {
            int[] a = words(s.v(0));
            int[] b = words(s.v(1));
            set(s, b[2] ^ a[0], b[3] ^ a[1], a[0] ^ a[2], a[1] ^ a[3]);
        });
        m.put("sha1msg2", s -> {
            int[] a = words(s.v(0));
            int[] b = words(s.v(1));
            int w16 = Integer.rotateLeft(a[3] ^ b[2], 1);
            int w17 = Integer.rotateLeft(a[2] ^ b[1], 1);
            int w18 = Integer.rotateLeft(a[1] ^ b[0], 1);
            int w19 = Integer.rotateLeft(a[0] ^ w16, 1);
            set(s, w19, w18, w17, w16);
        });
        m.put("sha1rnds4", s -> {
            int[] x = words(s.v(0));
            int[] w = words(s.v(1));
            int[] constants = {0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6};
            int a = x[3];
            int b = x[2];
            int c = x[1];
            int d = x[0];
            int e = 0;
            for (int i = 0; i < 4; i++) {
                int f = switch (imm(s) & 3) {
                    case 0 -> b & c ^ ~b & d;
                    case 2 -> b & c ^ b & d ^ c & d;
                    default -> b ^ c ^ d;
                };
                int next = f + Integer.rotateLeft(a, 5) + w[3 - i] + e + constants[imm(s) & 3];
                e = d;
                d = c;
                c = Integer.rotateLeft(b, 30);
                b = a;
                a = next;
            }
            set(s, d, c, b, a);
        });
        m.put("sha256rnds2", s -> {
            int[] x = words(s.v(0));
            int[] y = words(s.v(1));
            int[] k = words(s.vector(0, 16));
            int a = y[3], b = y[2], e = y[1], f = y[0], c = x[3], d = x[2], g = x[1], h = x[0];
            for (int i = 0; i < 2; i++) {
                int sum = (e & f ^ ~e & g) + sigma(e, 6, 11, 25) + k[i] + h;
                int next = sum + (a & b ^ a & c ^ b & c) + sigma(a, 2, 13, 22);
                int fifth = sum + d;
                h = g;
                g = f;
                f = e;
                e = fifth;
                d = c;
                c = b;
                b = a;
                a = next;
            }
            set(s, f, e, b, a);
        });
        m.put("sha256msg1", s -> {
            int[] a = words(s.v(0));
            int w4 = words(s.v(1))[0];
            int[] result = new int[4];
            for (int i = 0; i < 4; i++) {
                int w = i < 3 ? a[i + 1] : w4;
                result[i] = a[i] + (Integer.rotateRight(w, 7) ^ Integer.rotateRight(w, 18) ^ w >>> 3);
            }
            set(s, result);
        });
        m.put("sha256msg2", s -> {
            int[] a = words(s.v(0));
            int[] b = words(s.v(1));
            int w16 = a[0] + small(b[2]);
            int w17 = a[1] + small(b[3]);
            set(s, w16, w17, a[2] + small(w16), a[3] + small(w17));
        });
    }

    private static int sigma(int x, int a, int b, int c) {
        return Integer.rotateRight(x, a) ^ Integer.rotateRight(x, b) ^ Integer.rotateRight(x, c);
    }

    private static int small(int w) {
        return Integer.rotateRight(w, 17) ^ Integer.rotateRight(w, 19) ^ w >>> 10;
    }

    private static void galois(Map<String, Model> m) {
        both(m, "gf2p8mulb", pairs(1, false, (a, b) -> multiply((int) a, (int) b, 0x11B)));
        both(m, "gf2p8affineqb", s -> affine(s, false));
        both(m, "gf2p8affineinvqb", s -> affine(s, true));
    }

    private static void affine(Step s, boolean inverts) {
        byte[] a = a(s);
        byte[] b = b(s);
        byte[] result = new byte[a.length];
        for (int i = 0; i < a.length; i++) {
            int x = inverts ? inverse(a[i] & 0xFF, 0x11B) : a[i] & 0xFF;
            int y = 0;
            for (int bit = 0; bit < 8; bit++) {
                int row = b[i / 8 * 8 + 7 - bit] & 0xFF;
                y |= (Integer.bitCount(row & x) & 1) << bit;
            }
            result[i] = (byte) (y ^ imm(s));
        }
        s.v(0, result, 1);
    }
}
