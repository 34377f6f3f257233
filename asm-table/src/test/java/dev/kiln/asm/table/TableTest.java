package dev.kiln.asm.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows that are understood, and rows that stop the build with place and reason. */
class TableTest {
    @TempDir
    private Path folder;

    private Table read(String... lines) throws IOException {
        Files.write(folder.resolve("t.tab"), List.of(lines));
        return Table.read(folder);
    }

    @Test
    void aRowBecomesATemplate() throws IOException {
        Table table = read("# comment", "", "add | rw r/m64, r r64 | REX.W 01 /r | w:oszapc | x64 lock # and more");
        assertThat(table.complaints).isEmpty();
        Row row = table.rows.getFirst();
        assertThat(row.constant()).isEqualTo("ADD_RM64_R64");
        assertThat(row.place()).endsWith("t.tab:3");
        assertThat(row.operands().get(0).access()).isEqualTo(3);
        assertThat(row.operands().get(1).access()).isEqualTo(1);
        assertThat(Layout.OPCODE.get(row.template())).isEqualTo(1);
        assertThat(Layout.W.get(row.template())).isEqualTo(1);
        assertThat(Layout.MODRM.get(row.template())).isEqualTo(Layout.MODRM_REG);
        assertThat(Layout.ROUTINES[(int) Layout.ROUTINE.get(row.template())]).isEqualTo("MR");
        assertThat(row.flagsWritten()).isEqualTo(0b1000_1101_0101);
        assertThat(row.prefixes()).isEqualTo(1);
    }

    @Test
    void implicitAndFixedRegistersAreToldAsSets() throws IOException {
        Table table = read(
                "div | r r/m64, rw <rax>, rw <rdx> | REX.W F7 /6 | u:oszapc | x64",
                "shl | rw r/m64, r cl | REX.W D3 /4 | - | x64",
                "pblendvb | rw xmm, r xmm/m128, r <xmm0> | 66 0F 38 10 /r | - | sse4.1");
        assertThat(table.complaints).isEmpty();
        assertThat(table.rows.get(0).implicitWrites()).isEqualTo(0b101);
        assertThat(table.rows.get(1).implicitReads()).isEqualTo(0b10);
        assertThat(table.rows.get(1).operands()).hasSize(2);
        assertThat(table.rows.get(2).implicitReads()).isEqualTo(1L << 32);
    }

    @Test
    void operandsFindTheirFields() throws IOException {
        Table table = read(
                "a | w xmm, r xmm, r xmm/m128 | VEX.128.0F.WIG 58 /r | - | avx",
                "b | w m128, r xmm, r xmm | VEX.128.66.0F38.W0 2E /r | - | avx",
                "c | w r32, r r/m32, r r32 | VEX.LZ.0F38.W0 F7 /r | - | bmi1",
                "d | w r32, r r/m32 | VEX.LZ.0F38.W0 F3 /1 | - | bmi1",
                "e | w xmm, r xmm, r xmm/m128, r xmm | VEX.128.66.0F3A.W0 4A /r /is4 | - | avx",
                "f | w r64, r cr | 0F 20 /r | - | x64",
                "g | w cr, r r64 | 0F 22 /r | - | x64",
                "h | w xmm, r xmm, r xmm | VEX.LIG.F3.0F.WIG 11 /r MVR | - | avx",
                "i | w xmm{k}{z}, r xmm, r xmm/m128/b32 | EVEX.128.0F.W0 58 /r | - | avx512f+avx512vl");
        assertThat(table.complaints).isEmpty();
        assertThat(table.rows.stream().map(r -> Layout.ROUTINES[(int) Layout.ROUTINE.get(r.template())]))
                .containsExactly("RVM", "MVR", "RMV", "VM", "RVMI", "MR", "RM", "MVR", "RVM");
        Row evex = table.rows.getLast();
        assertThat(evex.constant()).isEqualTo("I_XMM_XMM_XMMM128_EVEX");
        assertThat(Layout.MASK.get(evex.template())).isEqualTo(1);
        assertThat(Layout.ZEROING.get(evex.template())).isEqualTo(1);
        assertThat(Layout.BROADCAST.get(evex.template())).isEqualTo(2);
        assertThat(Layout.SCALE.get(evex.template())).isEqualTo(4);
    }

    @Test
    void whatApxPromotesHasAnotherLastByte() throws IOException {
        Table table = read(
                "add | rw r/m64, r r64 | REX.W 01 /r | - | x64",
                "add | rw r/m64, r r64 | EVEX.L0.MAP4.W1 01 /r | - | apx_f nf",
                "add | w r64, r r/m64, r r64 | EVEX.L0.MAP4.ND.W1 01 /r | - | apx_f nf",
                "ccmpb | dfv, r r/m64, r r64 | EVEX.L0.MAP4.SCC2.W1 39 /r | - | apx_f",
                "ccmpg | dfv, r r/m64, r r64 | EVEX.L0.MAP4.SCC15.W1 39 /r | - | apx_f",
                "pushp | r r64 | REX2 REX.W 50+r | - | apx_f",
                "xsave | w m | NP 0F AE /4 | - | xsave norex2");
        assertThat(table.complaints).isEmpty();
        assertThat(table.rows.stream().map(r -> Layout.SECOND.get(r.template())))
                .containsExactly(0L, 0L, 0x10L, 0xAL, 7L, 0L, 0L);
        assertThat(table.rows.stream().map(r -> Layout.APX.get(r.template())))
                .containsExactly(0L, 1L, 1L, 1L, 1L, 1L, 0L);
        Row newData = table.rows.get(2);
        assertThat(Layout.NO_FLAGS.get(newData.template())).isEqualTo(1);
        // Destination in vvvv, then ModRM.rm and ModRM.reg.
        assertThat(newData.roles()).isEqualTo(3 | 2 << 4 | 1 << 8);
        assertThat(table.rows.get(3).roles()).isEqualTo(3 | 2 << 4 | 1 << 8);
        assertThat(Layout.SCALE.get(newData.template())).isZero();
        assertThat(Layout.NO_REX2.get(table.rows.getLast().template())).isEqualTo(1);
        Twins twins = new Twins(table.rows);
        assertThat(twins.forExtended(0)).isEqualTo(1);
        assertThat(twins.forExtended(1)).isEqualTo(-1);
        assertThat(twins.forExtended(6)).isEqualTo(-1);
    }

