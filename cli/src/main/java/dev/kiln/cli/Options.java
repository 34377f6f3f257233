package dev.kiln.cli;

import dev.kiln.asm.CpuFeatures;
import dev.kiln.compiler.Target;
import java.util.ArrayList;
import java.util.List;

/** The options of all commands, parsed. A command rejects those that it has no use for. */
final class Options {
    /** Input files, for {@code run} and {@code interp} one. */
    final List<String> files = new ArrayList<>();

    /** What follows the file of {@code run} and {@code interp}: the program's own. */
    final List<String> programArguments = new ArrayList<>();

    final List<String> libraries = new ArrayList<>();
    String output;
    String format;
    Input.Kind inputKind;
    Target.Platform platform = Target.Platform.LINUX;
    int optimization = 1;
    boolean pic = true;
    int debugLevel = 1;
    int threads = 1;
    boolean json;
    boolean help;
    boolean timePasses;
    /** The features that instructions of {@code asm} may need; {@code null} for all. */
    CpuFeatures cpu;
    /** The bytes that {@code dis --hex} was given, or {@code null}. */
    byte[] bytes;
    /** The address that {@code dis} gives to the first of raw bytes. */
    long address;
    /** Whether {@code dis} writes Intel's syntax. */
    boolean intel;
    /** Whether {@code dis} writes text to be assembled. */
    boolean source;

    /** The section and the symbol that are to be listed; {@code null} for all. */
    String section;

    String symbol;

    final List<String> dumps = new ArrayList<>();

    /** Whether a program that was run ends the process, as a C program does. */
    boolean exits = true;

    private final String command;
    private final boolean takesProgram;
    private final List<String> given = new ArrayList<>();

    private Options(String command) {
        this.command = command;
        this.takesProgram = command.equals("run") || command.equals("interp");
    }

    /**
     * Parses what stands behind the command's name.
     *
     * @throws UsageException when an option is unknown, lacks its value, or has one that makes no sense
     */
    static Options parse(String command, String[] args) {
        Options options = new Options(command);
        boolean onlyFiles = false;
        for (int i = 1; i < args.length; i++) {
            String arg = args[i];
            if (options.takesProgram && !options.files.isEmpty()) {
                options.programArguments.add(arg);
            } else if (onlyFiles || arg.equals("-") || !arg.startsWith("-")) {
                options.files.add(arg);
            } else if (arg.equals("--")) {
                onlyFiles = true;
            } else {
                i = options.option(args, i);
            }
        }
        return options;
    }

    private int option(String[] args, int at) {
        String arg = args[at];
        String name = arg;
        String value = null;
        int equals = arg.startsWith("--") ? arg.indexOf('=') : -1;
        if (equals > 0) {
            name = arg.substring(0, equals);
            value = arg.substring(equals + 1);
        } else if (arg.length() > 2 && (arg.startsWith("-l") || arg.startsWith("-o") || arg.startsWith("-f"))) {
            name = arg.substring(0, 2);
            value = arg.substring(2);
        }
        given.add(name);
        if (flag(name)) {
            if (value != null) {
                throw new UsageException(name + " takes no value");
            }
            return at;
        }
        int next = at;
        if (value == null && isValued(name)) {
            next++;
            if (next == args.length) {
                throw new UsageException(name + " needs a value");
            }
            value = args[next];
        }
        valued(name, value);
        return next;
    }

    private boolean flag(String name) {
        switch (name) {
            case "-h", "--help" -> help = true;
            case "-O0" -> optimization = 0;
            case "-O1" -> optimization = 1;
            case "-O2" -> optimization = 2;
            case "--pic" -> pic = true;
            case "--no-pic" -> pic = false;
            case "--time-passes" -> timePasses = true;
            case "--asm" -> source = true;
            default -> {
                return false;
            }
        }
        return true;
    }

    private static boolean isValued(String name) {
        return switch (name) {
            case "-o",
                    "--format",
                    "-f",
                    "-l",
                    "--input",
                    "--target",
                    "--debug-level",
                    "--diagnostics",
                    "--dump",
                    "--threads",
                    "--address",
                    "--cpu",
                    "--hex",
                    "--section",
                    "--symbol",
                    "--syntax" -> true;
            default -> false;
        };
    }

