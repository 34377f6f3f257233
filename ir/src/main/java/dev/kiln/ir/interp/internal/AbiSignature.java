package dev.kiln.ir.interp.internal;

import dev.kiln.ir.AggregateType;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The arguments and the result of a call, prepared for passing: between interpreted functions of one shape as words in registers
 * of the frame, and else as the System V ABI has it ({@link AbiArguments}).
 */
final class AbiSignature {
    final Signature.Param[] arguments;
    /** The number of words that the arguments before take; one entry more than arguments. */
    final int[] firstWord;
    /** By argument; {@code null} where no aggregate is passed by value. */
    final AggregateClass[] aggregates;

    final Type result;
    /** {@code null} when no aggregate is returned by value. */
    final AggregateClass resultAggregate;

    final Signature.Extension resultExtension;
    final boolean variadic;
    final Signature.Convention convention;
    /** Whether a vector is among the arguments or the result. */
    final boolean hasVectors;
    /** Whether an aggregate is among the arguments. */
    final boolean hasAggregates;
    /** The argument with role sret; −1 without. */
    final int sret;

    AbiSignature(Signature signature, List<Signature.Param> all) {
        int count = all.size();
        arguments = all.toArray(new Signature.Param[0]);
        firstWord = new int[count + 1];
        aggregates = new AggregateClass[count];
        Map<AggregateType, AggregateClass> known = new IdentityHashMap<>(4);
        boolean vectors = signature.result().isVector();
        boolean byValue = false;
        int hidden = -1;
        for (int i = 0; i < count; i++) {
            Signature.Param argument = arguments[i];
            firstWord[i + 1] = firstWord[i] + words(argument.type());
            vectors |= argument.type().isVector();
            if (argument.byValue() != null) {
                aggregates[i] = known.computeIfAbsent(argument.byValue(), AggregateClass::new);
                byValue = true;
                vectors |= aggregates[i].isVector;
            }
            if (argument.role() == Signature.Role.SRET) {
                hidden = i;
            }
        }
        sret = hidden;
        result = signature.result();
        resultAggregate = signature.resultAggregate() == null ? null : new AggregateClass(signature.resultAggregate());
        resultExtension = signature.resultExtension();
        variadic = signature.variadic();
        convention = signature.convention();
        hasVectors = vectors || resultAggregate != null && resultAggregate.isVector;
        hasAggregates = byValue;
    }

    /** The words that a value takes in registers of the frame. */
    static int words(Type type) {
        return type.bytes() <= 8 ? 1 : type.bytes() >>> 3;
    }

    int words() {
        return firstWord[arguments.length];
    }

    /** The size of all arguments together. */
    long argumentBytes() {
        long bytes = 0;
        for (int i = 0; i < arguments.length; i++) {
            bytes += aggregates[i] == null ? arguments[i].type().bytes() : aggregates[i].size;
        }
        return bytes;
    }

    /** Whether a call of this shape can hand its words to a function of that shape as they are. */
    boolean fits(AbiSignature callee) {
        if (callee.variadic || arguments.length != callee.arguments.length || result != callee.result) {
            return false;
        }
        if (resultAggregate == null
                ? callee.resultAggregate != null
                : callee.resultAggregate == null || resultAggregate.size != callee.resultAggregate.size) {
            return false;
        }
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].type() != callee.arguments[i].type()
                    || arguments[i].role()
                            == Signature.Role.ENV
                            != (callee.arguments[i].role() == Signature.Role.ENV)) {
                return false;
            }
            AggregateClass mine = aggregates[i];
            AggregateClass other = callee.aggregates[i];
            if (mine == null ? other != null : other == null || mine.size != other.size) {
                return false;
            }
        }
        return true;
    }
}
