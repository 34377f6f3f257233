package dev.kiln.exec;

import static dev.kiln.asm.X86.*;

import dev.kiln.asm.Assembler;
import dev.kiln.asm.Label;
import dev.kiln.asm.Mem;
import dev.kiln.asm.Reg16;
import dev.kiln.asm.Reg32;
import dev.kiln.asm.Reg64;
import dev.kiln.asm.Reg8;
import java.util.SplittableRandom;

/**
 * Random functions that end: they load registers from a block of memory, compute, jump forward as they like and backward a limited number of
 * times, and store registers and flags to the block. Full of what a peephole pass looks for. No flag is read that an instruction left undefined.
 */
final class RandomCode {
    /** What registers start with and end as, in the block; then flags, then slots that the code may use. */
    static final Reg64[] REGISTERS = {RAX, RCX, RDX, RBX, RSI, R8, R9, R10, R11, R12, R13};

    private static final Reg32[] HALVES = {EAX, ECX, EDX, EBX, ESI, R8D, R9D, R10D, R11D, R12D, R13D};
    private static final Reg16[] WORDS = {AX, CX, DX, BX, SI, R8W, R9W, R10W, R11W, R12W, R13W};
    private static final Reg8[] BYTES = {AL, CL, DL, BL, SIL, R8B, R9B, R10B, R11B, R12B, R13B};
    private static final Reg64[] SAVED = {RBX, RBP, R12, R13, R14, R15};

    static final int FLAGS = 8 * REGISTERS.length;
    static final int SLOTS = FLAGS + 8;
    private static final int SLOT_COUNT = 6;
    static final int SIZE = SLOTS + 8 * SLOT_COUNT;

    private final SplittableRandom random;
    private final Assembler a = new Assembler();
    private final boolean storesFlags;
    private Label[] blocks;
    private int block;

    private RandomCode(SplittableRandom random) {
        this.random = random;
        storesFlags = random.nextBoolean();
    }

    /** A function whose only argument is the block's address, System V. */
    static Assembler make(SplittableRandom random) {
        return new RandomCode(random).run();
    }

    private Assembler run() {
        for (Reg64 register : SAVED) a.push(register);
        a.mov(R15, RDI);
        a.mov(R14, 5);
        for (int i = 0; i < REGISTERS.length; i++) a.mov(REGISTERS[i], ptr(R15, 8 * i));
        a.add(R14, 0); // flags are defined from here on
        blocks = new Label[1 + random.nextInt(6)];
        for (int i = 0; i < blocks.length; i++) blocks[i] = a.label();
        for (block = 0; block < blocks.length; block++) {
            a.bind(blocks[block]);
            int length = 1 + random.nextInt(12);
            for (int i = 0; i < length; i++) something();
            if (block + 1 < blocks.length) end();
        }
        for (int i = 0; i < REGISTERS.length; i++) a.mov(ptr(R15, 8 * i), REGISTERS[i]);
        if (storesFlags) {
            a.pushfq();
            a.pop(qword(R15, FLAGS));
        }
        for (int i = SAVED.length - 1; i >= 0; i--) a.pop(SAVED[i]);
        a.ret();
        return a;
    }

    private int any() {
        return random.nextInt(REGISTERS.length);
    }

    private Mem slot() {
        return ptr(R15, SLOTS + 8 * random.nextInt(SLOT_COUNT));
    }

