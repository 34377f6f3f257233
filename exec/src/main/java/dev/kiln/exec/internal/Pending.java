package dev.kiln.exec.internal;

import dev.kiln.base.Position;
import dev.kiln.base.TrapException;
import dev.kiln.exec.SiteTable;

/** The Java side of what native code left to be thrown, and of what callbacks threw. */
public final class Pending {
    private static final int EXIT_STATUS = 120;

    private final BorderCode code;
    /** Null: nobody knows. */
    private volatile SiteTable sites;

    public Pending(BorderCode code) {
        this.code = code;
    }

    /** Sets who is asked for the position of a trap that states none. */
    public void sites(SiteTable table) {
        sites = table;
    }

    /**
     * What the calling thread has to throw, or null. Between the return of the native call and this one nothing may let a virtual thread
     * change its carrier; so this is run once before it is needed, and then nothing is loaded or linked on the way.
     */
    public Throwable take() {
        long pending = SystemCalls.call(code.takeRoutine(), 0, 0, 0);
        if (pending == 0) return null;
        if (pending == ThreadChain.EXCEPTION) return ThreadChain.thrown();
        if (pending == ThreadChain.STACK_OVERFLOW) {
            return new StackOverflowError("in native code that calls back into Java");
        }
        return trap(pending, ThreadChain.instance().site());
    }

    private TrapException trap(long record, long site) {
        String name = SystemCalls.string(record);
        long next = SystemCalls.afterString(record);
        String function = SystemCalls.string(next);
        String stated = SystemCalls.string(SystemCalls.afterString(next));
        Position position = parse(stated);
        if (!position.isKnown()) {
            SiteTable table = sites;
            Position found = table == null ? null : table.positionOf(site);
            if (found != null) position = found;
        }
        return new TrapException(name, function, position);
    }

    /** {@code file:line:column} or {@code file:line}; the file's name may hold colons. */
    static Position parse(String text) {
        int last = text.lastIndexOf(':');
        int second = number(text, last + 1, text.length());
        if (last < 0 || second < 0) return Position.NONE;
        int before = text.lastIndexOf(':', last - 1);
        int first = number(text, before + 1, last);
        if (before >= 0 && first >= 0) return new Position(text.substring(0, before), first, second);
        return new Position(text.substring(0, last), second, 0);
    }

    private static int number(String text, int from, int to) {
        if (from >= to || to - from > 9) return -1;
        int value = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') return -1;
            value = value * 10 + (c - '0');
        }
        return value;
    }

    /**
     * Keeps what a callback threw for the native call below it to throw. Without one, on a thread that Java never entered native code on,
     * nobody could catch it: it is printed and the process ends with status 120, after what {@code exit} does.
     */
    public void keep(Throwable thrown) {
        ThreadChain.keep(thrown);
        if ((int) SystemCalls.call(code.markRoutine(), ThreadChain.EXCEPTION, 0, 0) != 0) return;
        StringBuilder text = new StringBuilder("kiln: exception in a callback on a thread without a caller in Java: ");
        text.append(thrown).append('\n');
        for (StackTraceElement element : thrown.getStackTrace())
            text.append("\tat ").append(element).append('\n');
        System.err.print(text);
        System.err.flush();
        SystemCalls.call(SystemCalls.symbol("exit"), EXIT_STATUS, 0, 0);
    }
}
