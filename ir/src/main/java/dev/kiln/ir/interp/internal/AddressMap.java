package dev.kiln.ir.interp.internal;

import java.lang.invoke.VarHandle;

/**
 * From addresses that C code can call to functions of ours. Open addressing with keys of {@code long}; readers take no lock, and ask
 * again under the lock before they believe that an address is not there.
 */
final class AddressMap {
    private record Table(long[] keys, Callable[] values) {}

    private volatile Table table = new Table(new long[64], new Callable[64]);
    private int size;

    Callable find(long address) {
        Callable found = find(table, address);
        if (found != null) {
            return found;
        }
        synchronized (this) {
            return find(table, address);
        }
    }

    private static Callable find(Table in, long address) {
        int mask = in.keys.length - 1;
        for (int at = slot(address) & mask; in.keys[at] != 0; at = at + 1 & mask) {
            if (in.keys[at] == address) {
                return in.values[at];
            }
        }
        return null;
    }

    synchronized void add(long address, Callable callable) {
        if (++size * 2 > table.keys.length) {
            Table old = table;
            Table grown = new Table(new long[old.keys.length * 2], new Callable[old.keys.length * 2]);
            for (int i = 0; i < old.keys.length; i++) {
                if (old.keys[i] != 0) {
                    put(grown, old.keys[i], old.values[i]);
                }
            }
            table = grown;
        }
        put(table, address, callable);
    }

    private static void put(Table in, long address, Callable callable) {
        int mask = in.keys.length - 1;
        int at = slot(address) & mask;
        while (in.keys[at] != 0) {
            at = at + 1 & mask;
        }
        in.values[at] = callable;
        VarHandle.storeStoreFence(); // who sees the key sees the value
        in.keys[at] = address;
    }

    private static int slot(long address) {
        return (int) (address * 0x9E37_79B9_7F4A_7C15L >>> 32);
    }
}
