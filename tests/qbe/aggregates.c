// The C side of aggregates.ssa.
#include <stdio.h>
#include <string.h>
typedef struct { signed char a; } b1;
typedef struct { signed char a,b,c; } b3;
typedef struct { signed char a; short b; int c; } bhw;
typedef struct { int a,b; } ww;
typedef struct { long a; int b; } lw;
typedef struct { long a,b; } ll;
typedef struct { long a,b,c; } lll;
typedef struct { float a; } s1;
typedef struct { float a,b; } ss;
typedef struct { float a,b,c; } sss;
typedef struct { float a,b,c,d; } ssss;
typedef struct { float a,b,c,d,e; } s5;
typedef struct { float a; int b; } sw;
typedef struct { int a; float b,c; } wss;
typedef struct { double a; } d1;
typedef struct { double a,b; } dd;
typedef struct { double a; long b; } dl;
typedef struct { long a; double b; } ld;
typedef struct { signed char a; double b; } bd;
typedef struct { double a,b,c; } ddd;
typedef struct { int a[20]; } big;
typedef struct { struct { float a,b; } x; struct { long a; int b; } y; } nest;
typedef struct { struct { signed char a,b,c; } x; int y; struct { float a; } z; } nest2;
typedef union { int a; float b; } uws;
typedef union { double a; double b[2]; } udd;
typedef union { struct { long a; signed char b; } x; struct { double a; float b; } y; } uld;
typedef union { signed char a[3]; long b[4]; } ubig;
typedef struct __attribute__((aligned(16))) { long a,b; } a16;
typedef struct __attribute__((aligned(16))) { int a; long b[3]; } a16big;
typedef struct __attribute__((packed)) { signed char a; long b; } dark;
typedef struct { long a[5]; } dark8;

