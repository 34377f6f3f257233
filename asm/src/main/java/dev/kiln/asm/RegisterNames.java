package dev.kiln.asm;

/** Names of registers as NASM and Intel's manuals write them. */
final class RegisterNames {
    private static final String[] LOW = {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di"};
    private static final String[] BYTES = {
        "al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil", "", "", "", "", "ah", "ch", "dh", "bh"
    };
    private static final String[] FLAGS = {"of", "sf", "zf", "cf"};
    private static final String[] SEGMENTS = {"es", "cs", "ss", "ds", "fs", "gs"};

    private RegisterNames() {}

    /** The name of a register used at a width in bits; of any number, so that messages can name what is wrong. */
    static String name(int register, int bits) {
        if (register < 0 || register >= Registers.COUNT) return "register " + register;
        StringBuilder out = new StringBuilder();
        append(out, register, bits);
        return out.toString();
    }

    /** {@code {k1}{z}} of a destination; empty when it has neither. */
    static String decorations(int decorations) {
        int mask = (decorations & Encoder.MASK) >> Encoder.MASK_SHIFT;
        return (mask == 0 ? "" : "{k" + mask + "}") + ((decorations & Encoder.ZEROING) == 0 ? "" : "{z}");
    }

    /** {@code {dfv=of,cf}}: the flags that a conditional comparison leaves when its condition does not hold. */
    static String defaultFlags(int flags) {
        StringBuilder out = new StringBuilder("{dfv=");
        for (int i = 0; i < FLAGS.length; i++)
            if ((flags & 8 >> i) != 0)
                out.append(out.charAt(out.length() - 1) == '=' ? "" : ",").append(FLAGS[i]);
        return out.append('}').toString();
    }

    /** Appends the name of a register used at a width in bits. */
    static void append(StringBuilder out, int register, int bits) {
        if (register < Registers.VECTOR) appendGeneral(out, register, bits);
        else if (register < Registers.MASK)
            out.append(bits == 512 ? "zmm" : bits == 256 ? "ymm" : "xmm").append(register - Registers.VECTOR);
        else if (register < Registers.X87) out.append('k').append(register - Registers.MASK);
        else if (register < Registers.MMX) out.append("st").append(register - Registers.X87);
        else if (register < Registers.SEGMENT) out.append("mm").append(register - Registers.MMX);
        else if (register < Registers.CONTROL) out.append(SEGMENTS[register - Registers.SEGMENT]);
        else if (register < Registers.DEBUG) out.append("cr").append(register - Registers.CONTROL);
        else if (register < Registers.TILE) out.append("dr").append(register - Registers.DEBUG);
        else if (register < Registers.BOUND) out.append("tmm").append(register - Registers.TILE);
        else if (register < Registers.HIGH_BYTE) out.append("bnd").append(register - Registers.BOUND);
        else if (register < Registers.RIP) out.append(BYTES[register - Registers.HIGH_BYTE + 12]);
        else out.append(bits == 32 ? "eip" : "rip");
    }

    private static void appendGeneral(StringBuilder out, int register, int bits) {
        if (register >= 8) {
            out.append('r').append(register);
            if (bits < 64) out.append(bits == 32 ? 'd' : bits == 16 ? 'w' : 'b');
        } else if (bits == 8) {
            out.append(BYTES[register]);
        } else {
            if (bits > 16) out.append(bits == 64 ? 'r' : 'e');
            out.append(LOW[register]);
        }
    }
}
