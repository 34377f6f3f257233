// The C side of subword.ssa.
#include <stdarg.h>
#include <stdio.h>

signed char c_sb(signed char a) { return (signed char)(a + 100); }
unsigned char c_ub(unsigned char a) { return (unsigned char)(a + 100); }
short c_sh(short a) { return (short)(a * 1000); }
unsigned short c_uh(unsigned short a) { return (unsigned short)(a * 1000); }
int c_stack(int a, int b, int c, int d, int e, int f, signed char g, unsigned char h, short i, unsigned short j) {
    return g + h + i + j + a + f;
}
void c_variadic(int n, ...) {
    va_list list;
    va_start(list, n);
    for (int i = 0; i < n; i++)
        printf("variadic %d\n", va_arg(list, int));
    va_end(list);
    fflush(stdout);
}
void c_back(signed char (*sb)(signed char), unsigned char (*ub)(unsigned char), short (*sh)(short),
            unsigned short (*uh)(unsigned short),
            int (*stack)(int, int, int, int, int, int, signed char, unsigned char, short, unsigned short)) {
    volatile int x = -56, y = 200, z = -160, w = 65376;
    printf("back %d %d %d %d\n", sb((signed char)x), ub((unsigned char)y), sh((short)z), uh((unsigned short)w));
    printf("back %d\n", stack(1, 2, 3, 4, 5, 6, (signed char)x, (unsigned char)y, (short)z, (unsigned short)w));
    fflush(stdout);
}
