package dev.kiln.asm;

/**
 * Everything that operands are made of, for a static import: registers, memory, symbols.
 *
 * <pre>{@code
 * import static dev.kiln.asm.X86.*;
 *
 * a.mov(RAX, ptr(RDI, RCX, 8, 16));   // 64 bits, as the register says
 * a.add(dword(RSI), 5);               // memory and number: the size must be said
 * a.mulsd(XMM0, ptr(table));          // a label, relative to RIP
 * }</pre>
 */
public final class X86 implements AvxRegisters, SpecialRegisters, VectorRegisters, ExtendedRegisters {
    /** 64 bits of the general registers. */
    public static final Reg64 RAX = new Reg64(0), RCX = new Reg64(1), RDX = new Reg64(2), RBX = new Reg64(3);

    public static final Reg64 RSP = new Reg64(4), RBP = new Reg64(5), RSI = new Reg64(6), RDI = new Reg64(7);
    public static final Reg64 R8 = new Reg64(8), R9 = new Reg64(9), R10 = new Reg64(10), R11 = new Reg64(11);
    public static final Reg64 R12 = new Reg64(12), R13 = new Reg64(13), R14 = new Reg64(14), R15 = new Reg64(15);

    /** The low 32 bits of the general registers; writing them zeroes the upper ones. */
    public static final Reg32 EAX = new Reg32(0), ECX = new Reg32(1), EDX = new Reg32(2), EBX = new Reg32(3);

    public static final Reg32 ESP = new Reg32(4), EBP = new Reg32(5), ESI = new Reg32(6), EDI = new Reg32(7);
    public static final Reg32 R8D = new Reg32(8), R9D = new Reg32(9), R10D = new Reg32(10), R11D = new Reg32(11);
    public static final Reg32 R12D = new Reg32(12), R13D = new Reg32(13), R14D = new Reg32(14), R15D = new Reg32(15);

    /** The low 16 bits of the general registers. */
    public static final Reg16 AX = new Reg16(0), CX = new Reg16(1), DX = new Reg16(2), BX = new Reg16(3);

    public static final Reg16 SP = new Reg16(4), BP = new Reg16(5), SI = new Reg16(6), DI = new Reg16(7);
    public static final Reg16 R8W = new Reg16(8), R9W = new Reg16(9), R10W = new Reg16(10), R11W = new Reg16(11);
    public static final Reg16 R12W = new Reg16(12), R13W = new Reg16(13), R14W = new Reg16(14), R15W = new Reg16(15);

    /** The low 8 bits of the general registers. */
    public static final Reg8 AL = new Reg8(0), CL = new Reg8(1), DL = new Reg8(2), BL = new Reg8(3);

    public static final Reg8 SPL = new Reg8(4), BPL = new Reg8(5), SIL = new Reg8(6), DIL = new Reg8(7);
    public static final Reg8 R8B = new Reg8(8), R9B = new Reg8(9), R10B = new Reg8(10), R11B = new Reg8(11);
    public static final Reg8 R12B = new Reg8(12), R13B = new Reg8(13), R14B = new Reg8(14), R15B = new Reg8(15);

    /** Bits 8 to 15 of RAX, RCX, RDX and RBX; not together with a REX prefix. */
    public static final Reg8 AH = new Reg8(Registers.HIGH_BYTE + 0),
            CH = new Reg8(Registers.HIGH_BYTE + 1),
            DH = new Reg8(Registers.HIGH_BYTE + 2),
            BH = new Reg8(Registers.HIGH_BYTE + 3);

    /** The vector registers of SSE, 128 bits; further ones and wider ones are in the interfaces that this class inherits. */
    public static final Xmm XMM0 = new Xmm(0), XMM1 = new Xmm(1), XMM2 = new Xmm(2), XMM3 = new Xmm(3);

    public static final Xmm XMM4 = new Xmm(4), XMM5 = new Xmm(5), XMM6 = new Xmm(6), XMM7 = new Xmm(7);
    public static final Xmm XMM8 = new Xmm(8), XMM9 = new Xmm(9), XMM10 = new Xmm(10), XMM11 = new Xmm(11);
    public static final Xmm XMM12 = new Xmm(12), XMM13 = new Xmm(13), XMM14 = new Xmm(14), XMM15 = new Xmm(15);

