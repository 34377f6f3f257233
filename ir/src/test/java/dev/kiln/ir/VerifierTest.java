package dev.kiln.ir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.base.Diagnostics;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The rules that text cannot break, because the parser keeps them; the others are in tests/filetests/errors. */
class VerifierTest {
    private final Module module = new Module("m");
    private final FunctionBuilder b =
            new FunctionBuilder(module, "f", Signature.of(Type.I32, Type.I32, Type.PTR), "a", "p");

    @Test
    void acceptsWhatIsWellFormed() {
        Diagnostics d = new Diagnostics();
        Module everything = Texts.parse(Texts.resource("everything.kir"));
        Verifier.verify(everything, d);
        assertThat(Texts.places(d)).isEmpty();
    }

    @Test
    void findsWhatOnlyJavaCanBuild() {
        expect("KILN-E1101", m -> m.addFunction("g", Signature.of(Type.VOID)));
        expect(
                "KILN-E1105",
                m -> m.addFunction("g", Signature.of(Type.VOID, Type.I32))
                        .addBlock("e")
                        .append(Op.RET, Type.VOID));
        in("KILN-E1109", e -> e.append(Op.ADD, Type.I32, b.param(0), Constant.of(Type.I32, 1)));
        in("KILN-E1109", e -> e.append(Op.NEG, Type.I32, (Value) null));
        in("KILN-E1109", e -> e.append(Op.NEG, Type.I32, e.append(Op.FENCE, Type.VOID)), "KILN-E1120");
        in("KILN-E1110", e -> e.append(Op.ADD, Type.I32, e.param(0)));
        in("KILN-E1111", e -> e.append(Op.ADD, Type.I32, e.param(0), Constant.of(Type.I64, 1)));
        in("KILN-E1112", e -> e.append(Op.EQ, Type.I64, e.param(0), e.param(0)));
        in("KILN-E1113", e -> e.append(Op.CLZ, Type.F32, Constant.f32(1)));
        in("KILN-E1114", e -> e.append(Op.LOAD, Type.I32, e.param(1)).setImmediate(3));
        in("KILN-E1119", e -> e.append(Op.FENCE, Type.VOID).setTargets(new Target(e)), "KILN-E1120");
        in("KILN-E1120", e -> e.append(Op.CALL, Type.VOID, e.param(1)));
        in("KILN-E1120", e -> e.append(Op.ATOMIC_LOAD, Type.I32, e.param(1)));
        in("KILN-E1120", e -> e.append(Op.GUARD, Type.VOID, e.param(0)).setExtra("no state"));
        Signature s = Signature.of(Type.I32, Type.I32);
        CallSite site = new CallSite(s, null, List.of(), null);
        in("KILN-E1122", e -> e.append(Op.CALL, Type.I32, e.param(1)).setExtra(site));
        in(
                "KILN-E1123",
                e -> e.append(Op.CALL, Type.I32, e.param(1), e.param(1)).setExtra(site));
        in(
                "KILN-E1124",
                e -> e.append(Op.CALL, Type.I64, e.param(1), e.param(0)).setExtra(site));
        in(
                "KILN-E1125",
                e -> e.append(Op.CALL, Type.I32, e.param(0), e.param(0)).setExtra(site));
        in(
                "KILN-E1130",
                e -> e.append(Op.CALL, Type.I32, e.param(1), e.param(0))
                        .setExtra(new CallSite(s, "nobody", List.of(), null)));
        in(
                "KILN-E1136",
                e -> e.append(Op.CALL, Type.I32, e.param(1), e.param(0))
                        .setExtra(new CallSite(s, null, List.of(), new FrameState(null, 3, new Value[0], null))));
        in("KILN-E1118", e -> {
            Instruction made = e.insert(e.first(), Op.SWITCH, Type.VOID, e.param(0));
            Block other = e.function().addBlock("other");
            other.append(Op.UNREACHABLE, Type.VOID);
            made.setTargets(new Target(other), new Target(other));
            made.setExtra(new long[] {1L << 40});
            e.remove(e.last());
        });
        in("KILN-E1107", e -> {
            Block other = e.function().addBlock("other");
            other.addParam(Type.F64, null);
            other.append(Op.UNREACHABLE, Type.VOID);
            e.remove(e.last());
            e.append(Op.JUMP, Type.VOID).setTargets(new Target(other, e.param(0)));
        });
        expect(
                "KILN-E1138",
                m -> m.addData(new Data(
                        "d",
                        Linkage.LOCAL,
                        false,
                        false,
                        null,
                        0,
                        List.of(new Data.Scalars(Type.REF, new long[1])),
                        0)));
        expect(
                "KILN-E1142",
                m -> m.addData(
                        new Data("d", Linkage.LOCAL, false, false, null, 0, List.of(new Data.Zero(1L << 40)), 0)));
        expect("KILN-E1140", m -> {
            Function g = m.addFunction("g", Signature.of(Type.VOID));
            g.setLinkage(Linkage.COMMON);
            g.addBlock("e").append(Op.RET, Type.VOID);
        });
        expect("KILN-E1145", m -> {
            AggregateType type = AggregateType.Struct.of(null, List.of(Type.I8), false, 0);
            for (int i = 0; i < 100; i++) {
                type = AggregateType.Struct.of(null, List.of(type), false, 0);
            }
            m.addType(AggregateType.Struct.of("deep", List.of(type), false, 0));
        });
        expect("KILN-E1146", m -> m.addSignature("s", Signature.of(Type.VOID, Type.VOID)));
    }

    @Test
    void tellsWhereWhenThereIsNoText() {
        Diagnostics d = new Diagnostics();
        b.add(b.param(0), b.i32(1));
        Verifier.verify(module, d);
        assertThat(d.list()).hasSize(1);
        assertThat(d.list().getFirst().suggestion()).isEqualTo("in @f, block entry");
    }

    /** One rule broken in a function of two parameters that returns the first. */
    private static void in(String code, Consumer<Block> breaks, String... others) {
        expect(
                code,
                m -> {
                    Function f = m.addFunction("t", Signature.of(Type.I32, Type.I32, Type.PTR));
                    Block entry = f.addBlock("entry");
                    entry.addParam(Type.I32, "a");
                    entry.addParam(Type.PTR, "p");
                    Instruction end = entry.append(Op.RET, Type.VOID, entry.param(0));
                    breaks.accept(entry);
                    if (end.block() != null && entry.last() != end) {
                        entry.remove(end);
                        entry.insertBefore(end, null);
                    }
                },
                others);
    }

    private static void expect(String code, Consumer<Module> breaks, String... others) {
        Module m = new Module("t");
        breaks.accept(m);
        Diagnostics d = new Diagnostics();
        Verifier.verify(m, d);
        assertThat(d.list()).extracting(x -> x.code().id()).contains(code).isSubsetOf(concat(code, others));
        IrPrinter.print(m);
    }

    private static List<String> concat(String code, String... others) {
        List<String> all = new java.util.ArrayList<>(List.of(others));
        all.add(code);
        return all;
    }
}
