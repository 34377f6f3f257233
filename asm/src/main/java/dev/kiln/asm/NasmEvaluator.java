package dev.kiln.asm;

/** Computes compiled expressions. */
final class NasmEvaluator {
    /** What expressions refer to. */
    interface Places {
        /** Puts the value of a symbol, as far as the pass knows it. */
        void symbol(int symbol, int at, NasmValue into);

        /** Puts the address of the present statement. */
        void here(NasmValue into);

        /** Puts the address of the present section's start. */
        void base(NasmValue into);
    }

    private final Places places;
    private final NasmScanner.Complaints complaints;
    private NasmValue[] stack = new NasmValue[8];

    NasmEvaluator(Places places, NasmScanner.Complaints complaints) {
        this.places = places;
        this.complaints = complaints;
        for (int i = 0; i < stack.length; i++) stack[i] = new NasmValue();
    }

    /** Computes; the result is valid until the next call. */
    NasmValue evaluate(NasmExpression e) {
        int top = 0;
        int[] codes = e.codes();
        for (int i = 0; i < codes.length; i++) {
            if (top + 1 >= stack.length) grow();
            int code = codes[i];
            long argument = e.arguments()[i];
            int at = e.at()[i];
            switch (code) {
                case NasmExpression.NUMBER -> stack[top++].set(argument);
                case NasmExpression.SYMBOL -> places.symbol((int) argument, at, stack[top++].set(0));
                case NasmExpression.REGISTER -> stack[top++].set(0).addTerm((int) argument, 1);
                case NasmExpression.HERE -> places.here(stack[top++].set(0));
                case NasmExpression.BASE -> places.base(stack[top++].set(0));
                case NasmExpression.NEGATE -> stack[top - 1].scale(-1);
                case NasmExpression.INVERT -> {
                    NasmValue a = scalar(stack[top - 1], "'~'", at);
                    a.number = ~a.number;
                }
                case NasmExpression.NOT -> {
                    NasmValue a = scalar(stack[top - 1], "'!'", at);
                    a.number = a.number == 0 ? 1 : 0;
                }
                case NasmExpression.WRT -> stack[top - 1].wrt = (int) argument;
                case NasmExpression.CHOOSE -> {
                    top -= 2;
                    choose(stack[top - 1], stack[top], stack[top + 1], at);
                }
                default -> {
                    top--;
                    binary(code, stack[top - 1], stack[top], at);
                }
            }
        }
        return stack[0];
    }

    private void grow() {
        NasmValue[] larger = java.util.Arrays.copyOf(stack, stack.length * 2);
        for (int i = stack.length; i < larger.length; i++) larger[i] = new NasmValue();
        stack = larger;
    }

    private NasmValue scalar(NasmValue a, String operator, int at) {
        if (a.terms != 0 || a.wrt != 0) {
            if (!a.bad) complaints.complain(at, NasmCode.NOT_SCALAR, operator);
            a.set(0);
            a.bad = true;
        }
        return a;
    }

    private void choose(NasmValue condition, NasmValue yes, NasmValue no, int at) {
        scalar(condition, "'?'", at);
        boolean unknown = condition.isUnknown();
        boolean bad = condition.bad;
        condition.set(condition.number != 0 ? yes : no);
        if (unknown) condition.unknown = 1;
        condition.bad |= bad;
    }

    private void binary(int operator, NasmValue a, NasmValue b, int at) {
        switch (operator) {
            case '+' -> {
                a.add(b, 1);
                return;
            }
            case '-' -> {
                a.add(b, -1);
                return;
            }
            case '*' -> {
                if (multiply(a, b)) return;
            }
            case '=', NasmScanner.NE, '<', '>', NasmScanner.LE, NasmScanner.GE, NasmScanner.COMPARE -> {
                // Two addresses in one section can be compared.
                boolean bad = a.bad || b.bad;
                long difference = a.unknown - b.unknown;
                a.unknown = difference;
                b.unknown = 0;
                if (a.terms != 0 && b.terms != 0) {
                    long left = a.number;
                    long right = b.number;
                    a.number = 0;
                    b.number = 0;
                    a.add(b, -1);
                    a.number = left;
                    b.set(right);
                    b.bad = bad;
                }
            }
            default -> {}
        }
        String shown = "an operator like this";
        scalar(a, shown, at);
        scalar(b, shown, at);
        boolean unknown = a.isUnknown() || b.isUnknown();
        boolean bad = a.bad || b.bad;
        long x = a.number;
        long y = b.number;
        long result = 0;
        switch (operator) {
            case '/', '%', NasmScanner.SDIV, NasmScanner.SMOD -> {
                if (y == 0) {
                    if (!unknown && !bad) complaints.complain(at, NasmCode.DIVISION_BY_ZERO);
                    bad |= !unknown;
                } else result = divide(operator, x, y);
            }
            case NasmScanner.SHL -> result = x << y;
            case NasmScanner.SHR -> result = x >>> y;
            case NasmScanner.SAR -> result = x >> y;
            case '&' -> result = x & y;
            case '|' -> result = x | y;
            case '^' -> result = x ^ y;
            case '=' -> result = x == y ? 1 : 0;
            case NasmScanner.NE -> result = x != y ? 1 : 0;
            case '<' -> result = x < y ? 1 : 0;
            case '>' -> result = x > y ? 1 : 0;
            case NasmScanner.LE -> result = x <= y ? 1 : 0;
            case NasmScanner.GE -> result = x >= y ? 1 : 0;
            case NasmScanner.COMPARE -> result = Long.compare(x, y);
            case NasmScanner.AND2 -> result = x != 0 && y != 0 ? 1 : 0;
            case NasmScanner.OR2 -> result = x != 0 || y != 0 ? 1 : 0;
            case NasmScanner.XOR2 -> result = x != 0 ^ y != 0 ? 1 : 0;
            default -> {}
        }
        a.set(result);
        if (unknown) a.unknown = 1;
        a.bad = bad;
    }

    /** Multiplies by a number; false when neither is one. */
    private static boolean multiply(NasmValue a, NasmValue b) {
        NasmValue factor = b.isNumber() ? b : a.isNumber() ? a : null;
        if (factor == null) return false;
        boolean bad = a.bad || b.bad;
        NasmValue other = factor == b ? a : b;
        if (factor.isUnknown() || other.isUnknown() && !other.hasRegister()) {
            a.setUnknown();
        } else {
            long number = factor.number;
            if (other != a) a.set(other);
            a.scale(number);
        }
        a.bad = bad;
        return true;
    }

    private static long divide(int operator, long x, long y) {
        return switch (operator) {
            case '/' -> Long.divideUnsigned(x, y);
            case '%' -> Long.remainderUnsigned(x, y);
            case NasmScanner.SDIV -> x / y;
            default -> x % y;
        };
    }
}
