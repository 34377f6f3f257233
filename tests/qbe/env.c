// The C side of env.ssa.
int c_twice(int (*f)(int, int), int x) { return f(f(x, 2), 2); }
int c_sub(int a, int b) { return a - b; }
