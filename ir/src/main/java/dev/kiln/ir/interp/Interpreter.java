package dev.kiln.ir.interp;

import dev.kiln.base.Diagnostic;
import dev.kiln.base.Position;
import dev.kiln.base.TrapException;
import dev.kiln.ir.Function;
import dev.kiln.ir.Linkage;
import dev.kiln.ir.Module;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import dev.kiln.ir.interp.internal.Engine;
import dev.kiln.ir.interp.internal.Options;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs verified modules as {@code IR.md} defines them. It works on the memory of the process: programs call C functions, hand them
 * pointers and functions, and are called back. Several threads may use one interpreter; each has its own stack and thread-local data.
 *
 * <p>What ends a call early: {@link TrapException} for a trap of the program, {@link InterpreterException} for what the interpreter
 * found wrong or cannot do, and whatever a Java function called by the program threw. When that happens while C code is between the
 * program and its caller, frames of C cannot be taken away: the C function goes on, its call back returns zero, as do all further
 * ones, and the exception goes on when it returns. On a thread that C code made itself nobody waits for an exception: the next return
 * from C code or to Java on another thread throws it.
 *
 * <p>Memory safety is the program's: accesses to the first 64 KiB and to addresses that no program can have are caught, others that
 * go wrong may end the process.
 */
public final class Interpreter implements AutoCloseable {
    private final Engine engine;
    private final List<Module> modules;

    private Interpreter(List<Module> modules, Options options) {
        this.modules = modules;
        this.engine = new Engine(modules, options);
    }

    /** An interpreter for one module, or for several that see each other's exported symbols. */
    public static Builder builder(Module... modules) {
        return new Builder(List.of(modules));
    }

    /** What an interpreter is made of. */
    public static final class Builder {
        private static final long STACK_WORDS = 1 << 25;
        private static final long SLOT_MEMORY = 1L << 30;
        private static final int NESTING = 64;

        private final List<Module> modules;
        private final Map<String, HostFunction> functions = new HashMap<>();
        private final List<SymbolLookup> lookups = new ArrayList<>();
        private long stackWords = STACK_WORDS;
        private long slotMemory = SLOT_MEMORY;
        private int nesting = NESTING;
        private long fuel = Long.MAX_VALUE;

        private Builder(List<Module> modules) {
            this.modules = modules;
        }

        /** A library in which imports are looked for, before those of the system; the first one added comes first. */
        public Builder lookup(SymbolLookup lookup) {
            lookups.add(lookup);
            return this;
        }

        /** A function written in Java, which programs import under that name. */
        public Builder function(String name, HostFunction function) {
            functions.put(name, function);
            return this;
        }

        /**
         * A Java method that programs import under that name. Its parameters may be {@code byte}, {@code short}, {@code int}, {@code
         * long}, {@code float}, {@code double}, {@code boolean} or {@link MemorySegment} (an address); its result may be one of these
         * or {@code void}.
         *
         * @throws IllegalArgumentException when its type has others
         */
        public Builder function(String name, MethodHandle method) {
            return function(name, new MethodFunction(method));
        }

        /** How much memory the frames of a thread may take, in bytes; 256 MiB unless set. A frame has 8 bytes for each value alive. */
        public Builder stack(long bytes) {
            stackWords = Math.clamp(bytes >>> 3, 1 << 10, Integer.MAX_VALUE - 64);
            return this;
        }

        /** How much memory the {@code alloca}s of a thread may take, in bytes; 1 GiB unless set. Little is taken before it is needed. */
        public Builder slotMemory(long bytes) {
            slotMemory = bytes;
            return this;
        }

        /**
         * How many calls back from C functions may be nested; 64 unless set. Each takes up to 10 KiB of the Java thread's stack, which
         * has 1 MiB unless the thread was made with more.
         */
        public Builder nesting(int calls) {
            nesting = calls;
            return this;
        }

        /** How many operations each call from Java may execute before {@link FuelExhaustedException}; any number unless set. */
        public Builder fuel(long operations) {
            fuel = operations;
            return this;
        }

