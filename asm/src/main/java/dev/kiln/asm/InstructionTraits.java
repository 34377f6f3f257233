package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;

/**
 * What an instruction does to the flow of control, and habits that the table has no column for; by mnemonic. Loaded by
 * {@link InstructionInfo} alone.
 */
final class InstructionTraits {
    /** Bits of {@link #of}. */
    static final int BRANCH = 1,
            CONDITIONAL = 1 << 1,
            CALL = 1 << 2,
            RETURN = 1 << 3,
            TRAP = 1 << 4,
            PRIVILEGED = 1 << 5,
            // With one register for all sources the result is zero, or all ones, whatever it held.
            ZERO_IDIOM = 1 << 6,
            ONES_IDIOM = 1 << 7,
            // The memory operand is only an address.
            ADDRESS_ONLY = 1 << 8,
            // What follows is not reached, except by jumps.
            ENDS_FLOW = 1 << 9,
            // A mask register as destination stands for an even one and the next.
            MASK_PAIR = 1 << 10,
            // All tiles are written.
            TILES = 1 << 11,
            // The vector and x87 registers are saved or restored; with all others that XSAVE knows in the second case.
            FX_STATE = 1 << 12,
            X_STATE = 1 << 13,
            RESTORES = 1 << 14,
            // A segment register is written, which the mnemonic names.
            LOADS_SEGMENT = 1 << 15,
            // A vector register as second operand stands for the four whose numbers differ in the last two bits.
            FOUR_SOURCES = 1 << 16;

    private static final int[] TRAITS = read();

    private InstructionTraits() {}

    static int of(int form) {
        return TRAITS[FormTable.get().mnemonicNumber(form)];
    }

    private static int[] read() {
        FormTable table = FormTable.get();
        int[] traits = new int[table.nameCount()];
        for (int i = 0; i < traits.length; i++) traits[i] = flow(table.nameAt(i)) | habits(table.nameAt(i));
        return traits;
    }

    private static int flow(String mnemonic) {
        return switch (mnemonic) {
            case "jmp", "jmpf", "jmpfq", "jmpfw", "jmpabs" -> BRANCH | ENDS_FLOW;
            case "call", "callf", "callfq", "callfw" -> CALL;
            case "ret", "retw", "retf", "retfq", "retfw", "uiret" -> RETURN | ENDS_FLOW;
            case "iretd", "iretq", "iretw" -> RETURN | ENDS_FLOW;
            case "sysret", "sysretq", "sysexit", "sysexitq", "erets", "eretu", "rsm" -> RETURN | ENDS_FLOW | PRIVILEGED;
            case "int", "int1", "int3", "syscall", "sysenter", "vmcall", "vmmcall", "vmgexit" -> TRAP;
            case "ud0", "ud1", "ud2", "ud2a", "ud2b" -> TRAP | ENDS_FLOW;
            case "jecxz", "jrcxz", "loop", "loope", "loopne", "xbegin" -> BRANCH | CONDITIONAL;
            case "ja", "jae", "jb", "jbe", "je", "jg", "jge", "jl" -> BRANCH | CONDITIONAL;
            case "jle", "jne", "jno", "jnp", "jns", "jo", "jp", "js" -> BRANCH | CONDITIONAL;
            case "hlt", "cli", "sti", "in", "insb", "insd", "insw", "out", "outsb", "outsd", "outsw" -> PRIVILEGED;
            case "clac", "clts", "stac", "invd", "invlpg", "invpcid", "lgdt", "lidt", "lldt", "lmsw", "ltr" ->
                PRIVILEGED;
            case "monitor", "mwait", "rdmsr", "wrmsr", "wrmsrns", "rdmsrlist", "wrmsrlist", "swapgs", "lkgs" ->
                PRIVILEGED;
            case "wbinvd", "wbnoinvd", "xsetbv", "xsaves", "xsaves64", "xrstors", "xrstors64", "hreset" -> PRIVILEGED;
            case "clrssbsy", "setssbsy", "wrussd", "wrussq", "pconfig", "pbndkb", "encls", "enclv", "enqcmds" ->
                PRIVILEGED;
            case "clgi", "stgi", "invlpga", "invlpgb", "tlbsync", "skinit", "vmload", "vmrun", "vmsave" -> PRIVILEGED;
            case "invept", "invvpid", "vmclear", "vmlaunch", "vmptrld", "vmptrst", "vmread", "vmresume" -> PRIVILEGED;
            case "vmwrite", "vmxoff", "vmxon", "psmash", "pvalidate", "rmpadjust", "rmpquery", "rmpupdate", "rmpread" ->
                PRIVILEGED;
            case "tdcall", "seamcall", "seamops", "seamret" -> PRIVILEGED;
            default -> 0;
        };
    }

