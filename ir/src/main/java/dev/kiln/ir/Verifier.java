package dev.kiln.ir;

import dev.kiln.base.Diagnostics;
import dev.kiln.ir.internal.FunctionVerifier;
import dev.kiln.ir.internal.ModuleVerifier;

/**
 * Checks that a module is well formed, and collects everything that is not. Costs time in proportion to the module (nearly: dominators
 * and the search for equal cases are n log n), and never recurses over the program.
 *
 * <p>The rules, by the code reported when one is broken:
 *
 * <ul>
 *   <li><b>Structure.</b> A function has blocks (E1101); each ends with a terminator (E1102) and has none before (E1103); the entry is
 *       no target (E1104) and has the signature's parameters (E1105). Every operation has its operands (E1110), targets (E1119) and
 *       details (E1120).
 *   <li><b>Values.</b> Operands and targets belong to the function (E1109). A use is dominated by its definition (E1108): in a block it
 *       stands behind it. Uses in blocks that cannot be reached are dominated by anything.
 *   <li><b>Types.</b> An operation takes the type it is used with (E1113), its operands (E1111) and result (E1112) fit. Block arguments
 *       are as many (E1106) and of the types (E1107) that the parameters say. {@code ret} fits the signature (E1128).
 *   <li><b>Literals.</b> Alignments are powers of two (E1114), for atomic operations at least the size when stated (E1148); lanes exist
 *       (E1115) and are as many as needed (E1116); scales and displacements are signed 32-bit numbers (E1143); constant slot sizes
 *       stay below 2 GiB (E1142). Cases of a switch fit its type (E1118) and differ (E1117). Loads do not release, stores do not
 *       acquire, fences are not relaxed (E1121).
 *   <li><b>Calls.</b> The callee is a ptr (E1125); number (E1122) and types (E1123) of arguments and the result (E1124) are those of the
 *       call's own signature, which is never compared with a definition; variadic arguments need {@code ...} (E1126) and are no
 *       {@code ref} (E1127). A signature named is the module's of that name (E1130). {@code va_start} needs a variadic function (E1132).
 *   <li><b>Tail calls.</b> Same convention, same result (E1134); the arguments on the stack fit in the caller's own area (E1133).
 *   <li><b>Guards and states.</b> The exit is a function {@code (i64, ptr)} with this function's result (E1135); a state without exit has
 *       number 0 (E1136); state values are scalars (E1111).
 *   <li><b>ref.</b> A pointer computed from a {@code ref} is used only in its block and before the next call or guard with a state, and
 *       is in no state (E1137); data hold no {@code ref} and no vectors (E1138).
 *   <li><b>Names.</b> Referenced symbols exist (E1129); names are not empty and hold no zero character (E1144).
 *   <li><b>Signatures.</b> No void parameters (E1146); {@code sret} is a ptr, the first parameter but for {@code env}, and excludes an
 *       aggregate result; one {@code env}, of 64 bits; extensions only on i8 and i16 (all E1131).
 *   <li><b>Types and data.</b> Nesting at most 64 deep (E1145); sizes below 2 GiB (E1142). Common data is zero, not thread-local, not
 *       read-only, in no named section (E1139); functions are not common (E1140). Addresses of thread-local data are no initial
 *       values (E1141).
 *   <li><b>Entry.</b> {@code @main} should have one of the shapes that a process can start (W1147, a warning).
 * </ul>
 */
public final class Verifier {
    private Verifier() {}

    /** Checks a module that was read without errors or built. */
    public static void verify(Module module, Diagnostics diagnostics) {
        new ModuleVerifier(module, diagnostics).verify();
    }

    /** Checks one function, for use between passes. */
    public static void verify(Function function, Diagnostics diagnostics) {
        new FunctionVerifier(function, diagnostics).verify();
    }
}
