package dev.kiln.ir;

import java.util.List;

/**
 * The shape of a function: what a call passes and gets.
 *
 * @param params the fixed parameters
 * @param result the type of the result; {@link Type#PTR} when {@code resultAggregate} is given, then the address of the result in
 *     the caller's frame (in the callee: of what is returned)
 * @param resultAggregate the aggregate returned by value, or {@code null}
 * @param resultExtension how a result narrower than 32 bits is widened by the callee
 * @param variadic whether further arguments may follow
 * @param convention the calling convention
 */
public record Signature(
        List<Param> params,
        Type result,
        AggregateType resultAggregate,
        Extension resultExtension,
        boolean variadic,
        Convention convention) {

    public Signature {
        params = List.copyOf(params);
    }

    /** A plain signature with the platform's convention. */
    public static Signature of(Type result, Type... params) {
        List<Param> list = new java.util.ArrayList<>(params.length);
        for (Type type : params) {
            list.add(Param.of(type));
        }
        return new Signature(list, result, null, Extension.NONE, false, Convention.PLATFORM);
    }

    /**
     * One fixed parameter.
     *
     * @param type the value's type; {@link Type#PTR} for an aggregate by value, whose copy's address it then is
     * @param byValue the aggregate passed by value, or {@code null}
     * @param extension how a value narrower than 32 bits is widened by the caller
     * @param role what else is special about it
     */
    public record Param(Type type, AggregateType byValue, Extension extension, Role role) {
        /** A plain parameter of a type. */
        public static Param of(Type type) {
            return new Param(type, null, Extension.NONE, Role.PLAIN);
        }
    }

    /** Widening of {@code i8} and {@code i16} to 32 bits at a call: {@code signext}, {@code zeroext} in text. */
    public enum Extension {
        /** Not widened: the upper bits are anything. */
        NONE,
        /** By copies of the sign bit. */
        SIGN,
        /** By zeros. */
        ZERO
    }

    /** Roles of a parameter: {@code sret} (hidden result pointer, also returned), {@code env}, {@code pinned} in text. */
    public enum Role {
        /** Nothing special. */
        PLAIN,
        /** The address where the function writes its result, which it also returns. */
        SRET,
        /** A closure's environment, in a register that no ordinary parameter uses. */
        ENV,
        /** A value that stays in one register for all of the function. */
        PINNED
    }

    /** Calling conventions: {@code cc "…"} in text. */
    public enum Convention {
        /** That of the target platform. */
        PLATFORM(""),
        /** System V AMD64 ABI: Linux and macOS. */
        SYSTEM_V("sysv"),
        /** Microsoft x64: Windows. */
        MICROSOFT_X64("win64");

        private final String text;

        Convention(String text) {
            this.text = text;
        }

        /** The name in IR text; empty for {@link #PLATFORM}. */
        public String text() {
            return text;
        }
    }
}
