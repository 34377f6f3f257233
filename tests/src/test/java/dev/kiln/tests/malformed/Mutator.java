package dev.kiln.tests.malformed;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spoils program texts the way broken front ends, disks and people do. */
final class Mutator {
    private static final Pattern TOKEN = Pattern.compile("[%@$:]?[\\w.]+|\"[^\"\n]*\"|[^\\w\\s]");
    private static final String[] WORDS = {
        "w",
        "l",
        "s",
        "d",
        "b",
        "h",
        "sb",
        "uh",
        "i8",
        "i16",
        "i32",
        "i64",
        "f32",
        "f64",
        "ptr",
        "ref",
        "v4i32",
        "v4f64",
        "add",
        "call",
        "phi",
        "jmp",
        "jnz",
        "ret",
        "br",
        "load",
        "storel",
        "alloc4",
        "alloca",
        "data",
        "type",
        "function",
        "func",
        "export",
        "thread",
        "section",
        "...",
        "=",
        "->",
        "{",
        "}",
        "(",
        ")",
        ",",
        "align",
        "0",
        "-1",
        "9223372036854775807",
        "18446744073709551616",
        "99999999999999999999",
        "0x",
        "1e999",
        "d_nan",
        "s_",
        "%undefined",
        "$undefined",
        "@undefined",
        ":undefined",
        "\"",
        "\\",
        "entry",
        "@start",
        "zero",
        "z",
        "union",
        "opaque",
        "switch",
        "guard",
        "tail",
        "vastart",
        "env"
    };

    private final Random random;

    Mutator(long seed) {
        random = new Random(seed);
    }

    /** A spoilt copy. */
    byte[] spoil(byte[] text) {
        byte[] result = text;
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            result = once(result);
        }
        return result;
    }

    private byte[] once(byte[] text) {
        if (text.length < 4) {
            return bytes(random.nextInt(1, 200));
        }
        return switch (random.nextInt(12)) {
            case 0 -> Arrays.copyOf(text, random.nextInt(text.length));
            case 1 -> overwritten(text);
            case 2 -> spliced(text, random.nextInt(text.length), 0, bytes(random.nextInt(1, 12)));
            case 3 -> {
                int at = random.nextInt(text.length);
                yield spliced(text, at, Math.min(text.length - at, random.nextInt(1, 60)), new byte[0]);
            }
            case 4 -> lines(text);
            case 5 -> repeated(text);
            case 6, 7 -> exchanged(text);
            default -> replaced(text);
        };
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] overwritten(byte[] text) {
        byte[] copy = text.clone();
        for (int i = random.nextInt(1, 8); i > 0; i--) {
            copy[random.nextInt(copy.length)] =
                    (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(32, 127));
        }
        return copy;
    }

    private static byte[] spliced(byte[] text, int at, int removed, byte[] inserted) {
        byte[] result = new byte[text.length - removed + inserted.length];
        System.arraycopy(text, 0, result, 0, at);
        System.arraycopy(inserted, 0, result, at, inserted.length);
        System.arraycopy(text, at + removed, result, at + inserted.length, text.length - at - removed);
        return result;
    }

    /** Leaves out, doubles or exchanges lines. */
    private byte[] lines(byte[] text) {
        List<String> lines = new ArrayList<>(List.of(new String(text, StandardCharsets.ISO_8859_1).split("\n", -1)));
        int at = random.nextInt(lines.size()), other = random.nextInt(lines.size());
        switch (random.nextInt(3)) {
            case 0 -> lines.remove(at);
            case 1 -> lines.add(other, lines.get(at));
            default -> lines.set(at, lines.set(other, lines.get(at)));
        }
        return String.join("\n", lines).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Says one thing very often. */
    private byte[] repeated(byte[] text) {
        int at = random.nextInt(text.length);
        int length = Math.min(text.length - at, random.nextInt(1, 10));
        byte[] piece = Arrays.copyOfRange(text, at, at + length);
        int times = random.nextInt(2, 3000);
        byte[] all = new byte[length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(piece, 0, all, i * length, length);
        }
        return spliced(text, at, 0, all);
    }

    private byte[] exchanged(byte[] text) {
        String all = new String(text, StandardCharsets.ISO_8859_1);
        int[] a = token(all), b = token(all);
        if (a == null || b == null || a[1] > b[0]) {
            return replaced(text);
        }
        String result = all.substring(0, a[0])
                + all.substring(b[0], b[1])
                + all.substring(a[1], b[0])
                + all.substring(a[0], a[1])
                + all.substring(b[1]);
        return result.getBytes(StandardCharsets.ISO_8859_1);
    }

    private byte[] replaced(byte[] text) {
        String all = new String(text, StandardCharsets.ISO_8859_1);
        int[] place = token(all);
        if (place == null) {
            return overwritten(text);
        }
        int[] other = token(all);
        String word = random.nextBoolean() && other != null
                ? all.substring(other[0], other[1])
                : WORDS[random.nextInt(WORDS.length)];
        return (all.substring(0, place[0]) + word + all.substring(place[1])).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A token behind a random place: its start and end. */
    private int[] token(String text) {
        Matcher matcher = TOKEN.matcher(text);
        return matcher.find(random.nextInt(text.length())) && matcher.start() < text.length()
                ? new int[] {matcher.start(), matcher.end()}
                : null;
    }
}