static const char *side = "C";
static void see_b1(b1 *p) {
    { signed char v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s b1 %ld\n", side, (long)v); }
}
b1 c_b1(int i, b1 p, double x, b1 q, long l) {
    see_b1(&p);
    see_b1(&q);
    printf("C %ld %g\n", i + l, x);
    { signed char v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
b1 c2_b1(long a, long b, long c, long d, long e, b1 p, long f, double s, double t, double u, double v, double w, double x, double y, b1 q, double z, long g) {
    see_b1(&p);
    see_b1(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_b1(b1 (*f)(int, b1, double, b1, long), b1 (*g)(long, long, long, long, long, b1, long, double, double, double, double, double, double, double, b1, double, long), b1 *v) {
    b1 r = f(7, v[0], 2.5, v[1], 70);
    see_b1(&r);
    see_b1(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_b1(&r);
}
static void see_b3(b3 *p) {
    { signed char v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s b3 %ld\n", side, (long)v); }
    { signed char v; memcpy(&v, (char *)p + 1, sizeof v); printf("%s b3 %ld\n", side, (long)v); }
    { signed char v; memcpy(&v, (char *)p + 2, sizeof v); printf("%s b3 %ld\n", side, (long)v); }
}
b3 c_b3(int i, b3 p, double x, b3 q, long l) {
    see_b3(&p);
    see_b3(&q);
    printf("C %ld %g\n", i + l, x);
    { signed char v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
b3 c2_b3(long a, long b, long c, long d, long e, b3 p, long f, double s, double t, double u, double v, double w, double x, double y, b3 q, double z, long g) {
    see_b3(&p);
    see_b3(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_b3(b3 (*f)(int, b3, double, b3, long), b3 (*g)(long, long, long, long, long, b3, long, double, double, double, double, double, double, double, b3, double, long), b3 *v) {
    b3 r = f(7, v[0], 2.5, v[1], 70);
    see_b3(&r);
    see_b3(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_b3(&r);
}
static void see_bhw(bhw *p) {
    { signed char v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s bhw %ld\n", side, (long)v); }
    { short v; memcpy(&v, (char *)p + 2, sizeof v); printf("%s bhw %ld\n", side, (long)v); }
    { int v; memcpy(&v, (char *)p + 4, sizeof v); printf("%s bhw %ld\n", side, (long)v); }
}
bhw c_bhw(int i, bhw p, double x, bhw q, long l) {
    see_bhw(&p);
    see_bhw(&q);
    printf("C %ld %g\n", i + l, x);
    { signed char v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
bhw c2_bhw(long a, long b, long c, long d, long e, bhw p, long f, double s, double t, double u, double v, double w, double x, double y, bhw q, double z, long g) {
    see_bhw(&p);
    see_bhw(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_bhw(bhw (*f)(int, bhw, double, bhw, long), bhw (*g)(long, long, long, long, long, bhw, long, double, double, double, double, double, double, double, bhw, double, long), bhw *v) {
    bhw r = f(7, v[0], 2.5, v[1], 70);
    see_bhw(&r);
    see_bhw(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_bhw(&r);
}
static void see_ww(ww *p) {
    { int v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s ww %ld\n", side, (long)v); }
    { int v; memcpy(&v, (char *)p + 4, sizeof v); printf("%s ww %ld\n", side, (long)v); }
}
ww c_ww(int i, ww p, double x, ww q, long l) {
    see_ww(&p);
    see_ww(&q);
    printf("C %ld %g\n", i + l, x);
    { int v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
ww c2_ww(long a, long b, long c, long d, long e, ww p, long f, double s, double t, double u, double v, double w, double x, double y, ww q, double z, long g) {
    see_ww(&p);
    see_ww(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_ww(ww (*f)(int, ww, double, ww, long), ww (*g)(long, long, long, long, long, ww, long, double, double, double, double, double, double, double, ww, double, long), ww *v) {
    ww r = f(7, v[0], 2.5, v[1], 70);
    see_ww(&r);
    see_ww(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_ww(&r);
}
static void see_lw(lw *p) {
    { long v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s lw %ld\n", side, (long)v); }
    { int v; memcpy(&v, (char *)p + 8, sizeof v); printf("%s lw %ld\n", side, (long)v); }
}
lw c_lw(int i, lw p, double x, lw q, long l) {
    see_lw(&p);
    see_lw(&q);
    printf("C %ld %g\n", i + l, x);
    { long v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
lw c2_lw(long a, long b, long c, long d, long e, lw p, long f, double s, double t, double u, double v, double w, double x, double y, lw q, double z, long g) {
    see_lw(&p);
    see_lw(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_lw(lw (*f)(int, lw, double, lw, long), lw (*g)(long, long, long, long, long, lw, long, double, double, double, double, double, double, double, lw, double, long), lw *v) {
    lw r = f(7, v[0], 2.5, v[1], 70);
    see_lw(&r);
    see_lw(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_lw(&r);
}
static void see_ll(ll *p) {
    { long v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s ll %ld\n", side, (long)v); }
    { long v; memcpy(&v, (char *)p + 8, sizeof v); printf("%s ll %ld\n", side, (long)v); }
}
ll c_ll(int i, ll p, double x, ll q, long l) {
    see_ll(&p);
    see_ll(&q);
    printf("C %ld %g\n", i + l, x);
    { long v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
ll c2_ll(long a, long b, long c, long d, long e, ll p, long f, double s, double t, double u, double v, double w, double x, double y, ll q, double z, long g) {
    see_ll(&p);
    see_ll(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_ll(ll (*f)(int, ll, double, ll, long), ll (*g)(long, long, long, long, long, ll, long, double, double, double, double, double, double, double, ll, double, long), ll *v) {
    ll r = f(7, v[0], 2.5, v[1], 70);
    see_ll(&r);
    see_ll(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_ll(&r);
}
static void see_lll(lll *p) {
    { long v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s lll %ld\n", side, (long)v); }
    { long v; memcpy(&v, (char *)p + 8, sizeof v); printf("%s lll %ld\n", side, (long)v); }
    { long v; memcpy(&v, (char *)p + 16, sizeof v); printf("%s lll %ld\n", side, (long)v); }
}
lll c_lll(int i, lll p, double x, lll q, long l) {
    see_lll(&p);
    see_lll(&q);
    printf("C %ld %g\n", i + l, x);
    { long v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
lll c2_lll(long a, long b, long c, long d, long e, lll p, long f, double s, double t, double u, double v, double w, double x, double y, lll q, double z, long g) {
    see_lll(&p);
    see_lll(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_lll(lll (*f)(int, lll, double, lll, long), lll (*g)(long, long, long, long, long, lll, long, double, double, double, double, double, double, double, lll, double, long), lll *v) {
    lll r = f(7, v[0], 2.5, v[1], 70);
    see_lll(&r);
    see_lll(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_lll(&r);
}
static void see_s1(s1 *p) {
    { float v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s s1 %g\n", side, (double)v); }
}
s1 c_s1(int i, s1 p, double x, s1 q, long l) {
    see_s1(&p);
    see_s1(&q);
    printf("C %ld %g\n", i + l, x);
    { float v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
s1 c2_s1(long a, long b, long c, long d, long e, s1 p, long f, double s, double t, double u, double v, double w, double x, double y, s1 q, double z, long g) {
    see_s1(&p);
    see_s1(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_s1(s1 (*f)(int, s1, double, s1, long), s1 (*g)(long, long, long, long, long, s1, long, double, double, double, double, double, double, double, s1, double, long), s1 *v) {
    s1 r = f(7, v[0], 2.5, v[1], 70);
    see_s1(&r);
    see_s1(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_s1(&r);
}
static void see_ss(ss *p) {
    { float v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s ss %g\n", side, (double)v); }
    { float v; memcpy(&v, (char *)p + 4, sizeof v); printf("%s ss %g\n", side, (double)v); }
}
ss c_ss(int i, ss p, double x, ss q, long l) {
    see_ss(&p);
    see_ss(&q);
    printf("C %ld %g\n", i + l, x);
    { float v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
ss c2_ss(long a, long b, long c, long d, long e, ss p, long f, double s, double t, double u, double v, double w, double x, double y, ss q, double z, long g) {
    see_ss(&p);
    see_ss(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_ss(ss (*f)(int, ss, double, ss, long), ss (*g)(long, long, long, long, long, ss, long, double, double, double, double, double, double, double, ss, double, long), ss *v) {
    ss r = f(7, v[0], 2.5, v[1], 70);
    see_ss(&r);
    see_ss(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_ss(&r);
}
static void see_sss(sss *p) {
    { float v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s sss %g\n", side, (double)v); }
    { float v; memcpy(&v, (char *)p + 4, sizeof v); printf("%s sss %g\n", side, (double)v); }
    { float v; memcpy(&v, (char *)p + 8, sizeof v); printf("%s sss %g\n", side, (double)v); }
}
sss c_sss(int i, sss p, double x, sss q, long l) {
    see_sss(&p);
    see_sss(&q);
    printf("C %ld %g\n", i + l, x);
    { float v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
sss c2_sss(long a, long b, long c, long d, long e, sss p, long f, double s, double t, double u, double v, double w, double x, double y, sss q, double z, long g) {
    see_sss(&p);
    see_sss(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_sss(sss (*f)(int, sss, double, sss, long), sss (*g)(long, long, long, long, long, sss, long, double, double, double, double, double, double, double, sss, double, long), sss *v) {
    sss r = f(7, v[0], 2.5, v[1], 70);
    see_sss(&r);
    see_sss(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_sss(&r);
}
static void see_ssss(ssss *p) {
    { float v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s ssss %g\n", side, (double)v); }
    { float v; memcpy(&v, (char *)p + 4, sizeof v); printf("%s ssss %g\n", side, (double)v); }
    { float v; memcpy(&v, (char *)p + 8, sizeof v); printf("%s ssss %g\n", side, (double)v); }
    { float v; memcpy(&v, (char *)p + 12, sizeof v); printf("%s ssss %g\n", side, (double)v); }
}
ssss c_ssss(int i, ssss p, double x, ssss q, long l) {
    see_ssss(&p);
    see_ssss(&q);
    printf("C %ld %g\n", i + l, x);
    { float v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
ssss c2_ssss(long a, long b, long c, long d, long e, ssss p, long f, double s, double t, double u, double v, double w, double x, double y, ssss q, double z, long g) {
    see_ssss(&p);
    see_ssss(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_ssss(ssss (*f)(int, ssss, double, ssss, long), ssss (*g)(long, long, long, long, long, ssss, long, double, double, double, double, double, double, double, ssss, double, long), ssss *v) {
    ssss r = f(7, v[0], 2.5, v[1], 70);
    see_ssss(&r);
    see_ssss(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_ssss(&r);
}
static void see_s5(s5 *p) {
    { float v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s s5 %g\n", side, (double)v); }
    { float v; memcpy(&v, (char *)p + 4, sizeof v); printf("%s s5 %g\n", side, (double)v); }
    { float v; memcpy(&v, (char *)p + 8, sizeof v); printf("%s s5 %g\n", side, (double)v); }
    { float v; memcpy(&v, (char *)p + 12, sizeof v); printf("%s s5 %g\n", side, (double)v); }
    { float v; memcpy(&v, (char *)p + 16, sizeof v); printf("%s s5 %g\n", side, (double)v); }
}
s5 c_s5(int i, s5 p, double x, s5 q, long l) {
    see_s5(&p);
    see_s5(&q);
    printf("C %ld %g\n", i + l, x);
    { float v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
s5 c2_s5(long a, long b, long c, long d, long e, s5 p, long f, double s, double t, double u, double v, double w, double x, double y, s5 q, double z, long g) {
    see_s5(&p);
    see_s5(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_s5(s5 (*f)(int, s5, double, s5, long), s5 (*g)(long, long, long, long, long, s5, long, double, double, double, double, double, double, double, s5, double, long), s5 *v) {
    s5 r = f(7, v[0], 2.5, v[1], 70);
    see_s5(&r);
    see_s5(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_s5(&r);
}
static void see_sw(sw *p) {
    { float v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s sw %g\n", side, (double)v); }
    { int v; memcpy(&v, (char *)p + 4, sizeof v); printf("%s sw %ld\n", side, (long)v); }
}
sw c_sw(int i, sw p, double x, sw q, long l) {
    see_sw(&p);
    see_sw(&q);
    printf("C %ld %g\n", i + l, x);
    { float v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
sw c2_sw(long a, long b, long c, long d, long e, sw p, long f, double s, double t, double u, double v, double w, double x, double y, sw q, double z, long g) {
    see_sw(&p);
    see_sw(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_sw(sw (*f)(int, sw, double, sw, long), sw (*g)(long, long, long, long, long, sw, long, double, double, double, double, double, double, double, sw, double, long), sw *v) {
    sw r = f(7, v[0], 2.5, v[1], 70);
    see_sw(&r);
    see_sw(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_sw(&r);
}
static void see_wss(wss *p) {
    { int v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s wss %ld\n", side, (long)v); }
    { float v; memcpy(&v, (char *)p + 4, sizeof v); printf("%s wss %g\n", side, (double)v); }
    { float v; memcpy(&v, (char *)p + 8, sizeof v); printf("%s wss %g\n", side, (double)v); }
}
wss c_wss(int i, wss p, double x, wss q, long l) {
    see_wss(&p);
    see_wss(&q);
    printf("C %ld %g\n", i + l, x);
    { int v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
wss c2_wss(long a, long b, long c, long d, long e, wss p, long f, double s, double t, double u, double v, double w, double x, double y, wss q, double z, long g) {
    see_wss(&p);
    see_wss(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_wss(wss (*f)(int, wss, double, wss, long), wss (*g)(long, long, long, long, long, wss, long, double, double, double, double, double, double, double, wss, double, long), wss *v) {
    wss r = f(7, v[0], 2.5, v[1], 70);
    see_wss(&r);
    see_wss(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_wss(&r);
}
static void see_d1(d1 *p) {
    { double v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s d1 %g\n", side, (double)v); }
}
d1 c_d1(int i, d1 p, double x, d1 q, long l) {
    see_d1(&p);
    see_d1(&q);
    printf("C %ld %g\n", i + l, x);
    { double v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
d1 c2_d1(long a, long b, long c, long d, long e, d1 p, long f, double s, double t, double u, double v, double w, double x, double y, d1 q, double z, long g) {
    see_d1(&p);
    see_d1(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_d1(d1 (*f)(int, d1, double, d1, long), d1 (*g)(long, long, long, long, long, d1, long, double, double, double, double, double, double, double, d1, double, long), d1 *v) {
    d1 r = f(7, v[0], 2.5, v[1], 70);
    see_d1(&r);
    see_d1(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_d1(&r);
}
static void see_dd(dd *p) {
    { double v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s dd %g\n", side, (double)v); }
    { double v; memcpy(&v, (char *)p + 8, sizeof v); printf("%s dd %g\n", side, (double)v); }
}
dd c_dd(int i, dd p, double x, dd q, long l) {
    see_dd(&p);
    see_dd(&q);
    printf("C %ld %g\n", i + l, x);
    { double v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
dd c2_dd(long a, long b, long c, long d, long e, dd p, long f, double s, double t, double u, double v, double w, double x, double y, dd q, double z, long g) {
    see_dd(&p);
    see_dd(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_dd(dd (*f)(int, dd, double, dd, long), dd (*g)(long, long, long, long, long, dd, long, double, double, double, double, double, double, double, dd, double, long), dd *v) {
    dd r = f(7, v[0], 2.5, v[1], 70);
    see_dd(&r);
    see_dd(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_dd(&r);
}
static void see_dl(dl *p) {
    { double v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s dl %g\n", side, (double)v); }
    { long v; memcpy(&v, (char *)p + 8, sizeof v); printf("%s dl %ld\n", side, (long)v); }
}
dl c_dl(int i, dl p, double x, dl q, long l) {
    see_dl(&p);
    see_dl(&q);
    printf("C %ld %g\n", i + l, x);
    { double v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
dl c2_dl(long a, long b, long c, long d, long e, dl p, long f, double s, double t, double u, double v, double w, double x, double y, dl q, double z, long g) {
    see_dl(&p);
    see_dl(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_dl(dl (*f)(int, dl, double, dl, long), dl (*g)(long, long, long, long, long, dl, long, double, double, double, double, double, double, double, dl, double, long), dl *v) {
    dl r = f(7, v[0], 2.5, v[1], 70);
    see_dl(&r);
    see_dl(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_dl(&r);
}
static void see_ld(ld *p) {
    { long v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s ld %ld\n", side, (long)v); }
    { double v; memcpy(&v, (char *)p + 8, sizeof v); printf("%s ld %g\n", side, (double)v); }
}
ld c_ld(int i, ld p, double x, ld q, long l) {
    see_ld(&p);
    see_ld(&q);
    printf("C %ld %g\n", i + l, x);
    { long v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
ld c2_ld(long a, long b, long c, long d, long e, ld p, long f, double s, double t, double u, double v, double w, double x, double y, ld q, double z, long g) {
    see_ld(&p);
    see_ld(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_ld(ld (*f)(int, ld, double, ld, long), ld (*g)(long, long, long, long, long, ld, long, double, double, double, double, double, double, double, ld, double, long), ld *v) {
    ld r = f(7, v[0], 2.5, v[1], 70);
    see_ld(&r);
    see_ld(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_ld(&r);
}
static void see_bd(bd *p) {
    { signed char v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s bd %ld\n", side, (long)v); }
    { double v; memcpy(&v, (char *)p + 8, sizeof v); printf("%s bd %g\n", side, (double)v); }
}
bd c_bd(int i, bd p, double x, bd q, long l) {
    see_bd(&p);
    see_bd(&q);
    printf("C %ld %g\n", i + l, x);
    { signed char v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
bd c2_bd(long a, long b, long c, long d, long e, bd p, long f, double s, double t, double u, double v, double w, double x, double y, bd q, double z, long g) {
    see_bd(&p);
    see_bd(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_bd(bd (*f)(int, bd, double, bd, long), bd (*g)(long, long, long, long, long, bd, long, double, double, double, double, double, double, double, bd, double, long), bd *v) {
    bd r = f(7, v[0], 2.5, v[1], 70);
    see_bd(&r);
    see_bd(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_bd(&r);
}
static void see_ddd(ddd *p) {
    { double v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s ddd %g\n", side, (double)v); }
    { double v; memcpy(&v, (char *)p + 8, sizeof v); printf("%s ddd %g\n", side, (double)v); }
    { double v; memcpy(&v, (char *)p + 16, sizeof v); printf("%s ddd %g\n", side, (double)v); }
}
ddd c_ddd(int i, ddd p, double x, ddd q, long l) {
    see_ddd(&p);
    see_ddd(&q);
    printf("C %ld %g\n", i + l, x);
    { double v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
ddd c2_ddd(long a, long b, long c, long d, long e, ddd p, long f, double s, double t, double u, double v, double w, double x, double y, ddd q, double z, long g) {
    see_ddd(&p);
    see_ddd(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_ddd(ddd (*f)(int, ddd, double, ddd, long), ddd (*g)(long, long, long, long, long, ddd, long, double, double, double, double, double, double, double, ddd, double, long), ddd *v) {
    ddd r = f(7, v[0], 2.5, v[1], 70);
    see_ddd(&r);
    see_ddd(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_ddd(&r);
}
static void see_big(big *p) {
    { int v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s big %ld\n", side, (long)v); }
    { int v; memcpy(&v, (char *)p + 36, sizeof v); printf("%s big %ld\n", side, (long)v); }
    { int v; memcpy(&v, (char *)p + 76, sizeof v); printf("%s big %ld\n", side, (long)v); }
}
big c_big(int i, big p, double x, big q, long l) {
    see_big(&p);
    see_big(&q);
    printf("C %ld %g\n", i + l, x);
    { int v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
big c2_big(long a, long b, long c, long d, long e, big p, long f, double s, double t, double u, double v, double w, double x, double y, big q, double z, long g) {
    see_big(&p);
    see_big(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_big(big (*f)(int, big, double, big, long), big (*g)(long, long, long, long, long, big, long, double, double, double, double, double, double, double, big, double, long), big *v) {
    big r = f(7, v[0], 2.5, v[1], 70);
    see_big(&r);
    see_big(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_big(&r);
}
static void see_nest(nest *p) {
    { float v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s nest %g\n", side, (double)v); }
    { float v; memcpy(&v, (char *)p + 4, sizeof v); printf("%s nest %g\n", side, (double)v); }
    { long v; memcpy(&v, (char *)p + 8, sizeof v); printf("%s nest %ld\n", side, (long)v); }
    { int v; memcpy(&v, (char *)p + 16, sizeof v); printf("%s nest %ld\n", side, (long)v); }
}
nest c_nest(int i, nest p, double x, nest q, long l) {
    see_nest(&p);
    see_nest(&q);
    printf("C %ld %g\n", i + l, x);
    { float v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
nest c2_nest(long a, long b, long c, long d, long e, nest p, long f, double s, double t, double u, double v, double w, double x, double y, nest q, double z, long g) {
    see_nest(&p);
    see_nest(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_nest(nest (*f)(int, nest, double, nest, long), nest (*g)(long, long, long, long, long, nest, long, double, double, double, double, double, double, double, nest, double, long), nest *v) {
    nest r = f(7, v[0], 2.5, v[1], 70);
    see_nest(&r);
    see_nest(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_nest(&r);
}
static void see_nest2(nest2 *p) {
    { signed char v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s nest2 %ld\n", side, (long)v); }
    { signed char v; memcpy(&v, (char *)p + 2, sizeof v); printf("%s nest2 %ld\n", side, (long)v); }
    { int v; memcpy(&v, (char *)p + 4, sizeof v); printf("%s nest2 %ld\n", side, (long)v); }
    { float v; memcpy(&v, (char *)p + 8, sizeof v); printf("%s nest2 %g\n", side, (double)v); }
}
nest2 c_nest2(int i, nest2 p, double x, nest2 q, long l) {
    see_nest2(&p);
    see_nest2(&q);
    printf("C %ld %g\n", i + l, x);
    { signed char v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
nest2 c2_nest2(long a, long b, long c, long d, long e, nest2 p, long f, double s, double t, double u, double v, double w, double x, double y, nest2 q, double z, long g) {
    see_nest2(&p);
    see_nest2(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_nest2(nest2 (*f)(int, nest2, double, nest2, long), nest2 (*g)(long, long, long, long, long, nest2, long, double, double, double, double, double, double, double, nest2, double, long), nest2 *v) {
    nest2 r = f(7, v[0], 2.5, v[1], 70);
    see_nest2(&r);
    see_nest2(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_nest2(&r);
}
static void see_uws(uws *p) {
    { int v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s uws %ld\n", side, (long)v); }
}
uws c_uws(int i, uws p, double x, uws q, long l) {
    see_uws(&p);
    see_uws(&q);
    printf("C %ld %g\n", i + l, x);
    { int v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
uws c2_uws(long a, long b, long c, long d, long e, uws p, long f, double s, double t, double u, double v, double w, double x, double y, uws q, double z, long g) {
    see_uws(&p);
    see_uws(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_uws(uws (*f)(int, uws, double, uws, long), uws (*g)(long, long, long, long, long, uws, long, double, double, double, double, double, double, double, uws, double, long), uws *v) {
    uws r = f(7, v[0], 2.5, v[1], 70);
    see_uws(&r);
    see_uws(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_uws(&r);
}
static void see_udd(udd *p) {
    { double v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s udd %g\n", side, (double)v); }
    { double v; memcpy(&v, (char *)p + 8, sizeof v); printf("%s udd %g\n", side, (double)v); }
}
udd c_udd(int i, udd p, double x, udd q, long l) {
    see_udd(&p);
    see_udd(&q);
    printf("C %ld %g\n", i + l, x);
    { double v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
udd c2_udd(long a, long b, long c, long d, long e, udd p, long f, double s, double t, double u, double v, double w, double x, double y, udd q, double z, long g) {
    see_udd(&p);
    see_udd(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_udd(udd (*f)(int, udd, double, udd, long), udd (*g)(long, long, long, long, long, udd, long, double, double, double, double, double, double, double, udd, double, long), udd *v) {
    udd r = f(7, v[0], 2.5, v[1], 70);
    see_udd(&r);
    see_udd(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_udd(&r);
}
static void see_uld(uld *p) {
    { long v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s uld %ld\n", side, (long)v); }
    { signed char v; memcpy(&v, (char *)p + 8, sizeof v); printf("%s uld %ld\n", side, (long)v); }
}
uld c_uld(int i, uld p, double x, uld q, long l) {
    see_uld(&p);
    see_uld(&q);
    printf("C %ld %g\n", i + l, x);
    { long v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
uld c2_uld(long a, long b, long c, long d, long e, uld p, long f, double s, double t, double u, double v, double w, double x, double y, uld q, double z, long g) {
    see_uld(&p);
    see_uld(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_uld(uld (*f)(int, uld, double, uld, long), uld (*g)(long, long, long, long, long, uld, long, double, double, double, double, double, double, double, uld, double, long), uld *v) {
    uld r = f(7, v[0], 2.5, v[1], 70);
    see_uld(&r);
    see_uld(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_uld(&r);
}
static void see_ubig(ubig *p) {
    { long v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s ubig %ld\n", side, (long)v); }
    { long v; memcpy(&v, (char *)p + 24, sizeof v); printf("%s ubig %ld\n", side, (long)v); }
}
ubig c_ubig(int i, ubig p, double x, ubig q, long l) {
    see_ubig(&p);
    see_ubig(&q);
    printf("C %ld %g\n", i + l, x);
    { long v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
ubig c2_ubig(long a, long b, long c, long d, long e, ubig p, long f, double s, double t, double u, double v, double w, double x, double y, ubig q, double z, long g) {
    see_ubig(&p);
    see_ubig(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_ubig(ubig (*f)(int, ubig, double, ubig, long), ubig (*g)(long, long, long, long, long, ubig, long, double, double, double, double, double, double, double, ubig, double, long), ubig *v) {
    ubig r = f(7, v[0], 2.5, v[1], 70);
    see_ubig(&r);
    see_ubig(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_ubig(&r);
}
static void see_a16(a16 *p) {
    { long v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s a16 %ld\n", side, (long)v); }
    { long v; memcpy(&v, (char *)p + 8, sizeof v); printf("%s a16 %ld\n", side, (long)v); }
}
a16 c_a16(int i, a16 p, double x, a16 q, long l) {
    see_a16(&p);
    see_a16(&q);
    printf("C %ld %g\n", i + l, x);
    { long v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
a16 c2_a16(long a, long b, long c, long d, long e, a16 p, long f, double s, double t, double u, double v, double w, double x, double y, a16 q, double z, long g) {
    see_a16(&p);
    see_a16(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_a16(a16 (*f)(int, a16, double, a16, long), a16 (*g)(long, long, long, long, long, a16, long, double, double, double, double, double, double, double, a16, double, long), a16 *v) {
    a16 r = f(7, v[0], 2.5, v[1], 70);
    see_a16(&r);
    see_a16(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_a16(&r);
}
static void see_a16big(a16big *p) {
    { int v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s a16big %ld\n", side, (long)v); }
    { long v; memcpy(&v, (char *)p + 8, sizeof v); printf("%s a16big %ld\n", side, (long)v); }
    { long v; memcpy(&v, (char *)p + 24, sizeof v); printf("%s a16big %ld\n", side, (long)v); }
}
a16big c_a16big(int i, a16big p, double x, a16big q, long l) {
    see_a16big(&p);
    see_a16big(&q);
    printf("C %ld %g\n", i + l, x);
    { int v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
a16big c2_a16big(long a, long b, long c, long d, long e, a16big p, long f, double s, double t, double u, double v, double w, double x, double y, a16big q, double z, long g) {
    see_a16big(&p);
    see_a16big(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_a16big(a16big (*f)(int, a16big, double, a16big, long), a16big (*g)(long, long, long, long, long, a16big, long, double, double, double, double, double, double, double, a16big, double, long), a16big *v) {
    a16big r = f(7, v[0], 2.5, v[1], 70);
    see_a16big(&r);
    see_a16big(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_a16big(&r);
}
static void see_dark(dark *p) {
    { signed char v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s dark %ld\n", side, (long)v); }
    { long v; memcpy(&v, (char *)p + 1, sizeof v); printf("%s dark %ld\n", side, (long)v); }
}
dark c_dark(int i, dark p, double x, dark q, long l) {
    see_dark(&p);
    see_dark(&q);
    printf("C %ld %g\n", i + l, x);
    { signed char v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
dark c2_dark(long a, long b, long c, long d, long e, dark p, long f, double s, double t, double u, double v, double w, double x, double y, dark q, double z, long g) {
    see_dark(&p);
    see_dark(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_dark(dark (*f)(int, dark, double, dark, long), dark (*g)(long, long, long, long, long, dark, long, double, double, double, double, double, double, double, dark, double, long), dark *v) {
    dark r = f(7, v[0], 2.5, v[1], 70);
    see_dark(&r);
    see_dark(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_dark(&r);
}
static void see_dark8(dark8 *p) {
    { long v; memcpy(&v, (char *)p + 0, sizeof v); printf("%s dark8 %ld\n", side, (long)v); }
    { long v; memcpy(&v, (char *)p + 32, sizeof v); printf("%s dark8 %ld\n", side, (long)v); }
}
dark8 c_dark8(int i, dark8 p, double x, dark8 q, long l) {
    see_dark8(&p);
    see_dark8(&q);
    printf("C %ld %g\n", i + l, x);
    { long v; memcpy(&v, (char *)&q + 0, sizeof v); v += 1; memcpy((char *)&q + 0, &v, sizeof v); }
    return q;
}
dark8 c2_dark8(long a, long b, long c, long d, long e, dark8 p, long f, double s, double t, double u, double v, double w, double x, double y, dark8 q, double z, long g) {
    see_dark8(&p);
    see_dark8(&q);
    printf("C %ld %g\n", a + b + f + g, s + y + z);
    return p;
}
void back_dark8(dark8 (*f)(int, dark8, double, dark8, long), dark8 (*g)(long, long, long, long, long, dark8, long, double, double, double, double, double, double, double, dark8, double, long), dark8 *v) {
    dark8 r = f(7, v[0], 2.5, v[1], 70);
    see_dark8(&r);
    see_dark8(&v[0]);
    r = g(1, 2, 3, 4, 5, v[1], 6, 1, 2, 3, 4, 5, 6, 7, v[0], 8, 9);
    see_dark8(&r);
}
