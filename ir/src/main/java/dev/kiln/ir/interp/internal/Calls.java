package dev.kiln.ir.interp.internal;

import dev.kiln.base.Diagnostic;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import dev.kiln.ir.interp.InterpreterCode;
import dev.kiln.ir.interp.InterpreterException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Calls beyond those of a known function with plain arguments: indirect, variadic, to C and Java, and from them. */
final class Calls {
    private Calls() {}

    /**
     * Executes CALL_SITE or TAIL_SITE. Returns the body to go on with, whose frame is at {@link Execution#nextFrame}; {@code null} when
     * the callee was not interpreted and has returned.
     */
    static Body call(Execution t, Body body, int fp, int pc) {
        if (t.engine.cancelled) {
            t.prepare(body.owner, fp, body, pc); // throws
        }
        CallSiteCode site = (CallSiteCode) body.pool[body.code[pc + 1]];
        Callable callee = site.callee;
        boolean fits;
        if (callee != null) {
            fits = site.abi.fits(callee.abi);
        } else if (site.symbol != null) {
            callNative(t, site, body, fp, pc, target(t, site, body, pc));
            return null;
        } else {
            CallSiteCode.Found found = find(t, site, t.registers[fp + site.address], body, pc);
            if (found.code() != null) {
                callNative(t, site, body, fp, pc, found.code());
                return null;
            }
            callee = found.callable();
            fits = found.fits();
        }
        if (callee.host != null) {
            callHost(t, site, callee, body, fp);
            return null;
        }
        boolean tail = body.code[pc] == Opcode.TAIL_SITE;
        Body next = t.engine.body(callee);
        int frame = tail ? fp : fp + body.frameSize + Execution.HEADER;
        t.reserve((long) frame + next.frameSize, body, pc);
        if (fits && !(tail && site.abi.hasAggregates)) {
            passWords(t, site, next, body, fp, frame, tail);
            if (!tail) {
                t.registers[frame - 1] = pc + 3;
            }
        } else {
            passByAbi(t, site, callee, next, body, fp, pc, frame, tail);
            if (!tail) {
                t.registers[frame - 1] = Execution.ADAPT | pc + 3;
            }
        }
        if (!tail) {
            t.registers[frame - 2] = (long) fp << 32 | body.owner.index;
        }
        t.nextFrame = frame;
        return next;
    }

    private static MemorySegment target(Execution t, CallSiteCode site, Body body, int pc) {
        MemorySegment target = site.target;
        if (target == null) {
            Symbol symbol = t.engine.image.resolve(body.owner.function.module(), site.symbol);
            if (!(symbol instanceof Symbol.Address found)) {
                throw unresolved(site.symbol, body, pc);
            }
            target = MemorySegment.ofAddress(found.address());
            t.engine.calledC = true;
            site.target = target;
        }
        return target;
    }

    static InterpreterException unresolved(String symbol, Body body, int pc) {
        return new InterpreterException(Diagnostic.of(InterpreterCode.UNRESOLVED_SYMBOL, body.position(pc), symbol)
                .suggest("name the library that defines it (-l NAME or PATH)"));
    }

    private static CallSiteCode.Found find(Execution t, CallSiteCode site, long address, Body body, int pc) {
        CallSiteCode.Found found = site.found;
        if (found != null && found.address() == address) {
            return found;
        }
        if (Memory.isBad(address)) {
            throw t.failure(InterpreterCode.CALL_OF_NO_FUNCTION, body, pc, "0x" + Long.toHexString(address));
        }
        Callable callable = t.engine.addresses.find(address);
        t.engine.calledC |= callable == null;
        found = callable == null
                ? new CallSiteCode.Found(address, null, false, MemorySegment.ofAddress(address))
                : new CallSiteCode.Found(address, callable, site.abi.fits(callable.abi), null);
        site.found = found;
        return found;
    }

