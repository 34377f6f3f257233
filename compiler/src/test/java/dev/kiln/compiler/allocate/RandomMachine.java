package dev.kiln.compiler.allocate;

import static dev.kiln.compiler.machine.Operand.block;
import static dev.kiln.compiler.machine.Operand.reg;
import static dev.kiln.compiler.machine.Operand.small;
import static dev.kiln.compiler.machine.Operand.vreg;

import dev.kiln.asm.Form;
import dev.kiln.asm.Registers;
import dev.kiln.asm.RelocationKind;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.Operand;
import dev.kiln.compiler.machine.Pseudo;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes random machine functions that keep to the rules of selection: several blocks with jumps between them, virtual registers of
 * all classes written more than once, two-address instructions, fixed registers around divisions, shifts and calls, jump tables, jumps out of
 * the middle of blocks.
 */
final class RandomMachine {
    static final long SYSTEM_V_CLOBBERS = 0xFFFFL << Registers.VECTOR | 0x0FC7;
    static final long SYSTEM_V_SAVED = 0xF008;

    private static final int[] ARGUMENTS = {
        Registers.RDI, Registers.RSI, Registers.RDX, Registers.RCX, Registers.R8, Registers.R9
    };

    private final SplittableRandom random;
    private final MachineFunction f;
    private final boolean few;
    private final List<Integer> general = new ArrayList<>();
    private final List<Integer> doubles = new ArrayList<>();
    private final List<Integer> wide = new ArrayList<>();
    private int[] blocks;
    private int trap;
    private int table;
    private int userSlot;

    private RandomMachine(long seed, boolean few) {
        random = new SplittableRandom(seed);
        this.few = few;
        f = new MachineFunction("random" + seed);
    }

    /** @param few whether it holds no more than three physical registers at a time, and those only among RAX, RCX, RDX, XMM0, XMM1 */
    static MachineFunction make(long seed, boolean few) {
        return new RandomMachine(seed, few).make();
    }

    private MachineFunction make() {
        f.setCalleeSaved(SYSTEM_V_SAVED);
        if (random.nextInt(8) == 0) {
            f.setReturnsTwice();
        }
        userSlot = f.newSlot(24, random.nextInt(8) == 0 && !few ? 32 : 8);
        blocks = new int[1 + random.nextInt(7)];
        for (int b = 0; b < blocks.length; b++) {
            blocks[b] = f.newBlock();
        }
        trap = f.newBlock();
        int[] targets = new int[1 + random.nextInt(3)];
        for (int t = 0; t < targets.length && blocks.length > 1; t++) {
            targets[t] = blocks[1 + random.nextInt(blocks.length - 1)];
        }
        table = blocks.length > 1 ? f.table(targets) : 0;
        for (int b = 0; b < blocks.length; b++) {
            f.startBlock(blocks[b]);
            if (b == 0) {
                entry();
            }
            int length = random.nextInt(random.nextBoolean() ? 6 : 30);
            for (int n = 0; n < length; n++) {
                step();
            }
            if (b == blocks.length - 1 || random.nextInt(6) == 0) {
                leave();
            } else {
                end();
            }
        }
        f.startBlock(trap);
        f.emit(Pseudo.TRAP, small(f.trap("test")));
        return f;
    }

    private void entry() {
        int arguments = few ? 1 : random.nextInt(ARGUMENTS.length + 1);
        f.begin(Pseudo.ENTRY);
        for (int a = 0; a < arguments; a++) {
            f.operand(reg(few ? Registers.RCX : ARGUMENTS[a]));
        }
        f.operand(reg(Registers.xmm(0)));
        for (int a = 0; a < arguments; a++) {
            f.emit(Pseudo.COPY, fresh(general, MachineFunction.GENERAL), reg(few ? Registers.RCX : ARGUMENTS[a]));
        }
        f.emit(Pseudo.COPY, fresh(doubles, MachineFunction.VECTOR8), reg(Registers.xmm(0)));
        f.emit(Form.MOV_R32_IMM32, fresh(general, MachineFunction.GENERAL), small(7));
        f.begin(Form.MOVUPS_XMM_XMMM128);
        f.operand(fresh(wide, MachineFunction.VECTOR16)).memory(Operand.slot(userSlot), 0, 1, 0);
    }

    private int fresh(List<Integer> list, byte vregClass) {
        int v = f.newVreg(vregClass);
        list.add(v);
        return vreg(v);
    }

    private int any(List<Integer> list) {
        // Mostly recent ones.
        int n = list.size();
        int back = random.nextInt(3) == 0 ? n : Math.min(n, 5);
        return vreg(list.get(n - 1 - random.nextInt(back)));
    }

    private int target(List<Integer> list, byte vregClass) {
        return random.nextInt(4) == 0 ? any(list) : fresh(list, vregClass);
    }

    private int g() {
        return any(general);
    }

    private int newG() {
        return target(general, MachineFunction.GENERAL);
    }

