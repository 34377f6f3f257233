package dev.kiln.jit;

import dev.kiln.base.Diagnostic;
import dev.kiln.base.DiagnosticException;
import dev.kiln.base.Position;
import dev.kiln.exec.CallKind;
import dev.kiln.ir.Block;
import dev.kiln.ir.Function;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.Op;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import dev.kiln.jit.internal.Program;
import dev.kiln.jit.internal.Shapes;
import dev.kiln.object.Layout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/** One or several modules in memory, ready to be called. Closing it frees their code and data. */
public final class LoadedModule implements AutoCloseable {
    private final Jit jit;
    private final Program program;

    LoadedModule(Jit jit, Program program) {
        this.jit = jit;
        this.program = program;
    }

    Program program() {
        return program;
    }

    /**
     * A handle for an exported function. Its parameters are those of the IR: {@code i8} to {@code i64} are byte to long, {@code ptr} is
     * long, floats are float and double, aggregates by value are memory segments. Kept in a {@code static final} field it costs
     * the plain price of a foreign call. It throws {@link dev.kiln.base.TrapException} when the function traps.
     *
     * @throws DiagnosticException when there is no such function, or Java cannot call its shape
     */
    public MethodHandle function(String name) {
        Function function = definition(name);
        FunctionDescriptor shape;
        try {
            shape = Shapes.of(function.signature());
        } catch (IllegalArgumentException e) {
            throw new DiagnosticException(Diagnostic.of(JitCode.NOT_CALLABLE, Position.NONE, name, e.getMessage()));
        }
        return jit.calls()
                .bind(program.addressOf(name), shape, isHarmless(function) ? CallKind.PLAIN : CallKind.GUARDED);
    }

    /**
     * A handle of a shape of the caller's choosing, for instance with memory segments as pointers, or with variadic arguments.
     *
     * @throws DiagnosticException when there is no such function
     */
    public MethodHandle function(String name, FunctionDescriptor shape) {
        definition(name);
        return jit.calls().bind(program.addressOf(name), shape, CallKind.GUARDED);
    }

    /**
     * The address of an exported function or datum.
     *
     * @throws DiagnosticException when there is none of that name
     */
    public long address(String name) {
        program.checkOpen();
        long address = program.addressOf(name);
        if (address == 0) {
            throw undefined(name);
        }
        return address;
    }

    /**
     * Calls {@code @main} as a process would be started.
     *
     * @param name what the program finds in {@code argv[0]}
     * @param arguments what it finds behind that
     * @return the exit status: the low eight bits of what {@code @main} returns, 0 when it returns nothing
     * @throws DiagnosticException when there is no {@code @main}, or it has another shape
     * @throws dev.kiln.base.TrapException when the program traps
     */
    public int runMain(String name, List<String> arguments) {
        Function main = definition("main");
        Signature signature = main.signature();
        boolean known = signature.params().size() <= 3
                && (signature.result() == Type.VOID || signature.result().isInt());
        for (int i = 0; known && i < signature.params().size(); i++) {
            Signature.Param param = signature.params().get(i);
            // Front ends without a type for pointers have i64.
            known = param.byValue() == null
                    && (i == 0 ? param.type() == Type.I32 : param.type() == Type.PTR || param.type() == Type.I64);
        }
        if (!known) {
            throw new DiagnosticException(Diagnostic.of(JitCode.BAD_MAIN, positionOf(main)));
        }
        // The program may keep the addresses to its end.
        Arena arena = Arena.global();
        MemorySegment argv = arena.allocate(8L * (arguments.size() + 2), 8);
        argv.setAtIndex(ValueLayout.JAVA_LONG, 0, arena.allocateFrom(name).address());
        for (int i = 0; i < arguments.size(); i++) {
            argv.setAtIndex(
                    ValueLayout.JAVA_LONG,
                    i + 1,
                    arena.allocateFrom(arguments.get(i)).address());
        }
        long environ = jit.outsideAddress("environ");
        long envp = environ == 0
                ? 0
                : MemorySegment.ofAddress(environ).reinterpret(8).get(ValueLayout.JAVA_LONG, 0);
        long result = jit.calls().call(program.addressOf("main"), arguments.size() + 1, argv.address(), envp, 0, 0, 0);
        return signature.result() == Type.VOID ? 0 : (int) result & 255;
    }

    private Function definition(String name) {
        program.checkOpen();
        Layout owner = program.ownerOf(name);
        Function function = owner == null ? null : owner.module().function(name);
        if (function == null) {
            throw undefined(name);
        }
        return function;
    }

    private DiagnosticException undefined(String name) {
        Function local = program.localFunction(name);
        return new DiagnosticException(
                local == null
                        ? Diagnostic.of(JitCode.UNDEFINED_SYMBOL, Position.NONE, name)
                        : Diagnostic.of(JitCode.NOT_EXPORTED, positionOf(local), name)
                                .suggest("write func export @" + name));
    }

    private static Position positionOf(Function function) {
        int stated = function.location();
        return function.module().positionOf(stated != 0 ? stated : -function.textPosition());
    }

    /** Whether a function neither traps nor calls, so that a call of it needs no way out. */
    private static boolean isHarmless(Function function) {
        for (Block block : function.blocks()) {
            for (Instruction i = block.first(); i != null; i = i.next()) {
                if (i.op().canTrap() || i.op() == Op.CALL) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Frees code and data. No thread may be running the code, and no handle or address may be used any more. */
    @Override
    public void close() {
        jit.unload(this);
    }
}
