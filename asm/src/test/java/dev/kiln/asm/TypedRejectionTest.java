package dev.kiln.asm;

import static dev.kiln.asm.X86.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Typed methods refuse what the types let through and no form takes: numbers one beyond each width, members of a class that an encoding cannot
 * name, memory of another size or with another index, decorations without a place. The dynamic door refuses the same for the same reason, and the
 * code is as before.
 */
class TypedRejectionTest {
    /** The limits of each width of immediates, and one beyond. */
    private static final List<Object> LIMITS = List.of(
            -1L,
            15L,
            16L,
            127L,
            128L,
            -128L,
            -129L,
            255L,
            256L,
            0x7FFFL,
            0x8000L,
            -0x8000L,
            -0x8001L,
            0xFFFFL,
            0x1_0000L,
            0x7FFF_FFFFL,
            0x8000_0000L,
            -0x8000_0000L,
            -0x8000_0001L,
            0xFFFF_FFFFL,
            0x1_0000_0000L,
            Long.MIN_VALUE);

    private static final List<Object> MEMORIES = List.of(
            ptr(RBX),
            byte_(RBX),
            word(RBX),
            dword(RBX),
            qword(RBX),
            oword(RBX),
            yword(RBX),
            zword(ptr(RBX)),
            ptr(R17),
            ptr(RAX, R18, 2, 8),
            ptr(EBX, 4),
            ptr(RBX).broadcast(),
            word(RBX).broadcast(),
            dword(RBX).broadcast(8),
            qword(RBX).broadcast(),
            ptr(RBX).masked(K1),
            ptr(RAX, XMM9, 4, 0),
            ptr(RAX, YMM9, 4, 0),
            ptr(RAX, ZMM9, 4, 0),
            ptr(RAX, XMM25, 4, 0));

    /** Each run takes one method in so many, the long one all. */
    private static final int PART = Boolean.getBoolean("kiln.long") ? 1 : 8;

    private static List<Object> samples(Class<?> type) {
        return switch (type.getSimpleName()) {
            case "Reg8" -> List.of(DL, AL, CL, SIL, AH, BH, R9B, R20B);
            case "Reg16" -> List.of(DX, AX, CX, R9W, R31W);
            case "Reg32" -> List.of(EDX, EAX, ECX, R13D, R16D);
            case "Reg64" -> List.of(RDX, RAX, RCX, RSP, R13, R29);
            case "Xmm" ->
                List.of(
                        XMM3,
                        XMM1,
                        XMM0,
                        XMM15,
                        XMM16,
                        XMM2.masked(K1),
                        XMM4.masked(K3).zeroing());
            case "Ymm" ->
                List.of(
                        YMM3,
                        YMM1,
                        YMM0,
                        YMM15,
                        YMM16,
                        YMM2.masked(K1),
                        YMM4.masked(K3).zeroing());
            case "Zmm" ->
                List.of(
                        ZMM3,
                        ZMM1,
                        ZMM0,
                        ZMM15,
                        ZMM16,
                        ZMM2.masked(K1),
                        ZMM4.masked(K3).zeroing());
            case "Mask" -> List.of(K3, K1, K0, K7, K2.masked(K5));
            case "Tile" -> List.of(TMM3, TMM1, TMM0, TMM7);
            case "Rounding" -> List.of(RN_SAE, RZ_SAE, SAE);
            case "Mmx" -> List.of(MM3, MM0, MM7);
            case "X87Register" -> List.of(ST3, ST0, ST7);
            case "SegmentRegister" -> List.of(DS, ES, CS, SS, FS, GS);
            case "ControlRegister" -> List.of(CR0, CR8);
            case "DebugRegister" -> List.of(DR0, DR7);
            case "BoundRegister" -> List.of(BND0, BND3);
            case "Mem" -> MEMORIES;
            case "Absolute" -> List.of(absolute(5), absolute(-1));
            case "long" -> LIMITS;
            default -> throw new AssertionError("no samples of " + type);
        };
    }

    /** What a door makes of an instruction: bytes, or the reason why there are none. */
    private record Answer(byte[] bytes, String reason) {
        @Override
        public String toString() {
            return bytes == null ? reason : HexFormat.of().formatHex(bytes);
        }
    }

