package dev.kiln.asm;

import static dev.kiln.asm.X86.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Template;
import dev.kiln.testing.OutsideTool;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every typed method, with operands at the edges, encodes what the dynamic door encodes, and what nasm makes of the plain text. */
class TypedMethodsTest {
    private static final long[] IMMEDIATES = {
        0,
        1,
        5,
        -1,
        127,
        128,
        255,
        256,
        -128,
        -129,
        1000,
        0x7FFF,
        0x8000,
        0xFFFF,
        0x7FFF_FFFFL,
        0x8000_0000L,
        0xFFFF_FFFFL,
        -0x8000_0000L,
        0x1_0000_0000L,
        0x1234_5678_9ABC_DEF0L
    };

    private record Case(String mnemonic, Object[] operands, byte[] bytes) {
        String text() {
            if (NasmOperands.isFarBranch(mnemonic)) return mnemonic.substring(1) + " far word " + operands[0];
            StringBuilder text = new StringBuilder(mnemonic);
            for (int i = 0; i < operands.length; i++)
                text.append(i == 0 ? " " : ", ").append(nasm(operands[i], hasOneWidth()));
            return text.toString();
        }

        /** Whether the mnemonic has memory of one width or of no width only; nasm does not always take the width's name then. */
        private boolean hasOneWidth() {
            boolean vector = false;
            for (Object operand : operands)
                vector |= operand instanceof Mmx
                        || operand instanceof Xmm
                        || operand instanceof Ymm
                        || operand instanceof Zmm;
            int[] widths = java.util.Arrays.stream(Forms.find(mnemonic.substring(mnemonic.indexOf(' ') + 1)))
                    .filter(this::hasTheseRegisters)
                    .map(f -> memoryBits(f))
                    .filter(bits -> bits != 0)
                    .distinct()
                    .toArray();
            return mnemonic.matches("bnd.*|l[fgs]s|..tilecfg") || widths.length == 1 && (vector || widths[0] < 0);
        }

        private boolean hasTheseRegisters(int form) {
            if (Forms.operandCount(form) != operands.length) return false;
            for (int i = 0; i < operands.length; i++) {
                OperandKind kind = Forms.operandKind(form, i);
                if (operands[i] instanceof Register register
                        && (kind.registerClass() != register.registerClass() || kind.registerBits() != register.bits()))
                    return false;
            }
            return true;
        }

        private static int memoryBits(int form) {
            for (int i = 0; i < Forms.operandCount(form); i++)
                if (Forms.operandKind(form, i).takesMemory())
                    return Forms.operandKind(form, i).memoryBits();
            return 0;
        }

        private static String nasm(Object operand, boolean withoutSize) {
            if (operand instanceof Mem memory) {
                String size = withoutSize || memory.isBroadcast()
                        ? ""
                        : switch (memory.size) {
                            case 8 -> "byte ";
                            case 16 -> "word ";
                            case 32 -> "dword ";
                            case 64 -> "qword ";
                            case 128 -> "oword ";
                            case 256 -> "yword ";
                            default -> "";
                        };
                return size + (memory.toString().equals("[4096]") ? "[abs 4096]" : memory.toString());
            }
            return operand.toString();
        }
    }

    @Test
    void agreeWithTheDynamicDoorAndWithNasm(@TempDir Path folder) throws Exception {
        List<Case> cases = new ArrayList<>();
        TreeMap<String, String> wrong = new TreeMap<>();
        int rejected = 0;
        for (Method method : methods())
            for (Object[] operands : choices(method.getParameterTypes())) {
                byte[] typed = typed(method, operands);
                String mnemonic =
                        space(method, operands, typed) + method.getName().replace("_", "");
                byte[] dynamic = dynamic(mnemonic, operands);
                String what = new Case(mnemonic, operands, typed).text();
                if (!java.util.Arrays.equals(typed, dynamic))
                    wrong.putIfAbsent(mnemonic, what + ": typed " + hex(typed) + ", dynamic " + hex(dynamic));
                if (typed == null) rejected++;
                else if (isKnownToNasm(typed) && !what.contains("{broadcast}"))
                    cases.add(new Case(mnemonic, operands, typed));
            }
        assertThat(wrong.values()).isEmpty();
        assertThat(rejected).isPositive();
        assertThat(cases).hasSizeGreaterThan(10_000);
        judge(cases, folder);
    }

