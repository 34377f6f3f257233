package dev.kiln.exec.internal;

import dev.kiln.exec.CpuLeaf;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects what CPUID tells: every leaf up to the largest that the processor names, and the subleaves of those that have some. Asking
 * costs a microsecond on metal and may cost tens in a virtual machine, so each is asked for once.
 */
public final class CpuidLeaves {
    private static final int EXTENDED = 0x8000_0000, HYPERVISOR = 0x4000_0000;

    /** No processor has more in a range; guards against answers that are none. */
    private static final int MOST = 0x80;

    private final CpuidCode code;
    private final List<CpuLeaf> leaves = new ArrayList<>();

    private CpuidLeaves(CpuidCode code) {
        this.code = code;
    }

    /** All leaves, ascending unsigned. */
    public static List<CpuLeaf> read(CpuidCode code) {
        CpuidLeaves leaves = new CpuidLeaves(code);
        leaves.range(0);
        CpuLeaf features = leaves.ask(1, 0);
        if (features.ecx() < 0) leaves.range(HYPERVISOR);
        leaves.range(EXTENDED);
        return List.copyOf(leaves.leaves);
    }

    private void range(int first) {
        int count = ask(first, 0).eax() - first;
        for (int i = 0; i <= Math.min(count, MOST); i++) leaf(first + i);
    }

    private void leaf(int leaf) {
        CpuLeaf first = ask(leaf, 0);
        leaves.add(first);
        switch (leaf) {
            // The largest subleaf stands in EAX.
            case 0x07, 0x14, 0x17, 0x18, 0x1D, 0x20, 0x24 -> upTo(leaf, first.eax());
            case 0x0D -> {
                for (int i = 1; i < 63; i++) addIfAny(leaf, i);
            }
            case 0x0F, 0x10, 0x1E -> {
                for (int i = 1; i < 4; i++) addIfAny(leaf, i);
            }
            case 0x12 -> {
                for (int i = 1; i < 3; i++) addIfAny(leaf, i);
            }
            // Caches, until one of no kind.
            case 0x04, 0x8000_001D -> {
                for (int i = 1; i < 32 && (leaves.getLast().eax() & 31) != 0; i++) leaves.add(ask(leaf, i));
            }
            // Levels of topology, until one of no kind.
            case 0x0B, 0x1F, 0x8000_0026 -> {
                for (int i = 1; i < 32 && (leaves.getLast().ecx() & 0xFF00) != 0; i++) leaves.add(ask(leaf, i));
            }
            default -> {}
        }
    }

    private void upTo(int leaf, int last) {
        for (int i = 1; i <= Math.min(Integer.toUnsignedLong(last), MOST); i++) leaves.add(ask(leaf, i));
    }

    private void addIfAny(int leaf, int subleaf) {
        CpuLeaf answer = ask(leaf, subleaf);
        if ((answer.eax() | answer.ebx() | answer.ecx() | answer.edx()) != 0) leaves.add(answer);
    }

    private CpuLeaf ask(int leaf, int subleaf) {
        int[] outputs = code.cpuid(leaf, subleaf);
        return new CpuLeaf(leaf, subleaf, outputs[0], outputs[1], outputs[2], outputs[3]);
    }
}
