package dev.kiln.ir;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DominatorsTest {
    /** Random graphs against the definition: a dominates b when b cannot be reached without a. */
    @Test
    void agreesWithTheDefinitionOnRandomGraphs() {
        Random random = new Random(42);
        for (int round = 0; round < 400; round++) {
            Function f = randomGraph(random, 1 + random.nextInt(14));
            Dominators tree = Dominators.of(f);
            boolean[] all = reach(f, null);
            for (Block a : f.blocks()) {
                boolean[] without = reach(f, a);
                assertThat(tree.flow().isReachable(a)).isEqualTo(all[a.id()]);
                for (Block b : f.blocks()) {
                    boolean expected = all[a.id()] && all[b.id()] && (a == b || !without[b.id()]);
                    assertThat(tree.dominates(a, b)).as("%s dominates %s", a, b).isEqualTo(expected);
                }
                Block above = tree.immediateDominator(a);
                if (above != null) {
                    assertThat(tree.depth(a)).isEqualTo(tree.depth(above) + 1);
                    assertThat(tree.flow().orderIndex(above))
                            .isLessThan(tree.flow().orderIndex(a));
                }
            }
        }
    }

    @Test
    void listsOnePredecessorForEachEdge() {
        FunctionBuilder b = new FunctionBuilder(new Module("m"), "f", Signature.of(Type.VOID, Type.I32));
        Block end = b.block("end");
        Block lost = b.block("lost");
        b.br(b.param(0), end, end);
        b.at(end).ret();
        b.at(lost).jump(end);
        ControlFlow flow = ControlFlow.of(b.function());
        assertThat(flow.predecessorCount(end)).isEqualTo(2);
        assertThat(flow.predecessor(end, 1)).isSameAs(b.function().entry());
        assertThat(flow.reachableCount()).isEqualTo(2);
        assertThat(flow.orderIndex(lost)).isEqualTo(-1);
    }

    @Test
    void takesDeepAndWideGraphsQuickly() {
        FunctionBuilder b = new FunctionBuilder(new Module("m"), "f", Signature.of(Type.VOID, Type.I32));
        int n = 100_000;
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            blocks.add(b.block(null));
        }
        b.jump(blocks.get(0));
        for (int i = 0; i < n; i++) {
            b.at(blocks.get(i));
            if (i == n - 1) {
                b.ret();
            } else {
                b.br(b.param(0), blocks.get(i + 1), blocks.get(i % 3 == 0 ? i / 2 : n - 1));
            }
        }
        Dominators tree = Dominators.of(b.function());
        assertThat(tree.dominates(blocks.get(10), blocks.get(n - 2))).isTrue();
        assertThat(tree.immediateDominator(blocks.get(n - 1))).isSameAs(blocks.get(1));
    }

    private static Function randomGraph(Random random, int count) {
        FunctionBuilder b = new FunctionBuilder(new Module("m"), "f", Signature.of(Type.VOID, Type.I32));
        List<Block> blocks = new ArrayList<>();
        blocks.add(b.current());
        for (int i = 0; i < count; i++) {
            blocks.add(b.block("b" + i));
        }
        for (Block block : blocks) {
            b.at(block);
            Block x = blocks.get(1 + random.nextInt(count));
            Block y = blocks.get(1 + random.nextInt(count));
            switch (random.nextInt(5)) {
                case 0 -> b.ret();
                case 1 -> b.jump(x);
                default -> b.br(b.param(0), x, y);
            }
        }
        return b.function();
    }

    private static boolean[] reach(Function f, Block removed) {
        boolean[] seen = new boolean[f.blockCount()];
        List<Block> work = new ArrayList<>();
        if (f.entry() != removed) {
            work.add(f.entry());
            seen[f.entry().id()] = true;
        }
        while (!work.isEmpty()) {
            for (Target target : work.removeLast().terminator().targets()) {
                if (target.block() != removed && !seen[target.block().id()]) {
                    seen[target.block().id()] = true;
                    work.add(target.block());
                }
            }
        }
        return seen;
    }
}
