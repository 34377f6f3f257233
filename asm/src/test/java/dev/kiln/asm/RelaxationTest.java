package dev.kiln.asm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.asm.internal.Relaxation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Jump sizes: at the edges of the short form's reach, against a brute-force least fixpoint, and with alignments in between. */
class RelaxationTest {
    private static final PatchKind[] PATCHES = PatchKind.values();

    private final Operands operands = new Operands();

    /** One step of a random piece of code. */
    private sealed interface Step {}

    private record Bytes(int count) implements Step {}

    private record Jump(boolean conditional, int label) implements Step {}

    private record Bind(int label) implements Step {}

    private record Align(int boundary) implements Step {}

    private record Patch(PatchKind kind, int label) implements Step {}

    private Code assemble(List<Step> steps, int labels) {
        CodeBuffer buffer = new CodeBuffer();
        for (int i = 0; i < labels; i++) buffer.newLabel();
        for (Step step : steps)
            switch (step) {
                case Bytes bytes -> buffer.bytes(new byte[bytes.count()], 0, bytes.count());
                case Jump jump ->
                    buffer.emit(
                            jump.conditional() ? Form.JE_REL32 : Form.JMP_REL32,
                            operands.clear().label(jump.label()));
                case Bind bind -> buffer.bind(bind.label());
                case Align align -> buffer.align(align.boundary());
                case Patch patch -> {
                    operands.clear();
                    switch (patch.kind()) {
                        case JUMP, CALL -> operands.label(patch.label());
                        case NOP -> {}
                        case IMMEDIATE32, IMMEDIATE64 ->
                            operands.register(patch.label() & 15).immediate(patch.label());
                    }
                    buffer.patchable(patch.kind(), operands);
                }
            }
        return buffer.finish();
    }

    private boolean isShort(int bytesBetween, boolean forward) {
        List<Step> steps = forward
                ? List.of(new Jump(true, 0), new Bytes(bytesBetween), new Bind(0))
                : List.of(new Bind(0), new Bytes(bytesBetween), new Jump(true, 0));
        Code code = assemble(steps, 1);
        assertThat(code.size()).isEqualTo(bytesBetween + (code.isShortJump(0) ? 2 : 6));
        return code.isShortJump(0);
    }

    @Test
    void reachesFrom128BytesBackTo127Ahead() {
        assertThat(isShort(127, true)).isTrue();
        assertThat(isShort(128, true)).isFalse();
        assertThat(isShort(126, false)).isTrue();
        assertThat(isShort(127, false)).isFalse();
        assertThat(isShort(0, true)).isTrue();
    }

    @Test
    void growthOfOneJumpMakesAnotherGrow() {
        // The inner jump just does not reach, and pushes the outer one's target out of reach.
        List<Step> steps =
                List.of(new Jump(false, 0), new Jump(true, 1), new Bytes(125), new Bind(0), new Bytes(3), new Bind(1));
        Code code = assemble(steps, 2);
        assertThat(code.isShortJump(1)).isFalse();
        assertThat(code.isShortJump(0)).isFalse();
        List<Step> smaller =
                List.of(new Jump(false, 0), new Jump(true, 1), new Bytes(125), new Bind(0), new Bytes(2), new Bind(1));
        assertThat(assemble(smaller, 2).isShortJump(0)).isTrue();
    }

    @Test
    void isTheLeastFixpoint() {
        SplittableRandom random = new SplittableRandom(42);
        int near = 0;
        int total = 0;
        for (int round = 0; round < 2_000; round++) {
            int labels = 1 + random.nextInt(20);
            List<Step> steps = random(random, labels, false);
            Code code = assemble(steps, labels);
            boolean[] expected = leastFixpoint(steps, labels);
            for (int i = 0; i < expected.length; i++) {
                assertThat(code.isShortJump(i)).as("jump %s of %s", i, steps).isEqualTo(!expected[i]);
                if (expected[i]) near++;
                total++;
            }
            checkTargets(steps, code);
        }
        assertThat(near).isBetween(total / 10, total * 9 / 10);
    }

