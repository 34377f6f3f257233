package dev.kiln.object;

import dev.kiln.ir.Linkage;
import dev.kiln.object.Layout.Placed;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** The names under which symbols stand in object files. */
public final class SymbolNames {
    private SymbolNames() {}

    /**
     * The name of a symbol. Thread-local data of this module only must be global to be reached through the GOT, so they are hidden and
     * get a suffix from the module's name and file, that no other module is likely to share.
     */
    public static String inObject(Layout layout, String name) {
        Placed placed = layout.symbol(name);
        if (placed == null || placed.data() == null || !placed.data().thread() || placed.linkage() != Linkage.LOCAL) {
            return name;
        }
        CRC32 crc = new CRC32();
        crc.update(layout.module().sourceFile().getBytes(StandardCharsets.UTF_8));
        crc.update(0);
        crc.update(layout.module().name().getBytes(StandardCharsets.UTF_8));
        return name + ".t" + Long.toHexString(crc.getValue());
    }
}
