package dev.kiln.asm;

import java.util.Locale;

/**
 * A CPU feature: what the instruction table names in its feature column, each with the place where CPUID tells of it. Names are those
 * that the manuals, NASM, GCC and LLVM use; {@link #find} knows their spellings. A feature implies others: a processor with AVX2 has
 * AVX.
 *
 * @see CpuFeatures
 */
public enum CpuFeature {
    // The base set and what every x86-64 processor has.
    /** The base set: what every processor in 64-bit mode knows, RDMSR included. */
    X64("x64 x86-64 lm msr", 0x80000001, 0, Cpuid.Output.EDX, 29, State.NONE),
    /** The x87 floating-point unit. */
    X87("x87 fpu 387", 0x1, 0, Cpuid.Output.EDX, 0, State.NONE, X64),
    /** CMOVcc; with X87 also FCMOVcc and FCOMI. */
    CMOV("cmov", 0x1, 0, Cpuid.Output.EDX, 15, State.NONE, X64),
    /** 64-bit vectors in the x87 registers. */
    MMX("mmx", 0x1, 0, Cpuid.Output.EDX, 23, State.NONE, X64),
    /** Vectors of four floats. */
    SSE("sse", 0x1, 0, Cpuid.Output.EDX, 25, State.NONE, X64),
    /** Vectors of doubles and integers; also CLFLUSH, as compilers count it. */
    SSE2("sse2 clflush clfsh", 0x1, 0, Cpuid.Output.EDX, 26, State.NONE, SSE),

    // To SSE4.2, and general instructions of that age.
    /** Horizontal additions, MOVDDUP, FISTTP. */
    SSE3("sse3 pni", 0x1, 0, Cpuid.Output.ECX, 0, State.NONE, SSE2),
    /** PSHUFB, PALIGNR and their like. */
    SSSE3("ssse3", 0x1, 0, Cpuid.Output.ECX, 9, State.NONE, SSE3),
    /** Blends, dot products, rounding, element insertion. */
    SSE4_1("sse4.1", 0x1, 0, Cpuid.Output.ECX, 19, State.NONE, SSSE3),
    /** String comparison, PCMPGTQ, CRC32. */
    SSE4_2("sse4.2 sse4 crc32", 0x1, 0, Cpuid.Output.ECX, 20, State.NONE, SSE4_1),
    /** AMD's EXTRQ, INSERTQ, MOVNTSS, MOVNTSD. */
    SSE4A("sse4a", 0x80000001, 0, Cpuid.Output.ECX, 6, State.NONE, SSE3),
    /** Compare and exchange of 16 bytes. */
    CMPXCHG16B("cmpxchg16b cx16", 0x1, 0, Cpuid.Output.ECX, 13, State.NONE, X64),
    /** LAHF and SAHF in 64-bit mode. */
    LAHF("lahf sahf lahf_lm", 0x80000001, 0, Cpuid.Output.ECX, 0, State.NONE, X64),
    /** Number of one bits. */
    POPCNT("popcnt", 0x1, 0, Cpuid.Output.ECX, 23, State.NONE, X64),
    /** Number of leading zero bits. */
    LZCNT("lzcnt abm", 0x80000001, 0, Cpuid.Output.ECX, 5, State.NONE, X64),
    /** Moves that swap bytes. */
    MOVBE("movbe", 0x1, 0, Cpuid.Output.ECX, 22, State.NONE, X64),
    /** ANDN, BEXTR, BLSR, TZCNT. */
    BMI1("bmi1 bmi", 0x7, 0, Cpuid.Output.EBX, 3, State.NONE, X64),
    /** PDEP, PEXT, MULX, shifts without flags. */
    BMI2("bmi2", 0x7, 0, Cpuid.Output.EBX, 8, State.NONE, X64),
    /** ADCX and ADOX. */
    ADX("adx", 0x7, 0, Cpuid.Output.EBX, 19, State.NONE, X64),
    /** Random numbers. */
    RDRAND("rdrand rdrnd", 0x1, 0, Cpuid.Output.ECX, 30, State.NONE, X64),
    /** Seeds for random numbers. */
    RDSEED("rdseed", 0x7, 0, Cpuid.Output.EBX, 18, State.NONE, X64),
    /** Time stamp with processor number. */
    RDTSCP("rdtscp", 0x80000001, 0, Cpuid.Output.EDX, 27, State.NONE, X64),
    /** Processor number. */
    RDPID("rdpid", 0x7, 0, Cpuid.Output.ECX, 22, State.NONE, X64),

