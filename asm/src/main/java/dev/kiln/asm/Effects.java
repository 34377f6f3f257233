package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Template;
import java.util.Set;

/**
 * What one instruction reads and writes, as far as the table's columns tell all of it. Only forms that are known to touch nothing else (no
 * memory but their operand's, no state but general and vector registers and the flags) are {@link #known}; of any other, everything is to be assumed.
 *
 * <p>Registers are a set of the numbers 0 to 63, of {@link Registers}; mask registers are in no set, so nothing is concluded about them.
 */
final class Effects {
    /** The flags that arithmetic sets. */
    static final int STATUS = Forms.CARRY | Forms.PARITY | Forms.ADJUST | Forms.ZERO | Forms.SIGN | Forms.OVERFLOW;

    static final int ALL_FLAGS = STATUS | Forms.DIRECTION | Forms.INTERRUPT;

    private static final byte UNKNOWN = 0, SIMPLE = 1, PUSH = 2, POP = 3;

    /** Base instructions whose effects stand in the table's columns, SDM vol. 2. */
    private static final Set<String> BASE = Set.of(
            ("adc adcx add adox and andn bextr blsi blsmsk blsr bsf bsr bswap bt btc btr bts bzhi cbw cdq cdqe clc cmc cmp cmpxchg cqo crc32 cwd cwde dec div "
                            + "idiv imul inc lahf lea lzcnt mov movbe movsx movsxd movzx mul mulx neg nop not or pdep pext popcnt rcl rcr rol ror rorx "
                            + "sahf sar sarx sbb shl shld shlx shr shrd shrx stc sub test tzcnt xadd xchg xor")
                    .split(" "));

    /** Vector instructions with memory, control registers or state besides their operands. */
    private static final Set<String> MORE_THAN_OPERANDS = Set.of(
            ("clflush ldmxcsr stmxcsr vldmxcsr vstmxcsr maskmovdqu vmaskmovdqu vzeroall vzeroupper lfence mfence sfence pause "
                            + "prefetchnta prefetcht0 prefetcht1 prefetcht2 movnti")
                    .split(" "));

    private static final String[] VECTOR_FEATURES = {
        "sse", "avx", "fma", "f16c", "aes", "pclmulqdq", "sha", "gfni", "ssse3"
    };

    /** How much is known of each form. */
    private static final byte[] KNOWN = classify();

    private final FormTable table = FormTable.get();
    private final Operands operands = new Operands();

    /** Whether the sets below say all that the instruction reads and writes. */
    boolean known;

    long reads;
    long writes;
    /** Of what is written, the general registers of which nothing is left. */
    long kills;

    int flagsRead;
    /** Written, or undefined afterwards. */
    int flagsWritten;

    boolean readsMemory;
    boolean writesMemory;

    private static byte[] classify() {
        FormTable table = FormTable.get();
        byte[] known = new byte[table.limit];
        for (int form = 1; form < table.limit; form++) known[form] = classify(table, form);
        return known;
    }

    private static byte classify(FormTable table, int form) {
        String mnemonic = table.mnemonic(form);
        if (mnemonic.equals("push") || mnemonic.equals("pop"))
            return plainOperands(table, form) ? mnemonic.equals("push") ? PUSH : POP : UNKNOWN;
        if (!plainOperands(table, form)) return UNKNOWN;
        boolean conditional = isConditional(table, form, mnemonic);
        boolean vector = isVector(table.feature(form)) && !MORE_THAN_OPERANDS.contains(mnemonic);
        return conditional || vector || BASE.contains(mnemonic) && Template.space(table.template(form)) != 2
                ? SIMPLE
                : UNKNOWN;
    }

    /** SETcc and CMOVcc, of the base set. */
    private static boolean isConditional(FormTable table, int form, String mnemonic) {
        return table.flagsRead(form) != 0
                && Template.space(table.template(form)) == 0
                && (mnemonic.startsWith("set") && !mnemonic.equals("setssbsy") || mnemonic.startsWith("cmov"));
    }