        /**
         * Lays out the program's data and makes the interpreter.
         *
         * @throws InterpreterException when data refer to a symbol that is nowhere, do not fit into memory, or modules define a symbol
         *     twice
         */
        public Interpreter build() {
            return new Interpreter(
                    modules,
                    new Options(Map.copyOf(functions), List.copyOf(lookups), stackWords, slotMemory, nesting, fuel));
        }
    }

    /**
     * Calls a function of the program with arguments of Java types: a {@link Number} for integers, floats and addresses (also a {@link
     * MemorySegment}), a {@code long[]} for a vector, whose first lane has the lowest bits.
     *
     * @param name its name without {@code @}, exported or not
     * @return a {@link Byte}, {@link Short}, {@link Integer}, {@link Long} (also for addresses), {@link Float}, {@link Double}, {@code
     *     long[]} for a vector, or {@code null}. An aggregate's address is valid until this thread's next call.
     * @throws TrapException when the program traps
     * @throws InterpreterException when it has to be stopped, there is no such function, or the arguments do not fit
     */
    public Object call(String name, Object... arguments) {
        Function function = function(name);
        Signature signature = function.signature();
        int count = signature.params().size();
        if (count != arguments.length) {
            throw badArguments(name, count + " arguments", Integer.toString(arguments.length));
        }
        List<Long> words = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            addWords(words, name, signature.params().get(i).type(), arguments[i]);
        }
        long[] flat = new long[words.size()];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = words.get(i);
        }
        return toJava(signature.result(), engine.call(name, flat));
    }

    /**
     * Calls a function of the program bit for bit: one word for each parameter (two or four for vectors), integers with arbitrary bits
     * above their width, floats as their bits.
     *
     * @return the result's words, integers sign-extended, {@code f32} bits zero-extended; none when there is no result
     * @throws TrapException when the program traps
     * @throws InterpreterException when it has to be stopped, or there is no such function
     */
    public long[] callBits(String name, long... words) {
        return engine.call(name, words);
    }

    private Function function(String name) {
        for (Module module : modules) {
            if (module.function(name) != null) {
                return module.function(name);
            }
        }
        throw failure(InterpreterCode.NO_SUCH_FUNCTION, name);
    }

    private static InterpreterException failure(InterpreterCode code, String... arguments) {
        return new InterpreterException(Diagnostic.of(code, Position.NONE, arguments));
    }

    private static InterpreterException badArguments(String name, String takes, String given) {
        return failure(InterpreterCode.BAD_ARGUMENTS, name, takes, given);
    }

    private static void addWords(List<Long> words, String name, Type type, Object argument) {
        if (type.isVector() && argument instanceof long[] lanes && lanes.length == type.bytes() / 8) {
            for (long lane : lanes) {
                words.add(lane);
            }
        } else if (argument instanceof MemorySegment segment && type == Type.PTR) {
            words.add(segment.address());
        } else if (argument instanceof Number number && !type.isVector()) {
            words.add(
                    switch (type) {
                        case F64 -> Double.doubleToRawLongBits(number.doubleValue());
                        case F32 -> Float.floatToRawIntBits(number.floatValue()) & 0xFFFF_FFFFL;
                        default -> number.longValue();
                    });
        } else {
            throw badArguments(
                    name,
                    "a value of type " + type,
                    argument == null ? "null" : argument.getClass().getSimpleName());
        }
    }

    private static Object toJava(Type type, long[] words) {
        return switch (type) {
            case VOID -> null;
            case I8 -> (byte) words[0];
            case I16 -> (short) words[0];
            case I32 -> (int) words[0];
            case I64, PTR, REF -> words[0];
            case F32 -> Float.intBitsToFloat((int) words[0]);
            case F64 -> Double.longBitsToDouble(words[0]);
            default -> words;
        };
    }

    /**
     * Runs {@code @main}, and flushes the streams of the C library afterwards.
     *
     * @param args the program's arguments; {@code argv[0]}, the name of the file, comes before them by itself
     * @return the exit status, 0 to 255
     * @throws TrapException when the program traps
     * @throws InterpreterException when there is no {@code @main} of a known shape, or the program has to be stopped
     */
    public int runMain(List<String> args) {
        Function main = main();
        List<Signature.Param> params = main.signature().params();
        Type result = main.signature().result();
        boolean known = params.size() <= 3 && (result == Type.VOID || result.isInt());
        for (int i = 0; known && i < params.size(); i++) {
            Type type = params.get(i).type(); // front ends without pointer types have i64 for them
            known = (i == 0 ? type == Type.I32 : type == Type.PTR || type == Type.I64)
                    && params.get(i).byValue() == null;
        }
        if (!known) {
            throw failure(InterpreterCode.BAD_MAIN, describe(main.signature()));
        }
        long[] words = new long[params.size()];
        if (words.length > 0) {
            Module module = main.module();
            List<String> all = new ArrayList<>();
            all.add(module.sourceFile().isEmpty() ? module.name() : module.sourceFile());
            all.addAll(args);
            words[0] = all.size();
            if (words.length > 1) {
                words[1] = strings(all);
            }
        }
        if (words.length > 2) {
            long environ = engine.foreignAddress("environ");
            words[2] = environ == 0
                    ? environment()
                    : MemorySegment.ofAddress(environ).reinterpret(8).get(ValueLayout.JAVA_LONG, 0);
        }
        long[] returned;
        try {
            returned = engine.call("main", words);
        } finally {
            engine.flush();
        }
        return returned.length == 0 ? 0 : (int) returned[0] & 255;
    }

    /** What a linker would find: a local {@code @main} is none. */
    private Function main() {
        Function local = null;
        for (Module module : modules) {
            Function main = module.function("main");
            if (main != null && main.linkage() != Linkage.LOCAL) {
                return main;
            }
            local = local == null ? main : local;
        }
        if (local == null) {
            throw failure(InterpreterCode.NO_SUCH_FUNCTION, "main");
        }
        Position position = local.module().positionOf(local.location() != 0 ? local.location() : -local.textPosition());
        throw new InterpreterException(
                Diagnostic.of(InterpreterCode.NOT_EXPORTED, position, "main").suggest("write func export @main"));
    }

    private static String describe(Signature signature) {
        StringBuilder text = new StringBuilder("(");
        for (Signature.Param param : signature.params()) {
            text.append(text.length() > 1 ? ", " : "").append(param.type());
        }
        text.append(signature.variadic() ? ", ...)" : ")");
        return signature.result() == Type.VOID ? text.toString() : text + " -> " + signature.result();
    }

    private long environment() {
        List<String> lines = new ArrayList<>();
        for (Map.Entry<String, String> variable : System.getenv().entrySet()) {
            lines.add(variable.getKey() + "=" + variable.getValue());
        }
        return strings(lines);
    }

    /** The address of an array of pointers to these strings, with a null pointer at its end. */
    private long strings(List<String> strings) {
        long array = engine.allocate((strings.size() + 1) * 8L);
        MemorySegment pointers = MemorySegment.ofAddress(array).reinterpret((strings.size() + 1) * 8L);
        for (int i = 0; i < strings.size(); i++) {
            byte[] bytes = strings.get(i).getBytes(StandardCharsets.UTF_8);
            long address = engine.allocate(bytes.length + 1);
            MemorySegment.copy(
                    MemorySegment.ofArray(bytes),
                    0,
                    MemorySegment.ofAddress(address).reinterpret(bytes.length + 1),
                    0,
                    bytes.length);
            pointers.setAtIndex(ValueLayout.JAVA_LONG, i, address);
        }
        return array;
    }

    /**
     * The address of a function or datum of the program; for thread-local data, of the calling thread's copy. C code may call the
     * address of a function.
     *
     * @throws InterpreterException when the program defines no such symbol
     */
    public long address(String name) {
        long address = engine.address(name);
        if (address == 0) {
            throw failure(InterpreterCode.UNRESOLVED_SYMBOL, name);
        }
        return address;
    }

    /**
     * Ends the process as a C program does: runs the functions registered with {@code atexit}, flushes the C library's streams. Does
     * not return.
     */
    public void exit(int status) {
        System.out.flush();
        System.err.flush();
        engine.callLibrary("exit", status);
    }

    /** Stops every run in progress and all later ones with {@link CancelledException}. Any thread may ask for it. */
    public void cancel() {
        engine.cancel();
    }

    /** Frees the program's data and the code behind its functions' addresses. No run may be in progress, and nothing of C may use them. */
    @Override
    public void close() {
        engine.close();
    }
}