    private static void passWords(
            Execution t, CallSiteCode site, Body next, Body body, int fp, int frame, boolean tail) {
        long[] r = t.registers;
        AbiSignature abi = site.abi;
        int hidden = abi.resultAggregate == null ? 0 : 1;
        int count = hidden + abi.words();
        long[] words = t.tailWords(count);
        if (hidden == 1) {
            words[0] = r[fp + site.resultArea];
        }
        for (int i = 0; i < site.where.length; i++) {
            int at = hidden + abi.firstWord[i];
            int n = abi.firstWord[i + 1] - abi.firstWord[i];
            words[at] = r[fp + site.where[i]];
            for (int k = 1; k < n; k++) {
                words[at + k] = r[fp + site.where[i] + k];
            }
        }
        if (tail && body.hasSlots) {
            t.slots.release(r[fp + body.savedPointer]);
        }
        System.arraycopy(words, 0, r, frame, count);
        System.arraycopy(next.constants, 0, r, frame + next.constantBase, next.constants.length);
    }

    private static void passByAbi(
            Execution t,
            CallSiteCode site,
            Callable callee,
            Body next,
            Body body,
            int fp,
            int pc,
            int frame,
            boolean tail) {
        checkAggregates(t, site, body, fp, pc);
        boolean aggregate = site.abi.resultAggregate != null;
        long area = aggregate ? t.registers[fp + site.resultArea] : 0;
        t.abi.marshal(site.abi, t.registers, fp, site.where, area);
        if (tail && body.hasSlots) {
            t.slots.release(t.registers[fp + body.savedPointer]);
        }
        enterMarshalled(t, callee, next, frame, tail && aggregate ? area : t.scratch());
    }

    /** Aggregates are about to be read: their addresses are accesses like any other. */
    private static void checkAggregates(Execution t, CallSiteCode site, Body body, int fp, int pc) {
        for (int i = 0; site.abi.hasAggregates && i < site.where.length; i++) {
            if (isStored(site.abi.arguments[i])) {
                t.check(t.registers[fp + site.where[i]], body, pc);
            }
        }
    }

    private static boolean isStored(Signature.Param argument) {
        return argument.byValue() != null && argument.byValue().size() > 0;
    }

    /** Fills a frame from what the caller marshalled. */
    private static void enterMarshalled(Execution t, Callable callee, Body next, int frame, long area) {
        long before = t.slots.pointer();
        t.entering = callee;
        t.abi.unmarshal(callee.abi, t.registers, frame, area, t);
        if (next.variadicRegister >= 0) {
            t.registers[frame + next.variadicRegister] = VariadicArea.make(t.abi, t);
        }
        if (next.hasSlots) {
            t.entryPointer = before;
        }
        System.arraycopy(next.constants, 0, t.registers, frame + next.constantBase, next.constants.length);
    }

    /** A function returned to a call site that sees its result in another way, or in memory not its own. */
    static void adaptResult(Execution t, Body callee, int fp) {
        long[] r = t.registers;
        long caller = r[fp - 2];
        int pc = (int) r[fp - 1];
        int callerFrame = (int) (caller >>> 32);
        Body body = t.engine.callables[(int) caller].body;
        CallSiteCode site = (CallSiteCode) body.pool[body.code[pc - 2]];
        t.abi.setResult(callee.owner.abi, t.results, 0);
        long area = site.abi.resultAggregate == null ? 0 : r[callerFrame + site.resultArea];
        t.abi.takeResult(site.abi, r, callerFrame + site.result, area);
    }

    private static void callNative(Execution t, CallSiteCode site, Body body, int fp, int pc, MemorySegment target) {
        AbiSignature abi = site.abi;
        if (abi.convention == Signature.Convention.MICROSOFT_X64) {
            throw t.failure(InterpreterCode.CONVENTION, body, pc, abi.convention.text());
        }
        if (!t.engine.callsC) {
            throw t.failure(InterpreterCode.HOST, body, pc);
        }
        int savedTop = t.top;
        t.top = fp + body.frameSize;
        t.nativeDepth++;
        try {
            if (site.simple) {
                long[] r = t.registers;
                int[] where = site.where;
                int n = where.length;
                long raw = Natives.ints(
                        target,
                        n > 0 ? r[fp + where[0]] : 0,
                        n > 1 ? r[fp + where[1]] : 0,
                        n > 2 ? r[fp + where[2]] : 0,
                        n > 3 ? r[fp + where[3]] : 0,
                        n > 4 ? r[fp + where[4]] : 0,
                        n > 5 ? r[fp + where[5]] : 0);
                if (abi.result != Type.VOID) {
                    t.registers[fp + site.result] = Scalars.canonical(abi.result, raw);
                }
            } else {
                if (abi.passing().hasVectors()) {
                    throw t.failure(InterpreterCode.VECTOR_TO_C, body, pc);
                }
                long area = abi.resultAggregate == null ? 0 : t.registers[fp + site.resultArea];
                checkAggregates(t, site, body, fp, pc);
                t.abi.marshal(abi, t.registers, fp, site.where, area);
                if (t.abi.stackWords() > Natives.maxStackWords()) {
                    throw t.failure(
                            InterpreterCode.ARGUMENTS_TO_C,
                            body,
                            pc,
                            Long.toString(t.abi.stackBytes),
                            Integer.toString(Natives.maxStackWords() * 8));
                }
                t.engine.natives().call(target, t.abi, abi, t.scratch());
                t.abi.takeResult(abi, t.registers, fp + site.result, area);
            }
        } catch (Throwable e) {
            throw Calls.<RuntimeException>sneaky(e);
        } finally {
            t.nativeDepth--;
            t.top = savedTop;
        }
        rethrowPending(t);
    }

