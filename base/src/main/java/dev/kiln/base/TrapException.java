package dev.kiln.base;

/**
 * A running program trapped: it reached a {@code trap}, divided by zero, or did another thing whose outcome the IR defines as a
 * trap. Thrown to the Java code that called the program, whether it was interpreted or native.
 */
public final class TrapException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final String function;
    private final transient Position position;

    /**
     * @param name the trap's name as in the IR, such as {@code division_by_zero}
     * @param function the function it happened in, without {@code @}; empty when unknown
     * @param position the source position of the instruction; {@link Position#NONE} when unknown
     */
    public TrapException(String name, String function, Position position) {
        super(describe(name, function, position));
        this.name = name;
        this.function = function;
        this.position = position;
    }

    /** The trap's name. */
    public String name() {
        return name;
    }

    /** The function it happened in. */
    public String function() {
        return function;
    }

    /** Where it happened. */
    public Position position() {
        return position == null ? Position.NONE : position;
    }

    private static String describe(String name, String function, Position position) {
        String text = "trap " + name;
        if (!function.isEmpty()) {
            text += " in @" + function;
        }
        return position.isKnown() ? text + " at " + position : text;
    }
}