    @Test
    void typedMethodsRefuseWhatTheDynamicDoorRefuses() throws Exception {
        TreeMap<String, String> wrong = new TreeMap<>();
        List<Method> methods = TypedMethodsTest.methods();
        int accepted = 0;
        int refused = 0;
        for (int i = 0; i < methods.size(); i += PART) {
            Method method = methods.get(i);
            Class<?>[] types = method.getParameterTypes();
            Object[] base = base(method, types);
            for (int at = 0; at < types.length; at++)
                for (Object sample : samples(types[at])) {
                    Object[] operands = base.clone();
                    operands[at] = sample;
                    Answer typed = typed(method, operands);
                    String mnemonic = TypedMethodsTest.space(method, operands, typed.bytes)
                            + method.getName().replace("_", "");
                    Answer dynamic = dynamic(mnemonic, operands);
                    if (typed.bytes == null) refused++;
                    else accepted++;
                    if (!isSame(typed, dynamic))
                        wrong.putIfAbsent(
                                method.getName() + Arrays.toString(types),
                                mnemonic + Arrays.toString(operands) + "\n  typed " + typed + "\n  dynamic " + dynamic);
                }
        }
        System.out.println("TypedRejectionTest: " + accepted + " accepted, " + refused + " refused");
        assertThat(String.join("\n", wrong.values())).isEmpty();
        assertThat(refused).isGreaterThan(accepted / 4);
    }

    private static boolean isSame(Answer typed, Answer dynamic) {
        if (typed.bytes != null || dynamic.bytes != null) return Arrays.equals(typed.bytes, dynamic.bytes);
        String reason = dynamic.reason.replaceFirst("^\\{e?vex} ", "");
        // The family may be one of several whose forms have memory of other sizes.
        if (cause(typed.reason).equals("size") && !cause(reason).isEmpty()) return true;
        return plain(typed.reason).equals(plain(reason))
                || !cause(reason).isEmpty() && cause(reason).equals(cause(typed.reason));
    }

    /** A reason without the mnemonic in front, which may be an alias. */
    private static String plain(String reason) {
        return reason.substring(reason.indexOf(' ') + 1);
    }

    /**
     * What the dynamic door finds when no form is left, the typed methods find in the one that they stand for; the words differ, and so do
     * the nearest forms.
     */
    private static String cause(String reason) {
        if (reason.contains("registers 16 to 31")) return "vector registers 16 to 31";
        if (reason.contains("R16 to R31")) return "general registers 16 to 31";
        if (reason.contains("mask")
                || reason.contains("broadcast")
                || reason.contains("round")
                || reason.toLowerCase(Locale.ROOT).contains("sae")) return "decoration";
        if (reason.contains("both addresses")) return "address";
        if (reason.contains("have a vector register as index")) return "index";
        if (reason.contains("size of memory is not known")) return "size";
        return "";
    }

    /** Operands that the method takes, so that changing one of them asks about that one alone. */
    private static Object[] base(Method method, Class<?>[] types) throws Exception {
        Object[] operands = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            List<Object> samples = samples(types[i]);
            operands[i] = types[i] == long.class ? (Object) 1L : samples.get(Math.min(i, 2) % samples.size());
        }
        int memory = List.of(types).indexOf(Mem.class);
        if (memory < 0) return operands;
        for (Object sample : MEMORIES) {
            operands[memory] = sample;
            if (typed(method, operands).bytes != null) return operands;
        }
        return operands;
    }

    private static Answer typed(Method method, Object[] operands) throws Exception {
        Assembler a = new Assembler();
        try {
            TypedMethodsTest.call(a, method, operands);
        } catch (AssemblerException e) {
            return refusal(a, e);
        }
        return new Answer(a.finish().bytes(), null);
    }

    private static Answer dynamic(String mnemonic, Object[] operands) {
        Assembler a = new Assembler();
        try {
            a.emit(mnemonic, operands);
        } catch (AssemblerException e) {
            return refusal(a, e);
        }
        return new Answer(a.finish().bytes(), null);
    }

    /** The code has to be as before. */
    private static Answer refusal(Assembler a, AssemblerException e) {
        a.ret();
        assertThat(a.finish().bytes()).as(e.getMessage()).containsExactly(0xC3);
        return new Answer(null, e.getMessage());
    }
}
