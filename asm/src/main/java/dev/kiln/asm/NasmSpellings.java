package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;

/**
 * Puts the table's instructions in place of what text calls otherwise: the names of {@link Spellings}, x87 instructions with a WAIT in front
 * ({@code finit}), and operands said that the table does not write.
 */
final class NasmSpellings {
    private final FormTable table = FormTable.get();

    /** Whether there is such an instruction, by the table's name or another. */
    boolean knows(String word) {
        if (table.name(word) >= 0 || Spellings.meaning(word) != null) return true;
        if (NasmStrings.isWithoutWidth(word) || isMaskOperation(word) || foreign(word) != null) return true;
        if (isSwapped(word)) return knows(word.substring(0, word.length() - 2));
        String plain = withoutWait(word);
        return plain != null && table.name(plain) >= 0;
    }

    /** Whether a name ends as GNU and LLVM end those with the fields of their registers the other way round: {@code mov.s}. */
    static boolean isSwapped(String word) {
        return word.length() > 3 && word.endsWith(".s");
    }

    /** Whether an instruction exists, but not in 64-bit mode (SDM vol. 2, instructions with "Inv." in the column of that mode). */
    static boolean isOfOtherModes(String word) {
        return switch (word) {
            case "aaa",
                    "aad",
                    "aam",
                    "aas",
                    "arpl",
                    "bound",
                    "daa",
                    "das",
                    "into",
                    "jcxz",
                    "lds",
                    "les",
                    "popa",
                    "popad",
                    "popaw",
                    "popfd",
                    "pusha",
                    "pushad",
                    "pushaw",
                    "pushfd",
                    "salc" -> true;
            default -> false;
        };
    }

    /** The names of those that GNU's and LLVM's tools call otherwise; {@code null} for others. */
    private static String foreign(String word) {
        return switch (word) {
            case "movabs" -> "mov";
            case "fcompi" -> "fcomip";
            case "fucompi" -> "fucomip";
            case "pmulhrwa" -> "pmulhrw";
            case "pfsqrt" -> "pfrsqrt";
            case "pfcpit1" -> "pfrcpit1";
            case "lret" -> "retf";
            case "fcmovnae" -> "fcmovb";
            case "fcmovna" -> "fcmovbe";
            case "fcmovae" -> "fcmovnb";
            case "fcmova" -> "fcmovnbe";
            case "fnsetpm" -> "fsetpm";
            case "v4dpwssd" -> "vp4dpwssd";
            case "v4dpwssds" -> "vp4dpwssds";
            case "sysexitd" -> "sysexit";
            case "sysretd" -> "sysret";
            case "xstorerng" -> "xstore";
            case "inb", "inw", "inl" -> "in";
            case "outb", "outw", "outl" -> "out";
            default -> null;
        };
    }

    /**
     * Puts the table's name, and the operands that go with it, in place of those written.
     *
     * @return whether there is such a name; not with a string instruction that its operands do not make one of the table
     */
    boolean resolve(NasmStatement s) {
        String foreign = foreign(s.mnemonic);
        if (foreign != null) {
            if (s.mnemonic.equals("movabs")) widen(s);
            if (foreign.equals("in") || foreign.equals("out")) port(s);
            s.mnemonic = foreign;
        }
        if (s.mnemonic.startsWith("f")) resolveX87(s);
        else if (s.operands.length > 0) resolveForeign(s);
        resolveNasm(s);
        if (table.name(s.mnemonic) >= 0) return true;
        Spellings.Meaning meaning = Spellings.meaning(s.mnemonic);
        if (meaning == null) return false;
        s.mnemonic = meaning.mnemonic();
        if (meaning.immediate() >= 0) append(s, number(meaning.immediate(), s.at));
        return true;
    }

