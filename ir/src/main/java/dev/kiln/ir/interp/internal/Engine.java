package dev.kiln.ir.interp.internal;

import dev.kiln.base.Diagnostic;
import dev.kiln.base.Position;
import dev.kiln.ir.Module;
import dev.kiln.ir.interp.InterpreterCode;
import dev.kiln.ir.interp.InterpreterException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** What the threads of an interpreter share: functions, symbols and data. */
public final class Engine implements AutoCloseable {
    final Options options;
    /** Every function, by its number. */
    final Callable[] callables;

    final Image image;
    /** Holds data and upcall stubs. */
    final Arena arena;

    final AddressMap addresses = new AddressMap();
    /** Once set, every run ends. */
    volatile boolean cancelled;
    /** Whether any C function was called. */
    boolean calledC;
    /** What ended code that a thread of C's own making called; for the next Java code to learn of. */
    volatile Throwable foreignFailure;

    private final ThreadLocal<Execution> executions;
    private final Natives natives = new Natives(this);

    /** Whether this is a machine whose C functions {@link Natives} can call. */
    final boolean callsC = System.getProperty("os.arch").equals("amd64")
            && !System.getProperty("os.name").startsWith("Windows");

    public Engine(List<Module> modules, Options options) {
        this.options = options;
        this.arena = Arena.ofShared();
        this.executions = ThreadLocal.withInitial(() -> new Execution(this));
        try {
            this.image = new Image(this, modules);
            this.callables = image.callables();
            image.layOut();
        } catch (Throwable e) {
            arena.close();
            throw e;
        }
    }

    /** The calling thread's state. */
    Execution execution() {
        return executions.get();
    }

    Natives natives() {
        return natives;
    }

    /** The translated form of a function, made at its first call. */
    Body body(Callable callable) {
        Body body = callable.body;
        return body != null ? body : translate(callable);
    }

    private synchronized Body translate(Callable callable) {
        if (callable.body == null) {
            if (callable.function.blocks().isEmpty()) {
                throw failure(InterpreterCode.NO_SUCH_FUNCTION, callable.name);
            }
            callable.body = Translator.translate(this, callable);
        }
        return callable.body;
    }

    /** The address at which C code can call a function. */
    long addressOf(Callable callable) {
        long address = callable.address;
        if (address == 0) {
            synchronized (callable) {
                address = callable.address;
                if (address == 0) {
                    address = natives.upcallStub(callable);
                    addresses.add(address, callable);
                    callable.address = address;
                }
            }
        }
        return address;
    }

    /** Memory that lives as long as a thread's state does. */
    long allocateForThread(Execution execution, long bytes, long align) {
        return execution.arena.allocate(Math.max(1, bytes), align).address();
    }

    InterpreterException failure(InterpreterCode code, String... arguments) {
        return new InterpreterException(Diagnostic.of(code, Position.NONE, arguments));
    }

    /**
     * Calls a function of the program.
     *
     * @param arguments one word for each parameter, more for vectors; any bits above a type's width are ignored
     * @return the result's words; none when there is no result
     */
    public long[] call(String name, long[] arguments) {
        Callable callable = image.exported(name);
        if (callable == null) {
            throw failure(InterpreterCode.NO_SUCH_FUNCTION, name);
        }
        if (arguments.length != callable.abi.words()) {
            throw failure(
                    InterpreterCode.BAD_ARGUMENTS,
                    name,
                    callable.abi.words() + " words of arguments",
                    Integer.toString(arguments.length));
        }
        return Calls.fromJava(execution(), callable, arguments);
    }

    /** The address of a symbol of the program, function or datum (the calling thread's copy); 0 when there is none. */
    public long address(String name) {
        return image.address(name, execution());
    }

    /** Calls a C function found by name with up to six integers or addresses; 0 when there is none. */
    public long callLibrary(String name, long... arguments) {
        long address = image.foreignAddress(name);
        if (address == 0) {
            return 0;
        }
        return Calls.library(execution(), MemorySegment.ofAddress(address), arguments);
    }

    /** The address of something in a library; 0 when there is none. */
    public long foreignAddress(String name) {
        return image.foreignAddress(name);
    }

    /** Bytes of memory that live as long as the interpreter. */
    public long allocate(long bytes) {
        return arena.allocate(Math.max(1, bytes), 16).address();
    }

    /** Ends all runs. */
    public void cancel() {
        cancelled = true;
    }

    /** Flushes the C library's streams, if any C code was called. */
    public void flush() {
        if (calledC) {
            callLibrary("fflush", 0);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
