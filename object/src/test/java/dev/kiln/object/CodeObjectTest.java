package dev.kiln.object;

import static dev.kiln.asm.X86.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.asm.Assembler;
import dev.kiln.asm.Code;
import dev.kiln.asm.Label;
import dev.kiln.asm.RelocationKind;
import dev.kiln.base.Diagnostics;
import dev.kiln.testing.OutsideTool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Objects made of what an assembler emitted: what others read in them, and whether they link and run. */
class CodeObjectTest {
    private static byte[] write(Map<String, Code> functions, ObjectFormat format) throws IOException {
        Diagnostics diagnostics = new Diagnostics();
        ObjectFile object = CodeObject.build("test", functions, format, diagnostics);
        assertThat(diagnostics.list()).isEmpty();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        format.write(object, out);
        return out.toByteArray();
    }

    /** What each format calls a kind; {@code null} where it has none. */
    private static String nameOf(RelocationKind kind, ObjectFormat format) {
        String elf = switch (kind) {
            case ABS64 -> "R_X86_64_64";
            case ABS32 -> "R_X86_64_32S";
            case ABS32U -> "R_X86_64_32";
            case ABS16 -> "R_X86_64_16";
            case ABS8 -> "R_X86_64_8";
            case PC64,
                    PC32,
                    PC16,
                    PC8,
                    PLT32,
                    GOTPCREL,
                    GOTTPOFF,
                    TPOFF32,
                    TPOFF64,
                    DTPOFF64,
                    DTPOFF32,
                    TLSGD,
                    TLSLD,
                    GOT32,
                    GOT64,
                    GOTOFF64,
                    GOTPC32,
                    GOTPC64,
                    GOTPCREL64,
                    PLTOFF64,
                    GOTPCRELX,
                    REX_GOTPCRELX,
                    SIZE32,
                    SIZE64 -> "R_X86_64_" + kind.name();
            case SECREL32, IMAGEREL32, SECTION16, TLVP -> null;
        };
        String coff = switch (kind) {
            case ABS64 -> "IMAGE_REL_AMD64_ADDR64";
            case ABS32, ABS32U -> "IMAGE_REL_AMD64_ADDR32";
            case PC32, PLT32 -> "IMAGE_REL_AMD64_REL32";
            case SECREL32 -> "IMAGE_REL_AMD64_SECREL";
            case IMAGEREL32 -> "IMAGE_REL_AMD64_ADDR32NB";
            case SECTION16 -> "IMAGE_REL_AMD64_SECTION";
            case ABS16,
                    ABS8,
                    PC64,
                    PC16,
                    PC8,
                    GOTPCREL,
                    GOTTPOFF,
                    TPOFF32,
                    TPOFF64,
                    DTPOFF64,
                    TLVP,
                    DTPOFF32,
                    TLSGD,
                    TLSLD,
                    GOT32,
                    GOT64,
                    GOTOFF64,
                    GOTPC32,
                    GOTPC64,
                    GOTPCREL64,
                    PLTOFF64,
                    GOTPCRELX,
                    REX_GOTPCRELX,
                    SIZE32,
                    SIZE64 -> null;
        };
        String macho = switch (kind) {
            case ABS64 -> "X86_64_RELOC_UNSIGNED";
            case PC64 -> "X86_64_RELOC_SUBTRACTOR";
            case PC32 -> "X86_64_RELOC_SIGNED";
            case PLT32 -> "X86_64_RELOC_BRANCH";
            case GOTPCREL -> "X86_64_RELOC_GOT";
            case TLVP -> "X86_64_RELOC_TLV";
            case ABS32,
                    ABS32U,
                    ABS16,
                    ABS8,
                    PC16,
                    PC8,
                    GOTTPOFF,
                    TPOFF32,
                    TPOFF64,
                    DTPOFF64,
                    DTPOFF32,
                    TLSGD,
                    TLSLD,
                    GOT32,
                    GOT64,
                    GOTOFF64,
                    GOTPC32,
                    GOTPC64,
                    GOTPCREL64,
                    PLTOFF64,
                    GOTPCRELX,
                    REX_GOTPCRELX,
                    SIZE32,
                    SIZE64,
                    SECREL32,
                    IMAGEREL32,
                    SECTION16 -> null;
        };
        return switch (format) {
            case ELF64 -> elf;
            case COFF -> coff;
            case MACHO64 -> macho;
        };
    }

