package dev.kiln.asm;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Symbol names in NASM's syntax. A name that NASM can write stays itself, with a {@code $} in front when it is a register or keyword; any other is
 * written as {@code ?x} and its letters, digits and underscores, every other byte of its UTF-8 form as {@code ?} and two hexadecimal
 * digits. The object file then holds the name so written, without the {@code $}; {@link #unescape} gives back the original.
 */
public final class NasmNames {
    private static final String ESCAPED = "?x";

    /** The largest name NASM takes. */
    private static final int LONGEST = 4095;

    /** What is no identifier in an expression or at a line's start, besides registers (NASM 2.16). */
    private static final Set<String> KEYWORDS = Set.of(
            "a16",
            "a32",
            "a64",
            "abs",
            "absolute",
            "align",
            "alignb",
            "asp",
            "at",
            "bits",
            "bnd",
            "byte",
            "common",
            "cpu",
            "default",
            "dword",
            "endstruc",
            "esp",
            "extern",
            "far",
            "float",
            "global",
            "iend",
            "incbin",
            "istruc",
            "lock",
            "near",
            "nobnd",
            "nosplit",
            "o16",
            "o32",
            "o64",
            "osabi",
            "osp",
            "oword",
            "ptr",
            "qword",
            "rel",
            "rep",
            "repe",
            "repne",
            "repnz",
            "repz",
            "required",
            "sectalign",
            "section",
            "seg",
            "segment",
            "segr6",
            "segr7",
            "short",
            "static",
            "strict",
            "struc",
            "times",
            "to",
            "tword",
            "use16",
            "use32",
            "use64",
            "word",
            "wrt",
            "xacquire",
            "xrelease",
            "yword",
            "zword");

    private static final Set<String> REGISTERS = Set.of(
            "al", "cl", "dl", "bl", "ah", "ch", "dh", "bh", "ax", "cx", "dx", "bx", "sp", "bp", "si", "di", "eax",
            "ecx", "edx", "ebx", "ebp", "esi", "edi", "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "spl",
            "bpl", "sil", "dil", "es", "cs", "ss", "ds", "fs", "gs", "rip", "eip", "ip");

    /** Registers that are these letters and a number. */
    private static final String[] NUMBERED = {"r", "xmm", "ymm", "zmm", "mm", "st", "k", "cr", "dr", "tr", "tmm", "bnd"
    };

    private NasmNames() {}

    /** Whether a name, escaped where need be, is one that nasm takes: it knows none of more than 4,095 characters. */
    public static boolean isPossible(String name) {
        return isWritable(name) || escapedLength(name) <= LONGEST;
    }

    /**
     * A name as it can stand in NASM text.
     *
     * @throws AssemblerException when it is not {@linkplain #isPossible possible}
     */
    public static String escape(String name) {
        if (!isWritable(name)) return escaped(name);
        return isReserved(name) ? "$" + name : name;
    }

    /** The name that the object file made from {@link #escape}'s text has: that text without a leading {@code $}. */
    public static String inObject(String name) {
        return isWritable(name) ? name : escaped(name);
    }

    /** The name that {@link #escape} was given. */
    public static String unescape(String text) {
        if (text.startsWith("$")) return text.substring(1);
        if (!text.startsWith(ESCAPED)) return text;
        byte[] bytes = new byte[text.length()];
        int length = 0;
        for (int i = ESCAPED.length(); i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '?') bytes[length++] = (byte) c;
            else {
                bytes[length++] = (byte) Integer.parseInt(text, i + 1, i + 3, 16);
                i += 2;
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static int escapedLength(String name) {
        int length = ESCAPED.length();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) length += isPlain((char) (b & 0xFF)) ? 1 : 3;
        return length;
    }

    private static String escaped(String name) {
        StringBuilder out = new StringBuilder(ESCAPED);
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            if (isPlain(c)) out.append(c);
            else out.append('?').append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
        }
        if (out.length() > LONGEST)
            throw new AssemblerException("the symbol name of " + name.length() + " characters beginning with '"
                    + name.substring(0, 20) + "' is too long for nasm");
        return out.toString();
    }

    private static boolean isPlain(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
    }

    /** Whether NASM takes a name as a global symbol: not local (with a leading period), not special (..@), not a number. */
    private static boolean isWritable(String name) {
        if (name.isEmpty() || name.length() > LONGEST || name.startsWith(ESCAPED)) return false;
        char first = name.charAt(0);
        if (!isPlain(first) || first >= '0' && first <= '9') return false;
        for (int i = 1; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!isPlain(c) && c != '$' && c != '.' && c != '#' && c != '@' && c != '~' && c != '?') return false;
        }
        // NASM's own macros begin so: __FILE__, __?LINE?__ and the like.
        return !name.startsWith("__?") && !name.startsWith("__NASM") && !isOwnMacro(name);
    }

    private static boolean isOwnMacro(String name) {
        return switch (name) {
            case "__FILE__",
                    "__LINE__",
                    "__BITS__",
                    "__SECT__",
                    "__PASS__",
                    "__OUTPUT_FORMAT__",
                    "__DEBUG_FORMAT__",
                    "__DATE__",
                    "__TIME__",
                    "__DATE_NUM__",
                    "__TIME_NUM__",
                    "__UTC_DATE__",
                    "__UTC_TIME__",
                    "__UTC_DATE_NUM__",
                    "__UTC_TIME_NUM__",
                    "__POSIX_TIME__",
                    "__PTR__",
                    "__Infinity__",
                    "__QNaN__",
                    "__SNaN__",
                    "__NaN__" -> true;
            default -> false;
        };
    }

    private static boolean isReserved(String name) {
        if (name.length() > 8) return false;
        String lower = name.toLowerCase(java.util.Locale.ROOT);
        if (KEYWORDS.contains(lower) || REGISTERS.contains(lower)) return true;
        int digits = lower.length();
        while (digits > 0 && Character.isDigit(lower.charAt(digits - 1))) digits--;
        String letters = lower.substring(0, digits);
        if (digits < lower.length()) {
            for (String numbered : NUMBERED) if (numbered.equals(letters)) return true;
            return false;
        }
        // R8B, R8W, R8D and so on.
        int length = lower.length();
        return length >= 3 && length <= 4 && lower.charAt(0) == 'r' && Character.isDigit(lower.charAt(1));
    }
}
