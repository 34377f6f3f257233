package dev.kiln.asm;

import java.util.Arrays;

/**
 * Leaves out operands that have no choice and that the table does not write, where text says them as AsmJit, GNU's and LLVM's assemblers and the
 * manuals' tables of operands do: {@code blendvpd xmm1, xmm2, xmm0}, {@code mul edx, eax, ecx}, {@code cpuid eax, ebx, ecx, edx},
 * {@code monitor [rax], ecx, edx}.
 */
final class NasmImplicit {
    private NasmImplicit() {}

    /**
     * The operands that can be said behind the others. {@code a c d b} are RAX and its like in 32 or 64 bits, a name is that register,
     * {@code [a]} an address in RAX or RAX itself, which tells how wide addresses are; {@code null} when there are none.
     */
    private static String trailing(String mnemonic) {
        return switch (mnemonic) {
            case "cbw" -> "ax";
            case "cwde" -> "eax";
            case "cdqe" -> "rax";
            case "cwd" -> "dx ax";
            case "cdq" -> "edx eax";
            case "cqo" -> "rdx rax";
            case "lahf", "sahf" -> "ah";
            case "cpuid" -> "a b c d";
            case "rdtsc",
                    "tpause",
                    "umwait",
                    "xrstor",
                    "xrstor64",
                    "xrstors",
                    "xrstors64",
                    "xsave",
                    "xsave64",
                    "xsavec",
                    "xsavec64",
                    "xsaveopt",
                    "xsaveopt64",
                    "xsaves",
                    "xsaves64" -> "d a";
            case "rdmsr", "wrmsr", "rdpmc", "rdtscp", "rdpkru", "wrpkru", "rdpru", "xgetbv", "xsetbv" -> "d a c";
            case "cmpxchg8b", "cmpxchg16b" -> "d a c b";
            case "monitor", "monitorx" -> "[a] c d";
            case "mwait" -> "a c";
            case "mwaitx" -> "a c b";
            case "invlpga" -> "[a] c";
            case "clzero", "vmrun", "vmload", "vmsave" -> "[a]";
            case "hreset", "skinit" -> "a";
            case "maskmovq", "maskmovdqu", "vmaskmovdqu" -> "[di]";
            case "blendvpd", "blendvps", "pblendvb", "sha256rnds2", "pcmpistrm", "vpcmpistrm" -> "xmm0";
            case "pcmpestrm", "vpcmpestrm" -> "xmm0 a d";
            case "pcmpestri", "vpcmpestri" -> "c a d";
            case "pcmpistri", "vpcmpistri" -> "c";
            default -> null;
        };
    }

    /** How many operands stand before those. */
    private static int written(String mnemonic) {
        return switch (mnemonic) {
            case "tpause",
                    "umwait",
                    "xrstor",
                    "xrstor64",
                    "xrstors",
                    "xrstors64",
                    "xsave",
                    "xsave64",
                    "xsavec",
                    "xsavec64",
                    "xsaveopt",
                    "xsaveopt64",
                    "xsaves",
                    "xsaves64",
                    "cmpxchg8b",
                    "cmpxchg16b",
                    "hreset" -> 1;
            case "maskmovq", "maskmovdqu", "vmaskmovdqu", "blendvpd", "blendvps", "pblendvb", "sha256rnds2" -> 2;
            case "pcmpestrm",
                    "vpcmpestrm",
                    "pcmpestri",
                    "vpcmpestri",
                    "pcmpistrm",
                    "vpcmpistrm",
                    "pcmpistri",
                    "vpcmpistri" -> 3;
            default -> 0;
        };
    }

    static void drop(NasmStatement s) {
        NasmOperand[] o = s.operands;
        switch (s.mnemonic) {
            case "mul", "imul", "div", "idiv" -> dropProduct(s);
            case "cmpxchg", "mulx" -> {
                int n = o.length - 1;
                int implicit = s.mnemonic.equals("mulx") ? Registers.RDX : Registers.RAX;
                if (n == (implicit == Registers.RAX ? 2 : 3)
                        && isRegister(o[1])
                        && is(o[n], implicit, o[1].registerBits())) s.operands = Arrays.copyOf(o, n);
            }
            case "umonitor", "movdir64b", "enqcmd", "enqcmds" -> {
                // Their first operand is a register that holds an address.
                int base = o.length == 0 ? NasmStrings.NONE : NasmStrings.base(o[0]);
                if (base != NasmStrings.NONE && o[0].segment < Registers.SEGMENT + 1)
                    o[0] = NasmSpellings.register(base & 0xFF, base >> 8, o[0].at);
            }
            case "vp2intersectd", "vp2intersectq" -> {
                if (o.length == 4 && isGroup(o, 0, 2)) dropGroup(s, 0, 2);
            }
            case "v4fmaddps", "v4fmaddss", "v4fnmaddps", "v4fnmaddss", "vp4dpwssd", "vp4dpwssds" -> {
                if (o.length == 6 && isGroup(o, 1, 4)) dropGroup(s, 1, 4);
            }
            default -> dropTrailing(s);
        }
    }

