package dev.kiln.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RendererTest {
    private enum Code implements DiagnosticCode {
        UNKNOWN("KILN-E9001", Severity.HIGH, "{0} is unknown"),
        ODD("KILN-W9002", Severity.MEDIUM, "odd");

        private final DiagnosticKind kind;

        Code(String id, Severity severity, String template) {
            kind = new DiagnosticKind(id, severity, "name", template);
        }

        @Override
        public DiagnosticKind kind() {
            return kind;
        }
    }

    private final TextRenderer plain = new TextRenderer(false);

    private static Diagnostic at(int line, int column) {
        return Diagnostic.of(Code.UNKNOWN, new Position("a.kir", line, column), "x");
    }

    @Test
    void showsWhatOtherProgramsSaidLineByLine() {
        Diagnostic diagnostic = Diagnostic.of(Code.UNKNOWN, Position.NONE, "one\ntwo\u001b[2J\nthree");
        assertThat(plain.render(diagnostic)).isEqualTo("""
                        error: one [KILN-E9001]
                          two·[2J
                          three is unknown
                        """);
    }

    @Test
    void showsLineAndCaret() {
        SourceText source = SourceText.of("a.kir", "one\r\n    ret %x\nthree");
        assertThat(plain.render(at(2, 9).suggest("did you mean %y?"), source)).isEqualTo("""
                        error: x is unknown [KILN-E9001]
                         --> a.kir:2:9
                          |
                        2 |     ret %x
                          |         ^
                          = did you mean %y?
                        """);
        assertThat(plain.render(Diagnostic.of(Code.ODD, Position.NONE))).isEqualTo("warning: odd [KILN-W9002]\n");
        assertThat(plain.render(at(9, 1), source)).isEqualTo("error: x is unknown [KILN-E9001]\n --> a.kir:9:1\n");
        assertThat(plain.render(at(2, 9))).doesNotContain("ret");
        assertThat(plain.render(at(3, 400), source)).endsWith("\n  |      ^\n");
    }

    @Test
    void alignsTheCaretBehindTabsAndLongCharacters() {
        assertThat(caret("\tä日e\u0301%x")).isEqualTo("\t    ");
        assertThat(caret("\uD83D\uDE00%x")).isEqualTo("  ");
    }

    /** What stands before the caret that points at the percent sign. */
    private String caret(String line) {
        int bytes = line.substring(0, line.indexOf('%')).getBytes(StandardCharsets.UTF_8).length;
        String[] lines =
                plain.render(at(1, bytes + 1), SourceText.of("a.kir", line)).split("\n");
        assertThat(lines[4]).startsWith("  | ").endsWith("^");
        return lines[4].substring(4, lines[4].length() - 1);
    }

    @Test
    void neitherObeysNorDrownsInTheSource() {
        assertThat(plain.render(at(1, 1), SourceText.of("a.kir", "\u001b[2J\u202Ex")))
                .contains("1 | ·[2J·x");
        String line = "a".repeat(5000) + "%" + "b".repeat(5000);
        String[] lines = plain.render(at(1, 5001), SourceText.of("a.kir", line)).split("\n");
        assertThat(lines[3]).hasSizeLessThan(180).startsWith("1 | …a").endsWith("b…");
        assertThat(lines[3].charAt(lines[4].indexOf('^'))).isEqualTo('%');
    }

    @Test
    void coloursWhenAsked() {
        String text = new TextRenderer(true).render(at(1, 1), SourceText.of("a.kir", "x"));
        assertThat(text).contains("\u001b[1;31merror\u001b[0m");
        assertThat(text.replaceAll("\u001b\\[[0-9;]*m", ""))
                .isEqualTo(plain.render(at(1, 1), SourceText.of("a.kir", "x")));
    }

    @Test
    void rendersAllAndSaysHowManyMore() {
        Diagnostics d = new Diagnostics();
        for (int i = 0; i < Diagnostics.LIMIT + 3; i++) {
            d.add(at(1, 1));
        }
        assertThat(plain.render(d)).endsWith("\n3 more are not shown\n");
    }

    @Test
    void writesJsonOfOneShape() {
        Diagnostics d = new Diagnostics();
        assertThat(JsonRenderer.render(d)).isEqualTo("[]\n");
        d.add(Diagnostic.of(Code.UNKNOWN, new Position("ä.kir", 3, 9), "a\"\\\n\u0001\uD83D")
                .suggest("y"));
        d.add(Diagnostic.of(Code.ODD, Position.NONE));
        assertThat(JsonRenderer.render(d))
                .isEqualTo("[\n{\"severity\":\"high\",\"code\":\"KILN-E9001\",\"type\":\"name\",\"key\":\"unknown\","
                        + "\"arguments\":[\"a\\\"\\\\\\n\\u0001\\ud83d\"],"
                        + "\"message\":\"a\\\"\\\\\\n\\u0001\\ud83d is unknown\","
                        + "\"file\":\"\\u00e4.kir\",\"line\":3,\"column\":9,\"suggestion\":\"y\"},\n"
                        + "{\"severity\":\"medium\",\"code\":\"KILN-W9002\",\"type\":\"name\",\"key\":\"odd\","
                        + "\"arguments\":[],\"message\":\"odd\",\"file\":null,\"line\":null,\"column\":null,"
                        + "\"suggestion\":null}\n]\n");
    }

    @Test
    void sortsByPlaceWhenAsked() {
        Diagnostics found = new Diagnostics();
        found.add(at(3, 1));
        found.add(at(1, 7));
        found.add(at(1, 2));
        Diagnostics d = new Diagnostics();
        d.addSorted(found);
        assertThat(d.list())
                .extracting(x -> x.position().toString())
                .containsExactly("a.kir:1:2", "a.kir:1:7", "a.kir:3:1");
        assertThat(d.errorCount()).isEqualTo(3);
    }
}