    /**
     * What makes the dynamic door and nasm take the encoding that a family stands for; what is promoted from VEX for R16 to R31 is
     * VEX no more.
     */
    static String space(Method method, Object[] operands, byte[] typed) {
        Decoder decoder = new Decoder();
        if (typed != null && decoder.decode(typed, 0, typed.length)) {
            int made = Template.space(FormTable.get().template(decoder.form()));
            if (made != 1 && made != 2) return "";
        }
        boolean evex = List.of(ApxInstructions.class, Avx10Instructions.class).contains(method.getDeclaringClass());
        boolean inEvex = false;
        boolean inOthers = false;
        boolean inVex = false;
        boolean promoted = false;
        for (int form : Forms.find(method.getName())) {
            int space = Template.space(FormTable.get().template(form));
            inEvex |= space == 2;
            inOthers |= space != 2;
            inVex |= space == 1;
            // Moves of masks are AVX-512 without being EVEX.
            evex |= space == 2
                    && method.getDeclaringClass() == Avx512Instructions.class
                    && !Forms.feature(form).endsWith("apx_f");
            promoted |= space == 1 && FormTable.get().extendedTwin(form) != 0;
        }
        if (!inEvex || !inOthers) return "";
        return evex ? "{evex} " : inVex && !(promoted && isExtended(operands)) ? "{vex} " : "";
    }

    private static boolean isExtended(Object[] operands) {
        for (Object operand : operands) {
            if (operand instanceof Register register && Operands.isExtended(register.number())) return true;
            if (operand instanceof Mem m && (Operands.isExtended(m.base) || Operands.isExtended(m.index))) return true;
        }
        return false;
    }

    private static boolean isKnownToNasm(byte[] bytes) {
        Decoder decoder = new Decoder();
        // A WAIT in front is an instruction of its own.
        int from = bytes.length > 1 && (bytes[0] & 0xFF) == 0x9B ? 1 : 0;
        assertThat(decoder.decode(bytes, from, bytes.length)).isTrue();
        return !decoder.operands().needsApx()
                && (FormTable.get().prefixes(decoder.form()) & FormTable.NOT_IN_NASM) == 0;
    }

    private static void judge(List<Case> cases, Path folder) throws IOException {
        StringBuilder text = new StringBuilder("bits 64\n");
        for (Case c : cases) text.append(c.text()).append('\n');
        Files.writeString(folder.resolve("typed.asm"), text);
        Path nasm = OutsideTool.require("nasm");
        OutsideTool.Result result = OutsideTool.run(
                List.of(nasm.toString(), "-f", "bin", "-l", "typed.lst", "-o", "typed.bin", "typed.asm"),
                folder,
                null,
                java.time.Duration.ofMinutes(2));
        List<String> source = text.toString().lines().toList();
        assertThat(result.errText()
                        .lines()
                        .filter(l -> l.contains("error"))
                        .map(l -> source.get(Integer.parseInt(l.split(":")[1]) - 1) + ": " + l)
                        .limit(20))
                .isEmpty();
        List<String> listed = listing(folder.resolve("typed.lst"), cases.size());
        TreeMap<String, String> wrong = new TreeMap<>();
        for (int i = 0; i < cases.size(); i++) {
            String ours = hex(cases.get(i).bytes());
            if (!ours.equals(listed.get(i)))
                wrong.putIfAbsent(
                        cases.get(i).mnemonic() + kinds(cases.get(i)),
                        cases.get(i).text() + ": ours " + ours + ", nasm's " + listed.get(i));
        }
        System.out.println("TypedMethodsTest: " + cases.size() + " instructions");
        assertThat(String.join("\n", wrong.values())).isEmpty();
    }

    private static String kinds(Case c) {
        StringBuilder kinds = new StringBuilder();
        for (Object operand : c.operands()) kinds.append(' ').append(operand instanceof Operand o ? o.kind() : "imm");
        return kinds.toString();
    }

    /** The bytes of each line behind the first, from nasm's listing: number, offset, bytes (continued on further lines), source. */
    private static List<String> listing(Path file, int count) throws IOException {
        StringBuilder[] bytes = new StringBuilder[count];
        for (String line : Files.readAllLines(file)) {
            int number = Integer.parseInt(line.substring(0, 6).strip()) - 2;
            if (number < 0 || number >= count) continue;
            if (bytes[number] == null) bytes[number] = new StringBuilder();
            if (line.length() > 16 && line.charAt(7) != ' ')
                bytes[number].append(line.substring(16).split(" ")[0].replace("-", ""));
        }
        return Stream.of(bytes).map(StringBuilder::toString).toList();
    }

    /** Methods of the families that take registers, memory and immediates; jumps are tested elsewhere. */
    static List<Method> methods() {
        List<Method> methods = new ArrayList<>();
        List<Class<?>> classes = new ArrayList<>(List.of(GeneralInstructions.class, SseInstructions.class));
        for (Method door : InstructionFamilies.class.getDeclaredMethods()) classes.add(door.getReturnType());
        for (Class<?> family : classes)
            for (Method method : family.getDeclaredMethods()) {
                List<Class<?>> types = List.of(method.getParameterTypes());
                boolean emits = method.getReturnType() == void.class;
                if (emits && !types.contains(Label.class) && !types.contains(Symbol.class)) methods.add(method);
            }
        methods.sort(Comparator.comparing(Method::toGenericString));
        return methods;
    }

