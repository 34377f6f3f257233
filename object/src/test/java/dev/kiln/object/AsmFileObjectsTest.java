package dev.kiln.object;

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
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random assembly files: nasm makes of their text the object that Kiln writes of the same file. */
class AsmFileObjectsTest {
    private static final int FILES = 200;

    private static final Reg64[] REGISTERS = {RAX, RCX, RDX, RBX, RSI, RDI, R8, R9, R12, R13, R15};

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(
            value = Format.class,
            names = {"ELF64", "WIN64", "MACHO64"})
    void nasmMakesTheSameObjects(Format format) throws IOException {
        SplittableRandom random = new SplittableRandom(2026);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
            AsmFile file = new Generator(random.split(), format).file("f" + i + ".asm");
            texts.add(file.toNasm(format));
            Diagnostics diagnostics = new Diagnostics();
            file.assemble(format, diagnostics);
            assertThat(diagnostics.list()).isEmpty();
        }
        NasmObjectsTest.assertLikeNasm(folder, format, "-w+all", texts);
    }

    /** Makes one file: functions that call and jump, data of all widths, tables, addresses, room. */
    private static final class Generator {
        private final SplittableRandom random;
        private final boolean elf;
        private final boolean macho;
        private final int functions;
        private final int objects;

        Generator(SplittableRandom random, Format format) {
            this.random = random;
            elf = format == Format.ELF64;
            macho = format == Format.MACHO64;
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
            if (elf && random.nextBoolean()) {
                AsmFile.Section starts = file.section(".init_array", Contents.DATA);
                starts.align(8);
                starts.address("function0", 0);
            }
            return file;
        }

        private void datum(AsmFile file, int i) {
            AsmFile.Section section = switch (random.nextInt(elf ? 3 : 2)) {
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
                    case 2 -> section.dq(random.nextLong(), 2);
                    case 3 -> section.dw((short) random.nextInt(), (short) 7);
                    case 4 -> section.address(anySymbol(), offset(9));
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

        /** Mach-O has no distance from a symbol to what stands before its section; nasm takes any other symbol then. */
        private int offset(int bound) {
            return random.nextInt(macho ? 0 : 1 - bound, bound);
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
                case 3 -> a.lea(r, ptr(symbol(anySymbol(), RelocationKind.PC32).plus(offset(4))));
                case 4 -> a.mov(r, ptr(symbol("elsewhere", elf ? RelocationKind.GOTPCREL : RelocationKind.PC32)));
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
                case 16 -> a.mov(qword(r, s, 4, random.nextInt(-200, 200)), 17);
                case 17 -> a.imul(r, s, random.nextInt(-200, 200));
                case 18 -> a.bytes(new byte[] {1, 2, 'd', 'a', 't', 'a', 0}, 0, 7);
                default -> a.add(r, random.nextInt(-200, 200));
            }
        }
    }
}
