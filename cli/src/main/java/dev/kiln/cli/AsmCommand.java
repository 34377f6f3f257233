package dev.kiln.cli;

import dev.kiln.asm.AssembledFile;
import dev.kiln.asm.FlatBinary;
import dev.kiln.asm.NasmParser;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import dev.kiln.object.AsmObject;
import dev.kiln.object.ObjectFile;
import dev.kiln.object.ObjectFormat;

/** {@code kiln asm}: text in NASM's syntax to an object file of any format or to bytes. */
final class AsmCommand {
    private AsmCommand() {}

    static int run(Options options, Diagnostics diagnostics, Reporter reporter) {
        options.allow("-o", "-f", "--format", "--cpu");
        String file = options.onlyFile();
        if (options.output == null) {
            throw new UsageException("say with -o OUT which file to make");
        }
        NasmParser.Format format = format(options);
        SourceText source = Input.read(file);
        reporter.source(source);
        AssembledFile assembled =
                NasmParser.parse(source, format, name -> Input.beside(file, name), options.cpu, diagnostics);
        if (assembled == null) {
            return ExitStatus.WRONG_INPUT;
        }
        if (format == NasmParser.Format.FLAT) {
            byte[] bytes = FlatBinary.write(assembled, diagnostics);
            if (bytes == null) {
                return ExitStatus.WRONG_INPUT;
            }
            Output.write(options.output, bytes);
        } else {
            ObjectFile object = AsmObject.build(assembled, diagnostics);
            if (object == null) {
                return ExitStatus.WRONG_INPUT;
            }
            Output.write(options.output, out -> ObjectFormat.of(format).write(object, out));
        }
        return ExitStatus.OK;
    }

    private static NasmParser.Format format(Options options) {
        if (options.format == null) {
            if (options.output.endsWith(".bin")) {
                return NasmParser.Format.FLAT;
            }
            return options.output.endsWith(".obj") ? NasmParser.Format.WIN64 : NasmParser.Format.ELF64;
        }
        return switch (options.format) {
            case "bin" -> NasmParser.Format.FLAT;
            case "elf64", "elf" -> NasmParser.Format.ELF64;
            case "win64", "coff" -> NasmParser.Format.WIN64;
            case "macho64", "macho" -> NasmParser.Format.MACHO64;
            default -> throw new UsageException("-f is bin, elf64, win64 or macho64, not " + options.format);
        };
    }
}