    private void valued(String name, String value) {
        switch (name) {
            case "-o" -> output = value;
            case "--format", "-f" -> format = value;
            case "-l" -> libraries.add(value);
            case "--input" ->
                inputKind = switch (value) {
                    case "kir" -> Input.Kind.KIR;
                    case "ssa" -> Input.Kind.SSA;
                    default -> throw new UsageException("--input is kir or ssa, not " + value);
                };
            case "--target" -> {
                platform = Target.Platform.named(value);
                if (platform == null) {
                    throw new UsageException("--target is linux, windows or macos, not " + value);
                }
            }
            case "--cpu" -> {
                try {
                    cpu = CpuFeatures.parse(value);
                } catch (IllegalArgumentException e) {
                    throw new UsageException("--cpu " + value + ": " + e.getMessage());
                }
            }
            case "--debug-level" -> debugLevel = number(name, value, 0, 3);
            case "--threads" -> threads = number(name, value, 1, 1024);
            case "--diagnostics" -> {
                if (!value.equals("text") && !value.equals("json")) {
                    throw new UsageException("--diagnostics is text or json, not " + value);
                }
                json = value.equals("json");
            }
            case "--address" -> address = address(value);
            case "--hex" -> bytes = bytes(value);
            case "--section" -> section = value;
            case "--symbol" -> symbol = value;
            case "--syntax" -> {
                if (!value.equals("nasm") && !value.equals("intel")) {
                    throw new UsageException("--syntax is nasm or intel, not " + value);
                }
                intel = value.equals("intel");
            }
            case "--dump" -> {
                if (!value.equals("after:select") && !value.equals("after:allocate")) {
                    throw new UsageException("--dump is after:STAGE, where STAGE is select or allocate, not " + value);
                }
                dumps.add(value.substring("after:".length()));
            }
            default -> throw new UsageException("unknown option " + name);
        }
    }

    private static long address(String value) {
        try {
            return value.startsWith("0x") || value.startsWith("0X")
                    ? Long.parseUnsignedLong(value, 2, value.length(), 16)
                    : Long.parseUnsignedLong(value);
        } catch (NumberFormatException e) {
            throw new UsageException("--address is a number such as 4096 or 0x401000, not " + value);
        }
    }

    /** Bytes as pairs of hexadecimal digits, between which blanks, commas, {@code 0x} and {@code \x} may stand. */
    private static byte[] bytes(String value) {
        byte[] bytes = new byte[value.length() / 2];
        int count = 0;
        int i = 0;
        while (i < value.length()) {
            char c = value.charAt(i);
            char next = i + 1 < value.length() ? value.charAt(i + 1) : 0;
            if (c <= ' ' || c == ',') {
                i++;
            } else if ((c == '0' || c == '\\') && (next == 'x' || next == 'X')) {
                i += 2;
            } else {
                int high = Character.digit(c, 16);
                int low = Character.digit(next, 16);
                if (high < 0 || low < 0) {
                    throw new UsageException("--hex takes pairs of hexadecimal digits, such as \"48 89 c8\", not "
                            + value.substring(i, Math.min(value.length(), i + 2)));
                }
                bytes[count++] = (byte) (high << 4 | low);
                i += 2;
            }
        }
        return java.util.Arrays.copyOf(bytes, count);
    }

    private static int number(String name, String value, int low, int high) {
        try {
            int number = Integer.parseInt(value);
            if (number >= low && number <= high) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, as for a number out of range.
        }
        throw new UsageException(name + " is a number from " + low + " to " + high + ", not " + value);
    }

    /**
     * Checks that only options were given that the command knows.
     *
     * @throws UsageException naming the first other one
     */
    void allow(String... names) {
        for (String name : given) {
            boolean known = name.equals("--help") || name.equals("-h") || name.equals("--diagnostics");
            for (String allowed : names) {
                known |= allowed.equals(name);
            }
            if (!known) {
                throw new UsageException(command + " has no option " + name);
            }
        }
    }

    /**
     * The only file.
     *
     * @throws UsageException when there is none or more than one
     */
    String onlyFile() {
        if (files.size() != 1) {
            throw new UsageException(
                    files.isEmpty() ? command + " needs a file" : command + " takes one file, not " + files.size());
        }
        return files.getFirst();
    }
}