    // Cryptography on vectors.
    /** Rounds of AES. */
    AES("aes aesni", 0x1, 0, Cpuid.Output.ECX, 25, State.NONE, SSE2),
    /** Multiplication without carries. */
    PCLMULQDQ("pclmulqdq pclmul", 0x1, 0, Cpuid.Output.ECX, 1, State.NONE, SSE2),
    /** Rounds of SHA-1 and SHA-256. */
    SHA("sha sha_ni", 0x7, 0, Cpuid.Output.EBX, 29, State.NONE, SSE2),
    /** Arithmetic in GF(2^8). */
    GFNI("gfni", 0x7, 0, Cpuid.Output.ECX, 8, State.NONE, SSE2),
    /** Key Locker: AES with wrapped keys. */
    KL("kl aeskle keylocker", 0x19, 0, Cpuid.Output.EBX, 0, State.NONE, SSE2),
    /** Key Locker on eight blocks. */
    WIDEKL("widekl aesklewide", 0x19, 0, Cpuid.Output.EBX, 2, State.NONE, KL),

    // Saving state.
    /** FXSAVE and FXRSTOR. */
    FXSR("fxsr", 0x1, 0, Cpuid.Output.EDX, 24, State.NONE, X64),
    /** XSAVE, XRSTOR, XGETBV. */
    XSAVE("xsave", 0x1, 0, Cpuid.Output.ECX, 26, State.NONE, X64),
    /** XSAVE of what changed. */
    XSAVEOPT("xsaveopt", 0xD, 1, Cpuid.Output.EAX, 0, State.NONE, XSAVE),
    /** XSAVE without gaps. */
    XSAVEC("xsavec", 0xD, 1, Cpuid.Output.EAX, 1, State.NONE, XSAVE),
    /** XSAVE of supervisor state. */
    XSAVES("xsaves", 0xD, 1, Cpuid.Output.EAX, 3, State.NONE, XSAVE),

    // AVX and what is encoded with VEX.
    /** 256-bit vectors, three operands. */
    AVX("avx", 0x1, 0, Cpuid.Output.ECX, 28, State.YMM, SSE4_2, XSAVE),
    /** Conversion of half precision. */
    F16C("f16c", 0x1, 0, Cpuid.Output.ECX, 29, State.YMM, AVX),
    /** Fused multiply-add. */
    FMA("fma fma3", 0x1, 0, Cpuid.Output.ECX, 12, State.YMM, AVX),
    /** 256-bit integer vectors, gathers. */
    AVX2("avx2", 0x7, 0, Cpuid.Output.EBX, 5, State.YMM, AVX),
    /** AES on wider vectors. */
    VAES("vaes", 0x7, 0, Cpuid.Output.ECX, 9, State.YMM, AVX2, AES),
    /** Multiplication without carries on wider vectors. */
    VPCLMULQDQ("vpclmulqdq", 0x7, 0, Cpuid.Output.ECX, 10, State.YMM, AVX, PCLMULQDQ),
    /** Dot products of bytes and words, VEX-encoded. */
    AVXVNNI("avxvnni", 0x7, 1, Cpuid.Output.EAX, 4, State.YMM, AVX2),
    /** 52-bit multiply-add, VEX-encoded. */
    AVXIFMA("avxifma", 0x7, 1, Cpuid.Output.EAX, 23, State.YMM, AVX2),
    /** Dot products of bytes of any signedness. */
    AVXVNNIINT8("avxvnniint8", 0x7, 1, Cpuid.Output.EDX, 4, State.YMM, AVX2),
    /** Dot products of words of any signedness. */
    AVXVNNIINT16("avxvnniint16", 0x7, 1, Cpuid.Output.EDX, 10, State.YMM, AVX2),
    /** Conversions of BF16 and FP16. */
    AVXNECONVERT("avxneconvert", 0x7, 1, Cpuid.Output.EDX, 5, State.YMM, AVX2),
    /** Rounds of SHA-512. */
    SHA512("sha512", 0x7, 1, Cpuid.Output.EAX, 0, State.YMM, AVX2),
    /** Rounds of the hash SM3. */
    SM3("sm3", 0x7, 1, Cpuid.Output.EAX, 1, State.YMM, AVX),
    /** Rounds of the cipher SM4. */
    SM4("sm4", 0x7, 1, Cpuid.Output.EAX, 2, State.YMM, AVX2),
    /** Compare and add, atomically. */
    CMPCCXADD("cmpccxadd", 0x7, 1, Cpuid.Output.EAX, 7, State.NONE, X64),

