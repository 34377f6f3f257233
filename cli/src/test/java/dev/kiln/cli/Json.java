package dev.kiln.cli;

/** Tells whether a text is JSON (RFC 8259), for tests of what other programs will parse. */
final class Json {
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    static boolean isWellFormed(String text) {
        Json json = new Json(text);
        json.blank();
        boolean fine = json.value();
        json.blank();
        return fine && json.at == text.length();
    }

    private boolean value() {
        if (at >= text.length()) {
            return false;
        }
        return switch (text.charAt(at)) {
            case '[' -> list(']', false);
            case '{' -> list('}', true);
            case '"' -> string();
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        };
    }

    private boolean list(char end, boolean named) {
        at++;
        blank();
        if (take(end)) {
            return true;
        }
        do {
            blank();
            if (named) {
                if (at >= text.length() || text.charAt(at) != '"' || !string()) {
                    return false;
                }
                blank();
                if (!take(':')) {
                    return false;
                }
                blank();
            }
            if (!value()) {
                return false;
            }
            blank();
        } while (take(','));
        return take(end);
    }

    private boolean string() {
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return true;
            }
            if (c < ' ') {
                return false;
            }
            if (c == '\\') {
                if (at >= text.length()) {
                    return false;
                }
                char escape = text.charAt(at++);
                if (escape == 'u') {
                    if (at + 4 > text.length() || !text.substring(at, at + 4).matches("[0-9a-fA-F]{4}")) {
                        return false;
                    }
                    at += 4;
                } else if ("\"\\/bfnrt".indexOf(escape) < 0) {
                    return false;
                }
            }
        }
        return false;
    }

    private boolean number() {
        int from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return text.substring(from, at).matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?");
    }

    private boolean word(String word) {
        boolean there = text.startsWith(word, at);
        at += word.length();
        return there;
    }

    private boolean take(char c) {
        boolean there = at < text.length() && text.charAt(at) == c;
        at += there ? 1 : 0;
        return there;
    }

    private void blank() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }
}