    /** Throws what ended a call back that C made in the meantime. */
    private static void rethrowPending(Execution t) {
        Throwable pending = t.pending;
        if (pending != null) {
            t.pending = null;
            throw Calls.<RuntimeException>sneaky(pending);
        }
        pending = t.engine.foreignFailure;
        if (pending != null) {
            t.engine.foreignFailure = null;
            throw Calls.<RuntimeException>sneaky(pending);
        }
    }

    private static void callHost(Execution t, CallSiteCode site, Callable callee, Body body, int fp) {
        AbiSignature abi = site.abi;
        long[] arguments = new long[abi.words()];
        for (int i = 0; i < site.where.length; i++) {
            int from = abi.firstWord[i];
            System.arraycopy(t.registers, fp + site.where[i], arguments, from, abi.firstWord[i + 1] - from);
        }
        int savedTop = t.top;
        t.top = fp + body.frameSize;
        long result;
        try {
            result = callee.host.call(arguments);
        } catch (Throwable e) {
            throw Calls.<RuntimeException>sneaky(e);
        } finally {
            t.top = savedTop;
        }
        if (abi.resultAggregate != null) {
            long area = t.registers[fp + site.resultArea];
            Memory.copy(area, result, abi.resultAggregate.size());
            t.registers[fp + site.result] = area;
        } else if (abi.result != Type.VOID) {
            Arrays.fill(t.registers, fp + site.result, fp + site.result + site.resultWords, 0);
            t.registers[fp + site.result] = Scalars.canonical(abi.result, result);
        }
    }

    /** C called a function of ours: the arguments are in {@link Execution#abi}, and so is the result afterwards. Never throws. */
    static void fromC(Execution t, Callable callable) {
        AbiArguments abi = t.abi;
        if (t.pending != null) {
            abi.clearResult();
            return;
        }
        int savedTop = t.top;
        long savedPointer = t.slots.pointer();
        t.upcallDepth++;
        try {
            if (t.upcallDepth > t.engine.options.nesting()) {
                throw tooDeep(t, callable);
            }
            if (callable.abi.passing().hasVectors()) {
                throw t.engine.failure(InterpreterCode.VECTOR_TO_C, callable.name);
            }
            if (callable.tooLargeForC) {
                throw t.engine.failure(
                        InterpreterCode.ARGUMENTS_TO_C,
                        callable.name,
                        Long.toString(callable.abi.argumentBytes()),
                        Integer.toString(Natives.maxStackWords() * 8));
            }
            if (callable.host != null) {
                hostFromC(t, callable);
            } else {
                interpretedFromC(t, callable);
            }
        } catch (StackOverflowError e) {
            fail(t, tooDeep(t, callable));
        } catch (Throwable e) {
            fail(t, e);
        } finally {
            t.upcallDepth--;
            t.top = savedTop;
            t.slots.release(savedPointer);
        }
    }

    private static InterpreterException tooDeep(Execution t, Callable callable) {
        int limit = Math.min(t.upcallDepth, t.engine.options.nesting());
        return t.engine.failure(InterpreterCode.NESTED_CALLS, callable.name, Integer.toString(limit));
    }

    private static void fail(Execution t, Throwable e) {
        t.abi.clearResult();
        t.entryPointer = 0;
        if (t.nativeDepth == 0) {
            t.engine.foreignFailure = e; // C's own thread: there is no Java code below to tell
        } else {
            t.pending = e;
        }
    }