    @Test
    void apxComesLast() throws IOException {
        Files.writeString(folder.resolve("apx.tab"), "b | - | 90 | - | x64");
        Files.writeString(folder.resolve("avx10.tab"), "c | - | 90 | - | x64");
        assertThat(read("a | - | 90 | - | x64").rows.stream().map(Row::mnemonic))
                .containsExactly("a", "b", "c");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
            add | rw r/m64, r r64 | 01 /r | -                  ; a row has 5 columns
            ADD | rw r/m64, r r64 | 01 /r | - | x64            ; 'ADD' is no mnemonic
            add | rw r/m65, r r64 | 01 /r | - | x64            ; 'r/m65' is no kind of operand
            add | r/m64, r r64 | 01 /r | - | x64               ; operand 'r/m64' needs r, w, rw or cw in front
            add | rw r/m64, r r64 | 01 | - | x64               ; the encoding has no field for operand r/m64
            add | rw r/m64, r r64 | /r | - | x64               ; there is no opcode byte
            add | rw r/m64, r r64 | 01 /r ib | - | x64         ; the immediate operands have 0 bits, the encoding has 8
            add | rw r/m64, imm8 | 01 /0 | - | x64             ; the immediate operands have 8 bits, the encoding has 0
            add | rw r/m64, r r/m64 | 01 /r | - | x64          ; two operands may be memory
            add | rw r/m64, r r64 | 01 /9 | - | x64            ; '/9' is none of /r, /0 to /7, /is4
            add | rw r/m64, r r64 | 01 /r | w:q | x64          ; 'q' is no flag
            add | rw r/m64, r r64 | 01 /r | oszapc | x64       ; flags are written
            add | rw r/m64, r r64 | 01 /r | - |                ; the feature is missing
            add | rw r/m64, r r64 | 01 /r | - | x64 bla        ; 'bla' is neither a prefix nor a scale
            add | rw r/m64, r <rxx> | 01 /0 | - | x64          ; 'rxx' is no register or resource known here
            jmp | rel8 | E9 cd | - | x64                       ; rel8 needs cb, rel32 needs cd
            add | rw r/m64, r r64 | EVEX.L0.0F.ND.W1 01 /r | - | apx_f ; only EVEX.MAP4 has ND, NF and SCC
            add | rw r/m64, r r64 | REX.W 01 /r | - | x64 nf   ; only EVEX forms of APX take nf
            andn | w r64, r r64, r r/m64 | VEX.LZ.0F38.W1 F2 /r | - | bmi1 norex2 ; only legacy forms have REX2
            mov | w r64 | B8 | - | x64                         ; the encoding has no field for operand r64
            add | rw r64, r r64, r r/m64 | 01 /r | - | x64     ; three register or memory operands without VEX
            alias | jz                                         ; an alias is written
            alias | jz | je                                    ; no row has the mnemonic je
            """)
    void aWrongRowIsNamedWithItsReason(String row, String reason) throws IOException {
        List<String> complaints = read("# one", row).complaints;
        assertThat(complaints).hasSize(1);
        assertThat(complaints.getFirst()).contains("t.tab:2: " + reason);
    }

    @Test
    void noFormStandsTwice() throws IOException {
        Table table = read("ret | - | C3 | - | x64", "ret | - | CB | - | x64", "alias | ret | ret");
        assertThat(table.complaints).hasSize(2);
        assertThat(table.complaints.get(0)).contains("t.tab:2: RET stands at").contains("t.tab:1 already");
        assertThat(table.complaints.get(1)).contains("t.tab:3: ret has rows of its own");
    }

    @Test
    void theSameTableMakesTheSameOutput() throws Exception {
        String[] rows = {
            "add | rw r/m64, r r64 | REX.W 01 /r | w:oszapc | x64 lock",
            "add | rw r64, r r/m64 | REX.W 03 /r | w:oszapc | x64",
            "sal | rw r/m64, imm8 | REX.W C1 /4 ib | - | x64",
            "alias | shl | sal"
        };
        byte[] first = ResourceWriter.write(read(rows));
        assertThat(ResourceWriter.write(read(rows))).isEqualTo(first);
        assertThat(SourceWriter.forms(read(rows))).contains("int ADD_R64_RM64 = 2;");
        assertThat(new Twins(read(rows).rows).forRegisters(1)).isZero();
        assertThat(new Twins(read(rows).rows).forMemory(1)).isEqualTo(-1);
    }
}
