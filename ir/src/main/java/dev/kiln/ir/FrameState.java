package dev.kiln.ir;

/**
 * What a guard or call says about the abstract state of the program there: values that must be found when the compiled code is
 * left, without forcing any of them into a register.
 */
public final class FrameState {
    private final String exit;
    private final long exitId;
    private Value[] values;
    private final FrameState parent;

    /**
     * @param exit the function called when a guard fails, without {@code @}; {@code null} for the state of a call
     * @param exitId the number handed to it
     * @param values the state's values, kept by reference
     * @param parent the state of the caller when this code was inlined, or {@code null}
     */
    public FrameState(String exit, long exitId, Value[] values, FrameState parent) {
        this.exit = exit;
        this.exitId = exitId;
        this.values = values;
        this.parent = parent;
    }

    /** The function that is called when the guard fails; {@code null} for a state that only a call carries. */
    public String exit() {
        return exit;
    }

    /** The number that the exit function is given to know which guard failed. */
    public long exitId() {
        return exitId;
    }

    /** The values themselves, not a copy. */
    public Value[] values() {
        return values;
    }

    /** Replaces the values, as passes do that replace one value by another. */
    public void setValues(Value... values) {
        this.values = values;
    }

    /** The state of the caller into which this function was inlined, or {@code null}. */
    public FrameState parent() {
        return parent;
    }
}
