package dev.kiln.asm;

/** The general registers of APX, apart from the others so that who does not name one does not make them. */
sealed interface ExtendedRegisters permits X86 {
    Reg64 R16 = new Reg64(16), R17 = new Reg64(17), R18 = new Reg64(18), R19 = new Reg64(19);
    Reg64 R20 = new Reg64(20), R21 = new Reg64(21), R22 = new Reg64(22), R23 = new Reg64(23);
    Reg64 R24 = new Reg64(24), R25 = new Reg64(25), R26 = new Reg64(26), R27 = new Reg64(27);
    Reg64 R28 = new Reg64(28), R29 = new Reg64(29), R30 = new Reg64(30), R31 = new Reg64(31);
    Reg32 R16D = new Reg32(16), R17D = new Reg32(17), R18D = new Reg32(18), R19D = new Reg32(19);
    Reg32 R20D = new Reg32(20), R21D = new Reg32(21), R22D = new Reg32(22), R23D = new Reg32(23);
    Reg32 R24D = new Reg32(24), R25D = new Reg32(25), R26D = new Reg32(26), R27D = new Reg32(27);
    Reg32 R28D = new Reg32(28), R29D = new Reg32(29), R30D = new Reg32(30), R31D = new Reg32(31);
    Reg16 R16W = new Reg16(16), R17W = new Reg16(17), R18W = new Reg16(18), R19W = new Reg16(19);
    Reg16 R20W = new Reg16(20), R21W = new Reg16(21), R22W = new Reg16(22), R23W = new Reg16(23);
    Reg16 R24W = new Reg16(24), R25W = new Reg16(25), R26W = new Reg16(26), R27W = new Reg16(27);
    Reg16 R28W = new Reg16(28), R29W = new Reg16(29), R30W = new Reg16(30), R31W = new Reg16(31);
    Reg8 R16B = new Reg8(16), R17B = new Reg8(17), R18B = new Reg8(18), R19B = new Reg8(19);
    Reg8 R20B = new Reg8(20), R21B = new Reg8(21), R22B = new Reg8(22), R23B = new Reg8(23);
    Reg8 R24B = new Reg8(24), R25B = new Reg8(25), R26B = new Reg8(26), R27B = new Reg8(27);
    Reg8 R28B = new Reg8(28), R29B = new Reg8(29), R30B = new Reg8(30), R31B = new Reg8(31);
}