    private void step() {
        switch (random.nextInt(19)) {
            case 0, 1, 2 -> {
                int a = g();
                int b = g();
                int d = fresh(general, MachineFunction.GENERAL);
                f.emit(Pseudo.COPY, d, a);
                f.emit(Form.ADD_RM64_R64, d, b);
            }
            case 3 -> f.emit(Form.MOV_R32_IMM32, newG(), small(random.nextInt(100)));
            case 4 -> {
                f.begin(Form.LEA_R64_M);
                int a = g();
                int b = g();
                f.operand(newG()).memory(a, b, 4, 8);
            }
            case 5 -> {
                f.begin(Form.MOV_RM64_R64);
                f.memory(g(), g(), 8, 16).operand(g());
            }
            case 6 -> {
                int a = g();
                f.begin(Form.MOV_R64_RM64);
                f.operand(newG()).memory(a, 0, 1, 24);
            }
            case 7 -> divide();
            case 8 -> shift();
            case 9 -> call();
            case 10 -> {
                int d = target(doubles, MachineFunction.VECTOR8);
                f.emit(Pseudo.DEFINE, d);
                f.emit(Form.CVTSI2SD_XMM_RM64, d, g());
            }
            case 11 -> {
                int a = any(doubles);
                int b = any(doubles);
                int d = fresh(doubles, MachineFunction.VECTOR8);
                f.emit(Pseudo.COPY, d, a);
                f.emit(Form.ADDSD_XMM_XMMM64, d, b);
            }
            case 12 -> {
                int a = any(wide);
                int d = fresh(wide, MachineFunction.VECTOR16);
                f.emit(Pseudo.COPY, d, a);
                f.emit(Form.PADDD_XMM_XMMM128, d, any(wide));
            }
            case 13 -> f.emit(Pseudo.COPY, newG(), g());
            case 14 -> {
                f.emit(Form.TEST_RM64_R64, g(), g());
                f.emit(Form.JE_REL32, block(trap));
            }
            case 15 -> {
                if (blocks.length > 1) {
                    f.emit(Form.TEST_RM64_R64, g(), g());
                    f.emit(Form.JNE_REL32, block(blocks[1 + random.nextInt(blocks.length - 1)]));
                }
            }
            case 16 -> f.emit(Form.ADD_RM64_R64, g(), g());
            case 17 -> {
                f.emit(Form.TEST_RM64_R64, g(), g());
                f.emit(Form.SETE_RM8, newG());
            }
            default -> f.emit(Form.CVTTSD2SI_R64_XMMM64, newG(), any(doubles));
        }
    }

    private void divide() {
        int divisor = g();
        f.emit(Pseudo.COPY, reg(Registers.RAX), g());
        f.emit(Form.CQO);
        f.emit(Form.IDIV_RM64, divisor);
        if (random.nextBoolean()) {
            f.emit(Pseudo.COPY, newG(), reg(Registers.RAX));
        }
        if (random.nextBoolean()) {
            f.emit(Pseudo.COPY, newG(), reg(Registers.RDX));
        }
    }

    private void shift() {
        int a = g();
        int d = fresh(general, MachineFunction.GENERAL);
        if (random.nextBoolean()) {
            f.emit(Pseudo.COPY, reg(Registers.RCX), g());
            f.emit(Pseudo.COPY, d, a);
        } else {
            f.emit(Pseudo.COPY, d, a);
            f.emit(Pseudo.COPY, reg(Registers.RCX), g());
        }
        f.emit(Form.SHL_RM64_CL, d, reg(Registers.RCX));
    }

    private void call() {
        int arguments = few ? random.nextInt(2) : random.nextInt(ARGUMENTS.length + 1);
        int vectors = random.nextInt(few ? 2 : 4);
        for (int a = 0; a < arguments; a++) {
            f.emit(Pseudo.COPY, reg(few ? Registers.RCX : ARGUMENTS[a]), g());
        }
        for (int a = 0; a < vectors; a++) {
            f.emit(Pseudo.COPY, reg(Registers.xmm(a)), any(doubles));
        }
        int results = random.nextInt(3);
        boolean indirect = random.nextInt(4) == 0;
        int target = indirect ? g() : f.symbol("callee", RelocationKind.PLT32, 0);
        f.begin(Pseudo.CALL);
        f.operand(small(results)).operand(small(f.clobbers(SYSTEM_V_CLOBBERS)));
        if (results > 0) {
            f.operand(reg(Registers.RAX));
        }
        if (results > 1) {
            f.operand(reg(few ? Registers.xmm(0) : Registers.RDX));
        }
        if (indirect && random.nextBoolean()) {
            f.memory(target, 0, 1, 8);
        } else {
            f.operand(target);
        }
        for (int a = 0; a < arguments; a++) {
            f.operand(reg(few ? Registers.RCX : ARGUMENTS[a]));
        }
        for (int a = 0; a < vectors; a++) {
            f.operand(reg(Registers.xmm(a)));
        }
        if (results > 0) {
            f.emit(Pseudo.COPY, newG(), reg(Registers.RAX));
        }
        if (results > 1) {
            if (few) {
                f.emit(Pseudo.COPY, fresh(doubles, MachineFunction.VECTOR8), reg(Registers.xmm(0)));
            } else {
                f.emit(Pseudo.COPY, newG(), reg(Registers.RDX));
            }
        }
    }

    private int anyBlock() {
        return block(blocks[1 + random.nextInt(blocks.length - 1)]);
    }

    private void end() {
        switch (random.nextInt(5)) {
            case 0 -> {}
            case 1 -> f.emit(Form.JMP_REL32, anyBlock());
            case 2 -> {
                int scratch = fresh(general, MachineFunction.GENERAL);
                f.begin(Form.LEA_R64_M);
                f.operand(scratch).memory(table, 0, 1, 0);
                f.emit(Form.JMP_RM64, scratch, table);
            }
            default -> {
                f.emit(Form.CMP_RM64_R64, g(), g());
                f.emit(Form.JL_REL32, anyBlock());
                if (random.nextBoolean()) {
                    f.emit(Form.JMP_REL32, anyBlock());
                }
            }
        }
    }

    private void leave() {
        f.emit(Pseudo.COPY, reg(Registers.RAX), g());
        f.emit(Pseudo.COPY, reg(Registers.xmm(0)), any(doubles));
        f.emit(Pseudo.RET, reg(Registers.RAX), reg(Registers.xmm(0)));
    }
}