    // AVX-512 and AVX10.
    /** 512-bit vectors, 32 registers, masks. */
    AVX512F("avx512f", 0x7, 0, Cpuid.Output.EBX, 16, State.ZMM, AVX2, F16C, FMA),
    /** Conflict detection. */
    AVX512CD("avx512cd", 0x7, 0, Cpuid.Output.EBX, 28, State.ZMM, AVX512F),
    /** Vectors of bytes and words. */
    AVX512BW("avx512bw", 0x7, 0, Cpuid.Output.EBX, 30, State.ZMM, AVX512F),
    /** More on doublewords and quadwords. */
    AVX512DQ("avx512dq", 0x7, 0, Cpuid.Output.EBX, 17, State.ZMM, AVX512F),
    /** AVX-512 at 128 and 256 bits. */
    AVX512VL("avx512vl", 0x7, 0, Cpuid.Output.EBX, 31, State.ZMM, AVX512F),
    /** 52-bit multiply-add. */
    AVX512IFMA("avx512ifma", 0x7, 0, Cpuid.Output.EBX, 21, State.ZMM, AVX512F),
    /** Permutations of bytes. */
    AVX512VBMI("avx512vbmi", 0x7, 0, Cpuid.Output.ECX, 1, State.ZMM, AVX512BW),
    /** Compression of bytes, double shifts. */
    AVX512VBMI2("avx512vbmi2", 0x7, 0, Cpuid.Output.ECX, 6, State.ZMM, AVX512BW),
    /** Dot products of bytes and words. */
    AVX512VNNI("avx512vnni", 0x7, 0, Cpuid.Output.ECX, 11, State.ZMM, AVX512F),
    /** Bit counts of bytes and words. */
    AVX512BITALG("avx512bitalg", 0x7, 0, Cpuid.Output.ECX, 12, State.ZMM, AVX512BW),
    /** Bit counts of doublewords and quadwords. */
    AVX512VPOPCNTDQ("avx512vpopcntdq", 0x7, 0, Cpuid.Output.ECX, 14, State.ZMM, AVX512F),
    /** Dot products of BF16. */
    AVX512BF16("avx512bf16", 0x7, 1, Cpuid.Output.EAX, 5, State.ZMM, AVX512BW),
    /** Arithmetic at half precision. */
    AVX512FP16("avx512fp16", 0x7, 0, Cpuid.Output.EDX, 23, State.ZMM, AVX512BW),
    /** Intersection of vectors. */
    AVX512VP2INTERSECT("avx512vp2intersect", 0x7, 0, Cpuid.Output.EDX, 8, State.ZMM, AVX512F),
    /** Exponentials and reciprocals of 28 bits (Xeon Phi). */
    AVX512ER("avx512er", 0x7, 0, Cpuid.Output.EBX, 27, State.ZMM, AVX512F),
    /** Prefetches of what gathers and scatters will touch (Xeon Phi). */
    AVX512PF("avx512pf", 0x7, 0, Cpuid.Output.EBX, 26, State.ZMM, AVX512F),
    /** Four multiply-adds in a row (Xeon Phi). */
    AVX5124FMAPS("avx5124fmaps", 0x7, 0, Cpuid.Output.EDX, 3, State.ZMM, AVX512F),
    /** Four dot products of words in a row (Xeon Phi). */
    AVX5124VNNIW("avx5124vnniw", 0x7, 0, Cpuid.Output.EDX, 2, State.ZMM, AVX512F),
    /** AVX10 version 1: the AVX-512 sets as one. */
    AVX10_1(
            "avx10.1",
            0x24,
            0,
            Cpuid.Output.EBX,
            0,
            8,
            1,
            State.ZMM,
            AVX512CD,
            AVX512DQ,
            AVX512VL,
            AVX512IFMA,
            AVX512VBMI,
            AVX512VBMI2,
            AVX512VNNI,
            AVX512BITALG,
            AVX512VPOPCNTDQ,
            AVX512BF16,
            AVX512FP16),
    /** AVX10 version 2. */
    AVX10_2("avx10.2", 0x24, 0, Cpuid.Output.EBX, 0, 8, 2, State.ZMM, AVX10_1),

