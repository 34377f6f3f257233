package dev.kiln.cli;

/**
 * Typical work for the JVM's training run: what it loads, links and counts here, the start-up cache keeps. Not part of the command;
 * {@code scripts/build-kiln.sh} runs it after a build.
 */
final class Training {
    private Training() {}

    /** Takes a folder for what is made, then programs that end by themselves. */
    public static void main(String[] args) {
        String out = args[0];
        for (int round = 0; round < 3; round++) {
            for (int i = 1; i < args.length; i++) {
                String program = args[i];
                command("check", program);
                command("run", program);
                command("interp", program);
                command("fmt", program);
                command("compile", program, "-o", out + "/training.o");
                command("compile", program, "-o", out + "/training.asm");
            }
        }
        command("dis", out + "/training.o");
        command("--help");
    }

    private static void command(String... args) {
        Main.run(args, false);
    }
}
