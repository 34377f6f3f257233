// What one instruction costs other assemblers: the instructions of Mix.java, 1,000 times in one buffer that is used again, final bytes and short
// jumps included. Compiled with -DASMJIT or -DXBYAK. Prints lines of three numbers: nanoseconds per instruction, nanoseconds of the calculation
// of Calibration.java right beside it, and the size of the code in bytes.
//
//   emission SAMPLES MILLISECONDS

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

static const int REPETITIONS = 1000;
static const int INSTRUCTIONS = 17 * REPETITIONS;

#ifdef ASMJIT
#include <asmjit/x86.h>

using namespace asmjit;
using namespace asmjit::x86;

static void mix(Assembler &a) {
    for (int i = 0; i < REPETITIONS; i++) {
        Label back = a.newLabel();
        Label forward = a.newLabel();
        a.bind(back);
        a.mov(rax, ptr(rdi, rcx, 3, 16));
        a.add(rax, rbx);
        a.lea(rdx, ptr(rax, rcx, 2, 32));
        a.cmp(rdx, 1000);
        a.short_().jl(forward);
        a.addsd(xmm0, xmm1);
        a.mulsd(xmm2, ptr(rsi, 8));
        a.mov(ecx, 12345);
        a.add(ecx, edx);
        a.movaps(xmm3, xmm4);
        a.sub(rcx, 1);
        a.xor_(r8d, r8d);
        a.bind(forward);
        a.mov(ptr(rdi, rcx, 3), rax);
        a.cvtsi2sd(xmm5, rax);
        a.cmp(rcx, r9);
        a.short_().jne(back);
        a.nop();
    }
}

static uint8_t bytes[1 << 20];

// The code holder is used again, and its bytes are copied out as a program would that keeps them.
static size_t emit() {
    static CodeHolder code;
    code.reset(ResetPolicy::kSoft);
    code.init(Environment::host());
    Assembler a(&code);
    mix(a);
    if (code.flatten() != kErrorOk || code.resolveUnresolvedLinks() != kErrorOk) abort();
    if (code.copyFlattenedData(bytes, sizeof bytes) != kErrorOk) abort();
    return code.codeSize();
}
#endif

#ifdef XBYAK
#include <xbyak/xbyak.h>

struct Mix : Xbyak::CodeGenerator {
    Mix() : Xbyak::CodeGenerator(1 << 20) {}

    size_t emit() {
        reset();
        for (int i = 0; i < REPETITIONS; i++) {
            Xbyak::Label back, forward;
            L(back);
            mov(rax, ptr[rdi + rcx * 8 + 16]);
            add(rax, rbx);
            lea(rdx, ptr[rax + rcx * 4 + 32]);
            cmp(rdx, 1000);
            jl(forward, T_SHORT);
            addsd(xmm0, xmm1);
            mulsd(xmm2, ptr[rsi + 8]);
            mov(ecx, 12345);
            add(ecx, edx);
            movaps(xmm3, xmm4);
            sub(rcx, 1);
            xor_(r8d, r8d);
            L(forward);
            mov(ptr[rdi + rcx * 8], rax);
            cvtsi2sd(xmm5, rax);
            cmp(rcx, r9);
            jne(back, T_SHORT);
            nop();
        }
        ready();
        return getSize();
    }
};

static size_t emit() {
    static Mix mix;
    return mix.emit();
}
#endif

static int64_t now() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
            .count();
}

static volatile int64_t sink;

static int64_t calibrate() {
    int64_t least = INT64_MAX;
    for (int attempt = 0; attempt < 5; attempt++) {
        int64_t start = now();
        uint64_t x = 1;
        for (int i = 0; i < 100000; i++) {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
        }
        sink = int64_t(x);
        least = std::min(least, now() - start);
    }
    return least;
}

int main(int argc, char **argv) {
    int samples = argc > 1 ? atoi(argv[1]) : 5;
    int64_t length = (argc > 2 ? atoi(argv[2]) : 500) * 1000000LL;
    for (int sample = -1; sample < samples; sample++) {
        int64_t before = calibrate();
        int64_t start = now();
        int64_t runs = 0;
        int64_t time;
        size_t size;
        do {
            size = emit();
            runs++;
            time = now() - start;
        } while (time < length);
        int64_t after = calibrate();
        // The first one warms up.
        if (sample >= 0) 
            printf("%f %f %zu\n", double(time) / double(runs * INSTRUCTIONS), double(before + after) / 2, size);
    }
    return 0;
}