    // Tiles.
    /** Tile registers; Linux wants arch_prctl(ARCH_REQ_XCOMP_PERM) before their first use. */
    AMX_TILE("amx-tile", 0x7, 0, Cpuid.Output.EDX, 24, State.TILE, X64),
    /** Tile products of bytes. */
    AMX_INT8("amx-int8", 0x7, 0, Cpuid.Output.EDX, 25, State.TILE, AMX_TILE),
    /** Tile products of BF16. */
    AMX_BF16("amx-bf16", 0x7, 0, Cpuid.Output.EDX, 22, State.TILE, AMX_TILE),
    /** Tile products of half precision. */
    AMX_FP16("amx-fp16", 0x7, 1, Cpuid.Output.EAX, 21, State.TILE, AMX_TILE),
    /** Tile products of complex numbers. */
    AMX_COMPLEX("amx-complex", 0x7, 1, Cpuid.Output.EDX, 8, State.TILE, AMX_TILE),
    /** Tile products of 8-bit floats. */
    AMX_FP8("amx-fp8", 0x1E, 1, Cpuid.Output.EAX, 4, State.TILE, AMX_TILE),
    /** Transposing loads and products of tiles. */
    AMX_TRANSPOSE("amx-transpose", 0x1E, 1, Cpuid.Output.EAX, 5, State.TILE, AMX_TILE),
    /** Tile products of TF32. */
    AMX_TF32("amx-tf32", 0x1E, 1, Cpuid.Output.EAX, 6, State.TILE, AMX_TILE),
    /** Moves of tile rows to vectors. */
    AMX_AVX512("amx-avx512", 0x1E, 1, Cpuid.Output.EAX, 7, State.TILE, AMX_TILE, AVX10_2),
    /** Tile loads of read-shared memory. */
    AMX_MOVRS("amx-movrs", 0x1E, 1, Cpuid.Output.EAX, 8, State.TILE, AMX_TILE),

    // APX.
    /** 32 general registers, new data destinations, suppressed flags. */
    APX_F("apx_f apx", 0x7, 1, Cpuid.Output.EDX, 21, State.APX, XSAVE),
    /** The second part of APX where it is told apart. */
    APX_NCI_NDD_NF("apx-nci-ndd-nf", 0x29, 0, Cpuid.Output.EBX, 0, State.APX, APX_F),