    private static boolean isVector(String feature) {
        for (String name : VECTOR_FEATURES) if (feature.startsWith(name)) return true;
        return false;
    }

    private static boolean plainOperands(FormTable table, int form) {
        for (int i = 0; i < table.operandCount(form); i++) {
            OperandKind kind = Forms.operandKind(form, i);
            if (kind.isBranch() || kind.isOffset()) return false;
            if (!kind.takesRegister()) continue;
            switch (kind.registerClass()) {
                case GENERAL, VECTOR, MASK -> {}
                case MMX, X87, SEGMENT, CONTROL, DEBUG, TILE, NONE -> {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether an instruction writes to a general register and does nothing else that could be noticed; its flags are looked at apart. */
    boolean isPure() {
        return known && !readsMemory && !writesMemory;
    }

    /** Computes the effects of a node; other nodes than instructions count as unknown. */
    void of(CodeList list, int node) {
        if (list.isInstruction(node)) of(list.prefixedForm(node), list.operands(node, operands));
        else unknown();
    }

    private void unknown() {
        known = false;
        reads = -1;
        writes = -1;
        kills = 0;
        flagsRead = ALL_FLAGS;
        flagsWritten = 0;
        readsMemory = true;
        writesMemory = true;
    }

    void of(int form, Operands o) {
        int number = form & Form.NUMBER;
        if (form != number || KNOWN[number] == UNKNOWN || (o.decorations & ~Encoder.DECORATIONS) != 0) {
            unknown();
            return;
        }
        known = true;
        reads = table.implicitReads(number);
        // Whether all of an implicit register is written is not told, so none of them counts as killed.
        writes = table.implicitWrites(number);
        kills = 0;
        flagsRead = table.flagsRead(number);
        flagsWritten = table.flagsWritten(number) | table.flagsUndefined(number);
        readsMemory = KNOWN[number] == POP;
        writesMemory = KNOWN[number] == PUSH;
        int count = table.operandCount(number);
        boolean withoutFixed = o.count != count;
        int j = 0;
        for (int i = 0; i < count; i++) {
            OperandKind kind = Forms.operandKind(number, i);
            if (withoutFixed && kind.isFixed()) continue;
            int access = table.access(number, i);
            switch (o.kinds[j]) {
                case Operands.REGISTER -> register(o.values[j], access, kind);
                case Operands.MEMORY -> memory(o, access, number);
                default -> {}
            }
            j++;
        }
    }

    private void register(int register, int access, OperandKind kind) {
        long bit = bit(register);
        if ((access & Forms.READ) != 0) reads |= bit;
        if ((access & Forms.WRITE) == 0) return;
        writes |= bit;
        // A 32-bit result clears the upper half (SDM vol. 1, 3.4.1.1); narrower ones leave the rest.
        if (access == Forms.WRITE && Registers.isGeneral(register) && kind.registerBits() >= 32) kills |= bit;
    }

    private void memory(Operands o, int access, int form) {
        reads |= address(o);
        // What an address alone is computed for (LEA, NOP) has no width or no access.
        if (table.mnemonic(form).equals("lea") || table.mnemonic(form).equals("nop")) return;
        readsMemory |= (access & Forms.READ) != 0;
        writesMemory |= (access & Forms.WRITE) != 0;
    }

    /** The registers that an address is made of. */
    static long address(Operands o) {
        return bit(o.base) | bit(o.index);
    }

    /** A register as a set; AH to BH are parts of RAX to RBX. */
    static long bit(int register) {
        if (register >= 0 && register < 64) return 1L << register;
        int high = register - Registers.HIGH_BYTE;
        // AH, CH, DH, BH stand in the order of the hardware's numbers.
        return high >= 0 && high < 4 ? 1L << high : 0;
    }
}
