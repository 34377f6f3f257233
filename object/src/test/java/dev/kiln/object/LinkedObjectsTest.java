package dev.kiln.object;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.asm.AssembledFile.Binding;
import dev.kiln.asm.AssembledFile.Kind;
import dev.kiln.asm.AssembledFile.Visibility;
import dev.kiln.asm.NasmParser.Format;
import dev.kiln.asm.RelocationKind;
import dev.kiln.object.ObjectFile.Relocation;
import dev.kiln.object.ObjectFile.Section;
import dev.kiln.object.ObjectFile.Symbol;
import dev.kiln.testing.OutsideTool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Linkers take our COFF and Mach-O objects. Windows programs made of them are run under Wine; nothing here can run those for macOS, whose
 * linked code and data are looked at instead.
 */
class LinkedObjectsTest {
    @TempDir
    Path folder;

    private static final String WINDOWS = """
            default rel
            global start
            extern GetStdHandle, WriteFile, ExitProcess, printf, fflush, __ImageBase
            section .text
            start:  sub     rsp, 56
            .body:  lea     rcx, [format]
                    mov     edx, [number]
                    mov     r8, [pointer]
                    call    printf
                    xor     ecx, ecx
                    call    fflush
                    mov     ecx, -11
                    call    GetStdHandle
                    mov     rcx, rax
                    lea     rdx, [text]
                    mov     r8d, text.end - text
                    lea     r9, [written]
                    mov     qword [rsp + 32], 0
                    call    WriteFile
                    lea     rbx, [__ImageBase]
                    mov     eax, [rbx + table wrt ..imagebase]
                    add     rax, rbx
                    call    rax
                    call    ExitProcess
            .end:
            status: mov     ecx, [written]
                    ret
            section .rdata
            format: db      `number %d, text %s\\n`, 0
            text:   db      `written\\n`
            .end:
            table:  dd      status wrt ..imagebase
            section .data
            number: dd      1234567
            pointer: dq     word_
            word_:  db      "in data", 0
            section .bss
            written: resd   1
            section .pdata
                    dd      start, start.end, unwind
            section .xdata
            unwind: db      1, start.body - start, 1, 0
                    db      start.body - start, 0x62
                    dw      0
            """;

    @Test
    void windowsProgramsOfBothLinkersRun() throws IOException {
        Path wine = OutsideTool.require("wine64");
        String gnu = OutsideTool.require("x86_64-w64-mingw32-ld").toString();
        String dlltool = OutsideTool.require("x86_64-w64-mingw32-dlltool").toString();
        String llvm = OutsideTool.require("lld-link-19").toString();
        write("p.obj", NasmObjectsTest.assemble(Format.WIN64, "p.asm", WINDOWS));
        library(dlltool, "kernel32", "GetStdHandle", "WriteFile", "ExitProcess");
        library(dlltool, "msvcrt", "printf", "fflush");
        run(gnu, "-e", "start", "--subsystem", "console", "-o", "gnu.exe", "p.obj", "kernel32.lib", "msvcrt.lib");
        run(llvm, "/entry:start", "/subsystem:console", "/out:llvm.exe", "p.obj", "kernel32.lib", "msvcrt.lib");
        String unwind = run(OutsideTool.require("llvm-readobj-19").toString(), "--unwind", "gnu.exe");
        assertThat(unwind).containsPattern("PrologSize: 4\\s").contains("ALLOC_SMALL size=56");
        List<String> environment = List.of(
                "env", "WINEPREFIX=" + folder.resolve("prefix"), "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml=");
        try {
            for (String program : List.of("gnu.exe", "llvm.exe")) {
                List<String> command = new ArrayList<>(environment);
                command.addAll(List.of(wine.toString(), program));
                OutsideTool.Result result = OutsideTool.run(command, folder, null, Duration.ofMinutes(2));
                assertThat(result.outText())
                        .as("%s; %s", program, result.errText())
                        .isEqualTo("number 1234567, text in data\r\nwritten\n");
                assertThat(result.exit()).as("the bytes that WriteFile wrote").isEqualTo(8);
            }
        } finally {
            List<String> command = new ArrayList<>(environment);
            command.addAll(List.of(wine.resolveSibling("wineserver").toString(), "-k"));
            OutsideTool.run(command, folder, null, Duration.ofMinutes(1));
            // It holds links to all of the file system.
            run("rm", "-rf", "prefix");
        }
    }

