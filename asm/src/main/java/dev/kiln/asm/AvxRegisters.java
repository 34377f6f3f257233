package dev.kiln.asm;

/** The registers that AVX added, apart from the others so that who does not name one does not make them. */
sealed interface AvxRegisters permits X86 {
    Ymm YMM0 = new Ymm(0), YMM1 = new Ymm(1), YMM2 = new Ymm(2), YMM3 = new Ymm(3);
    Ymm YMM4 = new Ymm(4), YMM5 = new Ymm(5), YMM6 = new Ymm(6), YMM7 = new Ymm(7);
    Ymm YMM8 = new Ymm(8), YMM9 = new Ymm(9), YMM10 = new Ymm(10), YMM11 = new Ymm(11);
    Ymm YMM12 = new Ymm(12), YMM13 = new Ymm(13), YMM14 = new Ymm(14), YMM15 = new Ymm(15);
    Ymm YMM16 = new Ymm(16), YMM17 = new Ymm(17), YMM18 = new Ymm(18), YMM19 = new Ymm(19);
    Ymm YMM20 = new Ymm(20), YMM21 = new Ymm(21), YMM22 = new Ymm(22), YMM23 = new Ymm(23);
    Ymm YMM24 = new Ymm(24), YMM25 = new Ymm(25), YMM26 = new Ymm(26), YMM27 = new Ymm(27);
    Ymm YMM28 = new Ymm(28), YMM29 = new Ymm(29), YMM30 = new Ymm(30), YMM31 = new Ymm(31);
}