    // Memory, caches, atomics, waiting.
    /** Weakly ordered cache line flush. */
    CLFLUSHOPT("clflushopt", 0x7, 0, Cpuid.Output.EBX, 23, State.NONE, X64),
    /** Cache line write back. */
    CLWB("clwb", 0x7, 0, Cpuid.Output.EBX, 24, State.NONE, X64),
    /** Cache line demotion, a hint. */
    CLDEMOTE("cldemote", 0x7, 0, Cpuid.Output.ECX, 25, State.NONE, X64),
    /** AMD's zeroing of a cache line. */
    CLZERO("clzero", 0x80000008, 0, Cpuid.Output.EBX, 0, State.NONE, X64),
    /** Write back of all caches. */
    WBNOINVD("wbnoinvd", 0x80000008, 0, Cpuid.Output.EBX, 9, State.NONE, X64),
    /** Prefetch for writing. */
    PREFETCHW("prefetchw prfchw 3dnowprefetch", 0x80000001, 0, Cpuid.Output.ECX, 8, State.NONE, X64),
    /** Prefetch for writing to the second level. */
    PREFETCHWT1("prefetchwt1", 0x7, 0, Cpuid.Output.ECX, 0, State.NONE, X64),
    /** Prefetch of code. */
    PREFETCHI("prefetchi", 0x7, 1, Cpuid.Output.EDX, 14, State.NONE, X64),
    /** Loads of read-shared memory. */
    MOVRS("movrs", 0x7, 1, Cpuid.Output.EAX, 31, State.NONE, X64),
    /** Direct store. */
    MOVDIRI("movdiri", 0x7, 0, Cpuid.Output.ECX, 27, State.NONE, X64),
    /** Direct store of 64 bytes. */
    MOVDIR64B("movdir64b", 0x7, 0, Cpuid.Output.ECX, 28, State.NONE, X64),
    /** Commands to devices. */
    ENQCMD("enqcmd", 0x7, 0, Cpuid.Output.ECX, 29, State.NONE, X64),
    /** Remote atomic operations. */
    RAOINT("raoint rao-int", 0x7, 1, Cpuid.Output.EAX, 3, State.NONE, X64),
    /** UMONITOR, UMWAIT, TPAUSE. */
    WAITPKG("waitpkg", 0x7, 0, Cpuid.Output.ECX, 5, State.NONE, X64),
    /** MONITOR and MWAIT. */
    MONITOR("monitor mwait", 0x1, 0, Cpuid.Output.ECX, 3, State.NONE, X64),
    /** AMD's MONITORX and MWAITX. */
    MONITORX("monitorx mwaitx", 0x80000001, 0, Cpuid.Output.ECX, 29, State.NONE, X64),
    /** Serialising the instruction stream. */
    SERIALIZE("serialize", 0x7, 0, Cpuid.Output.EDX, 14, State.NONE, X64),
    /** Lock elision: XACQUIRE, XRELEASE. */
    HLE("hle", 0x7, 0, Cpuid.Output.EBX, 4, State.NONE, X64),
    /** Transactions: XBEGIN, XEND. */
    RTM("rtm tsx", 0x7, 0, Cpuid.Output.EBX, 11, State.NONE, X64),
    /** Loads that a transaction does not track. */
    TSXLDTRK("tsxldtrk", 0x7, 0, Cpuid.Output.EDX, 16, State.NONE, RTM),
    /** Reset of history. */
    HRESET("hreset", 0x7, 1, Cpuid.Output.EAX, 22, State.NONE, X64),
    /** Data for processor traces. */
    PTWRITE("ptwrite", 0x14, 0, Cpuid.Output.EBX, 4, State.NONE, X64),

