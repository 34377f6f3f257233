package dev.kiln.exec;

import static dev.kiln.asm.X86.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kiln.asm.Assembler;
import dev.kiln.asm.AssemblerException;
import dev.kiln.asm.Code;
import dev.kiln.asm.CodeFormatException;
import dev.kiln.asm.CpuFeature;
import dev.kiln.asm.Label;
import dev.kiln.asm.PatchKind;
import dev.kiln.asm.RelocationKind;
import dev.kiln.exec.internal.SystemCalls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Tables, constants and fields of code that has its place: what running code finds there. */
class PlacedDataTest {
    private final Assembler a = new Assembler();

    private static long run(PlacedCode code, long argument) {
        return SystemCalls.call(code.address(), argument, 0, 0);
    }

    private static ByteBuffer seen(PlacedCode code) {
        return MemorySegment.ofAddress(code.address())
                .reinterpret(code.code().size())
                .asByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void jumpTablesLeadToTheirTargets() {
        int count = 300;
        Label[] targets = new Label[count];
        for (int i = 0; i < count; i++) targets[i] = a.label();
        a.jumpIndexed(a.jumpTable(targets), RDI, RAX);
        for (int i = 0; i < count; i++) {
            a.bind(targets[(i * 7) % count]);
            a.mov(EAX, (i * 7) % count + 1000);
            a.ret();
        }
        assertThatThrownBy(() -> a.jumpIndexed(targets[0], RDI, RDI)).hasMessageContaining("both");
        Code code = a.finish();
        try (CodeMemory memory = CodeMemory.create();
                PlacedCode one = memory.place(code);
                PlacedCode other = memory.place(code)) {
            for (int i = 0; i < count; i++) {
                assertThat(run(one, i)).isEqualTo(1000 + i);
                assertThat(run(other, i)).isEqualTo(1000 + i);
            }
        }
    }

    @Test
    void addressesOfLabelsAreThoseOfTheirPlace() {
        Label table = a.label();
        a.lea(RAX, ptr(table));
        a.jmp(ptr(RAX, RDI, 8));
        Label[] targets = new Label[4];
        for (int i = 0; i < 4; i++) {
            targets[i] = a.here();
            a.mov(EAX, 10 * i);
            a.ret();
        }
        a.align(8);
        a.bind(table);
        for (Label target : targets) a.dq(target);
        Code code = a.finish();
        try (CodeMemory memory = CodeMemory.create();
                PlacedCode one = memory.place(code);
                PlacedCode other = memory.place(code)) {
            for (int i = 0; i < 4; i++) {
                assertThat(run(one, i)).isEqualTo(10L * i);
                assertThat(run(other, i)).isEqualTo(10L * i);
            }
        }
    }

    @Test
    void vectorConstantsCanBeLoadedAligned() {
        a.constant(3.5);
        Label pair = a.constants(40L, 2L);
        a.movdqa(XMM0, ptr(pair));
        a.movq(RAX, XMM0);
        a.pextrq(RCX, XMM0, 1);
        a.add(RAX, RCX);
        a.ret();
        try (CodeMemory memory = CodeMemory.create();
                PlacedCode placed = memory.place(a.finish())) {
            assertThat(run(placed, 0)).isEqualTo(42);
        }
    }

    @Test
    void constantsOf64BytesCanBeLoadedAligned() {
        assumeTrue(HostCpu.detect().features().contains(CpuFeature.AVX512F), "this CPU has no AVX-512F");
        Label lanes = a.constants(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L);
        a.avx512().vmovdqa64(ZMM0, ptr(lanes));
        a.avx512().vextracti64x4(YMM1, ZMM0, 1);
        a.avx().vextracti128(XMM1, YMM1, 1);
        a.pextrq(RAX, XMM1, 1);
        a.avx().vzeroupper();
        a.ret();
        try (CodeMemory memory = CodeMemory.create();
                PlacedCode placed = memory.place(a.finish())) {
            assertThat(run(placed, 0)).isEqualTo(128);
        }
    }

    /** Every kind of relocation as a field, with small numbers for addresses where the field is narrow. */
    @Test
    void fieldsHoldWhatTheirRelocationSays() {
        try (CodeMemory memory = CodeMemory.create()) {
            for (RelocationKind kind : RelocationKind.values()) {
                a.reset();
                a.dd(0x11223344);
                a.field(symbol("s", kind).plus(5));
                a.dd(0x55667788);
                Code code = a.finish();
                if (!meansSomethingInMemory(kind)) {
                    assertThatThrownBy(() -> memory.place(code, name -> 100))
                            .isInstanceOf(AssemblerException.class)
                            .hasMessageContaining(kind + " of s at offset 4 has a meaning in files only");
                    continue;
                }
                boolean relative = switch (kind) {
                    case PC64, PC32, PC16, PC8, PLT32, GOTPCREL -> true;
                    default -> false;
                };
                // The place is not known before; it is that of the last that was freed.
                long place;
                try (PlacedCode probe = memory.place(code, name -> relative ? memory.base() : 100)) {
                    place = probe.address() + 4;
                } catch (AssemblerException e) {
                    assertThat(e).hasMessageContaining("does not reach");
                    place = memory.base() + 4;
                }
                long symbol = relative ? place + 20 : 100;
                try (PlacedCode placed = memory.place(code, name -> symbol)) {
                    assertThat(placed.address() + 4).isEqualTo(place);
                    ByteBuffer seen = seen(placed);
                    assertThat(seen.getInt(0)).isEqualTo(0x11223344);
                    assertThat(seen.getInt(4 + kind.size())).isEqualTo(0x55667788);
                    long field = switch (kind.size()) {
                        case 1 -> seen.get(4);
                        case 2 -> seen.getShort(4);
                        case 4 -> seen.getInt(4);
                        default -> seen.getLong(4);
                    };
                    if (kind == RelocationKind.GOTPCREL) {
                        MemorySegment cell =
                                MemorySegment.ofAddress(place + field - 5).reinterpret(8);
                        assertThat(cell.get(java.lang.foreign.ValueLayout.JAVA_LONG, 0))
                                .isEqualTo(symbol);
                    } else assertThat(field).as(kind.name()).isEqualTo(relative ? 25 : 105);
                }
            }
        }
    }

    private static boolean meansSomethingInMemory(RelocationKind kind) {
        return switch (kind) {
            case ABS64, ABS32, ABS32U, ABS16, ABS8, PC64, PC32, PC16, PC8, PLT32, GOTPCREL -> true;
            case GOTTPOFF,
                    TPOFF32,
                    TPOFF64,
                    DTPOFF64,
                    SECREL32,
                    IMAGEREL32,
                    SECTION16,
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
                    SIZE64 -> false;
        };
    }

    @Test
    void fieldsThatAreTooNarrowAreRefused() {
        try (CodeMemory memory = CodeMemory.create()) {
            for (RelocationKind kind : RelocationKind.values()) {
                if (kind.size() == 8) continue;
                a.reset();
                a.field(symbol("far", kind));
                Code code = a.finish();
                boolean throughCell = kind == RelocationKind.GOTPCREL || kind == RelocationKind.PLT32;
                if (throughCell) memory.place(code, name -> 0x1234_5678_9ABCL).close();
                else
                    assertThatThrownBy(() -> memory.place(code, name -> 0x1234_5678_9ABCL))
                            .isInstanceOf(AssemblerException.class);
            }
            assertThat(memory.allocated()).isZero();
        }
    }

    @Test
    void codeThatWasWrittenAndReadRunsAndCanBeChanged() throws IOException {
        Label add = a.label("add");
        a.push(R12);
        int number = a.patchableMov(R12D, 5);
        int call = a.patchableCall(add);
        a.pop(R12);
        a.ret();
        a.bind(add);
        a.lea(RAX, ptr(RDI, R12, 1));
        a.ret();
        Code original = a.finish();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        original.writeTo(out);
        Code code = Code.readFrom(new ByteArrayInputStream(out.toByteArray()));
        assertThat(code.patchSites().get(call).kind()).isEqualTo(PatchKind.CALL);
        for (MappingStrategy strategy :
                new MappingStrategy[] {MappingStrategy.DUAL_MAPPING, MappingStrategy.PAGE_FLIPPING}) {
            try (CodeMemory memory = CodeMemory.create(1 << 20, strategy);
                    PlacedCode one = memory.place(code);
                    PlacedCode other = memory.place(code)) {
                one.site(number).set(100);
                other.site(call).retarget(other.address("add"));
                assertThat(run(one, 3)).isEqualTo(103);
                assertThat(run(other, 3)).isEqualTo(8);
            }
        }
    }

    /** Code of which the checksum is right and nothing else need be: it is placed or refused, in either way, and nothing is lost. */
    @Test
    void spoiltCodeIsPlacedOrRefused() throws IOException {
        Label end = a.label("end");
        a.patchableJump(end);
        a.patchableCall(symbol("f"));
        a.patchableNop();
        a.patchableMov(R9D, 5);
        a.patchableMov(RAX, 5);
        a.mov(RAX, ptr(symbol("g", RelocationKind.GOTPCREL)));
        a.call(symbol("far"));
        a.bind(end);
        a.dq(end);
        a.field(symbol("g", RelocationKind.ABS64));
        a.jumpIndexed(a.jumpTable(end), RAX, RCX);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        a.finish().writeTo(out);
        byte[] good = out.toByteArray();
        SplittableRandom random = new SplittableRandom(9);
        int placed = 0;
        try (CodeMemory memory = CodeMemory.create(1 << 20, MappingStrategy.DUAL_MAPPING)) {
            for (int round = 0; round < 2_000; round++) {
                byte[] spoilt = good.clone();
                for (int i = random.nextInt(1, 4); i > 0; i--) {
                    // Mostly in what stands behind the code's own bytes.
                    int at = random.nextInt(random.nextInt(4) == 0 ? 16 : spoilt.length / 3, spoilt.length - 4);
                    spoilt[at] = (byte) (random.nextBoolean() ? random.nextInt() : spoilt[at] ^ 1 << random.nextInt(8));
                }
                CRC32C crc = new CRC32C();
                crc.update(spoilt, 0, spoilt.length - 4);
                ByteBuffer.wrap(spoilt).order(ByteOrder.LITTLE_ENDIAN).putInt(spoilt.length - 4, (int) crc.getValue());
                for (PatchMode mode : PatchMode.values()) {
                    try (PlacedCode code = memory.place(
                            Code.readFrom(new ByteArrayInputStream(spoilt)),
                            name -> name.equals("f") ? memory.base() : 0x1234_5678_9ABCL,
                            mode)) {
                        placed++;
                        for (int i = 0; i < code.code().patchSites().size(); i++)
                            code.site(i).address();
                    } catch (CodeFormatException | AssemblerException e) {
                        assertThat(e.getMessage()).isNotBlank();
                    }
                }
            }
            assertThat(memory.allocated()).isZero();
        }
        assertThat(placed).isBetween(200, 3_800);
    }
}
