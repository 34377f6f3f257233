package dev.kiln.tests.assembly;

import static dev.kiln.asm.X86.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.asm.AsmFile;
import dev.kiln.asm.AsmFile.Contents;
import dev.kiln.asm.AssembledFile;
import dev.kiln.asm.Assembler;
import dev.kiln.asm.Label;
import dev.kiln.asm.NasmParser.Format;
import dev.kiln.asm.Peephole;
import dev.kiln.asm.Reg64;
import dev.kiln.asm.RelocationKind;
import dev.kiln.base.Diagnostics;
import dev.kiln.object.AsmObject;
import dev.kiln.object.ElfWriter;
import dev.kiln.object.ObjectFile;
import dev.kiln.testing.OutsideTool;
import dev.kiln.tests.support.ElfObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random assembly files: nasm makes of their text the object that Kiln writes of the same file. */
class AsmFileObjectsTest {
    private static final int FILES = 200;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final Reg64[] REGISTERS = {RAX, RCX, RDX, RBX, RSI, RDI, R8, R9, R12, R13, R15};

    @TempDir
    Path folder;

    @Test
    void nasmMakesTheSameObjects() throws IOException {
        Path nasm = OutsideTool.require("nasm");
        SplittableRandom random = new SplittableRandom(2026);
        byte[][] ours = new byte[FILES][];
        for (int i = 0; i < FILES; i++) {
            AsmFile file = new Generator(random.split()).file("f" + i + ".asm");
            Files.writeString(folder.resolve("f" + i + ".asm"), file.toNasm(Format.ELF64));
            ours[i] = object(file);
        }
        String loop = "for f in f*.asm; do " + nasm + " -felf64 -w+all $f -o $f.o || exit 1; done";
        OutsideTool.Result result = OutsideTool.run(List.of("sh", "-c", loop), folder, null, LIMIT);
        assertThat(result.errText()).isEmpty();
        result.succeeded();
        for (int i = 0; i < FILES; i++) {
            byte[] theirs = Files.readAllBytes(folder.resolve("f" + i + ".asm.o"));
            assertThat(ElfObject.read(theirs).difference(ElfObject.read(ours[i])))
                    .as("nasm's object and ours of\n%s", Files.readString(folder.resolve("f" + i + ".asm")))
                    .isEmpty();
        }
    }

    private static byte[] object(AsmFile file) throws IOException {
        Diagnostics diagnostics = new Diagnostics();
        AssembledFile assembled = file.assemble(Format.ELF64, diagnostics);
        assertThat(diagnostics.list()).isEmpty();
        ObjectFile object = AsmObject.build(assembled, diagnostics);
        assertThat(diagnostics.list()).isEmpty();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ElfWriter.write(object, out);
        return out.toByteArray();
    }

    /** Makes one file: functions that call and jump, data of all widths, tables, addresses, room. */
    private static final class Generator {
        private final SplittableRandom random;
        private final int functions;
        private final int objects;

        Generator(SplittableRandom random) {
            this.random = random;
            functions = 1 + random.nextInt(4);
            objects = 1 + random.nextInt(4);
        }

        AsmFile file(String name) {
            AsmFile file = new AsmFile(name);
            file.extern("outside");
            file.extern("elsewhere");
            AsmFile.Section text = file.text();
            for (int i = 0; i < functions; i++) {
                if (random.nextBoolean())
                    file.global(
                            "function" + i,
                            random.nextBoolean() ? AssembledFile.Kind.FUNCTION : AssembledFile.Kind.UNKNOWN);
                if (random.nextBoolean()) text.align(1 << random.nextInt(7));
                text.comment("function " + i);
                text.define("function" + i);
                text.append(function());
                text.blankLine();
            }
            if (random.nextBoolean()) new Peephole().withConvention().run(text.code());
            for (int i = 0; i < objects; i++) datum(file, i);
            file.bss().define("room");
            file.bss().reserve(1 + random.nextInt(200));
            file.bss().align(16);
            file.bss().define("more");
            file.bss().reserve(8);
            if (random.nextBoolean()) {
                AsmFile.Section starts = file.section(".init_array", Contents.DATA);
                starts.align(8);
                starts.address("function0", 0);
            }
            return file;
        }

