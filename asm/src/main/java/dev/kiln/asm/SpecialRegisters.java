package dev.kiln.asm;

/** Registers that few programs name, apart from the others so that who does not name one neither makes them nor loads their classes. */
sealed interface SpecialRegisters permits X86 {
    Mmx MM0 = new Mmx(0), MM1 = new Mmx(1), MM2 = new Mmx(2), MM3 = new Mmx(3);
    Mmx MM4 = new Mmx(4), MM5 = new Mmx(5), MM6 = new Mmx(6), MM7 = new Mmx(7);
    X87Register ST0 = new X87Register(0), ST1 = new X87Register(1), ST2 = new X87Register(2), ST3 = new X87Register(3);
    X87Register ST4 = new X87Register(4), ST5 = new X87Register(5), ST6 = new X87Register(6), ST7 = new X87Register(7);
    SegmentRegister ES = new SegmentRegister(0), CS = new SegmentRegister(1), SS = new SegmentRegister(2);
    SegmentRegister DS = new SegmentRegister(3), FS = new SegmentRegister(4), GS = new SegmentRegister(5);
    ControlRegister CR0 = new ControlRegister(0),
            CR2 = new ControlRegister(2),
            CR3 = new ControlRegister(3),
            CR4 = new ControlRegister(4),
            CR8 = new ControlRegister(8);
    DebugRegister DR0 = new DebugRegister(0),
            DR1 = new DebugRegister(1),
            DR2 = new DebugRegister(2),
            DR3 = new DebugRegister(3),
            DR6 = new DebugRegister(6),
            DR7 = new DebugRegister(7);
}