    /** What nasm leaves open in a name, or calls otherwise with some operands. */
    private void resolveNasm(NasmStatement s) {
        if (isMaskOperation(s.mnemonic)) s.mnemonic += maskSuffix(s);
        if (s.zeroUpper) {
            boolean set = s.mnemonic.startsWith("set");
            String zeroing = set ? "setzu" + s.mnemonic.substring(3) : s.mnemonic + "zu";
            if (table.name(zeroing) >= 0) s.mnemonic = zeroing;
            else if (s.operands.length == 2)
                // What has a new destination zeroes the rest of it.
                s.operands = new NasmOperand[] {s.operands[0], s.operands[0], s.operands[1]};
        }
        NasmOperand[] o = s.operands;
        boolean pair = o.length == 2 && o[0].kind == NasmOperand.REGISTER && o[1].kind == NasmOperand.REGISTER;
        switch (s.mnemonic) {
            case "push", "pop" -> {
                if (pair && o[0].registerBits() == 64 && o[1].registerBits() == 64) s.mnemonic += "2";
            }
            case "movd" -> {
                if (o.length == 2 && (isWideMmx(o[0], o[1]) || isWideMmx(o[1], o[0]))) s.mnemonic = "movq";
            }
            // REP is part of their encoding.
            case "xcryptecb", "xcryptcbc", "xcryptctr", "xcryptcfb", "xcryptofb", "montmul", "xsha1", "xsha256" -> {
                if (s.repeat == 0xF3) s.repeat = 0;
            }
            default -> {}
        }
    }

    private static boolean isWideMmx(NasmOperand mmx, NasmOperand other) {
        if (mmx.kind != NasmOperand.REGISTER || !RegisterClass.MMX.contains(mmx.registerNumber())) return false;
        return other.kind == NasmOperand.REGISTER && other.registerBits() == 64;
    }

    /** Whether a word names an operation on mask registers and leaves its width to the operands. */
    private static boolean isMaskOperation(String word) {
        return switch (word) {
            case "kadd",
                    "kand",
                    "kandn",
                    "kor",
                    "kxnor",
                    "kxor",
                    "knot",
                    "kortest",
                    "ktest",
                    "kshiftl",
                    "kshiftr",
                    "kmov",
                    "kunpck" -> true;
            default -> false;
        };
    }

    /** The suffix that belongs to the width said at an operand; to nasm that is a byte when there is none. */
    private static String maskSuffix(NasmStatement s) {
        int bits = 0;
        if (s.mnemonic.equals("kunpck") && s.operands.length > 0 && s.operands[0].size != 0)
            // The destination is twice as wide as the sources.
            return s.operands[0].size == 64 ? "dq" : s.operands[0].size == 32 ? "wd" : "bw";
        for (NasmOperand o : s.operands) {
            boolean general =
                    o.kind == NasmOperand.REGISTER && NasmMatcher.classOf(o.registerNumber()) == RegisterClass.GENERAL;
            if (o.kind == NasmOperand.VALUE) continue;
            if (general) bits = Math.max(bits, o.registerBits() == 32 ? 8 : o.registerBits());
            bits = Math.max(bits, o.size);
        }
        if (s.mnemonic.equals("kunpck")) return bits == 32 ? "dq" : bits == 16 ? "wd" : "bw";
        return switch (bits) {
            case 16 -> "w";
            case 32 -> "d";
            case 64 -> "q";
            default -> "b";
        };
    }