    @Test
    void jumpsReachAcrossAlignments() {
        SplittableRandom random = new SplittableRandom(43);
        for (int round = 0; round < 2_000; round++) {
            int labels = 1 + random.nextInt(20);
            List<Step> steps = random(random, labels, true);
            checkTargets(steps, assemble(steps, labels));
        }
    }

    /** Each jump is as if its target, 127 bytes away, were pushed out of reach by the growth of the next. */
    private static List<Step> chain(int jumps, boolean aligned) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < jumps; i++) {
            steps.add(new Bind(i));
            steps.add(new Jump(true, Math.min(i + 2, jumps)));
            steps.add(new Bytes(61));
            // Its padding takes part in the growth.
            if (aligned) steps.add(new Align(2));
        }
        steps.add(new Bytes(100));
        steps.add(new Bind(jumps));
        return steps;
    }

    @Test
    void aChainOfGrowthEnds() {
        int jumps = 100_000;
        Code code = assemble(chain(jumps, false), jumps + 1);
        assertThat(code.isShortJump(0)).isFalse();
        assertThat(code.isShortJump(jumps - 1)).isFalse();
        List<Step> aligned = chain(jumps, true);
        checkTargets(aligned, assemble(aligned, jumps + 1));
    }

    /** Twice the code takes twice the work, counted in jumps and alignments looked at: for chains of growth and for code as it comes. */
    @Test
    void costGrowsWithTheCode() {
        for (boolean aligned : new boolean[] {false, true})
            assertThat(examined(chain(40_000, aligned)))
                    .as("aligned %s", aligned)
                    .isLessThan(examined(chain(20_000, aligned)) * 5 / 2);
        List<Step> once = random(new SplittableRandom(44), 2_000, true);
        List<Step> twice = new ArrayList<>(once);
        twice.addAll(once);
        assertThat(examined(twice)).isLessThan(examined(once) * 5 / 2);
    }

    /** What sizing some steps costs; of a label bound twice the last place counts. */
    private static long examined(List<Step> steps) {
        int items = (int) steps.stream()
                .filter(s -> s instanceof Jump || s instanceof Align || s instanceof Patch)
                .count();
        int[] raw = new int[items];
        int[] what = new int[items];
        int[] label = new int[items];
        int[] labelRaw = new int[steps.size()];
        int[] labelItem = new int[steps.size()];
        int at = 0;
        int item = 0;
        for (Step step : steps) {
            switch (step) {
                case Bytes bytes -> at += bytes.count();
                case Bind bind -> {
                    labelRaw[bind.label()] = at;
                    labelItem[bind.label()] = item;
                }
                case Jump jump -> {
                    raw[item] = at;
                    what[item] = jump.conditional() ? 4 : 3;
                    label[item++] = jump.label();
                    at += 2;
                }
                case Align align -> {
                    raw[item] = at;
                    what[item++] = Relaxation.alignment(align.boundary(), 0);
                }
                case Patch patch -> {
                    raw[item] = at;
                    what[item++] = Relaxation.alignment(8, 6);
                    at += 6;
                }
            }
        }
        int[] targetRaw = new int[items];
        int[] targetItem = new int[items];
        for (int i = 0; i < items; i++) {
            targetRaw[i] = labelRaw[label[i]];
            targetItem[i] = labelItem[label[i]];
        }
        Relaxation relaxation = new Relaxation(items, raw, what, targetRaw, targetItem);
        relaxation.run();
        assertThat(relaxation.examined()).isGreaterThanOrEqualTo(2L * items);
        return relaxation.examined();
    }

    private static List<Step> random(SplittableRandom random, int labels, boolean aligned) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < labels; i++) steps.add(new Bind(i));
        for (int i = 0; i < 4 * labels; i++) {
            int what = random.nextInt(aligned ? 6 : 4);
            int at = random.nextInt(steps.size() + 1);
            steps.add(
                    at,
                    switch (what) {
                        case 0, 1 -> new Jump(random.nextBoolean(), random.nextInt(labels));
                        case 2 -> new Bytes(random.nextInt(70));
                        case 3 -> new Bytes(random.nextInt(8));
                        case 4 -> new Align(1 << random.nextInt(6));
                        default -> new Patch(PATCHES[random.nextInt(PATCHES.length)], random.nextInt(labels));
                    });
        }
        return steps;
    }

    /** Starts with all jumps short and makes near what does not reach, all over again, until nothing changes. */
    private static boolean[] leastFixpoint(List<Step> steps, int labels) {
        int jumps = (int) steps.stream().filter(s -> s instanceof Jump).count();
        boolean[] near = new boolean[jumps];
        boolean changed = true;
        while (changed) {
            changed = false;
            int[] at = new int[labels];
            for (int pass = 0; pass < 2; pass++) {
                int offset = 0;
                int jump = 0;
                for (Step step : steps)
                    switch (step) {
                        case Bytes bytes -> offset += bytes.count();
                        case Bind bind -> at[bind.label()] = offset;
                        case Jump j -> {
                            offset += near[jump] ? (j.conditional() ? 6 : 5) : 2;
                            int distance = at[j.label()] - offset;
                            if (pass == 1 && !near[jump] && distance != (byte) distance) {
                                near[jump] = true;
                                changed = true;
                                // What follows would be measured with this one's growth missing.
                                offset += j.conditional() ? 4 : 3;
                                pass = 2;
                            }
                            jump++;
                        }
                        case Align align -> throw new AssertionError(align);
                        case Patch patch -> throw new AssertionError(patch);
                    }
            }
        }
        return near;
    }

    /** Walks over the bytes and checks that each jump, as it stands there, goes to its label, and that alignments hold. */
    private static void checkTargets(List<Step> steps, Code code) {
        byte[] bytes = code.bytes();
        int offset = 0;
        int jump = 0;
        int alignment = 0;
        int patches = 0;
        for (Step step : steps)
            switch (step) {
                case Bytes b -> offset += b.count();
                case Bind bind -> assertThat(code.labelOffset(bind.label())).isEqualTo(offset);
                case Align align -> {
                    if (align.boundary() > 1) offset += code.padding(alignment++);
                    assertThat(offset % align.boundary()).isZero();
                }
                case Patch patch -> {
                    assertThat(code.padding(alignment)).isLessThan(8);
                    offset += code.padding(alignment++);
                    PatchSite site = code.patchSites().get(patches++);
                    assertThat(site.offset()).isEqualTo(offset);
                    assertThat(site.field() % site.fieldSize()).isZero();
                    offset += site.length();
                    ByteBuffer field = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
                    switch (patch.kind()) {
                        case JUMP, CALL ->
                            assertThat(offset + field.getInt(site.field())).isEqualTo(code.labelOffset(patch.label()));
                        case NOP -> assertThat(site.offset() / 8).isEqualTo((offset - 1) / 8);
                        case IMMEDIATE32 ->
                            assertThat(field.getInt(site.field())).isEqualTo(patch.label());
                        case IMMEDIATE64 ->
                            assertThat(field.getLong(site.field())).isEqualTo(patch.label());
                    }
                }
                case Jump j -> {
                    int distance;
                    if (code.isShortJump(jump++)) {
                        assertThat(bytes[offset]).isEqualTo((byte) (j.conditional() ? 0x74 : 0xEB));
                        distance = bytes[offset + 1];
                        offset += 2;
                    } else {
                        int length = j.conditional() ? 6 : 5;
                        assertThat(bytes[offset]).isEqualTo((byte) (j.conditional() ? 0x0F : 0xE9));
                        offset += length;
                        distance = ByteBuffer.wrap(bytes)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .getInt(offset - 4);
                    }
                    assertThat(offset + distance).isEqualTo(code.labelOffset(j.label()));
                }
            }
        assertThat(offset).isEqualTo(bytes.length);
    }
}
