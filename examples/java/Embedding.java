import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import dev.kiln.base.TrapException;
import dev.kiln.ir.Block;
import dev.kiln.ir.BlockParam;
import dev.kiln.ir.FunctionBuilder;
import dev.kiln.ir.IrParser;
import dev.kiln.ir.Linkage;
import dev.kiln.ir.Module;
import dev.kiln.ir.Op;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import dev.kiln.ir.Verifier;
import dev.kiln.jit.Jit;
import dev.kiln.jit.LoadedModule;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Kiln inside a Java program: functions built or read, compiled in memory, called; Java called back; a trap caught.
 *
 * <pre>
 * examples/java/run Embedding
 * </pre>
 */
public final class Embedding {
    public static void main(String[] args) throws Throwable {
        built();
        read();
    }

    /** Builds {@code double dot(double *a, double *b, long n)} and calls it on memory outside the heap. */
    static void built() throws Throwable {
        Module module = new Module("kernels");
        Signature shape = Signature.of(Type.F64, Type.PTR, Type.PTR, Type.I64);
        FunctionBuilder b = new FunctionBuilder(module, "dot", shape, "a", "b", "n");
        b.function().setLinkage(Linkage.EXPORT);
        Block loop = b.block("loop");
        BlockParam i = b.param(loop, Type.I64, "i");
        BlockParam sum = b.param(loop, Type.F64, "sum");
        Block body = b.block("body");
        Block done = b.block("done");

        b.jump(loop, b.i64(0), b.f64(0));
        b.at(loop);
        b.br(b.compare(Op.LT_S, i, b.param(2)), body, done);
        b.at(body);
        var x = b.load(Type.F64, b.index(b.param(0), i, 8, 0));
        var y = b.load(Type.F64, b.index(b.param(1), i, 8, 0));
        b.jump(loop, b.add(i, b.i64(1)), b.add(sum, b.mul(x, y)));
        b.at(done);
        b.ret(sum);

        // What is built by hand can be wrong in ways that a parser would have refused.
        Diagnostics diagnostics = new Diagnostics();
        Verifier.verify(module, diagnostics);
        diagnostics.throwIfErrors();

        try (Jit jit = Jit.create();
                Arena arena = Arena.ofConfined()) {
            LoadedModule loaded = jit.load(module);
            MethodHandle dot = loaded.function("dot");
            MemorySegment a = arena.allocateFrom(ValueLayout.JAVA_DOUBLE, 1, 2, 3);
            MemorySegment c = arena.allocateFrom(ValueLayout.JAVA_DOUBLE, 4, 5, 6);
            // Pointers are longs; a handle knows its exact type.
            double product = (double) dot.invokeExact(a.address(), c.address(), 3L);
            System.out.println("dot product " + product);
        }
    }

    /** Reads a module from text, gives it a Java method to call, and catches what goes wrong inside. */
    static void read() throws Throwable {
        String text = """
                module "prices"
                import func @price(i32) -> i64

                func export @share(%article: i32, %people: i64) -> i64 {
                entry:
                    %p = call i64 @price(%article)
                    %s = div.s i64 %p, %people
                    ret %s
                }
                """;
        Diagnostics diagnostics = new Diagnostics();
        Module module = IrParser.parse(SourceText.of("prices.kir", text), diagnostics);
        diagnostics.throwIfErrors();

        MethodHandle price = MethodHandles.lookup()
                .findStatic(Embedding.class, "price", MethodType.methodType(long.class, int.class));
        try (Jit jit = Jit.builder()
                .function("price", price, Signature.of(Type.I64, Type.I32))
                .build()) {
            MethodHandle share = jit.load(module).function("share");
            System.out.println("share " + (long) share.invokeExact(2, 4L));
            try {
                System.out.println((long) share.invokeExact(2, 0L));
            } catch (TrapException e) {
                System.out.println("trap " + e.name() + " in " + e.function() + " at " + e.position());
            }
            try {
                System.out.println((long) share.invokeExact(-1, 1L));
            } catch (IllegalArgumentException e) {
                // Thrown by the Java method, through the native frames, to the Java call that entered them.
                System.out.println("refused: " + e.getMessage());
            }
        }
    }

    static long price(int article) {
        if (article < 0) throw new IllegalArgumentException("no article " + article);
        return 1000L * article;
    }
}
