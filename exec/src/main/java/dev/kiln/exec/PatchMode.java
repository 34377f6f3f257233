package dev.kiln.exec;

/** How the patch sites of placed code are changed. The methods of {@link LiveSite} are the same for both. */
public enum PatchMode {
    /**
     * The instruction itself changes, by one aligned store to the view for writing, after which every processor is made to forget what it
     * may have decoded. Costs nothing when run, some microseconds when changed. Where the host has that view and the means to synchronise.
     */
    IN_PLACE,
    /**
     * The instruction takes its target or value from a cell of memory ({@code jmp [rip+cell]}), and only the cell changes. Possible
     * everywhere; costs a load when run, and next to nothing when changed.
     */
    THROUGH_CELLS
}
