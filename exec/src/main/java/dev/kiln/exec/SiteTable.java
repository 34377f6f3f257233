package dev.kiln.exec;

import dev.kiln.base.Position;

/** Knows which source position a place in native code came from. Asked when a trap states none. */
@FunctionalInterface
public interface SiteTable {
    /**
     * The source position of the instruction before an address.
     *
     * @param siteAddress the address that the call of the trap routine would return to
     * @return {@link Position#NONE} or null when unknown
     */
    Position positionOf(long siteAddress);
}
