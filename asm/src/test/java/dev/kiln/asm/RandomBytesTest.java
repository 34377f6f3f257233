package dev.kiln.asm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Template;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Any bytes are safe to decode, and what they are is judged by two other disassemblers. Their output names the offsets at which they saw
 * instructions; the decoder is asked at each of these. Every difference belongs to a class listed here.
 */
class RandomBytesTest {
    private static final long FIXED_SEED = 20_261_121;

    @TempDir
    Path folder;

    /** Why disassemblers may disagree about bytes, tested in this order. */
    private enum Difference {
        /** They show a prefix as an instruction of its own; what follows is judged at its own offset. */
        PREFIX_ALONE,
        /** A REX prefix that is not directly in front of the opcode is ignored (SDM vol. 2, 2.2.1); LLVM calls it bad, GNU splits there. */
        SCATTERED_REX,
        /** LOCK where it faults (SDM vol. 2, LOCK); both print it anyway. */
        INVALID_LOCK,
        /** F2, F3 or 66 in front of an instruction marked NP or with another mandatory prefix (SDM vol. 2, 3.1.1.1): LLVM ignores them. */
        FORBIDDEN_PREFIX,
        /** 66, F2, F3, LOCK or REX in front of VEX is an error (SDM vol. 2, 2.3.2 to 2.3.4); LLVM ignores them. */
        PREFIX_BEFORE_VEX,
        /** VZEROALL, VZEROUPPER, VLDMXCSR and VSTMXCSR with pp other than 0, LDTILECFG and STTILECFG beside /0: GNU ignores it. */
        IGNORED_PP,
        /** A gather with two registers the same is an error (SDM vol. 2, VGATHERDPS); LLVM prints it as if it were none. */
        GATHER,
        /** With base 101 and mod 00 in a SIB byte there is no base whatever extends it (SDM vol. 2, table 2-3); LLVM sees R21 or R29 and no displacement. */
        EXTENDED_NO_BASE,
        /** REX2 in front of 0F, of rows 4, 7, A, E of the one-byte map and 3, 8 of map 0F, and of XSAVE and its kin is an error (APX 3.1.2.1); LLVM ignores that. */
        FORBIDDEN_REX2,
        /** Bits of the EVEX prefix that what APX promoted does not use are not 0 (APX 3.1.2.3); LLVM ignores them, with CFCMOV even pp. */
        UNUSED_EVEX_BITS,
        /** PUSH2 and POP2 with RSP, and POP2 into one register, are errors (APX, PUSH2 and POP2); LLVM prints them. */
        BAD_PAIR,
        /** LLVM reads some instructions of APX wrongly, see {@link DisassemblyTest#misread}, and loses 66 in front of REX2 with W. */
        MISREAD_APX,
        /** GNU prints EVEX forms with masks, broadcast, rounding, lengths and registers that they do not take. */
        UNCHECKED_EVEX,
        /** EVEX.L'L = 11 without rounding is undefined (SDM vol. 2, 2.7.10); LLVM prints 512 bits. */
        RESERVED_LENGTH,
        /** EVEX.z without a mask is undefined (SDM vol. 2, 2.7.11); LLVM prints it. */
        ZEROING_WITHOUT_MASK,
        /** EVEX.R and R' with a mask register as destination are undefined (SDM vol. 2, 2.7.11); LLVM ignores them. */
        MASK_NUMBER,
        /** LLVM takes MOVDIR64B without its mandatory 66 where 67 stands in front (SDM vol. 2, MOVDIR64B). */
        MISSING_PREFIX,
        /** GNU prints WAIT and the x87 instruction behind it as one. */
        WAIT_JOINED,
        /** 66 in front of a near branch: ignored by Intel (SDM vol. 2, table A-2, f64), 16 bits by AMD. */
        WORD_BRANCH,
        /** Opcode extensions that no manual describes but processors take: D0/C0 /6 as SHL, F6 /1 as TEST; EXTRQ beside /0; PadLock without F3; reserved NOPs 0F 0D, 0F 18–1F. */
        UNDOCUMENTED,
        /** Far calls and jumps through memory are not in the table. */
        FAR_BRANCH,
        /** Fences whose ModRM.rm is not 0: processors take any. */
        FENCE,
        /** LLVM takes a mandatory prefix only where no other stands behind it; for processors their order is free (SDM vol. 2, 2.1.1). */
        PREFIX_ORDER,
        /** GNU calls F2 or F3 bad where another prefix chooses another instruction of the same opcode; processors ignore it. */
        IGNORED_REPEAT,
        /** ModRM.mod of moves from and to control and debug registers is ignored (SDM vol. 2, MOV); LLVM calls all but 11 bad. */
        IGNORED_MOD,
        /** LLVM does not know INT1, UD0; GNU not the newest extensions. */
        UNKNOWN_TO_JUDGE,
        /** LLVM wants W or L'L to be 0 with some EVEX instructions where the manual says WIG or LLIG. */
        IGNORED_BITS,
        /** Registers that must differ, or the instruction is undefined when it runs (SDM vol. 2, VGATHERDPS, VFMULCPH); GNU marks them. */
        EQUAL_REGISTERS,
        UNEXPLAINED
    }

