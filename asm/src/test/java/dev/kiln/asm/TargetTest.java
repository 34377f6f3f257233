package dev.kiln.asm;

import static dev.kiln.asm.X86.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Assemblers for processors with some features only. */
class TargetTest {
    @Test
    void an_instruction_beyond_the_target_is_refused_where_it_is_emitted() {
        Assembler a = new Assembler(CpuFeatures.X86_64_V2);
        a.addps(XMM0, XMM1);
        a.popcnt(RAX, RBX);
        assertThatThrownBy(() -> a.avx().vaddps(YMM0, YMM1, YMM2))
                .isInstanceOf(AssemblerException.class)
                .hasMessageStartingWith("vaddps needs avx, which the target x86-64-v2 lacks");
        assertThatThrownBy(() -> a.avx512().vaddps(ZMM0, ZMM1, ptr(RAX)))
                .hasMessageStartingWith("vaddps needs avx512f, which the target x86-64-v2 lacks");
        assertThatThrownBy(() -> a.emit("andn", RAX, RBX, RCX)).hasMessageStartingWith("andn needs bmi1,");
        assertThatThrownBy(() -> a.emit(Form.RDPID_R64, new Operands().register(Registers.RAX)))
                .hasMessageStartingWith("rdpid needs rdpid,");
        a.ret();
        assertThat(a.finish().bytes())
                .as("what was refused left nothing behind")
                .hasSize(3 + 5 + 1);
    }

    @Test
    void jumps_memory_at_labels_and_prefixed_instructions_pass_the_check_too() {
        Assembler a = new Assembler(CpuFeatures.BASELINE);
        Label end = a.label();
        a.jmp(end);
        a.lock();
        a.add(dword(RDI), 1);
        a.lea(RAX, ptr(end));
        a.bind(end);
        for (int i = 0; i < 200; i++) a.mov(RAX, 0x1234_5678_9ABCL);
        a.rep();
        a.movsb();
        a.reset();
        assertThatThrownBy(() -> a.emit("xbegin", end)).isInstanceOf(AssemblerException.class);
        assertThatThrownBy(() -> a.lzcnt(EAX, EBX)).hasMessageContaining("needs lzcnt");
    }

    @Test
    void of_several_encodings_the_one_that_the_target_has_is_taken() {
        CodeBuffer vex = new CodeBuffer(CpuFeatures.X86_64_V3.plus(CpuFeature.AVXVNNI));
        assertThat(vex.target()).hasToString("x86-64-v3+avxvnni");
        Assembler evex = new Assembler(CpuFeatures.X86_64_V4.plus(CpuFeature.AVX512VNNI));
        evex.emit("vpdpbusd", XMM0, XMM1, XMM2);
        assertThat(evex.finish().bytes()[0]).isEqualTo((byte) 0x62);
        Assembler both = new Assembler(CpuFeatures.ALL.minus(CpuFeature.AVX512VNNI));
        both.emit("vpdpbusd", XMM0, XMM1, XMM2);
        assertThat(both.finish().bytes()[0]).isEqualTo((byte) 0xC4);
    }

    @Test
    void an_assembler_without_target_takes_everything() {
        assertThat(new Assembler().target()).isEqualTo(CpuFeatures.ALL);
        assertThat(new Assembler(CpuFeatures.ALL).allows(Form.VADDPS_ZMM_ZMM_ZMMM512_EVEX))
                .isTrue();
    }