    /** Ways of writing operands that GNU's and LLVM's assemblers have. */
    private static void resolveForeign(NasmStatement s) {
        NasmImplicit.drop(s);
        NasmStrings.resolve(s);
        switch (s.mnemonic) {
            case "shl", "sal", "shr", "sar", "rol", "ror", "rcl", "rcr" -> {
                if (s.operands.length == 1 || s.operands.length == 2 && isShifted(s)) append(s, number(1, s.at));
            }
            case "shld", "shrd" -> {
                if (s.operands.length == 2) append(s, register(Registers.RCX, 8, s.at));
            }
            case "div", "idiv" -> dropAccumulator(s);
            // To nasm a far address without a width has 64 bits, to GNU and LLVM 32. With one, it is that of offset and
            // selector.
            // With REX.W they load an address of 64 bits, by which GNU's disassembler does not change the word.
            case "lss", "lfs", "lgs" -> {
                if (s.operands.length == 2 && s.operands[0].registerBits() == 64 && s.operands[1].size == 48)
                    s.operands[1].size = 80;
            }
            case "lcall", "ljmp" -> {
                if (s.operands.length != 1) return;
                if (s.operands[0].size == 0) s.operands[0].size = 32;
                else if (s.operands[0].size == 32) s.operands[0].size = 16;
            }
            // The processor takes a word of these; the table says what others call them by.
            case "movsxd" -> {
                if (s.operands.length != 2 || s.operands[0].registerBits() != 16) return;
                NasmOperand source = s.operands[1];
                if (source.size == 16) source.size = 32;
                if (source.registerBits() == 16) s.operands[1] = register(source.registerNumber(), 32, source.at);
            }
            // Their base and index are not only summed, so that nasm leaves both where they are.
            case "tileloadd",
                    "tileloaddt1",
                    "tileloaddrs",
                    "tileloaddrst1",
                    "tilestored",
                    "bndldx",
                    "bndstx",
                    "bndmk" -> {
                for (NasmOperand o : s.operands) o.noSplit = true;
            }
            case "pushw" -> {
                if (s.operands.length != 1 || s.operands[0].kind != NasmOperand.VALUE) return;
                s.mnemonic = "push";
                s.operands[0].size = 16;
            }
            default -> {}
        }
    }

    /** {@code inb dx} is {@code in al, dx}: the name says the accumulator's width. */
    private static void port(NasmStatement s) {
        if (s.operands.length != 1) return;
        char suffix = s.mnemonic.charAt(s.mnemonic.length() - 1);
        NasmOperand accumulator = register(Registers.RAX, suffix == 'b' ? 8 : suffix == 'w' ? 16 : 32, s.at);
        NasmOperand port = s.operands[0];
        s.operands = s.mnemonic.startsWith("in")
                ? new NasmOperand[] {accumulator, port}
                : new NasmOperand[] {port, accumulator};
    }

    /**
     * Whether LLVM's {@code shl eax, [rdx]} is meant, by 1 into a new destination. Between registers that is doubtful: with ECX others take it for
     * a shift by CL.
     */
    private static boolean isShifted(NasmStatement s) {
        NasmOperand to = s.operands[0];
        NasmOperand from = s.operands[1];
        if (from.kind != NasmOperand.REGISTER) return from.kind == NasmOperand.MEMORY;
        if (to.kind != NasmOperand.REGISTER || to.registerBits() != from.registerBits()) return false;
        if (!NasmImplicit.isRegister(to) || !NasmImplicit.isRegister(from) || is(from, Registers.RCX)) return false;
        s.doubt = s.mnemonic
                + " between two registers moves the second by 1 into the first (APX); write the 1, or cl for a"
                + " count in a register";
        return true;
    }

    /** {@code div eax, ecx}: the accumulator tells the width of memory. */
    private static void dropAccumulator(NasmStatement s) {
        if (s.operands.length != 2 || !is(s.operands[0], Registers.RAX)) return;
        int bits = s.operands[0].registerBits();
        NasmOperand divisor = s.operands[1];
        if (divisor.kind == NasmOperand.MEMORY && divisor.size == 0) divisor.size = bits;
        int width = divisor.kind == NasmOperand.MEMORY ? divisor.size : divisor.registerBits();
        if (divisor.kind != NasmOperand.VALUE && width == bits) s.operands = new NasmOperand[] {divisor};
    }

    /** MOVABS is MOV with an immediate or an address of 64 bits. */
    private static void widen(NasmStatement s) {
        for (NasmOperand o : s.operands) {
            if (o.kind == NasmOperand.MEMORY && o.displacementSize == 0) o.displacementSize = 64;
            if (o.kind != NasmOperand.VALUE || o.size != 0) continue;
            o.size = 64;
            o.strict = true;
        }
    }