    /** Often a number of which something is known. */
    private int number() {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> random.nextInt(-3, 4);
            default -> random.nextInt(-100_000, 100_000);
        };
    }

    private void something() {
        int r = any();
        int s = any();
        boolean wide = random.nextBoolean();
        switch (random.nextInt(22)) {
            case 0, 1 -> arithmetic();
            case 2 -> moves(r, s, wide);
            case 3 -> {
                if (wide) a.mov(REGISTERS[r], number());
                else a.mov(HALVES[r], number());
            }
            case 4, 5 -> address(r, s, wide);
            case 6 -> compare(r, s, wide);
            case 7, 8 -> {
                compare(r, r, wide);
                readFlags();
            }
            case 9, 10 -> {
                result(r, s, wide);
                if (random.nextInt(3) == 0) a.mov(REGISTERS[any()], REGISTERS[any()]);
                compareWithZero(r, wide);
                if (random.nextBoolean()) readFlags();
            }
            case 11, 12 -> slots(r, s, wide);
            case 13 -> partial(r, s);
            case 14 -> readFlags();
            case 15 -> {
                a.push(REGISTERS[r]);
                if (wide) arithmetic();
                a.pop(REGISTERS[s]);
            }
            case 16 -> {
                Label next = a.label();
                if (wide) a.jmp(next);
                else a.jne(next);
                if (random.nextInt(3) == 0) a.add(REGISTERS[r], 1);
                a.bind(next);
            }
            case 17 -> chain();
            case 18 -> {
                // AF is of use only where it is defined.
                a.cmp(REGISTERS[r], number());
                a.lahf();
            }
            case 19 -> {
                a.imul(REGISTERS[r], REGISTERS[s]);
                a.add(REGISTERS[r], REGISTERS[s]);
            }
            case 20 -> {
                if (wide) a.shl(REGISTERS[r], 1);
                else a.shr(HALVES[r], 1);
            }
            default -> a.xchg(REGISTERS[r], REGISTERS[s]);
        }
    }

    private void arithmetic() {
        result(any(), any(), random.nextBoolean());
    }

    /** An instruction whose result goes to register {@code r}, with flags. */
    private void result(int r, int s, boolean wide) {
        Reg64 q = REGISTERS[r];
        Reg64 p = REGISTERS[s];
        Reg32 e = HALVES[r];
        Reg32 f = HALVES[s];
        switch (random.nextInt(wide ? 12 : 8)) {
            case 0 -> a.add(e, f);
            case 1 -> a.and(e, number());
            case 2 -> a.dec(e);
            case 3 -> a.sbb(e, f);
            case 4 -> a.or(e, f);
            case 5 -> a.xor(WORDS[r], WORDS[s]);
            case 6 -> a.neg(e);
            case 7 -> a.sub(e, number());
            case 8 -> a.add(q, number());
            case 9 -> a.and(q, p);
            case 10 -> a.inc(q);
            default -> a.adc(q, p);
        }
    }

    private void moves(int r, int s, boolean wide) {
        if (wide) a.mov(REGISTERS[r], REGISTERS[s]);
        else a.mov(HALVES[r], HALVES[s]);
        switch (random.nextInt(4)) {
            case 0 -> a.mov(REGISTERS[s], REGISTERS[r]);
            case 1 -> a.mov(REGISTERS[r], REGISTERS[s]);
            case 2 -> a.mov(HALVES[s], HALVES[r]);
            default -> a.mov(REGISTERS[r], REGISTERS[r]);
        }
    }

    private void address(int r, int s, boolean wide) {
        int base = random.nextBoolean() ? r : s;
        Mem memory = switch (random.nextInt(4)) {
            case 0 -> ptr(REGISTERS[base]);
            case 1 -> ptr(REGISTERS[base], number());
            case 2 -> ptr(REGISTERS[base], REGISTERS[base == r ? s : r], 1);
            default -> ptr(REGISTERS[r], REGISTERS[s], 4, number());
        };
        if (wide) a.lea(REGISTERS[r], memory);
        else a.lea(HALVES[r], memory);
    }

    private void compare(int r, int s, boolean wide) {
        switch (random.nextInt(4)) {
            case 0 -> {
                if (wide) a.cmp(REGISTERS[r], REGISTERS[s]);
                else a.cmp(HALVES[r], HALVES[s]);
            }
            case 1 -> a.cmp(BYTES[r], 0);
            case 2 -> a.test(WORDS[r], WORDS[s]);
            default -> compareWithZero(r, wide);
        }
    }

    private void compareWithZero(int r, boolean wide) {
        if (random.nextBoolean()) {
            if (wide) a.cmp(REGISTERS[r], 0);
            else a.cmp(HALVES[r], 0);
        } else if (wide) a.test(REGISTERS[r], REGISTERS[r]);
        else a.test(HALVES[r], HALVES[r]);
    }

    private void readFlags() {
        int r = any();
        int s = any();
        switch (random.nextInt(9)) {
            case 0 -> a.setc(BYTES[r]);
            case 1 -> a.seto(BYTES[r]);
            case 2 -> a.setg(BYTES[r]);
            case 3 -> a.sete(BYTES[r]);
            case 4 -> a.setp(BYTES[r]);
            case 5 -> a.cmovs(REGISTERS[r], REGISTERS[s]);
            case 6 -> a.cmovbe(HALVES[r], HALVES[s]);
            case 7 -> a.adc(REGISTERS[r], 0);
            default -> a.cmovl(REGISTERS[r], REGISTERS[s]);
        }
    }

    private void slots(int r, int s, boolean wide) {
        if (random.nextInt(4) == 0) {
            // The same address to read, but not always the same place.
            a.lea(RBP, slot());
            a.mov(ptr(RBP), REGISTERS[r]);
            if (wide) a.lea(RBP, slot());
            a.mov(REGISTERS[s], ptr(RBP));
            return;
        }
        Mem slot = slot();
        if (random.nextInt(4) > 0) {
            if (wide) a.mov(slot, REGISTERS[r]);
            else a.mov(slot, HALVES[r]);
            switch (random.nextInt(4)) {
                case 0 -> something();
                case 1 -> a.mov(slot(), BYTES[s]);
                default -> {}
            }
        }
        if (random.nextInt(4) > 0 == wide) a.mov(REGISTERS[s], slot);
        else a.mov(HALVES[s], slot);
    }

    private void partial(int r, int s) {
        switch (random.nextInt(5)) {
            case 0 -> a.mov(BYTES[r], BYTES[s]);
            case 1 -> a.mov(WORDS[r], number() & 0xFFFF);
            case 2 -> a.movzx(HALVES[r], BYTES[s]);
            case 3 -> a.movsxd(REGISTERS[r], HALVES[s]);
            default -> a.mov(AH, BL);
        }
    }

    /** A conditional jump to a jump to what follows. */
    private void chain() {
        Label one = a.label();
        Label two = a.label();
        Label on = a.label();
        a.jl(one);
        arithmetic();
        a.jmp(on);
        a.bind(one);
        a.jmp(two);
        arithmetic();
        a.bind(two);
        a.jmp(on);
        a.bind(on);
    }

    /** The end of a block: on, forward to any, or back as long as R14 lasts. */
    private void end() {
        Label target = blocks[block + 1 + random.nextInt(blocks.length - block - 1)];
        switch (random.nextInt(6)) {
            case 0 -> a.jmp(target);
            case 1 -> a.jc(target);
            case 2 -> a.jle(target);
            case 3 -> {
                a.sub(R14, 1);
                a.jg(blocks[random.nextInt(block + 1)]);
            }
            case 4 -> {
                compare(any(), any(), random.nextBoolean());
                a.jne(target);
            }
            default -> {}
        }
    }
}
