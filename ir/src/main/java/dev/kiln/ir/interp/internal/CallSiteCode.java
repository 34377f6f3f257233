package dev.kiln.ir.interp.internal;

import dev.kiln.ir.Signature;
import java.lang.foreign.MemorySegment;

/** A call that is not simply one of a known interpreted function with plain arguments. */
final class CallSiteCode {
    final AbiSignature abi;
    /** The function called, when it is the program's or Java's; else {@code null}. */
    final Callable callee;
    /** The imported function called, when it is C's; else {@code null}. */
    final String symbol;
    /** The register of the callee's address, when neither is known; negative constants until {@link #finish}. */
    int address;
    /** The register of each argument. */
    final int[] where;
    /** The register of the address where a returned aggregate goes; meaningless without one. */
    int resultArea;

    final int result;
    final int resultWords;
    /** Whether it passes at most six words in general registers, and gets one back or nothing. */
    final boolean simple;

    /** The last callee found for an address (one object, so that threads see both halves or none). */
    Found found;
    /** The address of {@link #symbol}, once resolved. */
    MemorySegment target;

    /** What stands at an address: a function of ours, or code of C when that is {@code null}. */
    record Found(long address, Callable callable, boolean fits, MemorySegment code) {}

    CallSiteCode(
            AbiSignature abi,
            Callable callee,
            String symbol,
            int address,
            int[] where,
            int resultArea,
            int result,
            int resultWords) {
        this.abi = abi;
        this.callee = callee;
        this.symbol = symbol;
        this.address = address;
        this.where = where;
        this.resultArea = resultArea;
        this.result = result;
        this.resultWords = resultWords;
        this.simple = isSimple(abi);
    }

    private static boolean isSimple(AbiSignature abi) {
        if (abi.arguments.length > AbiArguments.GENERALS
                || abi.resultAggregate != null
                || abi.hasAggregates
                || abi.result.inVectorRegister()) {
            return false;
        }
        for (var argument : abi.arguments) {
            if (argument.type().inVectorRegister()
                    || argument.role() == Signature.Role.ENV
                    || argument.extension() == Signature.Extension.ZERO) {
                return false;
            }
        }
        return true;
    }

    /** Constants get their registers. */
    void finish(int constantBase) {
        for (int i = 0; i < where.length; i++) {
            where[i] = resolve(where[i], constantBase);
        }
        address = resolve(address, constantBase);
        resultArea = resolve(resultArea, constantBase);
    }

    private static int resolve(int register, int constantBase) {
        return register < 0 ? constantBase + ~register : register;
    }
}
