package dev.kiln.qbe.internal;

import dev.kiln.ir.AggregateType;
import dev.kiln.ir.CallSite;
import dev.kiln.ir.Module;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Signature.Convention;
import dev.kiln.ir.Signature.Extension;
import dev.kiln.ir.Signature.Param;
import dev.kiln.ir.Signature.Role;
import dev.kiln.ir.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The shapes of calls. A QBE call carries its own signature, whatever the callee's definition says; calls of the same shape share one
 * {@link CallSite} and one signature that the module names: {@code sig.w_ld} takes an {@code l} and a {@code d} and gives a
 * {@code w}; {@code v} stands for variable arguments, {@code n} for no result, {@code a} for an aggregate.
 */
final class Shapes {
    private final Module module;
    private final Aggregates aggregates;
    private CallSite[] sites = new CallSite[64];
    private int[][] keys = new int[64][];
    private int count;

    Shapes(Module module, Aggregates aggregates) {
        this.module = module;
        this.aggregates = aggregates;
    }

    /**
     * The call site of a shape.
     *
     * @param result the kind of the result ({@link Classes}), {@link Classes#NONE} for none
     * @param kinds the kinds of the arguments in {@code [from, from + size)}
     * @param fixed how many of them stand before the {@code ...}; −1 when there is none
     */
    CallSite site(int result, int[] kinds, int from, int size, int fixed) {
        int h = result * 31 + fixed;
        for (int i = 0; i < size; i++) {
            h = h * 31 + kinds[from + i];
        }
        int mask = sites.length - 1;
        int slot = (h ^ h >>> 16) & mask;
        while (keys[slot] != null) {
            if (matches(keys[slot], result, kinds, from, size, fixed)) {
                return sites[slot];
            }
            slot = (slot + 1) & mask;
        }
        int[] key = new int[size + 2];
        key[0] = result;
        key[1] = fixed;
        System.arraycopy(kinds, from, key, 2, size);
        CallSite site = make(result, kinds, from, size, fixed);
        keys[slot] = key;
        sites[slot] = site;
        if (++count * 2 > sites.length) {
            grow();
        }
        return site;
    }

    /** The signature of a definition. */
    Signature signature(int result, int[] kinds, int from, int size, boolean variadic) {
        List<Param> params = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            params.add(param(kinds[from + i]));
        }
        return new Signature(
                params, resultType(result), aggregate(result), extension(result), variadic, Convention.PLATFORM);
    }

    /** The IR type in which a result of that kind arrives. */
    static Type resultType(int kind) {
        if (kind == Classes.NONE) {
            return Type.VOID;
        }
        return kind >= Classes.ENV ? Type.PTR : Classes.isSubWord(kind) ? Classes.subWord(kind) : Classes.type(kind);
    }

    private Param param(int kind) {
        if (kind == Classes.ENV) {
            return new Param(Type.PTR, null, Extension.NONE, Role.ENV);
        }
        return new Param(resultType(kind), aggregate(kind), extension(kind), Role.PLAIN);
    }

    private AggregateType aggregate(int kind) {
        return kind >= Classes.AGGREGATE ? aggregates.get(kind - Classes.AGGREGATE) : null;
    }

    private static Extension extension(int kind) {
        return !Classes.isSubWord(kind) ? Extension.NONE : Classes.isSigned(kind) ? Extension.SIGN : Extension.ZERO;
    }

    private CallSite make(int result, int[] kinds, int from, int size, int fixed) {
        int named = fixed < 0 ? size : fixed;
        Signature signature = signature(result, kinds, from, named, fixed >= 0);
        List<Param> more = new ArrayList<>(size - named);
        for (int i = named; i < size; i++) {
            int kind = kinds[from + i];
            // C widens what is narrower than int when it passes it to variable arguments.
            more.add(Classes.isSubWord(kind) ? Param.of(Type.I32) : param(kind));
        }
        return new CallSite(signature, signatureName(signature, result, kinds, from, named), more, null);
    }

    private String signatureName(Signature signature, int result, int[] kinds, int from, int named) {
        StringBuilder text = new StringBuilder("sig.").append(letter(result)).append('_');
        for (int i = 0; i < named; i++) {
            text.append(letter(kinds[from + i]));
        }
        if (signature.variadic()) {
            text.append('v');
        }
        String base = text.toString();
        String name = base;
        for (int n = 2; !module.addSignature(name, signature); n++) {
            if (module.signatures().get(name).equals(signature)) {
                return name;
            }
            name = base + "." + n;
        }
        return name;
    }

    private static String letter(int kind) {
        return kind == Classes.NONE
                ? "n"
                : kind >= Classes.AGGREGATE ? "a" : kind == Classes.ENV ? "e" : Classes.text(kind);
    }

    private static boolean matches(int[] key, int result, int[] kinds, int from, int size, int fixed) {
        return key.length == size + 2
                && key[0] == result
                && key[1] == fixed
                && Arrays.equals(key, 2, key.length, kinds, from, from + size);
    }

    private void grow() {
        CallSite[] oldSites = sites;
        int[][] oldKeys = keys;
        sites = new CallSite[oldSites.length * 2];
        keys = new int[oldSites.length * 2][];
        int mask = sites.length - 1;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != null) {
                int[] key = oldKeys[i];
                int h = key[0] * 31 + key[1];
                for (int j = 2; j < key.length; j++) {
                    h = h * 31 + key[j];
                }
                int slot = (h ^ h >>> 16) & mask;
                while (keys[slot] != null) {
                    slot = (slot + 1) & mask;
                }
                keys[slot] = key;
                sites[slot] = oldSites[i];
            }
        }
    }
}
