package dev.kiln.asm;

import static dev.kiln.asm.Peephole.Rule.*;
import static dev.kiln.asm.X86.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.asm.Peephole.Rule;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Each rule where it fires and where it must not. What the results compute is tested by running them, in module exec. */
class PeepholeTest {
    private final Peephole all = new Peephole();

    /** The code after one rule alone, instructions separated by semicolons. */
    private static String after(Peephole peephole, Consumer<Assembler> code) {
        Assembler a = new Assembler();
        code.accept(a);
        CodeList list = CodeList.of(a);
        peephole.run(list);
        CodeBuffer buffer = new CodeBuffer();
        list.emitTo(buffer);
        StringBuilder text = new StringBuilder();
        list.emitTo(new NasmSink(buffer.finish(), text));
        return text.toString().strip().replaceAll("\\s*\n\\s*", "; ").replaceAll("  +", " ");
    }

    private String only(Rule rule, Consumer<Assembler> code) {
        return after(all.only(rule), code);
    }

    /** With flags that nobody reads behind. */
    private String convention(Rule rule, Consumer<Assembler> code) {
        return after(all.only(rule).withConvention(), a -> {
                    code.accept(a);
                    a.ret();
                })
                .replaceFirst("; ret$", "");
    }

    private void stays(Rule rule, Consumer<Assembler> code) {
        assertThat(only(rule, code)).isEqualTo(after(all.only(), code));
    }

    private void staysByConvention(Rule rule, Consumer<Assembler> code) {
        assertThat(after(all.only(rule).withConvention(), code)).isEqualTo(after(all.only(), code));
    }

    @Test
    void moveToItself() {
        assertThat(only(MOVE_TO_ITSELF, a -> {
                    a.mov(RAX, RAX);
                    a.mov(R9, R9);
                    a.ret();
                }))
                .isEqualTo("ret");
        // The upper half is cleared; of a segment register nothing is known.
        stays(MOVE_TO_ITSELF, a -> a.mov(EAX, EAX));
        stays(MOVE_TO_ITSELF, a -> a.mov(AX, AX));
        stays(MOVE_TO_ITSELF, a -> a.mov(RAX, RBX));
    }

    @Test
    void moveBack() {
        assertThat(only(MOVE_BACK, a -> {
                    a.mov(RAX, RBX);
                    a.mov(RBX, RAX);
                    a.mov(RAX, RBX);
                }))
                .isEqualTo("mov rax, rbx");
        stays(MOVE_BACK, a -> {
            a.mov(EAX, EBX);
            a.mov(EBX, EAX);
        });
        stays(MOVE_BACK, a -> {
            a.mov(RAX, RBX);
            a.inc(RBX);
            a.mov(RBX, RAX);
        });
        // Who comes over the label has other registers.
        stays(MOVE_BACK, a -> {
            a.mov(RAX, RBX);
            a.here();
            a.mov(RBX, RAX);
        });
    }

    @Test
    void zeroIdiom() {
        assertThat(convention(ZERO_IDIOM, a -> {
                    a.mov(EAX, 0);
                    a.mov(R9, 0);
                    a.emit(
                            Form.MOV_RM64_IMM32S,
                            new Operands().register(Registers.RDX).immediate(0));
                }))
                .isEqualTo("xor eax, eax; xor r9d, r9d; xor edx, edx");
        // Dead because the next instruction writes them all.
        assertThat(only(ZERO_IDIOM, a -> {
                    a.mov(EAX, 0);
                    a.add(RBX, RCX);
                }))
                .isEqualTo("xor eax, eax; add rbx, rcx");
        stays(ZERO_IDIOM, a -> a.mov(EAX, 0));
        stays(ZERO_IDIOM, a -> {
            a.mov(EAX, 0);
            a.inc(RBX); // leaves CF
        });
        staysByConvention(ZERO_IDIOM, a -> {
            Label away = a.label();
            a.cmp(RBX, RCX);
            a.mov(EAX, 0);
            a.je(away);
            a.bind(away);
            a.ret();
        });
        staysByConvention(ZERO_IDIOM, a -> {
            a.mov(AX, 0);
            a.mov(AL, 0);
            a.mov(EAX, 1);
            a.mov(dword(RAX), 0);
            a.ret();
        });
        staysByConvention(ZERO_IDIOM, a -> {
            a.emit(Form.MOV_EAX_MOFFS32, new Operands().register(Registers.RAX).immediate(0));
            a.ret();
        });
    }

