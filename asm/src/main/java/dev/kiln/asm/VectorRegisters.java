package dev.kiln.asm;

/** The registers of AVX-512, AMX and MPX, apart from the others so that who does not name one does not make them. */
sealed interface VectorRegisters permits X86 {
    Zmm ZMM0 = new Zmm(0), ZMM1 = new Zmm(1), ZMM2 = new Zmm(2), ZMM3 = new Zmm(3);
    Zmm ZMM4 = new Zmm(4), ZMM5 = new Zmm(5), ZMM6 = new Zmm(6), ZMM7 = new Zmm(7);
    Zmm ZMM8 = new Zmm(8), ZMM9 = new Zmm(9), ZMM10 = new Zmm(10), ZMM11 = new Zmm(11);
    Zmm ZMM12 = new Zmm(12), ZMM13 = new Zmm(13), ZMM14 = new Zmm(14), ZMM15 = new Zmm(15);
    Zmm ZMM16 = new Zmm(16), ZMM17 = new Zmm(17), ZMM18 = new Zmm(18), ZMM19 = new Zmm(19);
    Zmm ZMM20 = new Zmm(20), ZMM21 = new Zmm(21), ZMM22 = new Zmm(22), ZMM23 = new Zmm(23);
    Zmm ZMM24 = new Zmm(24), ZMM25 = new Zmm(25), ZMM26 = new Zmm(26), ZMM27 = new Zmm(27);
    Zmm ZMM28 = new Zmm(28), ZMM29 = new Zmm(29), ZMM30 = new Zmm(30), ZMM31 = new Zmm(31);
    Xmm XMM16 = new Xmm(16), XMM17 = new Xmm(17), XMM18 = new Xmm(18), XMM19 = new Xmm(19);
    Xmm XMM20 = new Xmm(20), XMM21 = new Xmm(21), XMM22 = new Xmm(22), XMM23 = new Xmm(23);
    Xmm XMM24 = new Xmm(24), XMM25 = new Xmm(25), XMM26 = new Xmm(26), XMM27 = new Xmm(27);
    Xmm XMM28 = new Xmm(28), XMM29 = new Xmm(29), XMM30 = new Xmm(30), XMM31 = new Xmm(31);
    Mask K0 = new Mask(0), K1 = new Mask(1), K2 = new Mask(2), K3 = new Mask(3);
    Mask K4 = new Mask(4), K5 = new Mask(5), K6 = new Mask(6), K7 = new Mask(7);
    Tile TMM0 = new Tile(0), TMM1 = new Tile(1), TMM2 = new Tile(2), TMM3 = new Tile(3);
    Tile TMM4 = new Tile(4), TMM5 = new Tile(5), TMM6 = new Tile(6), TMM7 = new Tile(7);
    BoundRegister BND0 = new BoundRegister(0), BND1 = new BoundRegister(1);
    BoundRegister BND2 = new BoundRegister(2), BND3 = new BoundRegister(3);
    Rounding RN_SAE = Rounding.RN_SAE, RD_SAE = Rounding.RD_SAE, RU_SAE = Rounding.RU_SAE, RZ_SAE = Rounding.RZ_SAE;
    Rounding SAE = Rounding.SAE;
}
