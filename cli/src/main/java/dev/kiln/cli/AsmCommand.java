package dev.kiln.cli;

import dev.kiln.asm.AssembledFile;
import dev.kiln.asm.FlatBinary;
import dev.kiln.asm.NasmParser;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import dev.kiln.object.AsmObject;
import dev.kiln.object.ElfWriter;
import dev.kiln.object.ObjectFile;

/** {@code kiln asm}: text in NASM's syntax to an object file or to bytes. */
final class AsmCommand {
    private AsmCommand() {}

    static int run(Options options, Diagnostics diagnostics, Reporter reporter) {
        options.allow("-o", "-f", "--format");
        String file = options.onlyFile();
        if (options.output == null) {
            throw new UsageException("say with -o OUT which file to make");
        }
        boolean flat = isFlat(options);
        SourceText source = Input.read(file);
        reporter.source(source);
        AssembledFile assembled =
                NasmParser.parse(source, flat ? NasmParser.Format.FLAT : NasmParser.Format.OBJECT, diagnostics);
        if (assembled == null) {
            return ExitStatus.WRONG_INPUT;
        }
        if (flat) {
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
            Output.write(options.output, out -> ElfWriter.write(object, out));
        }
        return ExitStatus.OK;
    }

    private static boolean isFlat(Options options) {
        if (options.format == null) {
            return options.output.endsWith(".bin");
        }
        return switch (options.format) {
            case "bin" -> true;
            case "elf64", "elf" -> false;
            case "win64", "macho64" -> throw new UsageException("the format " + options.format + " is not made yet");
            default -> throw new UsageException("-f is bin, elf64, win64 or macho64, not " + options.format);
        };
    }
}