    @Test
    void flagsAreFollowedAlongJumps() {
        // Over the back edge the flags of cmp are read by setc.
        staysByConvention(ZERO_IDIOM, a -> {
            Label loop = a.here();
            Label out = a.label();
            a.setc(AL);
            a.cmp(RBX, RCX);
            a.mov(EDX, 0);
            a.jrcxz(out);
            a.jmp(loop);
            a.bind(out);
            a.ret();
        });
        assertThat(convention(ZERO_IDIOM, a -> {
                    Label loop = a.here();
                    Label out = a.label();
                    a.add(RAX, RBX);
                    a.mov(EDX, 0);
                    a.jrcxz(out);
                    a.jmp(loop);
                    a.bind(out);
                }))
                .contains("xor edx, edx");
    }

    @Test
    void leaToMove() {
        assertThat(only(LEA_TO_MOVE, a -> {
                    a.lea(RAX, ptr(RBX));
                    a.lea(EAX, ptr(RBX));
                    a.lea(RCX, ptr(RCX));
                    a.lea(ECX, ptr(RCX));
                }))
                .isEqualTo("mov rax, rbx; mov eax, ebx; mov ecx, ecx");
        stays(LEA_TO_MOVE, a -> {
            a.lea(RAX, ptr(RBX, 1));
            a.lea(RAX, ptr(RBX, RCX, 1));
            a.lea(RAX, ptr(0));
            a.lea(AX, ptr(RBX));
        });
    }

    @Test
    void leaToAdd() {
        assertThat(convention(LEA_TO_ADD, a -> {
                    a.lea(RAX, ptr(RAX, 8));
                    a.lea(EAX, ptr(RAX, -1000));
                    a.lea(RAX, ptr(RAX, RBX, 1));
                    a.lea(EDX, ptr(RCX, RDX, 1));
                }))
                .isEqualTo("add rax, strict byte 8; add eax, -1000; add rax, rbx; add edx, ecx");
        stays(LEA_TO_ADD, a -> a.lea(RAX, ptr(RAX, 8)));
        staysByConvention(LEA_TO_ADD, a -> {
            a.lea(RAX, ptr(RBX, 8));
            a.lea(RAX, ptr(RAX, RBX, 2));
            a.lea(RAX, ptr(RAX, RBX, 1, 1));
            a.lea(AX, ptr(RAX, 8));
            a.ret();
        });
    }

    @Test
    void jumpToNext() {
        assertThat(only(JUMP_TO_NEXT, a -> {
                    Label one = a.label();
                    Label two = a.label();
                    a.jmp(one);
                    a.bind(two);
                    a.bind(one);
                    a.jne(two);
                    a.ret();
                }))
                .isEqualTo(".L0:; .L1:; jne short .L1; ret");
        assertThat(only(JUMP_TO_NEXT, a -> {
                    Label one = a.label();
                    a.je(one);
                    a.bind(one);
                    a.ret();
                }))
                .isEqualTo(".L0:; ret");
        stays(JUMP_TO_NEXT, a -> {
            Label one = a.label();
            a.jmp(one);
            a.nop();
            a.bind(one);
            a.loop(one);
        });
        // Counts, so that it cannot go.
        stays(JUMP_TO_NEXT, a -> {
            Label one = a.label();
            a.loop(one);
            a.bind(one);
        });
    }

    @Test
    void jumpToJump() {
        assertThat(only(JUMP_TO_JUMP, a -> {
                    Label one = a.label();
                    Label two = a.label();
                    Label end = a.label();
                    a.je(one);
                    a.ret();
                    a.bind(one);
                    a.jmp(two);
                    a.bind(two);
                    a.jmp(end);
                    a.nop();
                    a.bind(end);
                }))
                .startsWith("je short .L2; ret; .L0:; jmp short .L2; ");
        // In a circle there is no end.
        stays(JUMP_TO_JUMP, a -> {
            Label one = a.label();
            Label two = a.label();
            a.jne(one);
            a.bind(one);
            a.jmp(two);
            a.bind(two);
            a.jmp(one);
        });
        stays(JUMP_TO_JUMP, a -> {
            Label one = a.label();
            Label two = a.label();
            a.jmp(one);
            a.bind(one);
            a.je(two);
            a.bind(two);
            a.ret();
        });
    }

    @Test
    void unreachable() {
        assertThat(only(UNREACHABLE, a -> {
                    Label end = a.label();
                    a.jmp(end);
                    a.nop();
                    a.align(16);
                    a.add(RAX, RBX);
                    a.bind(end);
                    a.ret();
                    a.ret();
                }))
                .matches("jmp short .L0;.* .L0:; ret")
                .doesNotContain("add");
        stays(UNREACHABLE, a -> {
            a.ret();
            a.bytes(new byte[] {1}, 0, 1);
            a.nop();
            a.call(RAX);
            a.nop();
        });
    }

