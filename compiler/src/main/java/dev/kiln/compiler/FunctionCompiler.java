package dev.kiln.compiler;

import dev.kiln.asm.Code;
import dev.kiln.asm.CodeBuffer;
import dev.kiln.base.Diagnostic;
import dev.kiln.base.DiagnosticException;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.Position;
import dev.kiln.compiler.allocate.AllocationChecker;
import dev.kiln.compiler.allocate.LocalAllocator;
import dev.kiln.compiler.emit.Emitter;
import dev.kiln.compiler.frame.FrameLayout;
import dev.kiln.compiler.machine.FormFacts;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.MachinePrinter;
import dev.kiln.compiler.select.Selector;
import dev.kiln.ir.Function;

/** Compiles functions one after the other, with buffers that all of them share; one per thread. */
final class FunctionCompiler {
    private final Target target;
    private final CompilerOptions options;
    private final FormFacts facts = new FormFacts();
    private final Selector selector;
    private final LocalAllocator allocator = new LocalAllocator(facts);
    private final AllocationChecker checker = isChecking() ? new AllocationChecker(facts) : null;
    private final FrameLayout layout = new FrameLayout();
    private final Emitter emitter;
    private final CodeBuffer buffer = new CodeBuffer();
    private MachineFunction selected = new MachineFunction("");
    private MachineFunction allocated = new MachineFunction("");

    /** What is being done, for the report of a mistake. */
    private String stage;

    FunctionCompiler(Target target, CompilerOptions options) {
        this.target = target;
        this.options = options;
        selector = new Selector(target);
        emitter = new Emitter(target);
    }

    @SuppressWarnings("AssertWithSideEffects")
    private static boolean isChecking() {
        boolean checking = false;
        assert checking = true;
        return checking;
    }

    /** Compiles a function; {@code null} when it cannot be, which the diagnostics then say. */
    CompiledFunction compile(Function function, Diagnostics diagnostics) {
        try {
            stage = "check";
            if (!Support.check(function, diagnostics)) {
                return null;
            }
            return run(function, diagnostics);
        } catch (DiagnosticException e) {
            for (Diagnostic diagnostic : e.diagnostics()) {
                diagnostics.add(diagnostic);
            }
        } catch (RuntimeException | AssertionError | StackOverflowError e) {
            diagnostics.add(CompilerCode.INTERNAL, positionOf(function), function.name(), stage, describe(e));
            // Nothing is known of what the buffers hold.
            selected = new MachineFunction("");
            allocated = new MachineFunction("");
        }
        return null;
    }

    private CompiledFunction run(Function function, Diagnostics diagnostics) {
        stage = "select";
        selected.reset(function.name());
        if (options.text() || options.stages() != null) {
            selected.wantNotes();
        }
        selector.select(function, selected);
        dump(function, selected);
        stage = "allocate";
        allocator.allocate(selected, allocated);
        dump(function, allocated);
        if (checker != null) {
            stage = "check of the allocation";
            String problem = checker.check(selected, allocated, allocator.origins());
            if (problem != null) {
                throw new IllegalStateException(problem);
            }
        }
        stage = "frame";
        if (!layout.layOut(allocated)) {
            diagnostics.add(
                    CompilerCode.FRAME_TOO_LARGE,
                    positionOf(function),
                    function.name(),
                    Long.toString(layout.size()),
                    Long.toString(FrameLayout.LIMIT));
            return null;
        }
        stage = "emit";
        buffer.reset();
        emitter.emit(allocated, layout, function.module().locations(), buffer);
        Code code = buffer.finish();
        MachineFunction kept = null;
        if (options.text()) {
            // It goes on using the selected function's side tables.
            kept = allocated;
            selected = new MachineFunction("");
            allocated = new MachineFunction("");
        }
        return new CompiledFunction(function, target, code, layout.info(), kept);
    }

    private void dump(Function function, MachineFunction machine) {
        if (options.stages() != null && options.stages().wants(stage)) {
            options.stages().after(stage, function.name(), MachinePrinter.print(machine));
        }
    }

    /** Where a function stands: as its text or its source says. */
    static Position positionOf(Function function) {
        int text = function.textPosition();
        return text == 0
                ? function.module().locations().get(function.location())
                : new Position(function.module().sourceFile(), text >> 10, text & 1023);
    }

    /** A mistake in a line: what it says, and where in the compiler it was noticed. */
    private static String describe(Throwable error) {
        StackTraceElement[] trace = error.getStackTrace();
        String what = error.getMessage() == null
                ? error.getClass().getSimpleName()
                : error.getClass().getSimpleName() + ": " + error.getMessage();
        if (trace.length == 0) {
            return what;
        }
        String where = trace[0].getClassName();
        return what + " at " + where.substring(where.lastIndexOf('.') + 1) + ":" + trace[0].getLineNumber();
    }
}
