package dev.kiln.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.bench.start.FirstFunction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a program loads that assembles a function and calls it: nothing that it does not use. */
class FirstUseTest {
    /** Classes of the assembler that only others need: further instructions and registers, the table of all forms, what reads it. */
    private static final List<String> OTHERS = List.of(
            "AvxInstructions",
            "Avx512",
            "Amx",
            "Amd",
            "Crypto",
            "Mmx",
            "Newer",
            "Privileged",
            "X87",
            "Ymm",
            "Zmm",
            "Mask",
            "Tile",
            "Form",
            "OperandKind",
            "KindInfo",
            "Decoder",
            "Disassembler",
            "Nasm",
            "DynamicForms",
            "internal.FormTable");

    @Test
    void instructionsThatAreNotUsedAreNotLoaded() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load:stdout",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FirstFunction.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        List<String> loaded = output.lines()
                .flatMap(line -> List.of(line.split(" ")).stream())
                .filter(word -> word.startsWith("dev.kiln.asm."))
                .map(word -> word.substring("dev.kiln.asm.".length()))
                .toList();
        assertThat(loaded).contains("Assembler", "GeneralInstructions");
        assertThat(loaded)
                .noneMatch(name -> OTHERS.stream().anyMatch(name::startsWith))
                .hasSizeLessThan(45);
    }
}