    // Protection and interrupts.
    /** Access to the bases of FS and GS. */
    FSGSBASE("fsgsbase", 0x7, 0, Cpuid.Output.EBX, 0, State.NONE, X64),
    /** Protection keys, enabled by the operating system. */
    PKU("pku ospke pkru", 0x7, 0, Cpuid.Output.ECX, 4, State.PKRU, X64),
    /** Indirect branch tracking: ENDBR64. */
    CET_IBT("cet ibt cet_ibt", 0x7, 0, Cpuid.Output.EDX, 20, State.NONE, X64),
    /** Shadow stacks. */
    CET_SS("cetss shstk cet_ss user_shstk", 0x7, 0, Cpuid.Output.ECX, 7, State.NONE, X64),
    /** Bound registers. */
    MPX("mpx", 0x7, 0, Cpuid.Output.EBX, 14, State.BOUNDS, XSAVE),
    /** CLAC and STAC. */
    SMAP("smap", 0x7, 0, Cpuid.Output.EBX, 20, State.NONE, X64),
    /** Invalidation by process context. */
    INVPCID("invpcid", 0x7, 0, Cpuid.Output.EBX, 10, State.NONE, X64),
    /** User interrupts. */
    UINTR("uintr", 0x7, 0, Cpuid.Output.EDX, 5, State.NONE, X64),
    /** URDMSR and UWRMSR. */
    USER_MSR("user_msr usermsr", 0x7, 1, Cpuid.Output.EDX, 15, State.NONE, X64),
    /** Flexible return and event delivery. */
    FRED("fred", 0x7, 1, Cpuid.Output.EAX, 17, State.NONE, X64),
    /** Load of the kernel GS. */
    LKGS("lkgs", 0x7, 1, Cpuid.Output.EAX, 18, State.NONE, X64),
    /** WRMSR without serialising. */
    WRMSRNS("wrmsrns", 0x7, 1, Cpuid.Output.EAX, 19, State.NONE, X64),
    /** RDMSRLIST and WRMSRLIST. */
    MSRLIST("msrlist", 0x7, 1, Cpuid.Output.EAX, 27, State.NONE, X64),
    /** RDMSR and WRMSRNS with an immediate. */
    MSR_IMM("msr_imm msrimm", 0x7, 1, Cpuid.Output.ECX, 5, State.NONE, X64),
    /** Platform configuration. */
    PCONFIG("pconfig", 0x7, 0, Cpuid.Output.EDX, 18, State.NONE, X64),
    /** Binding of keys to a platform. */
    PBNDKB("pbndkb", 0x7, 1, Cpuid.Output.EBX, 1, State.NONE, X64),

    // Virtual machines, secure launch, enclaves.
    /** Intel's virtual machines. */
    VMX("vmx", 0x1, 0, Cpuid.Output.ECX, 5, State.NONE, X64),
    /** Safer mode: GETSEC. */
    SMX("smx", 0x1, 0, Cpuid.Output.ECX, 6, State.NONE, X64),
    /** Enclaves. */
    SGX("sgx", 0x7, 0, Cpuid.Output.EBX, 2, State.NONE, X64),
    /** AMD's virtual machines. */
    SVM("svm", 0x80000001, 0, Cpuid.Output.ECX, 2, State.NONE, X64),
    /** AMD's secure initialisation. */
    SKINIT("skinit", 0x80000001, 0, Cpuid.Output.ECX, 12, State.NONE, X64),
    /** Encrypted virtual machines: VMGEXIT. */
    SEV_ES("seves sev-es", 0x8000001F, 0, Cpuid.Output.EAX, 3, State.NONE, X64),
    /** Nested paging of encrypted virtual machines. */
    SEV_SNP("sevsnp sev-snp snp", 0x8000001F, 0, Cpuid.Output.EAX, 4, State.NONE, SEV_ES),
    /** RMPQUERY. */
    RMPQUERY("rmpquery", 0x8000001F, 0, Cpuid.Output.EAX, 6, State.NONE, SEV_SNP),
    /** Invalidation on all processors. */
    INVLPGB("invlpgb", 0x80000008, 0, Cpuid.Output.EBX, 3, State.NONE, X64),
    /** AMD's reading of processor registers. */
    RDPRU("rdpru", 0x80000008, 0, Cpuid.Output.EBX, 4, State.NONE, X64),
    /** Commit of stores. */
    MCOMMIT("mcommit", 0x80000008, 0, Cpuid.Output.EBX, 8, State.NONE, X64),