    /** Flags for conditional comparisons of APX, to be joined by {@code |}: what the flags are when the condition does not hold. */
    public static final long DFV_CF = 1, DFV_ZF = 2, DFV_SF = 4, DFV_OF = 8;

    private static final int NONE = Registers.NONE;

    private X86() {}

    /** A symbol as a call or jump target that may go through a stub, where it is defined elsewhere. */
    public static Symbol symbol(String name) {
        return new Symbol(name, RelocationKind.PLT32, 0);
    }

    /** A symbol with the way the field depends on it. */
    public static Symbol symbol(String name, RelocationKind kind) {
        return new Symbol(name, kind, 0);
    }

    /** A number as an operand of the dynamic methods. */
    public static Immediate imm(long value) {
        return new Immediate(value);
    }

    /** Memory of the size that the other operands or the instruction say, at a register. */
    public static Mem ptr(Reg64 base) {
        return Mem.of(0, base.number(), NONE, 1, 0);
    }

    /** Memory of the size that the other operands or the instruction say, at a register plus a displacement of 32 bits, signed. */
    public static Mem ptr(Reg64 base, long displacement) {
        return Mem.of(0, base.number(), NONE, 1, displacement);
    }

    /** Memory of the size that the other operands or the instruction say, at base + index × scale; the scale is 1, 2, 4 or 8, and RSP is no index. */
    public static Mem ptr(Reg64 base, Reg64 index, int scale) {
        return Mem.of(0, base.number(), index.number(), scale, 0);
    }

    /** Memory of the size that the other operands or the instruction say, at base + index × scale + displacement. */
    public static Mem ptr(Reg64 base, Reg64 index, int scale, long displacement) {
        return Mem.of(0, base.number(), index.number(), scale, displacement);
    }

    /** Memory of the size that the other operands or the instruction say, at index × scale + displacement. */
    public static Mem ptr(Reg64 index, int scale, long displacement) {
        return Mem.of(0, NONE, index.number(), scale, displacement);
    }

    /** Memory of the size that the other operands or the instruction say, at a label, relative to the instruction pointer. */
    public static Mem ptr(Label label) {
        return Mem.at(0, label, 0);
    }

    /** Memory of the size that the other operands or the instruction say, at a symbol, as its relocation says; PLT32 counts as PC32 here. */
    public static Mem ptr(Symbol symbol) {
        return Mem.at(0, symbol);
    }

    /** Memory of the size that the other operands or the instruction say, at an absolute address of 32 bits, signed. */
    public static Mem ptr(long address) {
        return Mem.of(0, NONE, NONE, 1, address);
    }

    /** Memory at an absolute address of 64 bits, for {@code mov} with AL, AX, EAX or RAX: {@code a.mov(RAX, absolute(0x1122334455667788L))}. */
    public static Absolute absolute(long address) {
        return new Absolute(address);
    }

    /** Memory at a symbol's absolute address of 64 bits (relocation ABS64); see {@link #absolute(long)}. */
    public static Absolute absolute(Symbol symbol) {
        return Absolute.of(symbol);
    }

    /** Memory at a 32-bit register plus a displacement: the address is computed in 32 bits (prefix 67). A size goes around: {@code dword(ptr(EAX, 8))}. */
    public static Mem ptr(Reg32 base, long displacement) {
        return Mem.of32(0, base.number(), NONE, 1, displacement);
    }

    /** Memory at a 32-bit register. */
    public static Mem ptr(Reg32 base) {
        return Mem.of32(0, base.number(), NONE, 1, 0);
    }

    /** Memory at base + index × scale + displacement, computed in 32 bits; ESP is no index. */
    public static Mem ptr(Reg32 base, Reg32 index, int scale, long displacement) {
        return Mem.of32(0, base.number(), index.number(), scale, displacement);
    }

    /** Memory at index × scale + displacement, computed in 32 bits. */
    public static Mem ptr(Reg32 index, int scale, long displacement) {
        return Mem.of32(0, NONE, index.number(), scale, displacement);
    }

