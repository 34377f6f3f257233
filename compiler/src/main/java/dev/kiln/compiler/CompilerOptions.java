package dev.kiln.compiler;

/**
 * How to compile. Immutable; start from {@link #DEFAULT}.
 *
 * @param optimization the level, 0 to 2
 * @param threads how many threads may work on a module, at least 1; the output does not depend on it
 * @param text whether {@link CompiledFunction#emit} is going to be used: machine code is then kept with notes that name the IR
 * @param stages told the state after each stage, or {@code null}; with it everything runs on one thread
 */
public record CompilerOptions(int optimization, int threads, boolean text, StageListener stages) {
    /** Level 1, one thread, no text. */
    public static final CompilerOptions DEFAULT = new CompilerOptions(1, 1, false, null);

    public CompilerOptions {
        if (optimization < 0 || optimization > 2 || threads < 1) {
            throw new IllegalArgumentException("optimization " + optimization + ", threads " + threads);
        }
    }

    /** The same with another optimisation level, 0 to 2. */
    public CompilerOptions withOptimization(int level) {
        return new CompilerOptions(level, threads, text, stages);
    }

    /** The same with another number of threads that compile functions. */
    public CompilerOptions withThreads(int count) {
        return new CompilerOptions(optimization, count, text, stages);
    }

    /** The same with or without keeping instructions for printing as text. */
    public CompilerOptions withText(boolean wanted) {
        return new CompilerOptions(optimization, threads, wanted, stages);
    }

    /** The same with somebody who sees functions between the stages. */
    public CompilerOptions withStages(StageListener listener) {
        return new CompilerOptions(optimization, threads, text, listener);
    }

    /** Is told what a function looks like after each stage, for {@code --dump after:STAGE}. */
    public interface StageListener {
        /** Whether the text of a stage is wanted: {@code select} or {@code allocate}. */
        boolean wants(String stage);

        /** What the function looks like after the stage. */
        void after(String stage, String function, String text);
    }
}