    @Test
    void compareWithZero() {
        assertThat(convention(COMPARE_WITH_ZERO, a -> {
                    a.cmp(RAX, 0);
                    a.sete(CL);
                    a.cmp(EDX, 0);
                    a.setl(CL);
                    a.cmp(R9B, 0);
                    a.seta(CL);
                    a.cmp(SI, 0);
                    a.setp(CL);
                }))
                .isEqualTo(
                        "test rax, rax; sete cl; test edx, edx; setl cl; test r9b, r9b; seta cl; test si, si; setp cl");
        // AF may be read.
        stays(COMPARE_WITH_ZERO, a -> a.cmp(RAX, 0));
        staysByConvention(COMPARE_WITH_ZERO, a -> {
            a.cmp(RAX, 0);
            a.lahf();
            a.cmp(dword(RAX), 0);
            a.sete(CL);
            a.cmp(RAX, 1);
            a.sete(CL);
            a.ret();
        });
    }

    @Test
    void testOfResult() {
        assertThat(convention(TEST_OF_RESULT, a -> {
                    a.and(RAX, RBX);
                    a.mov(RCX, RDX);
                    a.test(RAX, RAX);
                    a.setg(CL);
                    a.sub(EAX, EDX);
                    a.cmp(EAX, 0);
                    a.sete(CL);
                }))
                .isEqualTo("and rax, rbx; mov rcx, rdx; setg cl; sub eax, edx; sete cl");
        // TEST clears OF, which SUB need not.
        staysByConvention(TEST_OF_RESULT, a -> {
            a.sub(RAX, RBX);
            a.test(RAX, RAX);
            a.setl(CL);
            a.ret();
        });
        // Other width, other register, result changed, or a shift, whose flags stay when its count is 0.
        staysByConvention(TEST_OF_RESULT, a -> {
            a.and(EAX, EBX);
            a.test(RAX, RAX);
            a.sete(CL);
            a.and(EAX, EBX);
            a.test(EDX, EDX);
            a.sete(CL);
            a.and(EAX, EBX);
            a.mov(AL, CL);
            a.test(EAX, EAX);
            a.sete(CL);
            a.shl(EAX, CL);
            a.test(EAX, EAX);
            a.sete(CL);
            a.and(AH, BL);
            a.mov(AX, CX);
            a.test(AH, AH);
            a.sete(CL);
            a.and(EAX, EBX);
            a.here();
            a.test(EAX, EAX);
            a.sete(CL);
            a.ret();
        });
        // All flags may be read behind the end.
        stays(TEST_OF_RESULT, a -> {
            a.and(RAX, RBX);
            a.test(RAX, RAX);
        });
    }

    @Test
    void deadCompare() {
        assertThat(only(DEAD_COMPARE, a -> {
                    a.cmp(RAX, RBX);
                    a.test(RCX, 5);
                    a.cmp(RAX, RDX);
                }))
                .isEqualTo("cmp rax, rdx");
        stays(DEAD_COMPARE, a -> {
            a.cmp(RAX, RBX);
            a.inc(RAX); // leaves CF
            a.adc(RCX, 0);
        });
        // A load may fault.
        staysByConvention(DEAD_COMPARE, a -> {
            a.cmp(ptr(RAX), RBX);
            a.ret();
        });
    }