    private static int habits(String mnemonic) {
        // VEX and EVEX say the same of their registers.
        String plain = mnemonic.startsWith("v") ? mnemonic.substring(1) : mnemonic;
        return switch (plain) {
            case "xor", "sub", "pxor", "pxord", "pxorq", "xorps", "xorpd" -> ZERO_IDIOM;
            case "psubb", "psubw", "psubd", "psubq", "psubsb", "psubsw", "psubusb", "psubusw" -> ZERO_IDIOM;
            case "pcmpgtb", "pcmpgtw", "pcmpgtd", "pcmpgtq" -> ZERO_IDIOM;
            case "pandn", "pandnd", "pandnq", "andnps", "andnpd", "andn" -> ZERO_IDIOM;
            case "kxorb", "kxorw", "kxord", "kxorq", "kandnb", "kandnw", "kandnd", "kandnq" -> ZERO_IDIOM;
            case "pcmpeqb", "pcmpeqw", "pcmpeqd", "pcmpeqq" -> ONES_IDIOM;
            case "kxnorb", "kxnorw", "kxnord", "kxnorq" -> ONES_IDIOM;
            case "lea", "nop", "prefetch", "prefetchw", "prefetchwt1", "prefetchnta" -> ADDRESS_ONLY;
            case "prefetcht0", "prefetcht1", "prefetcht2", "prefetchit0", "prefetchit1", "prefetchrst2" -> ADDRESS_ONLY;
            case "invlpg", "clflush", "clflushopt", "clwb", "cldemote" -> ADDRESS_ONLY;
            case "gatherpf0dpd", "gatherpf0dps", "gatherpf0qpd", "gatherpf0qps" -> ADDRESS_ONLY;
            case "gatherpf1dpd", "gatherpf1dps", "gatherpf1qpd", "gatherpf1qps" -> ADDRESS_ONLY;
            case "scatterpf0dpd", "scatterpf0dps", "scatterpf0qpd", "scatterpf0qps" -> ADDRESS_ONLY;
            case "scatterpf1dpd", "scatterpf1dps", "scatterpf1qpd", "scatterpf1qps" -> ADDRESS_ONLY;
            case "p2intersectd", "p2intersectq" -> MASK_PAIR;
            case "ldtilecfg", "tilerelease" -> TILES;
            case "lfs", "lgs", "lss" -> LOADS_SEGMENT;
            case "fxsave", "fxsave64" -> FX_STATE;
            case "fxrstor", "fxrstor64" -> FX_STATE | RESTORES;
            case "xsave", "xsave64", "xsavec", "xsavec64", "xsaveopt", "xsaveopt64", "xsaves", "xsaves64" -> X_STATE;
            case "xrstor", "xrstor64", "xrstors", "xrstors64" -> X_STATE | RESTORES;
            case "4fmaddps", "4fmaddss", "4fnmaddps", "4fnmaddss", "p4dpwssd", "p4dpwssds" -> FOUR_SOURCES;
            case "bndmk", "bndcl", "bndcu", "bndcn" -> ADDRESS_ONLY;
            default -> 0;
        };
    }
}