    @Test
    void text_is_assembled_for_a_target_too() {
        Diagnostics diagnostics = new Diagnostics();
        SourceText source = SourceText.of("t.asm", "addps xmm0, xmm1\nvaddps ymm0, ymm1, ymm2\nret\n");
        NasmParser.Files none = name -> {
            throw new IOException(name);
        };
        assertThat(NasmParser.parse(source, NasmParser.Format.FLAT, none, CpuFeatures.X86_64_V2, diagnostics))
                .isNull();
        assertThat(diagnostics.list()).hasSize(1);
        assertThat(diagnostics.list().getFirst().position().line()).isEqualTo(2);
        assertThat(diagnostics.list().getFirst().toString())
                .contains("vaddps needs avx, which the target x86-64-v2 lacks");
        diagnostics = new Diagnostics();
        assertThat(NasmParser.parse(source, NasmParser.Format.FLAT, none, CpuFeatures.X86_64_V3, diagnostics))
                .isNotNull();
    }

    @Test
    void code_knows_the_features_that_it_uses_and_data_counts_for_nothing() {
        Assembler a = new Assembler();
        Label end = a.label();
        a.jz(end);
        a.avx().vaddps(YMM0, YMM1, ptr(a.constant(1.5)));
        a.align(32);
        byte[] wide = {0x62, (byte) 0xF1, 0x7C, 0x48, 0x58, (byte) 0xC0};
        a.bytes(wide, 0, wide.length);
        a.bytes(wide, 0, 3);
        Label table = a.here();
        a.bytes(wide, 0, 0);
        a.distance32(end, table);
        for (int i = 0; i < 60; i++) a.popcnt(RAX, RDX);
        a.bytes(wide, 0, 1);
        a.bind(end);
        a.ret();
        Code code = a.finish();
        assertThat(code.features()).isEqualTo(CpuFeatures.of(CpuFeature.AVX, CpuFeature.POPCNT));
        assertThat(code.features()).isSameAs(code.features());
        int tableAt = code.labelOffset(table.id());
        assertThat(code.isData(tableAt - 9)).isTrue();
        assertThat(code.isData(tableAt - 10)).isFalse();
        assertThat(code.isData(tableAt + 3)).isTrue();
        assertThat(code.isData(tableAt + 4)).isFalse();
        assertThat(code.isData(code.labelOffset(end.id()) - 1)).isTrue();
        assertThat(code.isData(code.labelOffset(end.id()))).isFalse();
        assertThat(code.isData(code.codeEnd())).isTrue();
        assertThat(new Assembler().finish().features()).isEqualTo(CpuFeatures.of());
    }

    @Test
    void every_form_is_taken_with_the_features_it_needs_and_refused_without_any_of_them() {
        FormTable table = FormTable.get();
        List<String> wrong = new ArrayList<>();
        Operands operands = new Operands();
        Assembler[] exact = new Assembler[table.featureCount()];
        Assembler[][] lacking = new Assembler[table.featureCount()][];
        for (int form = 1; form < Forms.count(); form++) {
            int number = table.featureNumber(form);
            if (exact[number] == null) {
                CpuFeatures needed = CpuFeatures.ofForm(form);
                exact[number] = new Assembler(needed);
                List<Assembler> without = new ArrayList<>();
                for (String name : table.feature(form).split("\\+")) {
                    CpuFeature feature = CpuFeature.find(name);
                    if (feature != CpuFeature.X64) without.add(new Assembler(CpuFeatures.ALL.minus(feature)));
                }
                lacking[number] = without.toArray(new Assembler[0]);
            }
            FormCase given = FormCase.of(form, new SplittableRandom(form)).getFirst();
            exact[number].reset();
            exact[number].newLabel();
            exact[number].emit(form, given.fill(operands));
            // Between registers PEXTRW takes its older encoding.
            if (CodeBuffer.preferred(table, form, given.fill(operands)) != form) continue;
            for (Assembler a : lacking[number]) {
                a.reset();
                a.newLabel();
                String message = null;
                try {
                    a.emit(form, given.fill(operands));
                } catch (AssemblerException e) {
                    message = e.getMessage();
                }
                if (message == null || !message.contains("which the target"))
                    wrong.add(Forms.describe(form) + " for " + a.target() + ": " + message);
            }
        }
        assertThat(wrong).isEmpty();
    }
}
