package dev.kiln.qbe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad input: which diagnostic, and where. */
class ProblemsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // In the body of function w $f(w %a, l %p, s %s, ...), which starts on line 3.
                "%x =w ad %a, 1 | 3:7 UNKNOWN_WORD",
                "%x =w add %a | 3:7 OPERAND_COUNT",
                "%x =w add %a, 1, 2 | 3:7 OPERAND_COUNT",
                "%x =w add %a, | 3:14 UNEXPECTED",
                "%x =w add %a %a | 3:14 UNEXPECTED",
                "%x =w add %a, @b | 3:15 UNEXPECTED",
                "%x =q add %a, 1 | 3:5 UNEXPECTED",
                "%x =sb add %a, 1 | 3:8 RESULT_CLASS",
                "%x w add %a, 1 | 3:4 UNEXPECTED",
                "%x =w add %a, %nowhere | 3:15 NEVER_ASSIGNED",
                "%x =l add %a, 1 | 3:11 OPERAND_CLASS",
                "%x =l add %p, %a | 3:15 OPERAND_CLASS",
                "%x =w add %a, %s | 3:15 OPERAND_CLASS",
                "%x =s rem %s, %s | 3:7 RESULT_CLASS",
                "%x =w alloc4 8 | 3:7 RESULT_CLASS",
                "%x =l alloc4 -8 | 3:14 VALUE_RANGE",
                "%x =w swtof %a | 3:7 RESULT_CLASS",
                "%s =w copy 1 | 3:7 MIXED_CLASSES",
                "%x =w storew 1, %p | 3:7 NO_RESULT",
                "add %a, 1 | 3:1 NEEDS_RESULT",
                "storew 1, %a | 3:11 OPERAND_CLASS",
                "storew %s, %p | 3:8 OPERAND_CLASS",
                "storew 1, 0 | 3:11 NULL_ADDRESS",
                "blit %p, %p, %a | 3:14 VALUE_RANGE",
                "blit %p, %p, -1 | 3:14 VALUE_RANGE",
                "blit %p, %p | 3:1 OPERAND_COUNT",
                "%x =w call $g(w %a | 3:19 UNEXPECTED",
                "%x =w call $g(%a) | 3:15 UNEXPECTED",
                "%x =w call $g(w %s) | 3:17 OPERAND_CLASS",
                "%x =w call $g(..., ...) | 3:20 PARAMETERS",
                "%x =w call $g(:t %p) | 3:15 UNDEFINED_TYPE",
                "%x =w call %a() | 3:12 OPERAND_CLASS",
                "%x =w phi @start 1 | 3:7 MISPLACED_PHI",
                "%x =w copy - | 3:12 BAD_NUMBER",
                "%x =s copy s_x | 3:12 BAD_NUMBER",
                "%x =w copy ! | 3:12 INVALID_CHARACTER",
                "%x =w copy %1 | 3:12 INVALID_CHARACTER",
                "%x =w copy thread %a | 3:19 UNEXPECTED",
                "jmp @start | 3:5 JUMP_TO_START",
                "jmp @nowhere | 3:5 UNDEFINED_BLOCK",
                "jnz %s, @e, @e | 3:5 OPERAND_CLASS",
                "jnz %a, @e | 3:11 UNEXPECTED",
                "ret %s | 3:5 OPERAND_CLASS",
                "ret 1 2 | 3:7 UNEXPECTED",
                "dbgloc | 3:7 UNEXPECTED",
                "dbgloc 99999999999 | 3:8 VALUE_RANGE",
                "@start | 3:1 DUPLICATE_BLOCK",
                "type | 3:1 UNCLOSED_FUNCTION",
            })
    void lines(String line, String expected) {
        boolean ends = line.startsWith("j") || line.startsWith("ret");
        String text =
                "function w $f(w %a, l %p, s %s, ...) {\n@start\n" + line + (ends ? "" : "\njmp @e") + "\n@e\nret\n}\n";
        assertThat(Parsed.problems(text)).startsWith(expected + "\n");
        if (!line.startsWith("type")) {
            assertThat(Parsed.problems(text)).isEqualTo(expected + "\n");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "type :t = { w, q } | 1:16 UNEXPECTED",
                "type :t = { :u } | 1:13 UNDEFINED_TYPE",
                "type :t = { :t } | 1:13 UNDEFINED_TYPE",
                "type :t = { 8 } | 1:6 UNEXPECTED",
                "type :t = align 3 { w } | 1:17 ALIGNMENT",
                "type :t = { l 999999999999 } | 1:6 TOO_LARGE",
                "type :t = { l 9223372036854775807 } | 1:6 TOO_LARGE",
                "type :t { w } | 1:9 UNEXPECTED",
                "data $x = { w } | 1:15 UNEXPECTED",
                "data $x = { w \"a\" } | 1:15 DATA_ITEM",
                "data $x = { w $y } | 1:15 ADDRESS_WIDTH",
                "data $x = { l $y+ } | 1:19 UNEXPECTED",
                "data $x = { z -1 } | 1:15 VALUE_RANGE",
                "data $x = { z s_1 } | 1:15 UNEXPECTED",
                "data $x = { z 2147483647, z 1 } | 1:6 TOO_LARGE",
                "data $x = align 3 { w 1 } | 1:17 VALUE_RANGE",
                "data $x = { w 1 | 1:16 UNEXPECTED",
                "data $x = { b \"abc | 1:15 UNTERMINATED_STRING",
                "data x = { w 1 } | 1:6 UNEXPECTED",
                "common data $x = { w 1 } | 1:13 LINKAGE",
                "thread function $f() { | 1:1 LINKAGE",
                "export type :t = { w } | 1:8 UNEXPECTED",
                "section data $x = { w 1 } | 1:9 UNEXPECTED",
                "section \"a\" section \"b\" data $x = { w 1 } | 1:13 LINKAGE",
                "functoin $f() { | 1:1 UNKNOWN_WORD",
                "nonsense | 1:1 UNEXPECTED",
                "ret | 1:1 UNEXPECTED",
                "dbgfile x | 1:9 UNEXPECTED",
                "function $f() | 1:14 UNEXPECTED",
                "function $f() { } | 1:10 EMPTY_FUNCTION",
                "function $f(w %a, | 1:18 UNEXPECTED",
                "function $f(..., w %a) { | 1:18 PARAMETERS",
                "function $f(env %a, env %b) { | 1:21 PARAMETERS",
                "function $f(w 1) { | 1:15 UNEXPECTED",
                "function q $f() { | 1:10 UNEXPECTED",
                "$ | 1:1 INVALID_CHARACTER",
            })
    void definitions(String text, String expected) {
        assertThat(Parsed.problems(text)).startsWith(expected + "\n");
    }

    @Test
    void allErrorsOfAFileAreTold() {
        assertThat(Parsed.problems("""
                data $a = { w q }
                export data $b = { w 1 }
                function w $f(w %a) {
                @start
                    %x =w ad %a, 1
                    %y =w add %x, s
                    jnz %y, @a @b
                @a
                    ret %y
                @b
                    %z =l mul %a, %a
                    ret %z
                }
                garbage
                more garbage
                function $g(w) {
                @start
                    wrong
                    ret
                }
                data $b = { w 2 }
                function $f() {
                @start
                    ret
                }
                data $f = { w 2 }
                """)).isEqualTo("""
                1:15 UNEXPECTED
                5:11 UNKNOWN_WORD
                6:19 UNEXPECTED
                7:16 UNEXPECTED
                11:15 OPERAND_CLASS
                11:19 OPERAND_CLASS
                14:1 UNEXPECTED
                16:14 UNEXPECTED
                18:5 UNKNOWN_WORD
                21:6 DUPLICATE_SYMBOL
                26:6 DUPLICATE_SYMBOL
                """);
    }

    @Test
    void blocks() {
        assertThat(Parsed.problems("function $f() {\n@a\n%x =w copy 1\n}")).isEqualTo("2:1 MISSING_JUMP\n");
        assertThat(Parsed.problems("function $f() {\n@a\nret\n%x =w copy 1\nret\n}"))
                .isEqualTo("4:1 UNEXPECTED\n");
        assertThat(Parsed.problems("function $f() {\nret\n@a\nret\n}")).isEqualTo("2:1 UNEXPECTED\n");
        assertThat(Parsed.problems("function $f() {\n@a\nret")).isEqualTo("3:4 UNCLOSED_FUNCTION\n");
        assertThat(Parsed.problems("function $f() {\n@a\nvastart 8\nret\n}")).isEqualTo("3:1 VASTART\n");
    }

    @Test
    void phis() {
        String head = "function $f(w %c) {\n@s\njnz %c, @a, @b\n@a\n@b\n";
        assertThat(Parsed.problems(head + "%x =w phi @s 1\nret\n}")).isEqualTo("6:7 PHI_MISSING\n");
        assertThat(Parsed.problems(head + "%x =w phi @s 1, @a 2, @a 3\nret\n}")).isEqualTo("6:26 PHI_DUPLICATE\n");
        assertThat(Parsed.problems(head + "%x =w phi @s 1, @a 2, @b 3\nret\n}")).isEqualTo("6:26 PHI_STRANGER\n");
        assertThat(Parsed.problems(head + "%y =w copy 1\n%x =w phi @s 1, @a 2\nret\n}"))
                .isEqualTo("7:7 MISPLACED_PHI\n");
        assertThat(Parsed.problems(head + "%x =l phi @s 1, @a %c\nret\n}")).isEqualTo("6:20 OPERAND_CLASS\n");
    }

    @Test
    void threadLocalNames() {
        assertThat(Parsed.problems("""
                thread data $t = { w 1 }
                data $d = { w 1 }
                function $f() {
                @s
                    %a =w loadw $t
                    %b =w loadw thread $d
                    %c =w loadw thread $e
                    %d =w loadw $e
                    ret
                }
                """)).isEqualTo("5:17 THREAD_LOCAL\n6:24 THREAD_LOCAL\n7:24 THREAD_LOCAL\n");
    }

    @Test
    void messagesSayWhatToDo() {
        assertThat(Parsed.messages("function $f(s %a) {\n@s\n%x =w lodw %a\nret\n}"))
                .isEqualTo("unknown word lodw (did you mean loadw?)\n");
        assertThat(Parsed.messages("function $f(s %a) {\n@s\n%x =w add %a, 1\nret\n}"))
                .isEqualTo("add takes w, but %a is s\n");
        assertThat(Parsed.messages("function $f() {\n@s\njmp @s\n}"))
                .isEqualTo(
                        "@s is the first block of the function; nothing may jump to it (put an empty block before it)\n");
        assertThat(Parsed.messages("data $x = { w 1 } 5")).contains("found 5");
    }

    @Test
    void usesOfATypeWhoseDefinitionIsWrongAreNotReported() {
        assertThat(Parsed.problems("type :t = { q }\ntype :u = { :t, w }\nfunction $f(:u %p) {\n@s\nret\n}\n"))
                .isEqualTo("1:13 UNEXPECTED\n");
    }

    @Test
    void deepTypesAndLongLinesAreNoDanger() {
        StringBuilder text = new StringBuilder("type :t0 = { b }\n");
        for (int i = 1; i < 1000; i++) {
            text.append("type :t").append(i).append(" = { :t").append(i - 1).append(" }\n");
        }
        assertThat(Parsed.problems(text.toString())).isEqualTo("202:6 TOO_DEEP\n");
        String line = "\"".repeat(99_999);
        assertThat(Parsed.problems("data $x = { b " + line)).isNotEmpty();
        assertThat(Parsed.problems("(".repeat(100_000))).isEqualTo("1:1 UNEXPECTED\n");
    }
}
