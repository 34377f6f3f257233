package dev.kiln.qbe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each instruction becomes the IR operation that means the same. */
class InstructionsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "w | %r =w add %a, %b | %r = add i32 %a, %b",
                "l | %r =l sub %a, %b | %r = sub i64 %a, %b",
                "s | %r =s mul %a, %b | %r = mul f32 %a, %b",
                "d | %r =d div %a, %b | %r = div f64 %a, %b",
                "w | %r =w div %a, %b | %r = div.s i32 %a, %b",
                "l | %r =l rem %a, %b | %r = rem.s i64 %a, %b",
                "w | %r =w udiv %a, %b | %r = div.u i32 %a, %b",
                "l | %r =l urem %a, %b | %r = rem.u i64 %a, %b",
                "w | %r =w and %a, 4294967295 | %r = and i32 %a, -1",
                "l | %r =l or %a, 18446744073709551615 | %r = or i64 %a, -1",
                "w | %r =w xor %a, %b | %r = xor i32 %a, %b",
                "d | %r =d neg %a | %r = neg f64 %a",
                "w | %r =w sar %a, %b | %r = shr.s i32 %a, %b",
                "w | %r =w shr %a, 33 | %r = shr.u i32 %a, 33",
                "l | %r =l shl %a, %b | %r = shl i64 %a, %b",
                "w | %r =w csltw %a, %b | %r = lt.s i32 %a, %b",
                "l | %r =w cugel %a, %b | %r = ge.u i64 %a, %b",
                "s | %r =w cos %a, %b | %r = ord f32 %a, %b",
                "d | %r =w cuod %a, %b | %r = uno f64 %a, %b",
                "d | %r =w cned %a, %b | %r = ne f64 %a, %b",
                "w | %r =l extsw %a | %r = sext i64 %a",
                "w | %r =l extuw %a | %r = zext i64 %a",
                "s | %r =d exts %a | %r = fext f64 %a",
                "d | %r =s truncd %a | %r = ftrunc f32 %a",
                "s | %r =w stosi %a | %r = ftoi.s i32 %a",
                "d | %r =l dtoui %a | %r = ftoi.u i64 %a",
                "w | %r =s uwtof %a | %r = itof.u f32 %a",
                "l | %r =d sltof %a | %r = itof.s f64 %a",
                "l | %r =s ultof %a | %r = itof.u f32 %a",
                "s | %r =w cast %a | %r = bitcast i32 %a",
                "l | %r =d cast %a | %r = bitcast f64 %a",
                "d | %r =l cast d_1 | ''",
                "w | %r =s cast 1065353216 | ''",
            })
    void oneForOne(String type, String line, String expected) {
        String body = Parsed.lines("$f(" + type + " %a, " + type + " %b)", line + "\nret");
        assertThat(body).isEqualTo("start:\n" + (expected.isEmpty() ? "" : expected + "\n") + "ret\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "%r =l csltw %a, %b | %0 = lt.s i32 %a, %b | %r = zext i64 %0",
                "%r =w extsb %a | %0 = trunc i8 %a | %r = sext i32 %0",
                "%r =l extuh %a | %0 = trunc i16 %a | %r = zext i64 %0",
                "%r =l shl 1, %a | %0 = zext i64 %a | %r = shl i64 1, %0",
                "storeb %a, $x | %0 = trunc i8 %a | store i8 %0, @x",
                "storeh %a, $x | %0 = trunc i16 %a | store i16 %0, @x",
            })
    void twoForOne(String line, String first, String second) {
        assertThat(Parsed.lines("$f(w %a, w %b)", line + "\nret"))
                .isEqualTo("start:\n" + first + "\n" + second + "\nret\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "%r =w loadsb %p | load.s8 i32",
                "%r =l loadub %p | load.u8 i64",
                "%r =w loadsh %p | load.s16 i32",
                "%r =l loaduh %p | load.u16 i64",
                "%r =w loadsw %p | load i32",
                "%r =l loadsw %p | load.s32 i64",
                "%r =l loaduw %p | load.u32 i64",
                "%r =l loadw %p | load.s32 i64",
                "%r =w load %p | load i32",
                "%r =l loadl %p | load i64",
                "%r =s loads %p | load f32",
                "%r =d loads %p | load f64",
                "%r =d loadd %p | load f64",
            })
    void loads(String line, String expected) {
        assertThat(Parsed.lines("$f(l %p)", line + "\nret"))
                .isEqualTo("start:\n%0 = bitcast ptr %p\n%r = " + expected + " %0\nret\n");
    }

    @Test
    void anAddressIsMadeOnceRightAfterItsDefinition() {
        assertThat(Parsed.lines("$f(l %p)", """
                %q =l add %p, 8
                storew 1, %p
                storew 2, %q
                storew 3, %p
                storew 4, %q
                ret""")).isEqualTo("""
                start:
                %0 = bitcast ptr %p
                %q = add i64 %p, 8
                %1 = bitcast ptr %q
                store i32 1, %0
                store i32 2, %1
                store i32 3, %0
                store i32 4, %1
                ret
                """);
    }

    @Test
    void slotsArePointersAndBecomeIntegersOnDemand() {
        assertThat(Parsed.lines("l $f()", """
                %a =l alloc4 12
                %b =l alloc16 16
                %c =l alloc1 1
                stores s_1.5, %a
                %r =l add %b, %c
                ret %r""")).isEqualTo("""
                start:
                %a = alloca 12, 4
                %b = alloca 16, 16
                %0 = bitcast i64 %b
                %c = alloca 1, 4
                %1 = bitcast i64 %c
                store f32 1.5, %a
                %r = add i64 %0, %1
                ret %r
                """);
    }

    @Test
    void longsStandForWordsAndConstantsForAnything() {
        assertThat(Parsed.lines("w $f(l %a)", """
                %x =w add %a, $g
                %y =d add s_1, 4607182418800017408
                %z =w copy %a
                jnz %a, @t, @t
                @t
                ret %x""")).isEqualTo("""
                start:
                %0 = trunc i32 %a
                %1 = bitcast i64 @g
                %2 = trunc i32 %1
                %x = add i32 %0, %2
                %y = add f64 0x3F800000, 1.0
                trunc i32 %a
                %3 = trunc i32 %a
                br %3, t, t
                t:
                ret %x
                """.replace("0x3F800000", printedBits()));
    }

    /** How the IR prints the double whose bits are those of the single 1. */
    private static String printedBits() {
        String line = Parsed.lines("$f()", "%y =d neg s_1\nret").split("\n")[1];
        return line.substring(line.lastIndexOf(' ') + 1);
    }

    @Test
    void blitCopiesFromItsFirstToItsSecondOperand() {
        assertThat(Parsed.lines("$f()", "blit $a, $b, 24\nblit $a, $b, 0\nret"))
                .isEqualTo("start:\nmemcpy @b, @a, 24\nret\n");
    }

    @Test
    void hltTraps() {
        assertThat(Parsed.lines("$f()", "hlt")).isEqualTo("start:\ntrap halt\n");
    }

    @Test
    void callsCarryTheirOwnShape() {
        assertThat(Parsed.lines("$f(l %p)", """
                %a =w call $g(w 1, l %p, s s_2, d d_3)
                %b =w call $printf(l $fmt, ..., d d_1, w %a)
                call %p()
                %c =l call $g(env %p, w 1)
                ret"""))
                .isEqualTo("""
                start:
                %0 = bitcast ptr %p
                %a = call i32 @g(1, %p, 2.0, 3.0) sig @sig.w_wlsd
                %b = call i32 @printf(i64 @fmt, ..., f64 1.0, i32 %a) sig @sig.w_lv
                call %0() sig @sig.n_
                %c = call i64 @g(%0, 1) sig @sig.l_ew
                ret
                """.replace("i64 @fmt", "%1").replace("%b =", "%1 = bitcast i64 @fmt\n%b ="));
    }

    @Test
    void subWordsAreNarrowAtTheBorderAndWordsInside() {
        assertThat(Parsed.lines("uh $f(sb %a, ub %b, sh %c)", """
                %x =w add %a, %b
                %y =sb call $g(uh %x, ..., sb %c)
                ret %y""")).isEqualTo("""
                start:
                %0 = sext i32 %a
                %1 = zext i32 %b
                %2 = sext i32 %c
                %x = add i32 %0, %1
                %3 = trunc i16 %x
                %4 = trunc i8 %2
                %5 = sext i32 %4
                %6 = call i8 @g(%3, ..., i32 %5) sig @sig.sb_uhv
                %y = sext i32 %6
                %7 = trunc i16 %y
                ret %7
                """);
    }

    @Test
    void aggregatesGoByAddress() {
        assertThat(Parsed.body("""
                type :t = { w 3 }
                function :t $f(:t %p, l %q) {
                @start
                    %r =:t call $g(:t %q, :t %p)
                    jnz 1, @a, @b
                @a
                    ret %r
                @b
                    ret %q
                }
                """)).isEqualTo("""
                start:
                %0 = bitcast ptr %q
                %r = call @t @g(@t %0, @t %p) sig @sig.a_aa
                br 1, a, b
                a:
                ret %r
                b:
                ret %0
                """);
    }

    @Test
    void variadicArguments() {
        assertThat(Parsed.lines("$f(...)", """
                %v =l alloc8 24
                vastart %v
                %a =w vaarg %v
                %b =d vaarg %v
                ret""")).isEqualTo("""
                start:
                %v = alloca 24, 8
                va_start %v
                %a = va_arg i32 %v
                %b = va_arg f64 %v
                ret
                """);
    }

    @Test
    void aReturnWithoutValueReturnsZero() {
        assertThat(Parsed.lines("d $f()", "ret")).isEqualTo("start:\nret 0.0\n");
        assertThat(Parsed.lines("l $f()", "ret")).isEqualTo("start:\nret 0\n");
    }
}
