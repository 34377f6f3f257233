package dev.kiln.exec;

import dev.kiln.asm.PatchKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Changes of several patch sites of one memory, with one synchronisation of the processors at the end, which is most of what a change
 * costs. The sites change one after the other, in the order given, so that a thread may see some of the changes before others; after
 * {@link #apply} it sees all. Nothing is changed when one of the changes is impossible. Not for use by several threads.
 */
public final class PatchBatch {
    private final CodeMemory memory;
    private final List<LiveSite> sites = new ArrayList<>();
    private long[] states = new long[4];

    /** An empty batch for sites of code in {@code memory}. */
    public PatchBatch(CodeMemory memory) {
        this.memory = memory;
    }

    /** Adds a change; see {@link LiveSite#retarget}. */
    public PatchBatch retarget(LiveSite site, long target) {
        if (site.isImmediate())
            throw new IllegalArgumentException(site + " cannot be retargeted; set changes what it moves");
        if (target == 0)
            throw new IllegalArgumentException(site + " cannot go to address 0"
                    + (site.kind() == PatchKind.NOP ? "; disable makes it a NOP" : ""));
        return add(site, target);
    }

    /** Adds a change; see {@link LiveSite#set}. */
    public PatchBatch set(LiveSite site, long value) {
        if (!site.isImmediate())
            throw new IllegalArgumentException(site + " has no value; retarget changes where it goes");
        boolean wide = site.kind() == PatchKind.IMMEDIATE64;
        if (!wide && value != (int) value && value >>> 32 != 0)
            throw new IllegalArgumentException("the value " + value + " does not fit the 32 bits of " + site);
        return add(site, wide ? value : value & 0xFFFF_FFFFL);
    }

    /** Adds a change; see {@link LiveSite#disable}. */
    public PatchBatch disable(LiveSite site) {
        if (site.kind() != PatchKind.NOP)
            throw new IllegalArgumentException(site + " cannot be disabled, as it was not emitted as a NOP");
        return add(site, 0);
    }

    private PatchBatch add(LiveSite site, long state) {
        if (site.code.memory() != memory)
            throw new IllegalArgumentException(site + " belongs to code in another memory than this batch");
        int count = sites.size();
        if (count == states.length) states = Arrays.copyOf(states, count * 2);
        states[count] = state;
        sites.add(site);
        return this;
    }

    /**
     * Makes the changes and forgets them.
     *
     * @throws IllegalStateException when a site's code was closed, or a target lies in the memory, but in no published code
     * @throws CodeMemoryExhaustedException when a target is out of reach and there is no room for a stub
     */
    public void apply() {
        synchronized (memory) {
            for (int i = 0; i < sites.size(); i++) {
                LiveSite site = sites.get(i);
                site.code.address();
                if (!site.isImmediate() && states[i] != 0) {
                    memory.checkRunnable(states[i]);
                    site.code.prepare(site, states[i]);
                }
            }
            boolean code = false;
            for (int i = 0; i < sites.size(); i++) code |= sites.get(i).code.store(sites.get(i), states[i]);
            if (code) memory.synchronizeCode();
        }
        sites.clear();
    }
}
