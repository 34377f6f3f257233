package dev.kiln.object;

import dev.kiln.ir.Data;
import dev.kiln.ir.Function;
import dev.kiln.ir.Linkage;
import dev.kiln.ir.Module;
import dev.kiln.object.Layout.Placed;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** The names under which symbols stand in object files. */
public final class SymbolNames {
    private SymbolNames() {}

    /**
     * The name of a symbol. Thread-local data of this module only must be global to be reached through the GOT, so they are hidden and
     * get a suffix from what tells the module from all it can be linked with.
     */
    public static String inObject(Layout layout, String name) {
        Placed placed = layout.symbol(name);
        if (placed == null || placed.data() == null || !placed.data().thread() || placed.linkage() != Linkage.LOCAL) {
            return name;
        }
        return name + layout.threadLocalSuffix();
    }

    /**
     * A suffix made of the module's name and of the symbols that it exports: two modules with the same exports cannot be linked anyway.
     * The file's name takes no part, so that the same program gives the same bytes wherever it lies.
     */
    static String suffix(Module module) {
        CRC32 crc = new CRC32();
        add(crc, module.name());
        for (Function function : module.functions()) {
            if (function.linkage() == Linkage.EXPORT) {
                add(crc, function.name());
            }
        }
        for (Data data : module.data()) {
            if (data.linkage() == Linkage.EXPORT) {
                add(crc, data.name());
            }
        }
        return ".t" + Long.toHexString(crc.getValue());
    }

    private static void add(CRC32 crc, String name) {
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        crc.update(0);
    }
}
