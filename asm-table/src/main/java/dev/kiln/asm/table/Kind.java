package dev.kiln.asm.table;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A kind of operand as the table's rows name it; each becomes a constant of the assembler's {@code OperandKind}.
 *
 * @param text as written in rows
 * @param registerClass a constant of {@code RegisterClass}, {@code NONE} when no register fits
 * @param registerBits the width at which a register is used
 * @param memoryBits the width of memory, 0 when memory does not fit, −1 when any width does
 * @param immediateBits the width of an immediate or branch distance in the instruction, 0 when it is neither
 * @param use what besides: {@code ""}, {@code signed}, {@code unsigned}, {@code branch}, {@code offset}, {@code vector-index}, {@code one}, {@code not-accumulator},
 *     {@code default-flags}, {@code sib}, {@code keep-index}
 * @param fixedRegister the only register that fits, −1 when there is a choice
 */
record Kind(
        String text,
        String registerClass,
        int registerBits,
        int memoryBits,
        int immediateBits,
        String use,
        int fixedRegister) {

    /** All kinds; their order is that of the enum. */
    static final Map<String, Kind> ALL = all();

    /** The constant's name in {@code OperandKind} and its part in a form's name. */
    String constant() {
        String name =
                text.replace("/", "").replace(":", "_").replace("-", "_NOT_").toUpperCase(Locale.ROOT);
        return Character.isDigit(name.charAt(0)) ? "ONE" : name;
    }

    /** How a form's constant names it. */
    String partOfName() {
        if (use.equals("one")) return "1";
        int not = text.indexOf('-');
        return not < 0 ? constant() : text.substring(0, not).toUpperCase(Locale.ROOT);
    }

    boolean isFixed() {
        return fixedRegister >= 0 || use.equals("one");
    }

    boolean isRegister() {
        return !registerClass.equals("NONE");
    }

    boolean isMemory() {
        return memoryBits != 0 && !isOffset();
    }

    boolean isOffset() {
        return use.equals("offset");
    }

    boolean isBranch() {
        return use.equals("branch");
    }

    boolean isImmediate() {
        return immediateBits != 0 && !isBranch() && !isOffset();
    }

    /** The width of the vector register that is the index; 0 without one. */
    int indexBits() {
        if (!use.equals("vector-index")) return 0;
        return text.endsWith("x") ? 128 : text.endsWith("y") ? 256 : 512;
    }

    private static Map<String, Kind> all() {
        List<Kind> kinds = new ArrayList<>();
        int[] widths = {8, 16, 32, 64};
        for (int w : widths) kinds.add(register("r" + w, "GENERAL", w, 0));
        for (int w : widths) kinds.add(register("r/m" + w, "GENERAL", w, w));
        // 90 is NOP, not XCHG EAX, EAX, which would clear the upper half.
        kinds.add(new Kind("r32-eax", "GENERAL", 32, 0, 0, "not-accumulator", -1));
        for (String mixed : List.of("16/8", "32/8", "32/16", "64/8", "64/16", "64/32")) {
            String[] parts = mixed.split("/");
            kinds.add(register(
                    "r" + parts[0] + "/m" + parts[1],
                    "GENERAL",
                    Integer.parseInt(parts[0]),
                    Integer.parseInt(parts[1])));
        }
        kinds.add(register("m", "NONE", 0, -1));
        for (int w : new int[] {8, 16, 32, 64, 80, 128, 256, 384, 512}) kinds.add(register("m" + w, "NONE", 0, w));
        for (int w : new int[] {16, 32, 64}) kinds.add(register("m16:" + w, "NONE", 0, 16 + w));
        kinds.add(new Kind("sibmem", "NONE", 0, -1, 0, "sib", -1));
        kinds.add(new Kind("mib", "NONE", 0, -1, 0, "keep-index", -1));
        kinds.add(register("mm", "MMX", 64, 0));
        kinds.add(register("mm/m32", "MMX", 64, 32));
        kinds.add(register("mm/m64", "MMX", 64, 64));
        vectors(kinds, "xmm", 128, 8, 16, 32, 64, 128);
        vectors(kinds, "ymm", 256, 128, 256);
        vectors(kinds, "zmm", 512, 512);
        kinds.add(register("k", "MASK", 64, 0));
        for (int w : widths) kinds.add(register("k/m" + w, "MASK", 64, w));
        kinds.add(register("sreg", "SEGMENT", 16, 0));
        kinds.add(register("cr", "CONTROL", 64, 0));
        kinds.add(register("dr", "DEBUG", 64, 0));
        kinds.add(register("sti", "X87", 80, 0));
        kinds.add(register("tmm", "TILE", 8192, 0));
        kinds.add(register("bnd", "BOUND", 128, 0));
        kinds.add(register("bnd/m128", "BOUND", 128, 128));
        kinds.add(immediate("imm4", 4, "unsigned"));
        kinds.add(immediate("imm8", 8, ""));
        kinds.add(immediate("imm8s", 8, "signed"));
        kinds.add(immediate("imm8u", 8, "unsigned"));
        kinds.add(immediate("imm16", 16, ""));
        kinds.add(immediate("imm32", 32, ""));
        kinds.add(immediate("imm32s", 32, "signed"));
        kinds.add(immediate("imm32u", 32, "unsigned"));
        kinds.add(immediate("imm64", 64, ""));
        kinds.add(immediate("dfv", 4, "default-flags"));
        kinds.add(immediate("rel8", 8, "branch"));
        kinds.add(immediate("rel32", 32, "branch"));
        for (int w : widths) kinds.add(new Kind("moffs" + w, "NONE", 0, w, 64, "offset", -1));
        for (int w : new int[] {32, 64})
            for (String v : List.of("x", "y", "z"))
                kinds.add(new Kind("vm" + w + v, "NONE", 0, w, 0, "vector-index", -1));
        String[] fixed = {
            "al 8 0",
            "ax 16 0",
            "eax 32 0",
            "rax 64 0",
            "cl 8 1",
            "cx 16 1",
            "ecx 32 1",
            "rcx 64 1",
            "dx 16 2",
            "edx 32 2",
            "rdx 64 2"
        };
        for (String f : fixed) {
            String[] parts = f.split(" ");
            kinds.add(new Kind(parts[0], "GENERAL", Integer.parseInt(parts[1]), 0, 0, "", Integer.parseInt(parts[2])));
        }
        kinds.add(new Kind("st0", "X87", 80, 0, 0, "", 72));
        kinds.add(new Kind("xmm0", "VECTOR", 128, 0, 0, "", 32));
        String[] segments = {"es", "cs", "ss", "ds", "fs", "gs"};
        for (int i = 0; i < segments.length; i++) kinds.add(new Kind(segments[i], "SEGMENT", 16, 0, 0, "", 88 + i));
        kinds.add(new Kind("1", "NONE", 0, 0, 8, "one", -1));

        Map<String, Kind> byText = new LinkedHashMap<>();
        for (Kind kind : kinds) byText.put(kind.text(), kind);
        return byText;
    }

    private static void vectors(List<Kind> kinds, String name, int bits, int... memory) {
        kinds.add(register(name, "VECTOR", bits, 0));
        for (int m : memory) kinds.add(register(name + "/m" + m, "VECTOR", bits, m));
    }

    private static Kind register(String text, String registerClass, int registerBits, int memoryBits) {
        return new Kind(text, registerClass, registerBits, memoryBits, 0, "", -1);
    }

    private static Kind immediate(String text, int bits, String use) {
        return new Kind(text, "NONE", 0, 0, bits, use, -1);
    }
}