    private static byte[] typed(Method method, Object[] operands) throws Exception {
        Assembler a = new Assembler();
        try {
            call(a, method, operands);
        } catch (AssemblerException e) {
            return null;
        }
        return a.finish().bytes();
    }

    static void call(Assembler a, Method method, Object[] operands) throws Exception {
        Object receiver = a;
        if (InstructionFamily.class.isAssignableFrom(method.getDeclaringClass()))
            for (Method door : InstructionFamilies.class.getDeclaredMethods())
                if (door.getReturnType() == method.getDeclaringClass()) receiver = door.invoke(a);
        try {
            method.invoke(receiver, operands);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof AssemblerException refused) throw refused;
            throw new AssertionError(method + " with " + List.of(operands), e.getCause());
        }
    }

    private static byte[] dynamic(String mnemonic, Object[] operands) {
        Assembler a = new Assembler();
        try {
            a.emit(mnemonic, operands);
        } catch (AssemblerException e) {
            return null;
        }
        return a.finish().bytes();
    }

    private static String hex(byte[] bytes) {
        return bytes == null ? "rejected" : HexFormat.of().withUpperCase().formatHex(bytes);
    }

    /** Each operand at all its edges with the others plain, and the first two together. */
    private static List<Object[]> choices(Class<?>[] types) {
        List<Object[]> all = new ArrayList<>();
        Object[] plain = new Object[types.length];
        for (int i = 0; i < types.length; i++)
            plain[i] = samples(types[i]).get(Math.min(i + 1, samples(types[i]).size() - 1));
        if (types.length == 0) all.add(plain);
        for (int i = 0; i < types.length; i++)
            for (Object sample : samples(types[i])) {
                Object[] operands = plain.clone();
                operands[i] = sample;
                all.add(operands);
                if (i == 0 && types.length > 1)
                    for (Object second : samples(types[1])) {
                        Object[] both = operands.clone();
                        both[1] = second;
                        all.add(both);
                    }
            }
        return all;
    }

    private static List<Object> samples(Class<?> type) {
        return switch (type.getSimpleName()) {
            case "Reg8" -> List.of(AL, CL, SIL, AH, R9B, R20B);
            case "Reg16" -> List.of(AX, CX, DX, R9W, R31W);
            case "Reg32" -> List.of(EAX, ECX, ESP, R13D, R16D);
            case "Reg64" -> List.of(RAX, RCX, RSP, R13, R29);
            case "Xmm" -> List.of(XMM0, XMM1, XMM15, XMM16, XMM2.masked(K1));
            case "Ymm" -> List.of(YMM0, YMM1, YMM15, YMM31, YMM2.masked(K2).zeroing());
            case "Zmm" -> List.of(ZMM0, ZMM1, ZMM15, ZMM31, ZMM4.masked(K7).zeroing());
            case "Mask" -> List.of(K0, K1, K7, K2.masked(K3));
            case "Tile" -> List.of(TMM0, TMM1, TMM7);
            case "Rounding" -> List.of(RN_SAE, RD_SAE, RU_SAE, RZ_SAE, SAE);
            case "Mmx" -> List.of(MM0, MM7);
            case "X87Register" -> List.of(ST0, ST3);
            case "SegmentRegister" -> List.of(DS, FS, GS);
            case "ControlRegister" -> List.of(CR0, CR8);
            case "DebugRegister" -> List.of(DR0, DR7);
            case "BoundRegister" -> List.of(BND0, BND3);
            case "Mem" ->
                List.of(
                        ptr(RAX),
                        ptr(RBP, R12, 8, -5),
                        byte_(R13),
                        word(RSP, 1000),
                        dword(4096),
                        qword(RCX, 4, 8),
                        oword(RDX),
                        ptr(R16, R21, 4, 8),
                        yword(R8, 64),
                        ptr(RBX, 512).broadcast(),
                        dword(RBX, 4).broadcast(),
                        qword(RBX).broadcast(4),
                        ptr(RSI).masked(K5));
            case "Absolute" -> List.of(absolute(0x1122_3344_5566_7788L), absolute(5), absolute(-1));
            case "long" ->
                java.util.Arrays.stream(IMMEDIATES).boxed().map(v -> (Object) v).toList();
            default -> throw new AssertionError("no samples of " + type);
        };
    }
}