    @Test
    void storeToLoad() {
        assertThat(only(STORE_TO_LOAD, a -> {
                    a.mov(ptr(RSP, 8), RAX);
                    a.add(RCX, ptr(RDX));
                    a.mov(RBX, ptr(RSP, 8));
                    a.mov(RAX, ptr(RSP, 8));
                    a.mov(ptr(RDI, RSI, 4, 1), ECX);
                    a.mov(ECX, ptr(RDI, RSI, 4, 1));
                }))
                .isEqualTo("mov qword [rsp+8], rax; add rcx, qword [rdx]; mov rbx, rax; mov dword [rdi+rsi*4+1], ecx; "
                        + "mov ecx, ecx");
        // Other widths, another store between, a changed register or address, a call, a label.
        stays(STORE_TO_LOAD, a -> {
            a.mov(ptr(RSP, 8), RAX);
            a.mov(EBX, ptr(RSP, 8));
            a.mov(ptr(RSP, 8), EAX);
            a.mov(RBX, ptr(RSP, 8));
            a.mov(ptr(RSP, 8), RAX);
            a.mov(byte_(RDI), 1);
            a.mov(RBX, ptr(RSP, 8));
            a.mov(ptr(RSP, 8), RAX);
            a.mov(AL, 1);
            a.mov(RBX, ptr(RSP, 8));
            a.mov(ptr(RDI, 8), RAX);
            a.inc(RDI);
            a.mov(RBX, ptr(RDI, 8));
            a.mov(ptr(RSP, 8), RAX);
            a.call(RCX);
            a.mov(RBX, ptr(RSP, 8));
            a.mov(ptr(RSP, 8), RAX);
            a.mfence();
            a.mov(RBX, ptr(RSP, 8));
            a.mov(ptr(RSP, 8), RAX);
            a.stosq();
            a.mov(RBX, ptr(RSP, 8));
            a.mov(ptr(RSP, 8), RAX);
            a.push(RCX);
            a.mov(RBX, ptr(RSP, 8));
            a.mov(ptr(RSP, 8), RAX);
            a.here();
            a.mov(RBX, ptr(RSP, 8));
            a.mov(ptr(RSP, 8), RAX);
            a.mov(RBX, ptr(RSP, 8).in(FS));
            a.mov(ptr(RSP, 8), AX);
            a.mov(BX, ptr(RSP, 8));
        });
    }

    @Test
    void deadMove() {
        assertThat(only(DEAD_MOVE, a -> {
                    a.mov(RAX, RBX);
                    a.lea(RAX, ptr(RCX, 8));
                    a.movzx(EAX, CL);
                    a.mov(EAX, 5);
                }))
                .isEqualTo("mov eax, 5");
        stays(DEAD_MOVE, a -> {
            a.mov(RAX, RBX);
            a.mov(AL, 5);
            a.mov(RDX, ptr(RBX)); // may fault
            a.mov(RDX, RCX);
            a.mov(RSP, RBP);
            a.mov(RSP, RBX);
        });
    }

    @Test
    void absoluteAddressesAreMemory() {
        stays(DEAD_MOVE, a -> {
            a.emit(Form.MOV_EAX_MOFFS32, new Operands().register(Registers.RAX).immediate(64));
            a.mov(EAX, ECX);
        });
        stays(STORE_TO_LOAD, a -> {
            a.mov(ptr(RSP, 8), RCX);
            a.emit(Form.MOV_MOFFS32_EAX, new Operands().immediate(64).register(Registers.RAX));
            a.mov(RBX, ptr(RSP, 8));
        });
    }

    @Test
    void addressesOf32BitsAreOthers() {
        Operands o = new Operands();
        CodeList list = new CodeList();
        list.emit(
                Form.LEA_R64_M,
                o.clear()
                        .register(Registers.RAX)
                        .memory(Registers.RBX, -1, 1, 0)
                        .address32());
        list.emit(Form.MOV_RM64_R64, o.clear().memory(Registers.RBX, -1, 1, 0).register(Registers.RCX));
        list.emit(
                Form.MOV_R64_RM64,
                o.clear()
                        .register(Registers.RDX)
                        .memory(Registers.RBX, -1, 1, 0)
                        .address32());
        assertThat(all.withConvention().run(list).total()).isZero();
    }

    @Test
    void rulesAreChosenAndCounted() {
        Assembler a = new Assembler();
        a.mov(RAX, RAX);
        a.lea(RBX, ptr(RCX));
        a.mov(RDX, 0);
        a.ret();
        CodeList list = CodeList.of(a);
        Peephole some = all.without(LEA_TO_MOVE);
        assertThat(some.has(LEA_TO_MOVE)).isFalse();
        Peephole.Statistics statistics = some.run(list);
        assertThat(statistics.count(MOVE_TO_ITSELF)).isEqualTo(1);
        assertThat(statistics.total()).isEqualTo(1);
        assertThat(statistics).hasToString("1 changes in 2 rounds {MOVE_TO_ITSELF=1}");
        assertThat(all.withConvention().run(list).count(ZERO_IDIOM)).isEqualTo(1);
    }

    @Test
    void nothingMovesWhereDistancesAreCounted() {
        Operands o = new Operands();
        CodeList list = new CodeList();
        list.emit(Form.LEA_R64_M, o.clear().register(Registers.RAX).memory(Registers.RIP, Registers.NONE, 1, 3));
        list.emit(Form.MOV_RM64_R64, o.clear().register(Registers.RAX).register(Registers.RAX));
        assertThat(all.run(list).total()).isZero();
    }
}