    /** Every kind of relocation, as a field of data: LLVM reads the kind, the place and the symbol that were asked for, or it is refused. */
    @ParameterizedTest
    @EnumSource(ObjectFormat.class)
    void everyKindOfRelocationIsWrittenOrRefused(ObjectFormat format, @TempDir Path folder) throws IOException {
        Assembler a = new Assembler();
        Map<Integer, String> expected = new TreeMap<>();
        int offset = 0;
        for (RelocationKind kind : RelocationKind.values()) {
            Assembler alone = new Assembler();
            alone.nop();
            alone.field(symbol("sym", kind));
            Code code = alone.finish();
            Diagnostics diagnostics = new Diagnostics();
            ObjectFile object = CodeObject.build("test", Map.of("f", code), format, diagnostics);
            String name = nameOf(kind, format);
            if (name == null) {
                assertThat(object).isNull();
                assertThat(diagnostics.list().getFirst().message())
                        .isEqualTo(format + " has no relocation of kind " + kind
                                + ", which the reference to sym at offset 1 of f needs");
                continue;
            }
            assertThat(diagnostics.list()).isEmpty();
            // A distance counts from the field's end where the format's does.
            a.field(symbol("sym_" + kind, kind).plus(isDistance(kind) ? -4 : 0));
            expected.put(offset, name + " sym_" + kind);
            offset += kind.size();
        }
        Path file = folder.resolve("f.o");
        Files.write(file, write(Map.of("f", a.finish()), format));
        String text = OutsideTool.run(OutsideTool.require("llvm-readobj-19").toString(), "-r", file.toString())
                .succeeded()
                .outText();
        Map<Integer, String> seen = new TreeMap<>();
        Matcher line = Pattern.compile("0x([0-9A-F]+) (?:\\d \\d \\d )?(\\w+_\\w+) (?:\\d )?(\\w+)")
                .matcher(text);
        while (line.find()) {
            // A difference is two relocations, of which the first takes away where it stands.
            String symbol = line.group(3).equals("ltmp0") ? "sym_PC64" : line.group(3);
            if (line.group(2).equals("X86_64_RELOC_UNSIGNED") && symbol.equals("sym_PC64")) continue;
            seen.put(Integer.parseInt(line.group(1), 16), line.group(2) + " " + symbol);
        }
        assertThat(seen).as(text).isEqualTo(expected);
    }

    private static boolean isDistance(RelocationKind kind) {
        return switch (kind) {
            case PC32, PLT32, GOTPCREL, TLVP -> true;
            default -> false;
        };
    }

    /** Code as it is placed in memory, through a linker: calls of its own and of C functions, tables, addresses, patchable instructions. */
    @Test
    void linksAndRuns(@TempDir Path folder) throws IOException {
        Assembler a = new Assembler();
        Label zero = a.label("zero");
        Label one = a.label("one");
        Label table = a.label();
        a.sub(RSP, 8);
        a.patchableCall(symbol("twice"));
        a.mov(RDI, RAX);
        a.patchableNop();
        a.call(symbol("labs"));
        a.patchableMov(ECX, 1);
        a.jumpIndexed(a.jumpTable(zero, one), RCX, RDX);
        a.bind(zero);
        a.xor(EAX, EAX);
        a.bind(one);
        a.add(RSP, 8);
        a.lea(RCX, ptr(table));
        a.jmp(ptr(RCX));
        Label out = a.here();
        a.addsd(XMM0, ptr(a.constant(0.5)));
        a.ret();
        a.align(8);
        a.bind(table);
        a.dq(out);
        Code run = a.finish();
        a.reset();
        a.lea(RAX, ptr(RDI, RDI, 1));
        a.ret();
        Map<String, Code> functions = new LinkedHashMap<>();
        functions.put("run", run);
        functions.put("twice", a.finish());
        Path object = Files.write(folder.resolve("code.o"), write(functions, ObjectFormat.ELF64));
        Path main = Files.writeString(folder.resolve("main.c"), """
                #include <stdio.h>
                long run(long);
                int main(void) { printf("%ld\\n", run(-21)); return 0; }
                """);
        Path program = folder.resolve("program");
        String gcc = OutsideTool.require("gcc").toString();
        for (List<String> options : List.of(List.of("-pie"), List.of("-no-pie"), List.of("-static"))) {
            List<String> command = new ArrayList<>(List.of(gcc));
            command.addAll(options);
            command.addAll(List.of("-Wl,-z,notext", "-o", program.toString(), main.toString(), object.toString()));
            OutsideTool.run(command, null, null, Duration.ofMinutes(1)).succeeded();
            assertThat(OutsideTool.run(program.toString()).succeeded().outText())
                    .isEqualTo("42\n");
        }
    }
}
