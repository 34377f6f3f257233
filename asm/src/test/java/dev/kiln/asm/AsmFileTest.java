package dev.kiln.asm;

import static dev.kiln.asm.X86.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kiln.asm.AsmFile.Contents;
import dev.kiln.asm.NasmParser.Format;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    void symbolsCanBeWeakHiddenSizedCommonAndOfThreads() {
        file.global("f", AssembledFile.Kind.FUNCTION).weak().visibility(AssembledFile.Visibility.HIDDEN);
        file.extern("hook").weak();
        file.global("tv").visibility(AssembledFile.Visibility.PROTECTED).size(8);
        file.common("shared", 40, 16);
        file.constant("answer", 42);
        file.text().define("f");
        Assembler a = new Assembler();
        a.mov(RAX, ptr(symbol("tv", RelocationKind.GOTTPOFF)));
        a.ret();
        file.text().append(a);
        file.text().end("f");
        file.tdata().define("tv");
        file.tdata().dq(7L);
        file.tbss().define("local_tv");
        file.tbss().reserve(24);
        AsmFile.Section names = file.section(".rodata.names", Contents.READ_ONLY);
        names.attributes(Format.ELF64, "merge strings byte");
        names.string("once\0");
        assertThat(file.toNasm(Format.ELF64))
                .contains("global f:function hidden weak (L1 - f)\n", "global tv:protected 8\n", "extern hook:weak\n")
                .contains("common shared 40:16\n", "answer equ 42\n", "section .tdata progbits alloc noexec write tls")
                .contains("section .rodata.names merge strings byte align=");
        AssembledFile elf = assemble(Format.ELF64);
        assertThat(elf.symbols())
                .contains(new AssembledFile.Symbol(
                        "f",
                        0,
                        0,
                        8,
                        AssembledFile.Binding.WEAK,
                        AssembledFile.Kind.FUNCTION,
                        AssembledFile.Visibility.HIDDEN))
                .anySatisfy(s -> {
                    assertThat(s.name()).isEqualTo("tv");
                    assertThat(s.kind()).isEqualTo(AssembledFile.Kind.THREAD_DATA);
                    assertThat(s.visibility()).isEqualTo(AssembledFile.Visibility.PROTECTED);
                })
                .anySatisfy(s -> {
                    assertThat(s.name()).isEqualTo("shared");
                    assertThat(s.kind()).isEqualTo(AssembledFile.Kind.COMMON);
                    assertThat(s.value()).isEqualTo(16);
                });
        assertThatThrownBy(() -> file.toNasm(Format.WIN64)).hasMessageContaining("ELF symbols only");
        assertThatThrownBy(() -> file.common("c", 8, 3)).hasMessageContaining("a power of two");
        assertThatThrownBy(() -> file.text().define("hook")).hasMessageContaining("defined in another file");
        assertThatThrownBy(() -> file.data().end("f")).hasMessage("section .data does not define f");
    }

    private static AsmFile read(String text) {
        Diagnostics diagnostics = new Diagnostics();
        AsmFile read = AsmFile.parse(
                SourceText.of("t.asm", text),
                Format.ELF64,
                name -> {
                    throw new IOException("no files");
                },
                diagnostics);
        assertThat(diagnostics.list()).isEmpty();
        return read;
    }

    @Test
    void aTextCanBeReadEditedAndPrinted() {
        AsmFile read = read("""
                default rel
                global f:function (f.end - f)
                extern puts
                section .text
                ; says twice
                f:      push    rbx
                        mov     ebx, 2
                .again: lea     rdi, [text]
                        call    puts wrt ..plt
                        dec     ebx         ; once less
                        jnz     .again
                        mov     eax, [table + rbx*4]
                        pop     rbx
                        ret
                .end:
                        align   16
                section .rodata
                text:   db      "hello", 0
                        align   4, db 0
                table:  dd      f.end - f, 5
                """);
        CodeList code = read.text().code();
        for (int node = code.first(); node != CodeList.NONE; node = code.next(node))
            if (code.isInstruction(node) && code.mnemonic(node).equals("dec")) {
                code.cursor(node);
                code.emit(Form.NOP, new Operands());
            }
        assertThat(read.toNasm(Format.ELF64)).isEqualTo("""
                bits 64
                default rel
                global f:function (f.end - f)
                extern puts

                section .text align=16
                    ; says twice
                f:
                    push    rbx
                    mov     ebx, 2
                f.again:
                    lea     rdi, [rel text]
                    call    puts wrt ..plt
                    ; once less
                    dec     ebx
                    nop
                    jne     short f.again
                    mov     eax, dword [rbx*4+table]
                    pop     rbx
                    ret
                f.end:
                    align   16

                section .rodata align=4
                text:
                    db      "hello"
                    db      0x00
                    align   4, db 0
                table:
                    dd      0x0000001f, 0x00000005

                section .note.GNU-stack noalloc noexec nowrite progbits
                """);
    }

    @Test
    void whatCannotBeReadIsTold() {
        Diagnostics diagnostics = new Diagnostics();
        NasmParser.Files none = name -> {
            throw new IOException("no files");
        };
        assertThat(AsmFile.parse(SourceText.of("t.asm", "nosuch rax"), Format.ELF64, none, diagnostics))
                .isNull();
        assertThat(diagnostics.errorCount()).isEqualTo(1);
        assertThat(AsmFile.parse(SourceText.of("t.asm", "global ?g\n?g: ret"), Format.ELF64, none, diagnostics))
                .isNull();
        assertThat(diagnostics.list().getLast().message())
                .isEqualTo("this text cannot be made into a file to be edited: the name ?g, which other files know,"
                        + " cannot be kept");
    }

    /** Instructions of all kinds, with all that can be said of their encoding. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "addresses",
                "data",
                "evex",
                "forced",
                "immediates",
                "jumps",
                "layout",
                "origin",
                "prefixes",
                "sections"
            })
    void whatIsReadAssemblesToTheSameBytes(String name) throws IOException {
        String text;
        try (var in = getClass().getResourceAsStream("nasm/" + name + ".asm")) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        NasmParser.Files none = file -> {
            throw new IOException("no files");
        };
        Diagnostics diagnostics = new Diagnostics();
        AsmFile read = AsmFile.parse(SourceText.of("t.asm", text), Format.FLAT, none, diagnostics);
        assertThat(diagnostics.hasErrors()).as("%s", diagnostics.list()).isFalse();
        AssembledFile expected = NasmParser.parse(SourceText.of("t.asm", text), Format.FLAT, diagnostics);
        byte[] made = FlatBinary.write(read.assemble(Format.FLAT, diagnostics), diagnostics);
        assertThat(made).isEqualTo(FlatBinary.write(expected, diagnostics));
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