    private static void dropTrailing(NasmStatement s) {
        String names = trailing(s.mnemonic);
        if (names == null) return;
        NasmOperand[] o = s.operands;
        int from = written(s.mnemonic);
        int at = from;
        int address = 0;
        for (int start = 0; start < names.length(); at++) {
            if (at >= o.length) {
                // The third operand of MWAITX is said only where it is used.
                if (s.mnemonic.equals("mwaitx") && at == 2) break;
                return;
            }
            int space = names.indexOf(' ', start);
            int end = space < 0 ? names.length() : space;
            String name = names.substring(start, end);
            start = end + 1;
            if (name.charAt(0) == '[') {
                address = addressBits(o[at], name.charAt(1) == 'a' ? Registers.RAX : Registers.RDI);
                if (address == 0) return;
                if (o[at].segment >= Registers.FS) s.segment = CodeBuffer.segmentPrefix(o[at].segment);
            } else if (!isNamed(o[at], name)) return;
        }
        if (at != o.length) return;
        s.operands = Arrays.copyOf(o, from);
        if (address != 0) s.addressSize = address;
    }

    private static boolean isNamed(NasmOperand o, String name) {
        if (o.kind != NasmOperand.REGISTER) return false;
        int number = o.registerNumber();
        int bits = o.registerBits();
        boolean wide = bits == 32 || bits == 64;
        return switch (name) {
            case "a" -> wide && number == Registers.RAX;
            case "c" -> wide && number == Registers.RCX;
            case "d" -> wide && number == Registers.RDX;
            case "b" -> wide && number == Registers.RBX;
            default -> RegisterNames.name(number, bits).equals(name);
        };
    }

    /** The width of an address that is a register, or has it as its only part; 0 when it is another. */
    private static int addressBits(NasmOperand o, int register) {
        int key = o.kind == NasmOperand.REGISTER ? o.register : NasmStrings.base(o);
        int bits = key >> 8;
        return key != NasmStrings.NONE && (key & 0xFF) == register && bits >= 32 ? bits : 0;
    }

    /** {@code mul edx, eax, ecx} and {@code mul ax, cl} say where the product goes, and DIV what is divided. */
    private static void dropProduct(NasmStatement s) {
        NasmOperand[] o = s.operands;
        NasmOperand last = o[o.length - 1];
        if (o.length == 3 && isRegister(o[0]) && !s.mnemonic.equals("imul")) {
            int bits = o[0].registerBits();
            if (bits == 8 || !is(o[0], Registers.RDX, bits) || !is(o[1], Registers.RAX, bits) || !hasSize(last, bits))
                return;
            if (last.kind == NasmOperand.MEMORY) last.size = bits;
            s.operands = new NasmOperand[] {last};
        } else if (o.length == 2) {
            int bits = last.kind == NasmOperand.REGISTER ? last.registerBits() : last.size;
            if (bits == 0 && s.mnemonic.equals("mul")) bits = 8;
            if (!is(o[0], Registers.RAX, 16) || bits != 8 || !hasSize(last, bits)) return;
            if (last.kind == NasmOperand.MEMORY) last.size = bits;
            s.operands = new NasmOperand[] {last};
        }
    }

    private static boolean hasSize(NasmOperand o, int bits) {
        return switch (o.kind) {
            case NasmOperand.REGISTER -> isRegister(o) && o.registerBits() == bits;
            case NasmOperand.MEMORY -> o.size == 0 || o.size == bits;
            default -> false;
        };
    }

    /** Whether consecutive registers are said, the first of them a multiple of how many. */
    private static boolean isGroup(NasmOperand[] o, int from, int count) {
        int first = o[from].registerNumber();
        if ((first - NasmMatcher.classOf(first).first()) % count != 0) return false;
        for (int i = from; i < from + count; i++) {
            if (o[i].kind != NasmOperand.REGISTER || o[i].register != o[from].register + i - from) return false;
            if (i > from && o[i].decorations != 0) return false;
        }
        return true;
    }

    private static void dropGroup(NasmStatement s, int from, int count) {
        NasmOperand[] o = s.operands;
        NasmOperand[] less = Arrays.copyOf(o, o.length - count + 1);
        System.arraycopy(o, from + count, less, from + 1, o.length - from - count);
        s.operands = less;
    }

    /** Whether an operand is a general register. */
    static boolean isRegister(NasmOperand o) {
        return o.kind == NasmOperand.REGISTER && NasmMatcher.classOf(o.registerNumber()) == RegisterClass.GENERAL;
    }

    private static boolean is(NasmOperand o, int register, int bits) {
        return o.kind == NasmOperand.REGISTER && o.registerNumber() == register && o.registerBits() == bits;
    }
}
