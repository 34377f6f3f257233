package dev.kiln.ir.interp.internal;

import dev.kiln.ir.AggregateType;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import dev.kiln.ir.abi.ArgumentAssignment;
import dev.kiln.ir.abi.Eightbytes;
import dev.kiln.ir.abi.PassingRules;
import java.util.List;

/**
 * The arguments and the result of a call, prepared for passing: between interpreted functions of one shape as words in registers
 * of the frame, and else as the System V ABI has it ({@link AbiArguments}).
 */
final class AbiSignature {
    final Signature.Param[] arguments;
    /** The number of words that the arguments before take; one entry more than arguments. */
    final int[] firstWord;

    final Type result;
    /** {@code null} when no aggregate is returned by value. */
    final AggregateType resultAggregate;

    final Signature.Extension resultExtension;
    final boolean variadic;
    final Signature.Convention convention;
    /** Whether an aggregate is among the arguments. */
    final boolean hasAggregates;
    /** The argument with role sret; −1 without. */
    final int sret;

    private final Signature signature;
    private final List<Signature.Param> further;
    private volatile Passing passing;

    /**
     * How it travels by the System V ABI.
     *
     * @param result how an aggregate is returned; {@code null} when none is
     * @param hasVectors whether a whole vector is among the arguments or the result
     */
    record Passing(ArgumentAssignment arguments, Eightbytes result, boolean hasVectors) {}

    /** @param further the shapes of a call's arguments beyond the fixed ones */
    AbiSignature(Signature signature, List<Signature.Param> further) {
        this.signature = signature;
        this.further = further;
        int fixed = signature.params().size();
        int count = fixed + further.size();
        arguments = new Signature.Param[count];
        firstWord = new int[count + 1];
        boolean byValue = false;
        int hidden = -1;
        for (int i = 0; i < count; i++) {
            Signature.Param argument = i < fixed ? signature.params().get(i) : further.get(i - fixed);
            arguments[i] = argument;
            firstWord[i + 1] = firstWord[i] + words(argument.type());
            byValue |= argument.byValue() != null;
            if (argument.role() == Signature.Role.SRET) {
                hidden = i;
            }
        }
        sret = hidden;
        result = signature.result();
        resultAggregate = signature.resultAggregate();
        resultExtension = signature.resultExtension();
        variadic = signature.variadic();
        convention = signature.convention();
        hasAggregates = byValue;
    }

    /** The words that a value takes in registers of the frame. */
    static int words(Type type) {
        return type.bytes() <= 8 ? 1 : type.bytes() >>> 3;
    }

    int words() {
        return firstWord[arguments.length];
    }

    /** How it travels by the System V ABI; found when first asked for, which calls among interpreted functions seldom do. */
    Passing passing() {
        Passing known = passing;
        if (known == null) {
            known = pass();
            passing = known;
        }
        return known;
    }

    private Passing pass() {
        ArgumentAssignment assignment = new ArgumentAssignment(PassingRules.SYSTEM_V);
        assignment.assign(signature, further);
        Eightbytes returned = resultAggregate == null ? null : PassingRules.SYSTEM_V.classify(resultAggregate);
        boolean vectors = result.isVector() || returned != null && returned.isWholeVector();
        for (Signature.Param argument : arguments) {
            vectors |= argument.type().isVector();
        }
        for (int i = 0; i < assignment.pieces(); i++) {
            vectors |= assignment.place(i) == ArgumentAssignment.Place.VECTOR && assignment.size(i) > 8;
        }
        return new Passing(assignment, returned, vectors);
    }

    /** The size of all arguments together. */
    long argumentBytes() {
        long bytes = 0;
        for (Signature.Param argument : arguments) {
            bytes += argument.byValue() == null
                    ? argument.type().bytes()
                    : argument.byValue().size();
        }
        return bytes;
    }

    /** Whether a call of this shape can hand its words to a function of that shape as they are. */
    boolean fits(AbiSignature callee) {
        if (callee.variadic
                || arguments.length != callee.arguments.length
                || result != callee.result
                || !sameSize(resultAggregate, callee.resultAggregate)) {
            return false;
        }
        for (int i = 0; i < arguments.length; i++) {
            Signature.Param mine = arguments[i];
            Signature.Param other = callee.arguments[i];
            boolean env = mine.role() == Signature.Role.ENV;
            boolean otherEnv = other.role() == Signature.Role.ENV;
            if (mine.type() != other.type() || env != otherEnv || !sameSize(mine.byValue(), other.byValue())) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameSize(AggregateType a, AggregateType b) {
        return a == null ? b == null : b != null && a.size() == b.size();
    }
}
