package dev.kiln.asm;

import static dev.kiln.asm.X86.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kiln.asm.AsmFile.Contents;
import dev.kiln.asm.NasmParser.Format;
import dev.kiln.base.Diagnostics;
import org.junit.jupiter.api.Test;

/** Files put together in Java, printed and assembled. That nasm makes the same objects of them is tested in module tests. */
class AsmFileTest {
    private final AsmFile file = new AsmFile("f.asm");

    private void hello() {
        file.extern("puts");
        file.global("main", AssembledFile.Kind.FUNCTION);
        AsmFile.Section text = file.text();
        text.comment("says so");
        text.define("main");
        Assembler a = new Assembler();
        Label again = a.label();
        a.push(RBX);
        a.bind(again);
        a.lea(RDI, ptr(symbol("greeting")));
        a.call(symbol("puts"));
        a.dec(dword(symbol("count", RelocationKind.PC32)));
        a.jns(again);
        a.call(symbol("leave_"));
        a.pop(RBX);
        a.ret();
        text.append(a);
        text.blankLine();
        text.define("leave_");
        text.code().emit(Form.RET, new Operands());
        file.rodata().define("greeting");
        file.rodata().string("hello, world\0");
        file.data().define("count");
        file.data().dd(2, -1);
        file.data().align(8);
        file.data().address("main", 4);
        file.bss().define("room");
        file.bss().reserve(100);
    }

    @Test
    void isPrintedAsAWholeFile() {
        hello();
        assertThat(file.toNasm(Format.ELF64)).isEqualTo("""
                        bits 64
                        default rel
                        global main:function
                        extern puts

                        section .text align=16
                            ; says so
                        main:
                            push    rbx
                        L1:
                            lea     rdi, [rel greeting]
                            call    puts wrt ..plt
                            dec     dword [rel count]
                            jns     short L1
                            call    leave_
                            pop     rbx
                            ret

                        leave_:
                            ret

                        section .rodata align=4
                        greeting:
                            db      "hello, world"
                            db      0x00

                        section .data align=8
                        count:
                            dd      0x00000002, 0xffffffff
                            align   8, db 0
                            dq      main+4

                        section .bss align=4
                        room:
                            resb    100

                        section .note.GNU-stack noalloc noexec nowrite progbits
                        """);
        assertThat(file.toNasm(Format.WIN64))
                .contains("section .rdata align=4\n", "global main\n")
                .doesNotContain("GNU-stack");
    }

    @Test
    void isAssembledForEveryFormat() {
        hello();
        AssembledFile elf = assemble(Format.ELF64);
        assertThat(elf.sections().stream().map(AssembledFile.Section::name).toList())
                .startsWith(".text", ".rodata", ".data", ".bss");
        assertThat(elf.sections().getFirst().relocations()).hasSize(3);
        assertThat(elf.sections().get(3).size()).isEqualTo(100);
        assertThat(assemble(Format.WIN64).sections().get(1).name()).isEqualTo(".rdata");
        file.text().define("puts_");
        assertThat(assemble(Format.ELF64)).isNotNull();
    }

    private AssembledFile assemble(Format format) {
        Diagnostics diagnostics = new Diagnostics();
        AssembledFile assembled = file.assemble(format, diagnostics);
        assertThat(diagnostics.list()).isEmpty();
        return assembled;
    }

    @Test
    void staysEditable() {
        hello();
        CodeList code = file.text().code();
        int push = code.next(file.text().code().labelNode(0));
        code.cursor(push);
        code.comment("keeps the stack aligned");
        code.remove(code.previous(code.previous(code.last())));
        assertThat(file.toNasm(Format.ELF64))
                .contains("push    rbx\n    ; keeps the stack aligned\n", "ret\nleave_:\n");
    }

    @Test
    void namesAreUsedOnce() {
        file.text().define("L1");
        file.text().code().bind(file.text().code().newLabel());
        int named = file.text().code().newLabel();
        file.text().code().nameLabel(named, "rax");
        file.text().code().bind(named);
        file.data().define("two words");
        file.data().code().bind(file.data().code().newLabel());
        assertThat(file.toNasm(Format.ELF64)).contains("L1:\nL1_2:\n$rax:\n").contains("?xtwo?20words:\nL2:\n");
        assertThatThrownBy(() -> file.data().define("L1")).hasMessage("symbol L1 is defined in section .text already");
        file.extern("f");
        assertThatThrownBy(() -> file.data().define("f")).hasMessageContaining("defined in another file");
        file.remove(file.text());
        file.data().define("L1");
        assertThat(file.definition("L1")).isSameAs(file.data());
    }

    @Test
    void wrongContentsAreRefused() {
        file.data().code().emit(Form.RET, new Operands());
        assertThatThrownBy(() -> file.toNasm(Format.ELF64))
                .hasMessageContaining("section .data of kind DATA cannot hold the instruction ret");
        file.data().code().clear();
        file.bss().db((byte) 1);
        assertThatThrownBy(() -> file.toNasm(Format.ELF64))
                .hasMessageContaining("section .bss of kind ZERO cannot hold a node of kind DATA");
        file.bss().code().clear();
        assertThatThrownBy(() -> file.section(".data", Contents.CODE))
                .hasMessage("section .data holds DATA already, not CODE");
        assertThatThrownBy(() -> file.section("a b", Contents.DATA)).hasMessageContaining("cannot be a section's name");
        file.section(".init_array", Contents.DATA).address("nowhere", 0);
        assertThat(file.toNasm(Format.ELF64)).contains("section .init_array progbits alloc noexec write align=4\n");
        assertThatThrownBy(() -> file.toNasm(Format.MACHO64)).hasMessageContaining("can be written for ELF only");
        Diagnostics diagnostics = new Diagnostics();
        assertThat(file.assemble(Format.ELF64, diagnostics)).isNull();
        assertThat(diagnostics.errorCount()).isEqualTo(1);
    }
}