        private void datum(AsmFile file, int i) {
            AsmFile.Section section = switch (random.nextInt(3)) {
                case 0 -> file.data();
                case 1 -> file.rodata();
                default -> file.section(".mine", Contents.READ_ONLY);
            };
            if (random.nextInt(3) == 0) file.global("object" + i, AssembledFile.Kind.DATA);
            section.align(1 << random.nextInt(5));
            section.define("object" + i);
            for (int n = random.nextInt(1, 6); n > 0; n--) {
                switch (random.nextInt(7)) {
                    case 0 -> section.string("text with \"quotes\", \\ and \0 and é\n");
                    case 1 -> section.dd(random.nextInt(), 0, -1);
                    case 2 -> section.dq(random.nextLong(), 1.5 > 1 ? 2 : 3);
                    case 3 -> section.dw((short) random.nextInt(), (short) 7);
                    case 4 -> section.address(anySymbol(), random.nextInt(-8, 9));
                    case 5 -> section.reserve(random.nextInt(1, 40));
                    default -> {
                        int label = section.code().newLabel();
                        section.code().bind(label);
                        section.code().address64(label, 3);
                        section.code().distance32(label, section.code().labelCount() - 1, 5);
                    }
                }
            }
        }

        private String anySymbol() {
            return switch (random.nextInt(5)) {
                case 0 -> "function" + random.nextInt(functions);
                case 1 -> "object" + random.nextInt(objects);
                case 2 -> "room";
                case 3 -> "more";
                default -> "elsewhere";
            };
        }

        private Reg64 register() {
            return REGISTERS[random.nextInt(REGISTERS.length)];
        }

        private Assembler function() {
            Assembler a = new Assembler();
            Label[] labels = new Label[1 + random.nextInt(8)];
            for (int i = 0; i < labels.length; i++) labels[i] = a.label(random.nextBoolean() ? "l" + i : "loop body");
            for (Label label : labels) {
                for (int n = random.nextInt(24); n > 0; n--) instruction(a, labels);
                a.bind(label);
            }
            a.ret();
            return a;
        }

        private void instruction(Assembler a, Label[] labels) {
            Label label = labels[random.nextInt(labels.length)];
            Reg64 r = register();
            Reg64 s = register();
            switch (random.nextInt(20)) {
                case 0 -> a.call(symbol("function" + random.nextInt(functions)));
                case 1 -> a.call(symbol("outside"));
                case 2 -> a.jmp(symbol("function" + random.nextInt(functions)));
                case 3 -> a.lea(r, ptr(symbol(anySymbol(), RelocationKind.PC32).plus(random.nextInt(-3, 4))));
                case 4 -> a.mov(r, ptr(symbol("elsewhere", RelocationKind.GOTPCREL)));
                case 5 -> a.cmp(dword(symbol(anySymbol(), RelocationKind.PC32)), 100_000);
                case 6 -> a.emit("mov", r, symbol(anySymbol(), RelocationKind.ABS64));
                case 7, 8 -> a.jne(label);
                case 9 -> a.jmp(label);
                case 10 -> a.movsd(XMM3, ptr(a.constant(random.nextInt(9) / 2.0)));
                case 11 -> a.lea(r, ptr(label));
                case 12 -> a.mov(r, random.nextLong());
                case 13 -> a.mov(r, 0);
                case 14 -> a.align(8);
                case 15 ->
                    a.avx512()
                            .vaddpd(
                                    ZMM17.masked(K3),
                                    ZMM2,
                                    qword(r, 8 * random.nextInt(9)).broadcast());
                case 16 -> a.mov(qword(r, s == RSP ? RAX : s, 4, random.nextInt(-200, 200)), 17);
                case 17 -> a.imul(r, s, random.nextInt(-200, 200));
                case 18 -> a.bytes(new byte[] {1, 2, 'd', 'a', 't', 'a', 0}, 0, 7);
                default -> a.add(r, random.nextInt(-200, 200));
            }
        }
    }
}