    private static boolean is(NasmOperand o, int register) {
        return o.kind == NasmOperand.REGISTER && o.registerNumber() == register;
    }

    /** The instruction that follows WAIT in one of these, as in FINIT; {@code null} for others. */
    private static String withoutWait(String word) {
        return switch (word) {
            case "finit" -> "fninit";
            case "fclex" -> "fnclex";
            case "fstcw" -> "fnstcw";
            case "fstsw" -> "fnstsw";
            case "fsave" -> "fnsave";
            case "fstenv" -> "fnstenv";
            case "fsavew" -> "fnsavew";
            case "fstenvw" -> "fnstenvw";
            case "feni" -> "fneni";
            case "fdisi" -> "fndisi";
            default -> null;
        };
    }

    private void resolveX87(NasmStatement s) {
        String plain = withoutWait(s.mnemonic);
        if (plain != null && table.name(plain) >= 0) {
            s.mnemonic = plain;
            s.wait = 0x9B;
        }
        NasmOperand[] o = s.operands;
        int count = o.length;
        if (count == 0 && s.mnemonic.equals("fnstsw")) append(s, register(Registers.RAX, 16, s.at));
        if (count > 2 || count > 0 && !isStack(o[0]) || count > 1 && !isStack(o[1])) return;
        int[] stack = new int[count];
        for (int i = 0; i < count; i++) stack[i] = o[i].registerNumber() - Registers.X87;
        int[] meant = Spellings.x87Operands(s.mnemonic, stack);
        // FADDP ST0, ST1 is LLVM's way to write FADDP ST1, ST0: what is popped is no destination.
        if (count == 2 && stack[0] == 0 && stack[1] != 0 && isArithmeticPop(s.mnemonic)) meant = new int[] {1, 0};
        if (meant != null) {
            s.operands = new NasmOperand[meant.length];
            for (int i = 0; i < meant.length; i++) s.operands[i] = meant[i] >= 0 ? o[meant[i]] : stack(~meant[i], s.at);
            // FADD ST0 is encoded by the form whose destination is ST0; FADD ST0, ST0 by the other.
            s.operands[0].strict |= meant.length == 2 && meant[0] == ~0;
        } else if (count == 0) s.mnemonic = Spellings.x87Name(s.mnemonic);
    }

    private static boolean isArithmeticPop(String mnemonic) {
        return switch (mnemonic) {
            case "faddp", "fmulp", "fsubp", "fsubrp", "fdivp", "fdivrp" -> true;
            default -> false;
        };
    }

    private static boolean isStack(NasmOperand o) {
        return o.kind == NasmOperand.REGISTER && NasmMatcher.classOf(o.registerNumber()) == RegisterClass.X87;
    }

    private static void append(NasmStatement s, NasmOperand last) {
        NasmOperand[] more = java.util.Arrays.copyOf(s.operands, s.operands.length + 1);
        more[s.operands.length] = last;
        s.operands = more;
    }

    /** A register of the x87 stack as an operand. */
    static NasmOperand stack(int n, int at) {
        return register(Registers.X87 + n, 80, at);
    }

    /** A register as an operand. */
    static NasmOperand register(int number, int bits, int at) {
        NasmOperand o = operand(NasmOperand.REGISTER, NasmExpression.REGISTER, number | bits << 8, at);
        o.register = number | bits << 8;
        return o;
    }

    static NasmOperand number(int value, int at) {
        return operand(NasmOperand.VALUE, NasmExpression.NUMBER, value, at);
    }

    private static NasmOperand operand(int kind, int code, long argument, int at) {
        NasmOperand o = new NasmOperand();
        o.kind = kind;
        o.at = at;
        int register = kind == NasmOperand.REGISTER ? (int) argument : -1;
        o.expression =
                new NasmExpression(new int[] {code}, new long[] {argument}, new int[] {at}, true, register, false);
        return o;
    }
}
