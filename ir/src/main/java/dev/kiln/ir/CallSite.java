package dev.kiln.ir;

import java.util.List;

/**
 * What a call carries beyond its operands (the callee, then the arguments).
 *
 * @param signature what is passed, whatever the definition of the callee says
 * @param signatureName the module's name for it ({@code sig @s} in text), or {@code null} when the callee's own declaration gives it
 * @param variadicArguments the shapes of the arguments beyond the fixed ones
 * @param state the frame state, or {@code null}
 */
public record CallSite(
        Signature signature, String signatureName, List<Signature.Param> variadicArguments, FrameState state) {
    public CallSite {
        variadicArguments = List.copyOf(variadicArguments);
    }

    /** The shape of argument {@code index}, fixed or variadic. */
    public Signature.Param argument(int index) {
        int fixed = signature.params().size();
        return index < fixed ? signature.params().get(index) : variadicArguments.get(index - fixed);
    }
}
