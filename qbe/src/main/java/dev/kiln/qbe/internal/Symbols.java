package dev.kiln.qbe.internal;

import dev.kiln.ir.Data;
import dev.kiln.ir.Import;
import dev.kiln.ir.Module;
import dev.kiln.ir.SymbolAddress;
import dev.kiln.qbe.QbeCode;
import java.util.Arrays;

/**
 * The file's global names: dense numbers, one address value each, and where and how they are used. QBE declares nothing, so what is
 * used without a definition becomes an import at the end.
 */
final class Symbols {
    private static final byte USED = 1, USED_AS_THREAD = 2, USED_PLAIN = 4;

    private final ByteTable names = new ByteTable();
    private SymbolAddress[] addresses = new SymbolAddress[64];
    private int[] firstUse = new int[64];
    private int[] firstPosition = new int[64];
    private byte[] uses = new byte[64];

    /** The number of the global that is the lexer's current token. */
    int intern(Lexer lexer) {
        int id = names.intern(lexer.text, lexer.nameStart, lexer.nameEnd, lexer.hash);
        if (id >= uses.length) {
            addresses = Arrays.copyOf(addresses, id * 2);
            firstUse = Arrays.copyOf(firstUse, id * 2);
            firstPosition = Arrays.copyOf(firstPosition, id * 2);
            uses = Arrays.copyOf(uses, id * 2);
        }
        return id;
    }

    String name(int id) {
        return names.name(id);
    }

    /**
     * Notes that code or data holds the symbol's address.
     *
     * @param offset where in the source, or −1 when only its name is at hand
     * @param position the same, packed
     */
    void use(int id, boolean thread, int offset, int position) {
        if ((uses[id] & USED) == 0) {
            firstUse[id] = offset;
            firstPosition[id] = position;
        }
        uses[id] |= (byte) (USED | (thread ? USED_AS_THREAD : USED_PLAIN));
    }

    /** The symbol's address, always the same object. */
    SymbolAddress address(int id) {
        SymbolAddress address = addresses[id];
        if (address == null) {
            address = new SymbolAddress(names.name(id), 0);
            addresses[id] = address;
        }
        return address;
    }

    /** Imports what is used and not defined, in the order of first sight. */
    void importUndefined(Module module, Reporter reporter) {
        for (int id = 0; id < names.count(); id++) {
            if ((uses[id] & USED) == 0) {
                continue;
            }
            String name = names.name(id);
            boolean asThread = (uses[id] & USED_AS_THREAD) != 0;
            boolean plain = (uses[id] & USED_PLAIN) != 0;
            Data datum = module.dataNamed(name);
            if (datum == null && module.function(name) == null) {
                module.addImport(new Import(name, null, asThread, firstPosition[id]));
                if (asThread && plain) {
                    reporter.report(
                            QbeCode.THREAD_LOCAL, firstUse[id], "$" + name + " is used both with thread and without");
                }
            } else if (asThread && (datum == null || !datum.thread())) {
                reporter.report(
                        QbeCode.THREAD_LOCAL,
                        firstUse[id],
                        "$" + name + " is used with thread, but is not thread-local");
            } else if (plain && datum != null && datum.thread()) {
                reporter.report(
                        QbeCode.THREAD_LOCAL, firstUse[id], "$" + name + " is thread-local; say thread $" + name);
            }
        }
    }
}