    private void library(String dlltool, String name, String... symbols) throws IOException {
        String definition = "LIBRARY " + name + ".dll\nEXPORTS\n" + String.join("\n", symbols) + "\n";
        Files.writeString(folder.resolve(name + ".def"), definition);
        run(dlltool, "-d", name + ".def", "-l", name + ".lib");
    }

    private static final String MACOS = """
            default rel
            global _main, _table, _elsewhere, _mine
            extern _printf, _tv, _other, __tlv_bootstrap
            section .text
            _main:  push    rbx
                    lea     rdi, [format]
                    xor     eax, eax
                    call    _printf
                    mov     rdi, [rel _tv wrt ..tlvp]
                    call    [rdi]
                    mov     rdi, [rel _mine wrt ..tlvp]
                    call    [rdi]
                    mov     rcx, [rel _other wrt ..gotpcrel]
                    call    rcx
                    cmp     dword [rel variable], 0x1234567
                    mov     byte [rel variable + 3], 1
                    pop     rbx
                    ret
            section .rodata
            format: db      "text", 0
            section .data
            variable: dd    1
            _table: dq      _elsewhere, variable, format
            apart:  dq      _elsewhere - $
            section .bss
            _elsewhere: resq 1
            section __DATA,__thread_vars thread_local_variables
            _mine:  dq      __tlv_bootstrap, 0, initial
            section __DATA,__thread_data thread_local_regular
            initial: dd     7
            section __DATA,__mod_init_func mod_init_funcs
                    dq      _main
            """;

    /** A thread-local variable and a function, by LLVM's assembler. */
    private static final String COMPANION = """
            .globl _tv, _other, __tlv_bootstrap
            .section __DATA,__thread_vars,thread_local_variables
            _tv: .quad __tlv_bootstrap
             .quad 0
             .quad _tv$init
            .section __DATA,__thread_data,thread_local_regular
            _tv$init: .long 7
            .text
            _other: ret
            .subsections_via_symbols
            """;

    @Test
    void macosProgramsAreLinked() throws IOException {
        String linker = OutsideTool.require("ld64.lld-19").toString();
        String assembler = OutsideTool.require("llvm-mc-19").toString();
        write("main.o", NasmObjectsTest.assemble(Format.MACHO64, "main.asm", MACOS));
        Files.writeString(folder.resolve("other.s"), COMPANION);
        run(assembler, "-triple=x86_64-apple-macos11", "-filetype=obj", "-o", "other.o", "other.s");
        Files.writeString(folder.resolve("libSystem.tbd"), """
                --- !tapi-tbd
                tbd-version: 4
                targets: [ x86_64-macos ]
                install-name: '/usr/lib/libSystem.B.dylib'
                exports:
                  - targets: [ x86_64-macos ]
                    symbols: [ _printf, dyld_stub_binder, __tlv_bootstrap ]
                ...
                """);
        String said = run(
                linker,
                "-arch",
                "x86_64",
                "-platform_version",
                "macos",
                "11.0",
                "11.0",
                "-o",
                "program",
                "main.o",
                "other.o",
                "libSystem.tbd");
        assertThat(said).isEmpty();
        String objdump = OutsideTool.require("llvm-objdump-19").toString();
        String code = run(objdump, "--macho", "-d", "--no-show-raw-insn", "program");
        // The linker knows where all are, and so needs no cells in the GOT and for thread-local descriptors.
        assertThat(code)
                .contains("symbol stub for: _printf", "leaq\tformat(%rip), %rdi", "leaq\t_tv(%rip), %rdi")
                .contains("leaq\t_mine(%rip), %rdi", "leaq\t_other(%rip), %rcx", "cmpl\t$0x1234567, variable(%rip)");
        long table = address("_table");
        long elsewhere = address("_elsewhere");
        String data = run(objdump, "-s", "--section=__data", "program");
        // The field that holds a distance of 64 bits stands behind three addresses.
        String distance = String.format("%016x", Long.reverseBytes(elsewhere - (table + 24)));
        assertThat(data.replaceAll("(?m)^ [0-9a-f]+ ((?:[0-9a-f]+ )+) .*$", "$1")
                        .replaceAll("\\s", ""))
                .contains(distance);
    }

    private long address(String symbol) {
        String nm = OutsideTool.require("llvm-nm-19").toString();
        for (String line : run(nm, "program").split("\n"))
            if (line.endsWith(" " + symbol)) return Long.parseLong(line.substring(0, 16), 16);
        throw new AssertionError("no symbol " + symbol);
    }

