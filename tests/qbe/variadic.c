// The C side of variadic.ssa.
#include <stdarg.h>
#include <stdio.h>

long c_sum(int n, ...) {
    va_list list;
    long sum = 0;
    va_start(list, n);
    while (n-- > 0)
        sum += va_arg(list, long);
    va_end(list);
    return sum;
}
void c_back(long (*longs)(int, ...), double (*doubles)(int, ...), double (*mixed)(int, ...)) {
    printf("back %ld\n", longs(8, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L));
    printf("back %g\n", doubles(3, 1.0, 2.0, 3.5));
    printf("back %g\n", mixed(3, 2, 0.5, 4, 0.25, 6, 1.0));
    fflush(stdout);
}