    // AMD's sets that later processors left out.
    /** 3DNow!. */
    AMD_3DNOW("3dnow", 0x80000001, 0, Cpuid.Output.EDX, 31, State.NONE, MMX),
    /** Extensions to 3DNow!. */
    AMD_3DNOW2("3dnow2 3dnowa 3dnowext", 0x80000001, 0, Cpuid.Output.EDX, 30, State.NONE, AMD_3DNOW),
    /** Fused multiply-add with four operands. */
    FMA4("fma4", 0x80000001, 0, Cpuid.Output.ECX, 16, State.YMM, AVX, SSE4A),
    /** Vector permutations, shifts and multiply-adds. */
    XOP("xop", 0x80000001, 0, Cpuid.Output.ECX, 11, State.YMM, FMA4),
    /** Trailing bit manipulation. */
    TBM("tbm", 0x80000001, 0, Cpuid.Output.ECX, 21, State.NONE, X64),
    /** Lightweight profiling. */
    LWP("lwp", 0x80000001, 0, Cpuid.Output.ECX, 15, State.LWP, X64),

    // VIA's and Zhaoxin's PadLock, as far as it is enabled.
    /** Random numbers. */
    PADLOCK_RNG("padlockrng xstore", 0xC0000001, 0, Cpuid.Output.EDX, 3, State.NONE, X64),
    /** The cipher AES. */
    PADLOCK_ACE("padlockace xcrypt", 0xC0000001, 0, Cpuid.Output.EDX, 7, State.NONE, X64),
    /** The hashes SHA-1 and SHA-256. */
    PADLOCK_PHE("padlockphe phe", 0xC0000001, 0, Cpuid.Output.EDX, 11, State.NONE, X64),
    /** Montgomery products. */
    PADLOCK_PMM("padlockpmm pmm", 0xC0000001, 0, Cpuid.Output.EDX, 13, State.NONE, X64);

    /** Parts of XCR0, which the operating system sets to allow the use of registers (SDM vol. 1, 13.3; APM vol. 2, 11.5.2). */
    private static final class State {
        static final long NONE = 0, YMM = 0x6, ZMM = 0xE6, TILE = 0x6_0000, APX = 1 << 19;
        static final long BOUNDS = 0x18, PKRU = 1 << 9, LWP = 1L << 62;
    }

    private final String names;
    private final Cpuid cpuid;
    private final long state;
    private final CpuFeature[] implied;

    CpuFeature(String names, int leaf, int subleaf, Cpuid.Output output, int bit, long state, CpuFeature... implied) {
        this(names, leaf, subleaf, output, bit, 1, 1, state, implied);
    }

    CpuFeature(
            String names,
            int leaf,
            int subleaf,
            Cpuid.Output output,
            int shift,
            int bits,
            int atLeast,
            long state,
            CpuFeature... implied) {
        this.names = names;
        this.cpuid = new Cpuid(leaf, subleaf, output, shift, bits, atLeast);
        this.state = state;
        this.implied = implied;
    }

    /** The name in the table, in messages and in {@link CpuFeatures#toString}: {@code sse4.1}, {@code avx512vl}, {@code amx-tile}. */
    public String text() {
        int end = names.indexOf(' ');
        return end < 0 ? names : names.substring(0, end);
    }

    /** Where CPUID tells of it. That is the processor's word; use also needs {@link #state}. */
    public Cpuid cpuid() {
        return cpuid;
    }

    /** The bits that the operating system must have set in XCR0 before its registers can be used; 0 when none. */
    public long state() {
        return state;
    }

    /** The features that this one directly implies; empty for {@link #X64}. */
    CpuFeature[] implied() {
        return implied;
    }

    /**
     * The feature of a name, or {@code null}. Case, and dots, dashes and underscores within, make no difference; other tools' names are
     * known: {@code cx16}, {@code pclmul}, {@code abm}, {@code pni}.
     */
    public static CpuFeature find(String name) {
        String plain = plain(name);
        if (plain.isEmpty()) return null;
        for (CpuFeature feature : values()) {
            String names = feature.names;
            for (int from = 0; from < names.length(); ) {
                int blank = names.indexOf(' ', from);
                int to = blank < 0 ? names.length() : blank;
                if (plain(names.substring(from, to)).equals(plain)) return feature;
                from = to + 1;
            }
        }
        return null;
    }

    private static String plain(String name) {
        StringBuilder plain = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c != '.' && c != '-' && c != '_') plain.append(c);
        }
        return plain.toString().toLowerCase(Locale.ROOT);
    }
}
