import static dev.kiln.asm.X86.*;

import dev.kiln.asm.AsmFile;
import dev.kiln.asm.AssembledFile;
import dev.kiln.asm.Assembler;
import dev.kiln.asm.Code;
import dev.kiln.asm.CodeBuffer;
import dev.kiln.asm.CodeList;
import dev.kiln.asm.Form;
import dev.kiln.asm.Label;
import dev.kiln.asm.Listing;
import dev.kiln.asm.NasmParser.Format;
import dev.kiln.asm.Operands;
import dev.kiln.asm.Peephole;
import dev.kiln.asm.Registers;
import dev.kiln.base.Diagnostics;
import dev.kiln.exec.CodeMemory;
import dev.kiln.exec.NativeCalls;
import dev.kiln.exec.PlacedCode;
import dev.kiln.object.AsmObject;
import dev.kiln.object.ElfWriter;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Machine code as a list of nodes: optimised, edited, run, and written as an assembly file and an object.
 *
 * <pre>
 * examples/java/run CodeAsData [FOLDER]
 * </pre>
 */
public final class CodeAsData {
    /** {@code long squares(long n)}: 1 + 4 + … + n², as a generator writes it that keeps variables in memory. */
    static Assembler naive() {
        Assembler a = new Assembler();
        Label loop = a.label("loop");
        Label done = a.label("done");
        a.mov(RAX, 0);
        a.bind(loop);
        a.mov(ptr(RSP, -8), RDI);
        a.mov(RCX, ptr(RSP, -8));
        a.cmp(RCX, 0);
        a.je(done);
        a.mov(RDX, RCX);
        a.imul(RDX, RCX);
        a.add(RAX, RDX);
        a.lea(RDI, ptr(RDI, -1));
        a.jmp(loop);
        a.bind(done);
        a.ret();
        return a;
    }

    /** The bytes of a list. */
    static Code emit(CodeList list) {
        CodeBuffer buffer = new CodeBuffer();
        list.emitTo(buffer);
        return buffer.finish();
    }

    /** Has the code count in memory at RSI how often it comes to a label. */
    static void count(CodeList list, String label) {
        Operands operands = new Operands();
        for (int node = list.first(); node != CodeList.NONE; node = list.next(node)) {
            if (list.kind(node) != CodeList.Kind.LABEL || !label.equals(list.labelName(list.label(node)))) continue;
            list.cursor(node);
            list.comment("comes by");
            list.emit(Form.INC_RM64, operands.clear().memory(Registers.RSI, Registers.NONE, 1, 0));
        }
    }

    static void print(String title, Code code) {
        StringBuilder text = new StringBuilder();
        new Listing().append(text, code.bytes(), 0, code.codeEnd(), 0);
        System.out.println(title + ", " + code.size() + " bytes\n" + text);
    }

    /** A file with the function, and a main that prints what it gives for 10. */
    static AsmFile file(CodeList squares) {
        AsmFile file = new AsmFile("squares.asm");
        file.extern("printf");
        file.global("main", AssembledFile.Kind.FUNCTION);
        file.text().comment("the sum of the squares from 1 to rdi");
        file.text().define("squares");
        file.text().code().append(squares);
        file.text().blankLine();
        file.text().align(16);
        file.text().define("main");
        Assembler a = new Assembler();
        a.sub(RSP, 8);
        a.mov(EDI, 10);
        a.call(symbol("squares"));
        a.lea(RDI, ptr(symbol("format")));
        a.mov(RSI, RAX);
        a.xor(EAX, EAX);
        a.call(symbol("printf"));
        a.xor(EAX, EAX);
        a.add(RSP, 8);
        a.ret();
        file.text().append(a);
        file.rodata().define("format");
        file.rodata().string("%ld squares\n\0");
        return file;
    }

    public static void main(String[] args) throws Exception {
        Path folder = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("kiln-example");
        CodeList list = CodeList.of(naive());
        print("as written", emit(list));

        Peephole.Statistics statistics = new Peephole().withConvention().run(list);
        print("optimised", emit(list));
        System.out.println(statistics);

        AsmFile file = file(list);
        Files.writeString(folder.resolve("squares.asm"), file.toNasm(Format.ELF64));
        Diagnostics diagnostics = new Diagnostics();
        AssembledFile assembled = file.assemble(Format.ELF64, diagnostics);
        diagnostics.throwIfErrors();
        try (OutputStream out = Files.newOutputStream(folder.resolve("squares.o"))) {
            ElfWriter.write(AsmObject.build(assembled, diagnostics), out);
        }

        count(list, "loop");
        try (CodeMemory memory = CodeMemory.create();
                PlacedCode placed = memory.place(emit(list));
                Arena arena = Arena.ofConfined()) {
            MemorySegment counter = arena.allocate(ValueLayout.JAVA_LONG);
            long result = new NativeCalls(memory).call(placed.address(), 10, counter.address(), 0, 0, 0, 0);
            System.out.println(result + " after " + counter.get(ValueLayout.JAVA_LONG, 0) + " times at the label");
        }
    }
}