    /** Memory of gathers and scatters: at base + each element of a vector of 128 bits × scale + displacement. */
    public static Mem ptr(Reg64 base, Xmm index, int scale, long displacement) {
        return Mem.ofVector(base.number(), index.number(), index.bits(), index.decorations(), scale, displacement);
    }

    /** Memory of gathers and scatters: at each element of a vector of 128 bits × scale + displacement. */
    public static Mem ptr(Xmm index, int scale, long displacement) {
        return Mem.ofVector(NONE, index.number(), index.bits(), index.decorations(), scale, displacement);
    }

    /** Memory of gathers and scatters: at base + each element of a vector of 256 bits × scale + displacement. */
    public static Mem ptr(Reg64 base, Ymm index, int scale, long displacement) {
        return Mem.ofVector(base.number(), index.number(), index.bits(), index.decorations(), scale, displacement);
    }

    /** Memory of gathers and scatters: at each element of a vector of 256 bits × scale + displacement. */
    public static Mem ptr(Ymm index, int scale, long displacement) {
        return Mem.ofVector(NONE, index.number(), index.bits(), index.decorations(), scale, displacement);
    }

    /** Memory of gathers and scatters: at base + each element of a vector of 512 bits × scale + displacement. */
    public static Mem ptr(Reg64 base, Zmm index, int scale, long displacement) {
        return Mem.ofVector(base.number(), index.number(), index.bits(), index.decorations(), scale, displacement);
    }

    /** Memory of gathers and scatters: at each element of a vector of 512 bits × scale + displacement. */
    public static Mem ptr(Zmm index, int scale, long displacement) {
        return Mem.ofVector(NONE, index.number(), index.bits(), index.decorations(), scale, displacement);
    }

    /** 48 bits of memory: a far pointer with an offset of 32 bits. */
    public static Mem fword(Mem memory) {
        return memory.sized(48);
    }

    /** 80 bits of memory: an x87 number, or a far pointer with an offset of 64 bits. */
    public static Mem tword(Mem memory) {
        return memory.sized(80);
    }

    /** 512 bits of memory. */
    public static Mem zword(Mem memory) {
        return memory.sized(512);
    }

    /** 8 bits of memory, at a register. */
    public static Mem byte_(Reg64 base) {
        return Mem.of(8, base.number(), NONE, 1, 0);
    }

    /** 8 bits of memory, at a register plus a displacement of 32 bits, signed. */
    public static Mem byte_(Reg64 base, long displacement) {
        return Mem.of(8, base.number(), NONE, 1, displacement);
    }

    /** 8 bits of memory, at base + index × scale; the scale is 1, 2, 4 or 8, and RSP is no index. */
    public static Mem byte_(Reg64 base, Reg64 index, int scale) {
        return Mem.of(8, base.number(), index.number(), scale, 0);
    }

    /** 8 bits of memory, at base + index × scale + displacement. */
    public static Mem byte_(Reg64 base, Reg64 index, int scale, long displacement) {
        return Mem.of(8, base.number(), index.number(), scale, displacement);
    }

    /** 8 bits of memory, at index × scale + displacement. */
    public static Mem byte_(Reg64 index, int scale, long displacement) {
        return Mem.of(8, NONE, index.number(), scale, displacement);
    }

    /** 8 bits of memory, at a label, relative to the instruction pointer. */
    public static Mem byte_(Label label) {
        return Mem.at(8, label, 0);
    }

    /** 8 bits of memory, at a symbol, as its relocation says; PLT32 counts as PC32 here. */
    public static Mem byte_(Symbol symbol) {
        return Mem.at(8, symbol);
    }

    /** 8 bits of memory, at an absolute address of 32 bits, signed. */
    public static Mem byte_(long address) {
        return Mem.of(8, NONE, NONE, 1, address);
    }

    /** The same address with 8 bits of memory. */
    public static Mem byte_(Mem memory) {
        return memory.sized(8);
    }

    /** 16 bits of memory, at a register. */
    public static Mem word(Reg64 base) {
        return Mem.of(16, base.number(), NONE, 1, 0);
    }

    /** 16 bits of memory, at a register plus a displacement of 32 bits, signed. */
    public static Mem word(Reg64 base, long displacement) {
        return Mem.of(16, base.number(), NONE, 1, displacement);
    }

