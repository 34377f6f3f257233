package expressions;

import expressions.Expression.Function;
import expressions.Expression.Operator;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads an expression by recursive descent.
 *
 * <pre>
 * sum     = product { ("+" | "-") product }
 * product = factor { ("*" | "/") factor }
 * factor  = "-" factor | number | name | ("sqrt" | "abs") "(" sum ")" | "(" sum ")"
 * </pre>
 */
public final class Parser {
    /** Nesting is recursion here and in the compiler, so it has to end somewhere. */
    private static final int LONGEST = 1_000;

    private final String text;
    private final List<String> variables = new ArrayList<>();
    private int at;

    private Parser(String text) {
        this.text = text;
    }

    /** An expression and the names of its variables, in the order of their first use. */
    public record Result(Expression expression, List<String> variables) {}

    /** @throws IllegalArgumentException when the text is no expression; the message says where and what was expected */
    public static Result parse(String text) {
        if (text.length() > LONGEST) throw new IllegalArgumentException("longer than " + LONGEST + " characters");
        Parser parser = new Parser(text);
        Expression expression = parser.sum();
        if (parser.peek() != 0) throw parser.expected("an operator");
        return new Result(expression, List.copyOf(parser.variables));
    }

    private Expression sum() {
        Expression left = product();
        while (true) {
            if (skip('+')) left = new Expression.Binary(Operator.ADD, left, product());
            else if (skip('-')) left = new Expression.Binary(Operator.SUBTRACT, left, product());
            else return left;
        }
    }

    private Expression product() {
        Expression left = factor();
        while (true) {
            if (skip('*')) left = new Expression.Binary(Operator.MULTIPLY, left, factor());
            else if (skip('/')) left = new Expression.Binary(Operator.DIVIDE, left, factor());
            else return left;
        }
    }

    private Expression factor() {
        int minuses = 0;
        while (skip('-')) minuses++;
        Expression result = operand();
        // Minus is no subtraction from zero: it changes the sign of zeros and NaNs too. Twice is nothing.
        return minuses % 2 == 0 ? result : new Expression.Unary(Function.NEGATE, result);
    }

    private Expression operand() {
        if (skip('(')) return closed(sum());
        int start = at;
        if (isLetter(peek())) {
            while (at < text.length() && (isLetter(text.charAt(at)) || isDigit(text.charAt(at)))) at++;
            String name = text.substring(start, at);
            if (!skip('(')) return variable(name);
            return switch (name) {
                case "sqrt" -> new Expression.Unary(Function.SQRT, closed(sum()));
                case "abs" -> new Expression.Unary(Function.ABS, closed(sum()));
                default -> throw new IllegalArgumentException("unknown function " + name + "; sqrt and abs are known");
            };
        }
        while (at < text.length() && (isDigit(text.charAt(at)) || text.charAt(at) == '.')) at++;
        if (at == start) throw expected("a number, a name or '('");
        try {
            return new Expression.Number(Double.parseDouble(text.substring(start, at)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("no number: " + text.substring(start, at));
        }
    }

    private Expression variable(String name) {
        int index = variables.indexOf(name);
        if (index < 0) {
            index = variables.size();
            variables.add(name);
        }
        return new Expression.Variable(index);
    }

    private Expression closed(Expression inner) {
        if (!skip(')')) throw expected("')'");
        return inner;
    }

    /** The next character that is no blank, 0 at the end. */
    private char peek() {
        while (at < text.length() && text.charAt(at) == ' ') at++;
        return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean skip(char c) {
        if (peek() != c) return false;
        at++;
        return true;
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private IllegalArgumentException expected(String what) {
        String found = peek() == 0 ? "the end" : "'" + peek() + "'";
        return new IllegalArgumentException("expected " + what + ", found " + found + " at column " + (at + 1));
    }
}
