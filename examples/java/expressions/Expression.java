package expressions;

/** An arithmetic expression over doubles, as a tree. */
public sealed interface Expression {
    /** Its value by walking the tree: what compiled code must agree with, bit for bit. */
    double evaluate(double... variables);

    /** A constant. */
    record Number(double value) implements Expression {
        @Override
        public double evaluate(double... variables) {
            return value;
        }
    }

    /** A variable by its number, counted from 0. */
    record Variable(int index) implements Expression {
        @Override
        public double evaluate(double... variables) {
            return variables[index];
        }
    }

    /** An operation with one operand. */
    record Unary(Function function, Expression operand) implements Expression {
        @Override
        public double evaluate(double... variables) {
            double x = operand.evaluate(variables);
            return switch (function) {
                case NEGATE -> -x;
                case ABS -> Math.abs(x);
                case SQRT -> Math.sqrt(x);
            };
        }
    }

    /** An operation with two operands. */
    record Binary(Operator operator, Expression left, Expression right) implements Expression {
        @Override
        public double evaluate(double... variables) {
            double x = left.evaluate(variables);
            double y = right.evaluate(variables);
            return switch (operator) {
                case ADD -> x + y;
                case SUBTRACT -> x - y;
                case MULTIPLY -> x * y;
                case DIVIDE -> x / y;
            };
        }
    }

    enum Function {
        NEGATE,
        ABS,
        SQRT
    }

    enum Operator {
        ADD,
        SUBTRACT,
        MULTIPLY,
        DIVIDE
    }
}