    @Test
    void decoderNeverThrowsNorReadsBeyondTheEnd() {
        long fresh = new Random().nextLong();
        System.out.println("RandomBytesTest: fixed seed " + FIXED_SEED + ", fresh seed " + fresh);
        for (long seed : new long[] {FIXED_SEED, fresh}) {
            SplittableRandom random = new SplittableRandom(seed);
            Decoder decoder = new Decoder();
            Decoder longer = new Decoder();
            Disassembler disassembler = new Disassembler();
            for (int i = 0; i < 100_000; i++) {
                byte[] code = new byte[1 + random.nextInt(16)];
                fill(random, code);
                String hex = "seed " + seed + ": " + HexFormat.of().formatHex(code);
                boolean valid = decoder.decode(code, 0, code.length);
                assertThat(decoder.length()).as(hex).isBetween(1, Math.min(15, code.length) + (valid ? 0 : 1));
                if (valid) {
                    assertThat(disassembler.text(decoder, 0x1000)).as(hex).isNotBlank();
                    // Every shorter piece of a valid instruction is truncated, and the bytes behind it change nothing.
                    int length = decoder.length();
                    for (int end = 0; end < length; end++) {
                        assertThat(longer.decode(code, 0, end)).as(hex).isFalse();
                        assertThat(longer.status()).as(hex + " cut to " + end).isEqualTo(Decoder.Status.TRUNCATED);
                    }
                    assertThat(longer.decode(code, 0, length)).as(hex).isTrue();
                    assertThat(longer.form()).as(hex).isEqualTo(decoder.form());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ForeignDisassembler.class)
    void agreesWithOtherDisassemblers(ForeignDisassembler judge) throws Exception {
        // Other programs know instructions that ours does not yet: fresh bytes belong into the long run, where somebody
        // looks.
        boolean wide = Boolean.getBoolean("kiln.long");
        long[] seeds = wide ? new long[] {FIXED_SEED, new Random().nextLong()} : new long[] {FIXED_SEED};
        System.out.println("RandomBytesTest against " + judge + ": seeds " + Arrays.toString(seeds));
        Set<String> mnemonics = new HashSet<>();
        for (int form = 1; form < Forms.count(); form++) mnemonics.add(Forms.mnemonic(form));
        Map<Difference, Integer> counts = new EnumMap<>(Difference.class);
        Map<String, String> unexplained = new TreeMap<>();
        Decoder decoder = new Decoder();
        Disassembler disassembler = new Disassembler();
        int judged = 0;
        for (long seed : seeds) {
            byte[] code = stream(new SplittableRandom(seed), Integer.getInteger("kiln.random.bytes", 400_000));
            for (ForeignDisassembler.Line line : judge.disassemble(code, folder)) {
                boolean valid = decoder.decode(code, line.offset(), code.length);
                if (decoder.status() == Decoder.Status.TRUNCATED) continue;
                boolean same = valid
                        ? !line.bad() && decoder.length() == line.length()
                        : line.bad() || !mnemonics.contains(line.mnemonic());
                judged++;
                if (same) continue;
                Difference difference = explain(judge, code, line, valid ? decoder : null);
                counts.merge(difference, 1, Integer::sum);
                if (difference == Difference.UNEXPLAINED) {
                    int length = Math.max(line.length(), decoder.length());
                    String ours = valid ? disassembler.text(decoder, line.offset()) : "bad";
                    String bytes = HexFormat.ofDelimiter(" ").formatHex(code, line.offset(), line.offset() + length);
                    unexplained.put(
                            (valid ? "valid " : "bad ")
                                    + line.mnemonic()
                                    + (valid ? Forms.mnemonic(decoder.form()) : ""),
                            bytes + ": " + ours + " | " + judge + ": " + line.text() + " (seed " + seed + ")");
                }
            }
        }
        System.out.println("RandomBytesTest against " + judge + ": " + judged + " judged, differences " + counts);
        assertThat(judged).isGreaterThan(100_000 * seeds.length);
        assertThat(String.join("\n", unexplained.values())).isEmpty();
    }

    private static Difference explain(
            ForeignDisassembler judge, byte[] code, ForeignDisassembler.Line line, Decoder ours) {
        if (isPrefixOnly(line.text())) return Difference.PREFIX_ALONE;
        Prefixes prefixes = new Prefixes(code, line.offset());
        int opcode = prefixes.opcode;
        if (prefixes.scatteredRex) return Difference.SCATTERED_REX;
        if (ours == null) {
            boolean vex = opcode == 0xC4 || opcode == 0xC5 || opcode == 0x62 || opcode == 0x8F;
            if (vex
                    && judge == ForeignDisassembler.LLVM
                    && (prefixes.word || prefixes.repeat || prefixes.lock || prefixes.rex))
                return Difference.PREFIX_BEFORE_VEX;
            if (vex
                    && judge == ForeignDisassembler.GNU
                    && line.text().matches("vzero.*|v(ld|st)mxcsr.*|(ld|st)tilecfg.*")) return Difference.IGNORED_PP;
            if (vex && judge == ForeignDisassembler.LLVM && line.text().matches(".*gather.*")) return Difference.GATHER;
            if (prefixes.rex2 && opcode != 0x62 && isForbidden(prefixes, line.text())) return Difference.FORBIDDEN_REX2;
            if (opcode == 0x62) {
                if (judge == ForeignDisassembler.GNU) return Difference.UNCHECKED_EVEX;
                if ((prefixes.fourth & 0x60) == 0x60) return Difference.RESERVED_LENGTH;
                if ((prefixes.fourth & 0x87) == 0x80) return Difference.ZEROING_WITHOUT_MASK;
                if (line.text().matches("(push|pop)2p? .*")) return Difference.BAD_PAIR;
                // X4 without a SIB byte; z, L'L and the lowest bits of what has ND and NF.
                if ((prefixes.third & 4) == 0) return Difference.UNUSED_EVEX_BITS;
                if ((prefixes.next & 7) == 4 && (prefixes.fourth & 0xE3) != 0) return Difference.UNUSED_EVEX_BITS;
                if (line.text().startsWith("cfcmov") && (prefixes.third & 3) != 0) return Difference.UNUSED_EVEX_BITS;
                boolean extended = (prefixes.next & 0x90) != 0x90;
                if (extended && line.text().matches("v\\S+ k[0-7].*")) return Difference.MASK_NUMBER;
            }
            if (judge == ForeignDisassembler.LLVM
                    && !prefixes.word
                    && line.mnemonic().equals("movdir64b")) return Difference.MISSING_PREFIX;
            if (prefixes.lock) return Difference.INVALID_LOCK;
            if (opcode == 0x0F && prefixes.next == 0xAE && line.text().endsWith("fence")) return Difference.FENCE;
            if (opcode == 0x0F && isSameWithoutPrefixes(code, line)) return Difference.FORBIDDEN_PREFIX;
            int extension = prefixes.next >> 3 & 7;
            if (opcode == 0xFF && (extension == 3 || extension == 5)) return Difference.FAR_BRANCH;
            boolean shift = (opcode & 0xFE) == 0xC0 || (opcode & 0xFC) == 0xD0;
            boolean test = (opcode & 0xFE) == 0xF6;
            if (shift && extension == 6 || test && extension == 1) return Difference.UNDOCUMENTED;
            if (opcode == 0x0F
                    && (prefixes.next == 0x0D
                            || prefixes.next == 0x78
                            || (prefixes.next & 0xFE) == 0xA6
                            || prefixes.next >= 0x18 && prefixes.next <= 0x1F)) return Difference.UNDOCUMENTED;
        } else {
            String mnemonic = Forms.mnemonic(ours.form());
            if (judge == ForeignDisassembler.GNU && mnemonic.equals("fwait")) return Difference.WAIT_JOINED;
            if (line.bad() && (prefixes.repeat || prefixes.word) && mnemonic.equals("wbinvd"))
                return Difference.IGNORED_REPEAT;
            if (line.bad() && !DisassemblyTest.knows(judge, ours.form())) return Difference.UNKNOWN_TO_JUDGE;
            boolean extended =
                    prefixes.rex2 || opcode == 0x62 && ((prefixes.next & 8) != 0 || (prefixes.third & 4) == 0);
            if (judge == ForeignDisassembler.GNU && (extended || ours.operands().needsApx()))
                return Difference.UNKNOWN_TO_JUDGE;
            boolean wideWord = prefixes.rex2 && prefixes.word && line.bad();
            if (judge == ForeignDisassembler.LLVM && (wideWord || DisassemblyTest.misread(ours)))
                return Difference.MISREAD_APX;
            if (judge == ForeignDisassembler.LLVM
                    && line.text().matches(".*\\[r(21|29)\\b.*")
                    && ours.operands().base() == Registers.NONE) return Difference.EXTENDED_NO_BASE;
            long template = FormTable.get().template(ours.form());
            if (judge == ForeignDisassembler.LLVM
                    && line.bad()
                    && opcode == 0x62
                    && (Template.wIgnored(template) || Template.lengthIgnored(template)))
                return Difference.IGNORED_BITS;
            if (judge == ForeignDisassembler.GNU
                    && line.text().contains("(bad)")
                    && mnemonic.matches(".*gather.*|vfc?m(ul|add)c[ps]h")) return Difference.EQUAL_REGISTERS;
            boolean control = opcode == 0x0F && (prefixes.next & 0xFC) == 0x20;
            if (judge == ForeignDisassembler.LLVM && line.bad() && control) return Difference.IGNORED_MOD;
            if (judge == ForeignDisassembler.LLVM && line.bad() && prefixes.legacy > 1) return Difference.PREFIX_ORDER;
            if (judge == ForeignDisassembler.GNU && line.bad() && prefixes.repeat && opcode == 0x0F)
                return Difference.IGNORED_REPEAT;
            if (prefixes.word
                    && ours.operands().count() > 0
                    && Forms.operandKind(ours.form(), 0).isBranch()) return Difference.WORD_BRANCH;
        }
        return Difference.UNEXPLAINED;
    }

    private static boolean isForbidden(Prefixes prefixes, String text) {
        if (text.matches("xsave.*|xrstor.*")) return true;
        int row = (prefixes.opcode == 0x0F ? prefixes.next : prefixes.opcode) >> 4;
        if (prefixes.escaped) return row == 3 || row == 8;
        return prefixes.opcode == 0x0F || row == 4 || row == 7 || row == 10 || row == 14;
    }

    /** Whether the judge's instruction is there when some of 66, F2 and F3 are taken away. */
    private static boolean isSameWithoutPrefixes(byte[] code, ForeignDisassembler.Line line) {
        Decoder decoder = new Decoder();
        for (int take = 1; take < 4; take++) {
            byte[] less = new byte[line.length()];
            int length = 0;
            boolean prefixes = true;
            for (int i = line.offset(); i < line.offset() + line.length(); i++) {
                int b = code[i] & 0xFF;
                prefixes &= b != 0x0F && b != 0xD5;
                boolean taken =
                        prefixes && ((take & 1) != 0 && (b == 0xF2 || b == 0xF3) || (take & 2) != 0 && b == 0x66);
                if (!taken) less[length++] = code[i];
            }
            if (length < line.length()
                    && decoder.decode(less, 0, length)
                    && (" " + line.text() + " ").contains(" " + Forms.mnemonic(decoder.form()) + " ")) return true;
        }
        return false;
    }

    private static boolean isPrefixOnly(String text) {
        for (String word : text.split(" "))
            if (!word.matches(
                    "lock|repn?[ez]?|xacquire|xrelease|data16|addr32|[cdefgs]s|rex(64)?(\\.[WRXBwrxb]+)?|bnd|notrack"))
                return false;
        return true;
    }

    /** The prefixes in front of an instruction. */
    private static final class Prefixes {
        boolean scatteredRex;
        boolean rex;
        boolean lock;
        boolean word;
        boolean repeat;
        boolean rex2;
        /** Whether REX2 stands for 0F too. */
        boolean escaped;

        int legacy;
        int opcode;
        int next;
        int third;
        int fourth;

        Prefixes(byte[] code, int at) {
            for (int i = at; i < code.length; i++) {
                int b = code[i] & 0xFF;
                boolean isRex = (b & 0xF0) == 0x40;
                boolean isLegacy = switch (b) {
                    case 0x66, 0x67, 0xF0, 0xF2, 0xF3, 0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65 -> true;
                    default -> false;
                };
                if ((isRex || isLegacy) && rex) scatteredRex = true;
                rex = isRex;
                if (isLegacy) legacy++;
                lock |= b == 0xF0;
                word |= b == 0x66;
                repeat |= b == 0xF2 || b == 0xF3;
                if (isRex || isLegacy) continue;
                opcode = b;
                if (b == 0xD5 && i + 2 < code.length) {
                    rex2 = true;
                    // M0 stands for the escape byte 0F.
                    escaped = code[i + 1] < 0;
                    i += escaped ? 1 : 2;
                    opcode = escaped ? 0x0F : code[i] & 0xFF;
                }
                next = i + 1 < code.length ? code[i + 1] & 0xFF : 0;
                fourth = i + 3 < code.length ? code[i + 3] & 0xFF : 0;
                third = i + 2 < code.length ? code[i + 2] & 0xFF : 0;
                return;
            }
        }
    }

    static void fill(SplittableRandom random, byte[] code) {
        int at = prefixes(random, code, 0);
        while (at < code.length) code[at++] = (byte) random.nextInt(256);
    }

    /** Instructions' beginnings followed by arbitrary bytes: more of them are valid than of bytes without any order. */
    private static byte[] stream(SplittableRandom random, int size) {
        byte[] code = new byte[size];
        int at = 0;
        while (at < size) {
            at = prefixes(random, code, at);
            for (int n = random.nextInt(12); n >= 0 && at < size; n--) code[at++] = (byte) random.nextInt(256);
        }
        return code;
    }

    private static int prefixes(SplittableRandom random, byte[] code, int from) {
        int[] legacy = {0x66, 0x67, 0xF2, 0xF3, 0xF0, 0x64, 0x65, 0x2E, 0x3E};
        List<Integer> bytes = new ArrayList<>();
        int chance = random.nextInt(24);
        int count = chance < 4 ? 1 + random.nextInt(3) : chance < 9 ? 1 : 0;
        for (int i = 0; i < count; i++) bytes.add(legacy[random.nextInt(legacy.length)]);
        if (random.nextBoolean()) bytes.add(0x40 + random.nextInt(16));
        int escape = random.nextInt(17);
        if (escape >= 11) {
            // VEX wants to stand alone, with a map that exists and mostly without a second source.
            bytes.clear();
            int tail = (random.nextInt(2) << 7)
                    | (random.nextInt(3) == 0 ? random.nextInt(16) << 3 : 0x78)
                    | random.nextInt(8);
            if (escape == 11) bytes.addAll(List.of(0xC5, tail));
            else if (escape == 15) bytes.addAll(List.of(0xD5, random.nextInt(256)));
            else if (escape == 16) {
                // What APX promoted.
                int map = random.nextInt(4) == 0 ? 1 + random.nextInt(7) : 4;
                int last = random.nextInt(2) == 0 ? random.nextInt(16) : random.nextInt(8) << 2;
                bytes.addAll(List.of(0x62, random.nextInt(32) << 3 | map, random.nextInt(256), last));
            } else if (escape > 12) {
                // EVEX with bits that mean something.
                bytes.addAll(List.of(0x62, random.nextInt(16) << 4 | 1 + random.nextInt(6), random.nextInt(256) | 4));
            } else bytes.addAll(List.of(0xC4, 0xE0 ^ random.nextInt(8) << 5 | 1 + random.nextInt(3), tail));
        }
        if (escape < 6) bytes.add(0x0F);
        if (escape == 4) bytes.add(0x38);
        if (escape == 5) bytes.add(0x3A);
        int at = from;
        for (int b : bytes) if (at < code.length) code[at++] = (byte) b;
        return at;
    }
}