    private static void interpretedFromC(Execution t, Callable callable) {
        Body body = t.engine.body(callable);
        int frame = t.top + Execution.HEADER;
        t.reserve((long) frame + body.frameSize, body, 0);
        t.registers[frame - 1] = Execution.BOUNDARY;
        t.registers[frame - 2] = 0;
        enterMarshalled(t, callable, body, frame, t.scratch());
        AbiSignature abi = callable.abi;
        int hidden = abi.resultAggregate == null ? 0 : 1;
        long sret = abi.sret < 0 ? 0 : t.registers[frame + hidden + abi.firstWord[abi.sret]];
        t.run(body, frame);
        t.abi.setResult(abi, t.results, sret);
    }

    private static void hostFromC(Execution t, Callable callable) throws Throwable {
        AbiSignature abi = callable.abi;
        int hidden = abi.resultAggregate == null ? 0 : 1;
        int words = hidden + abi.words();
        t.reserve((long) t.top + words, null, 0);
        int at = t.top;
        t.entering = callable;
        t.abi.unmarshal(abi, t.registers, at, t.scratch(), t);
        long area = t.registers[at];
        long[] arguments = Arrays.copyOfRange(t.registers, at + hidden, at + words);
        t.top = at + words;
        long result = callable.host.call(arguments);
        if (hidden == 1) {
            Memory.copy(area, result, abi.resultAggregate.size());
            result = area;
        }
        t.results[0] = Scalars.canonical(abi.result, result);
        t.abi.setResult(abi, t.results, 0);
    }

    /** Java calls a function of the program. */
    static long[] fromJava(Execution t, Callable callable, long[] arguments) {
        Body body = t.engine.body(callable);
        AbiSignature abi = callable.abi;
        int savedTop = t.top;
        long savedPointer = t.slots.pointer();
        if (savedTop == 0) {
            t.fuel = t.engine.options.fuel();
        }
        t.entryPointer = 0;
        int hidden = abi.resultAggregate == null ? 0 : 1;
        long area = hidden == 0 ? 0 : t.resultBuffer(abi.resultAggregate.size());
        int frame = savedTop + abi.words() + Execution.HEADER;
        t.reserve((long) frame + body.frameSize, body, 0);
        long[] r = t.registers;
        try {
            if (abi.variadic) {
                canonicalWords(abi, arguments, r, savedTop);
                t.abi.marshal(abi, r, savedTop, abi.firstWord, area);
                enterMarshalled(t, callable, body, frame, area);
            } else {
                if (hidden == 1) {
                    r[frame] = area;
                }
                canonicalWords(abi, arguments, r, frame + hidden);
                System.arraycopy(body.constants, 0, r, frame + body.constantBase, body.constants.length);
            }
            r[frame - 1] = Execution.BOUNDARY;
            r[frame - 2] = 0;
            t.run(body, frame);
        } finally {
            t.top = savedTop;
            t.slots.release(savedPointer);
        }
        Throwable failure = t.engine.foreignFailure;
        if (failure != null) {
            t.engine.foreignFailure = null;
            throw Calls.<RuntimeException>sneaky(failure);
        }
        return abi.result == Type.VOID ? new long[0] : Arrays.copyOf(t.results, AbiSignature.words(abi.result));
    }

    private static void canonicalWords(AbiSignature abi, long[] from, long[] to, int at) {
        for (int i = 0; i < abi.arguments.length; i++) {
            for (int w = abi.firstWord[i]; w < abi.firstWord[i + 1]; w++) {
                to[at + w] = Scalars.canonical(abi.arguments[i].type(), from[w]);
            }
        }
    }

    /** Java calls a C function with integers. */
    static long library(Execution t, MemorySegment target, long[] arguments) {
        long[] a = Arrays.copyOf(arguments, AbiArguments.GENERALS);
        t.nativeDepth++;
        long result;
        try {
            result = Natives.ints(target, a[0], a[1], a[2], a[3], a[4], a[5]);
        } catch (Throwable e) {
            throw Calls.<RuntimeException>sneaky(e);
        } finally {
            t.nativeDepth--;
        }
        rethrowPending(t);
        return result;
    }

    /** Lets any exception pass through code that declares none. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> RuntimeException sneaky(Throwable e) throws E {
        throw (E) e;
    }
}