    /** What texts for nasm cannot say: weak symbols, relocations for debug information, places before any symbol. */
    @Test
    void kindsThatTextCannotSay() throws IOException {
        String readobj = OutsideTool.require("llvm-readobj-19").toString();
        ObjectFile file = new ObjectFile("t.kir");
        file.add(new Section(".text", SectionKind.TEXT, 16, 8, new byte[8]));
        SectionKind debug = new SectionKind(false, false, false, false, false);
        Section info = new Section(".debug_info", debug, 1, 16, new byte[16]);
        file.add(info);
        file.add(symbol("own", 0, 4, Binding.WEAK));
        file.add(symbol("other", -1, 0, Binding.WEAK));
        file.add(symbol("function", 0, 0, Binding.GLOBAL));
        info.add(new Relocation(0, RelocationKind.SECREL32, 2, -1, 0));
        info.add(new Relocation(4, RelocationKind.SECTION16, 2, -1, 0));
        info.add(new Relocation(6, RelocationKind.ABS64, -1, 0, 3));
        String coff = dump(readobj, ObjectFormat.COFF, file);
        assertThat(coff)
                .contains("0x0 IMAGE_REL_AMD64_SECREL function")
                .contains("0x4 IMAGE_REL_AMD64_SECTION function")
                .contains("0x6 IMAGE_REL_AMD64_ADDR64 .text")
                .containsPattern("(?s)Name: own\\s.*?StorageClass: WeakExternal.*?Linked: .weak.own.default")
                .containsPattern("(?s)Name: .weak.own.default\\s+Value: 4\\s+Section: .text")
                .containsPattern("(?s)Name: .weak.other.default\\s+Value: 0\\s+Section: IMAGE_SYM_ABSOLUTE")
                .containsPattern("(?s)Name: function\\s.*?ComplexType: Function")
                .contains("IMAGE_SCN_MEM_DISCARDABLE");

        ObjectFile mach = new ObjectFile("t.kir");
        Section text = new Section("__TEXT,__text", SectionKind.TEXT, 16, 8, new byte[8]);
        Section data = new Section("__DATA,__data", SectionKind.DATA, 8, 16, new byte[16]);
        mach.add(text);
        mach.add(data);
        mach.add(new Section("__DATA,__thread_bss", SectionKind.THREAD_ZERO, 8, 16, null));
        mach.add(symbol("_own", 0, 4, Binding.WEAK));
        mach.add(symbol("_other", -1, 0, Binding.WEAK));
        text.add(new Relocation(2, RelocationKind.PC32, -1, 1, 4));
        data.add(new Relocation(0, RelocationKind.ABS64, -1, 1, 8));
        data.add(new Relocation(8, RelocationKind.PC64, 1, -1, 0));
        String macho = dump(readobj, ObjectFormat.MACHO64, mach);
        assertThat(macho)
                .contains("0x2 1 2 1 X86_64_RELOC_SIGNED 0 ltmp1")
                .contains("0x0 0 3 1 X86_64_RELOC_UNSIGNED 0 ltmp1")
                .containsPattern(
                        "0x8 0 3 1 X86_64_RELOC_SUBTRACTOR 0 ltmp1\\s+0x8 0 3 1 X86_64_RELOC_UNSIGNED 0 _other")
                .containsPattern("(?s)Name: _own .*?WeakDef")
                .containsPattern("(?s)Name: _other .*?WeakRef")
                .containsPattern("(?s)__thread_bss.*?Type: ThreadLocalZerofill");
    }

    private static Symbol symbol(String name, int section, long value, Binding binding) {
        return new Symbol(name, section, value, 0, binding, Kind.FUNCTION, Visibility.DEFAULT);
    }

    private String dump(String readobj, ObjectFormat format, ObjectFile file) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        format.write(file, out);
        write("x.o", out.toByteArray());
        return run(readobj, "-S", "-s", "-r", "x.o");
    }

    private void write(String name, byte[] bytes) throws IOException {
        Files.write(folder.resolve(name), bytes);
    }

    private String run(String... command) {
        OutsideTool.Result result = OutsideTool.run(List.of(command), folder, null, Duration.ofMinutes(1));
        assertThat(result.errText()).as("what %s says", List.of(command)).isEmpty();
        return result.succeeded().outText();
    }
}