    /** 16 bits of memory, at base + index × scale; the scale is 1, 2, 4 or 8, and RSP is no index. */
    public static Mem word(Reg64 base, Reg64 index, int scale) {
        return Mem.of(16, base.number(), index.number(), scale, 0);
    }

    /** 16 bits of memory, at base + index × scale + displacement. */
    public static Mem word(Reg64 base, Reg64 index, int scale, long displacement) {
        return Mem.of(16, base.number(), index.number(), scale, displacement);
    }

    /** 16 bits of memory, at index × scale + displacement. */
    public static Mem word(Reg64 index, int scale, long displacement) {
        return Mem.of(16, NONE, index.number(), scale, displacement);
    }

    /** 16 bits of memory, at a label, relative to the instruction pointer. */
    public static Mem word(Label label) {
        return Mem.at(16, label, 0);
    }

    /** 16 bits of memory, at a symbol, as its relocation says; PLT32 counts as PC32 here. */
    public static Mem word(Symbol symbol) {
        return Mem.at(16, symbol);
    }

    /** 16 bits of memory, at an absolute address of 32 bits, signed. */
    public static Mem word(long address) {
        return Mem.of(16, NONE, NONE, 1, address);
    }

    /** The same address with 16 bits of memory. */
    public static Mem word(Mem memory) {
        return memory.sized(16);
    }

    /** 32 bits of memory, at a register. */
    public static Mem dword(Reg64 base) {
        return Mem.of(32, base.number(), NONE, 1, 0);
    }

    /** 32 bits of memory, at a register plus a displacement of 32 bits, signed. */
    public static Mem dword(Reg64 base, long displacement) {
        return Mem.of(32, base.number(), NONE, 1, displacement);
    }

    /** 32 bits of memory, at base + index × scale; the scale is 1, 2, 4 or 8, and RSP is no index. */
    public static Mem dword(Reg64 base, Reg64 index, int scale) {
        return Mem.of(32, base.number(), index.number(), scale, 0);
    }

    /** 32 bits of memory, at base + index × scale + displacement. */
    public static Mem dword(Reg64 base, Reg64 index, int scale, long displacement) {
        return Mem.of(32, base.number(), index.number(), scale, displacement);
    }

    /** 32 bits of memory, at index × scale + displacement. */
    public static Mem dword(Reg64 index, int scale, long displacement) {
        return Mem.of(32, NONE, index.number(), scale, displacement);
    }

    /** 32 bits of memory, at a label, relative to the instruction pointer. */
    public static Mem dword(Label label) {
        return Mem.at(32, label, 0);
    }

    /** 32 bits of memory, at a symbol, as its relocation says; PLT32 counts as PC32 here. */
    public static Mem dword(Symbol symbol) {
        return Mem.at(32, symbol);
    }

    /** 32 bits of memory, at an absolute address of 32 bits, signed. */
    public static Mem dword(long address) {
        return Mem.of(32, NONE, NONE, 1, address);
    }

    /** The same address with 32 bits of memory. */
    public static Mem dword(Mem memory) {
        return memory.sized(32);
    }

    /** 64 bits of memory, at a register. */
    public static Mem qword(Reg64 base) {
        return Mem.of(64, base.number(), NONE, 1, 0);
    }

    /** 64 bits of memory, at a register plus a displacement of 32 bits, signed. */
    public static Mem qword(Reg64 base, long displacement) {
        return Mem.of(64, base.number(), NONE, 1, displacement);
    }

    /** 64 bits of memory, at base + index × scale; the scale is 1, 2, 4 or 8, and RSP is no index. */
    public static Mem qword(Reg64 base, Reg64 index, int scale) {
        return Mem.of(64, base.number(), index.number(), scale, 0);
    }

    /** 64 bits of memory, at base + index × scale + displacement. */
    public static Mem qword(Reg64 base, Reg64 index, int scale, long displacement) {
        return Mem.of(64, base.number(), index.number(), scale, displacement);
    }

    /** 64 bits of memory, at index × scale + displacement. */
    public static Mem qword(Reg64 index, int scale, long displacement) {
        return Mem.of(64, NONE, index.number(), scale, displacement);
    }

