package dev.kiln.cli;

/** The entry point of the {@code kiln} command. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        if (args.length == 1 && args[0].equals("--version")) {
            System.out.println("kiln 0.1.0");
            return;
        }
        System.err.println("kiln: usage: kiln --version");
        System.exit(2);
    }
}
