package dev.kiln.exec.instructions;

/** What an instruction does, in Java: makes the state behind it from the one before. */
@FunctionalInterface
interface Model {
    void apply(Step step);
}