    /** 64 bits of memory, at a label, relative to the instruction pointer. */
    public static Mem qword(Label label) {
        return Mem.at(64, label, 0);
    }

    /** 64 bits of memory, at a symbol, as its relocation says; PLT32 counts as PC32 here. */
    public static Mem qword(Symbol symbol) {
        return Mem.at(64, symbol);
    }

    /** 64 bits of memory, at an absolute address of 32 bits, signed. */
    public static Mem qword(long address) {
        return Mem.of(64, NONE, NONE, 1, address);
    }

    /** The same address with 64 bits of memory. */
    public static Mem qword(Mem memory) {
        return memory.sized(64);
    }

    /** 128 bits of memory, at a register. */
    public static Mem oword(Reg64 base) {
        return Mem.of(128, base.number(), NONE, 1, 0);
    }

    /** 128 bits of memory, at a register plus a displacement of 32 bits, signed. */
    public static Mem oword(Reg64 base, long displacement) {
        return Mem.of(128, base.number(), NONE, 1, displacement);
    }

    /** 128 bits of memory, at base + index × scale; the scale is 1, 2, 4 or 8, and RSP is no index. */
    public static Mem oword(Reg64 base, Reg64 index, int scale) {
        return Mem.of(128, base.number(), index.number(), scale, 0);
    }

    /** 128 bits of memory, at base + index × scale + displacement. */
    public static Mem oword(Reg64 base, Reg64 index, int scale, long displacement) {
        return Mem.of(128, base.number(), index.number(), scale, displacement);
    }

    /** 128 bits of memory, at index × scale + displacement. */
    public static Mem oword(Reg64 index, int scale, long displacement) {
        return Mem.of(128, NONE, index.number(), scale, displacement);
    }

    /** 128 bits of memory, at a label, relative to the instruction pointer. */
    public static Mem oword(Label label) {
        return Mem.at(128, label, 0);
    }

    /** 128 bits of memory, at a symbol, as its relocation says; PLT32 counts as PC32 here. */
    public static Mem oword(Symbol symbol) {
        return Mem.at(128, symbol);
    }

    /** 128 bits of memory, at an absolute address of 32 bits, signed. */
    public static Mem oword(long address) {
        return Mem.of(128, NONE, NONE, 1, address);
    }

    /** The same address with 128 bits of memory. */
    public static Mem oword(Mem memory) {
        return memory.sized(128);
    }

    /** 256 bits of memory, at a register. */
    public static Mem yword(Reg64 base) {
        return Mem.of(256, base.number(), NONE, 1, 0);
    }

    /** 256 bits of memory, at a register plus a displacement of 32 bits, signed. */
    public static Mem yword(Reg64 base, long displacement) {
        return Mem.of(256, base.number(), NONE, 1, displacement);
    }

    /** 256 bits of memory, at base + index × scale; the scale is 1, 2, 4 or 8, and RSP is no index. */
    public static Mem yword(Reg64 base, Reg64 index, int scale) {
        return Mem.of(256, base.number(), index.number(), scale, 0);
    }

    /** 256 bits of memory, at base + index × scale + displacement. */
    public static Mem yword(Reg64 base, Reg64 index, int scale, long displacement) {
        return Mem.of(256, base.number(), index.number(), scale, displacement);
    }

    /** 256 bits of memory, at index × scale + displacement. */
    public static Mem yword(Reg64 index, int scale, long displacement) {
        return Mem.of(256, NONE, index.number(), scale, displacement);
    }

    /** 256 bits of memory, at a label, relative to the instruction pointer. */
    public static Mem yword(Label label) {
        return Mem.at(256, label, 0);
    }

    /** 256 bits of memory, at a symbol, as its relocation says; PLT32 counts as PC32 here. */
    public static Mem yword(Symbol symbol) {
        return Mem.at(256, symbol);
    }

    /** 256 bits of memory, at an absolute address of 32 bits, signed. */
    public static Mem yword(long address) {
        return Mem.of(256, NONE, NONE, 1, address);
    }

    /** The same address with 256 bits of memory. */
    public static Mem yword(Mem memory) {
        return memory.sized(256);
    }
}
