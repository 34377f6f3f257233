package dev.kiln.asm;

/**
 * Where the CPUID instruction tells of a feature: a field of one output register. The feature is there when the field's value is at
 * least {@code atLeast}, which is 1 for the usual single bit.
 *
 * @param leaf what EAX asks for
 * @param subleaf what ECX asks for, 0 where the leaf has none
 * @param output the register that holds the field
 * @param shift the field's lowest bit
 * @param bits the field's width
 * @param atLeast the smallest value, unsigned, that says yes
 * @see <a href="https://www.intel.com/sdm">SDM vol. 2, CPUID; APM vol. 3, appendix D and E</a>
 */
public record Cpuid(int leaf, int subleaf, Output output, int shift, int bits, int atLeast) {
    /** The registers that CPUID writes. */
    public enum Output {
        /** EAX after the instruction. */
        EAX,
        /** EBX after the instruction. */
        EBX,
        /** ECX after the instruction. */
        ECX,
        /** EDX after the instruction. */
        EDX
    }

    /** Whether the outputs of CPUID for this leaf and subleaf say that the feature is there. */
    public boolean isIn(int eax, int ebx, int ecx, int edx) {
        int value = switch (output) {
            case EAX -> eax;
            case EBX -> ebx;
            case ECX -> ecx;
            case EDX -> edx;
        };
        return (value >>> shift & (1 << bits) - 1) >= atLeast;
    }

    /** As the manuals write it: {@code CPUID.07H.0:EBX[5]}. */
    @Override
    public String toString() {
        String last = bits == 1 ? Integer.toString(shift) : shift + bits - 1 + ":" + shift;
        return "CPUID." + Integer.toHexString(leaf).toUpperCase(java.util.Locale.ROOT) + "H." + subleaf + ":" + output
                + "[" + last + "]";
    }
}
