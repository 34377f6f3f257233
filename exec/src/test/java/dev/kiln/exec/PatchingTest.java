package dev.kiln.exec;

import static dev.kiln.asm.X86.*;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kiln.asm.Assembler;
import dev.kiln.asm.Code;
import dev.kiln.asm.Label;
import dev.kiln.asm.PatchKind;
import dev.kiln.asm.RelocationKind;
import dev.kiln.exec.internal.SystemCalls;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Code that is changed where it stands, alone and while other threads run it, in both ways of doing so. */
class PatchingTest {
    private static final long MIB = 1 << 20;
    private static final int FLIPS = 100_000;

    private final Assembler a = new Assembler();

    /** Each strategy of memory with what it does by itself, and cells where changing in place would do. */
    static List<Arguments> ways() {
        return List.of(
                Arguments.of(MappingStrategy.DUAL_MAPPING, PatchMode.IN_PLACE),
                Arguments.of(MappingStrategy.DUAL_MAPPING, PatchMode.THROUGH_CELLS),
                Arguments.of(MappingStrategy.PAGE_FLIPPING, PatchMode.THROUGH_CELLS));
    }

    private static long run(long address) {
        return SystemCalls.call(address, 0, 0, 0);
    }

    private static long run(PlacedCode code) {
        return run(code.address());
    }

    private static long noSymbols(String name) {
        throw new AssertionError(name);
    }

    /** Emits {@code mov eax, value; ret} and gives its label. */
    private Label returning(int value) {
        a.align(16);
        Label label = a.here();
        a.mov(EAX, value);
        a.ret();
        return label;
    }

    private static PlacedCode place(CodeMemory memory, Code code, PatchMode mode) {
        return memory.place(code, PatchingTest::noSymbols, mode);
    }

    @Test
    void eachStrategyHasItsWay() {
        try (CodeMemory dual = CodeMemory.create(MIB, MappingStrategy.DUAL_MAPPING);
                CodeMemory flipping = CodeMemory.create(MIB, MappingStrategy.PAGE_FLIPPING)) {
            assertThat(dual.patchMode()).isEqualTo(PatchMode.IN_PLACE);
            assertThat(flipping.patchMode()).isEqualTo(PatchMode.THROUGH_CELLS);
            a.patchableNop();
            Code code = a.finish();
            assertThat(flipping.place(code).patchMode()).isEqualTo(PatchMode.THROUGH_CELLS);
            assertThat(dual.place(code).patchMode()).isEqualTo(PatchMode.IN_PLACE);
            assertThat(dual.place(new Assembler().finish()).patchMode()).isEqualTo(PatchMode.IN_PLACE);
            assertThatThrownBy(() -> place(flipping, code, PatchMode.IN_PLACE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("THROUGH_CELLS works everywhere");
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void everyKindChangesAndChangesBack(MappingStrategy strategy, PatchMode mode) {
        Label first = a.label();
        int call = a.patchableCall(first);
        a.mov(R11, RAX);
        int immediate = a.patchableMov(R8D, -1);
        int low = a.patchableMov(ECX, 5);
        int wide = a.patchableMov(R9, Long.MAX_VALUE);
        int wideLow = a.patchableMov(RDX, 1);
        a.lea(RAX, ptr(R11, RCX, 1));
        a.add(RAX, R8);
        a.add(RAX, R9);
        a.add(RAX, RDX);
        int nop = a.patchableNop();
        Label plain = a.label();
        int jump = a.patchableJump(plain);
        Label thousand = a.here();
        a.add(RAX, 1000);
        a.ret();
        a.bind(plain);
        a.ret();
        Label skipped = a.here();
        a.xor(EAX, EAX);
        a.ret();
        a.bind(first);
        a.mov(EAX, 1);
        a.ret();
        Label second = returning(2);
        Code code = a.finish();
        try (CodeMemory memory = CodeMemory.create(MIB, strategy);
                PlacedCode placed = place(memory, code, mode)) {
            long sum = 1 + 5 + 0xFFFF_FFFFL + Long.MAX_VALUE + 1;
            assertThat(run(placed)).isEqualTo(sum);
            assertThat(placed.site(call).target()).isEqualTo(placed.address(first.id()));
            placed.site(call).retarget(placed.address(second.id()));
            assertThat(placed.site(call).target()).isEqualTo(placed.address(second.id()));
            assertThat(run(placed)).isEqualTo(sum + 1);
            assertThat(placed.site(immediate).value()).isEqualTo(0xFFFF_FFFFL);
            placed.site(immediate).set(0);
            placed.site(low).set(-1);
            assertThat(placed.site(low).value()).isEqualTo(0xFFFF_FFFFL);
            assertThat(run(placed)).isEqualTo(sum - 5 + 1);
            placed.site(wide).set(0x1234_5678_9ABC_DEF0L);
            placed.site(wideLow).set(Long.MIN_VALUE);
            long changed = 2 + 0xFFFF_FFFFL + 0x1234_5678_9ABC_DEF0L + Long.MIN_VALUE;
            assertThat(run(placed)).isEqualTo(changed);
            placed.site(jump).retarget(placed.address(thousand.id()));
            assertThat(run(placed)).isEqualTo(changed + 1000);
            assertThat(placed.site(nop).target()).isZero();
            placed.site(nop).retarget(placed.address(skipped.id()));
            assertThat(run(placed)).isZero();
            placed.site(nop).retarget(placed.address(plain.id()));
            assertThat(run(placed)).isEqualTo(changed);
            placed.site(nop).disable();
            placed.site(nop).disable();
            assertThat(placed.site(nop).target()).isZero();
            assertThat(run(placed)).isEqualTo(changed + 1000);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void symbolsMayBeAnywhere(MappingStrategy strategy, PatchMode mode) {
        a.mov(EDI, -3);
        int jump = a.patchableJump(symbol("near", RelocationKind.PC32));
        a.align(16);
        Label labs = a.here();
        a.movsxd(RDI, EDI);
        int far = a.patchableJump(symbol("labs"));
        Code code = a.finish();
        a.reset();
        a.lea(RAX, ptr(RDI, 1));
        a.ret();
        Code near = a.finish();
        try (CodeMemory memory = CodeMemory.create(MIB, strategy);
                PlacedCode other = memory.place(near)) {
            long before = memory.allocated();
            long abs = SystemCalls.symbol("abs");
            PlacedCode placed =
                    memory.place(code, name -> name.equals("near") ? other.address() : SystemCalls.symbol(name), mode);
            assertThat((int) run(placed)).isEqualTo(-2);
            assertThat(placed.site(far).target()).isEqualTo(SystemCalls.symbol("labs"));
            LiveSite site = placed.site(jump);
            for (int i = 0; i < 3; i++) {
                site.retarget(abs);
                assertThat(site.target()).isEqualTo(abs);
                assertThat((int) run(placed)).isEqualTo(3);
                site.retarget(placed.address(labs.id()));
                assertThat(run(placed)).isEqualTo(3);
                placed.site(far).retarget(other.address());
                assertThat(run(placed)).isEqualTo(-2);
                placed.site(far).retarget(abs);
                site.retarget(other.address());
                assertThat((int) run(placed)).isEqualTo(-2);
                placed.site(far).retarget(SystemCalls.symbol("labs"));
            }
            placed.close();
            assertThat(memory.allocated()).isEqualTo(before);
        }
    }

    /** Of three regions two are farther apart than 2 GiB, as the first two are nearly that large. */
    @Test
    void whatIsOutOfReachIsReachedThroughAStub() {
        int jump = a.patchableJump(returning(1));
        int nop = a.patchableNop();
        Label two = returning(2);
        Code code = a.finish();
        a.reset();
        a.mov(EAX, 77);
        a.ret();
        Code distant = a.finish();
        try (CodeMemory memory = CodeMemory.create(CodeMemory.MAX_SIZE, MappingStrategy.DUAL_MAPPING);
                CodeMemory spacer = CodeMemory.create(CodeMemory.MAX_SIZE, MappingStrategy.DUAL_MAPPING);
                CodeMemory farther = CodeMemory.create(MIB, MappingStrategy.DUAL_MAPPING);
                PlacedCode placed = memory.place(code);
                PlacedCode between = spacer.place(distant);
                PlacedCode far = farther.place(distant)) {
            long target = Math.abs(far.address() - placed.address()) > Math.abs(between.address() - placed.address())
                    ? far.address()
                    : between.address();
            assertThat(Math.abs(target - placed.address())).isGreaterThan(Integer.MAX_VALUE);
            long start = placed.site(jump).address();
            assertThat(run(start)).isEqualTo(1);
            placed.site(jump).retarget(target);
            assertThat(run(start)).isEqualTo(77);
            placed.site(jump).retarget(placed.address(two.id()));
            assertThat(run(start)).isEqualTo(2);
            long through = placed.site(nop).address();
            assertThat(run(through)).isEqualTo(2);
            placed.site(nop).retarget(target);
            assertThat(run(through)).isEqualTo(77);
            placed.site(nop).disable();
            assertThat(run(through)).isEqualTo(2);
            placed.site(jump).retarget(target);
            assertThat(run(start)).isEqualTo(77);
        }
    }

    /** What the threads share: {@code begun} counts the changes that began, {@code done} those that have returned. */
    private static final class Shared {
        volatile int begun;
        volatile int done;
        volatile boolean stop;
        /** How often either value was seen, and how often it was known which it must be. */
        final AtomicLongArray seen = new AtomicLongArray(3);
    }

    private interface Change {
        void to(boolean odd);
    }

    /**
     * Lets two threads call while this one changes, at least 100,000 times, and until both values have been seen. Every result must be
     * one of the two, and that of the last change where no other had begun since it was done.
     */
    private static void callWhileChanging(long address, long even, long odd, Change change) throws Exception {
        FunctionDescriptor shape = FunctionDescriptor.of(JAVA_LONG);
        try (CodeMemory border = CodeMemory.create();
                var pool = Executors.newFixedThreadPool(2)) {
            MethodHandle call = new NativeCalls(border).bind(address, shape, CallKind.PLAIN);
            Shared shared = new Shared();
            Callable<Void> caller = () -> {
                while (!shared.stop) {
                    int done = shared.done;
                    long result = invoke(call);
                    boolean known = shared.begun == done;
                    if (result != even && result != odd) throw new AssertionError("saw " + result);
                    if (known && result != ((done & 1) == 0 ? even : odd))
                        throw new AssertionError("saw " + result + " after change " + done + " was done");
                    shared.seen.incrementAndGet(result == even ? 0 : 1);
                    if (known) shared.seen.incrementAndGet(2);
                }
                return null;
            };
            List<Future<Void>> callers = List.of(pool.submit(caller), pool.submit(caller));
            try {
                for (int i = 1; i <= FLIPS || !enough(shared, callers); i++) {
                    shared.begun = i;
                    change.to((i & 1) != 0);
                    shared.done = i;
                    // After an odd number of changes: on one processor, callers see either value in turn.
                    if (i % 1001 == 0) Thread.yield();
                }
            } finally {
                shared.stop = true;
            }
            for (Future<Void> f : callers) f.get();
        }
    }

    private static boolean enough(Shared shared, List<Future<Void>> callers) {
        for (Future<Void> f : callers) if (f.isDone()) return true;
        for (int i = 0; i < 3; i++) if (shared.seen.get(i) < 10_000) return false;
        return true;
    }

    private static long invoke(MethodHandle call) {
        try {
            return (long) call.invokeExact();
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void callsAndJumpsChangeUnderCalls(MappingStrategy strategy, PatchMode mode) throws Exception {
        Label jumpHere = a.label();
        int call = a.patchableCall(jumpHere);
        a.lea(RAX, ptr(RAX, RAX, 1));
        a.ret();
        a.bind(jumpHere);
        Label one = a.label();
        int jump = a.patchableJump(one);
        a.bind(one);
        a.mov(EAX, 1);
        a.ret();
        Label two = returning(2);
        try (CodeMemory memory = CodeMemory.create(MIB, strategy);
                PlacedCode placed = place(memory, a.finish(), mode)) {
            LiveSite site = placed.site(jump);
            long atOne = placed.address(one.id());
            long atTwo = placed.address(two.id());
            callWhileChanging(placed.address(), 2, 4, odd -> site.retarget(odd ? atTwo : atOne));
            LiveSite outer = placed.site(call);
            site.retarget(atOne);
            callWhileChanging(placed.address(), 2, 4, odd -> outer.retarget(odd ? atTwo : atOne));
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void nopsBecomeJumpsUnderCalls(MappingStrategy strategy, PatchMode mode) throws Exception {
        int nop = a.patchableNop();
        a.mov(EAX, 1);
        a.ret();
        Label two = returning(2);
        try (CodeMemory memory = CodeMemory.create(MIB, strategy);
                PlacedCode placed = place(memory, a.finish(), mode)) {
            LiveSite site = placed.site(nop);
            long target = placed.address(two.id());
            callWhileChanging(placed.address(), 1, 2, odd -> {
                if (odd) site.retarget(target);
                else site.disable();
            });
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void immediatesChangeWholeUnderCalls(MappingStrategy strategy, PatchMode mode) throws Exception {
        long even = 0x0102_0304_0506_0708L;
        long odd = ~even;
        int wide = a.patchableMov(RAX, even);
        a.ret();
        try (CodeMemory memory = CodeMemory.create(MIB, strategy);
                PlacedCode placed = place(memory, a.finish(), mode)) {
            LiveSite site = placed.site(wide);
            callWhileChanging(site.address(), even, odd, isOdd -> site.set(isOdd ? odd : even));
        }
        a.reset();
        int narrow = a.patchableMov(R10D, 0x01020304);
        a.mov(EAX, R10D);
        a.ret();
        try (CodeMemory memory = CodeMemory.create(MIB, strategy);
                PlacedCode placed = place(memory, a.finish(), mode)) {
            LiveSite site = placed.site(narrow);
            callWhileChanging(
                    site.address(), 0x01020304, 0xFEFD_FCFBL, isOdd -> site.set(isOdd ? 0xFEFD_FCFBL : 0x01020304));
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aBatchChangesAllOrNothing(MappingStrategy strategy, PatchMode mode) {
        int count = 500;
        int[] sites = new int[count];
        a.xor(EAX, EAX);
        for (int i = 0; i < count; i++) {
            sites[i] = a.patchableMov(ECX, i);
            a.add(RAX, RCX);
        }
        int nop = a.patchableNop();
        a.ret();
        Label two = returning(2);
        try (CodeMemory memory = CodeMemory.create(MIB, strategy);
                PlacedCode placed = place(memory, a.finish(), mode)) {
            assertThat(run(placed)).isEqualTo(count * (count - 1) / 2);
            PatchBatch batch = new PatchBatch(memory);
            for (int site : sites) batch.set(placed.site(site), 7);
            batch.set(placed.site(sites[0]), 8);
            assertThat(run(placed)).isEqualTo(count * (count - 1) / 2);
            batch.apply();
            batch.apply();
            assertThat(run(placed)).isEqualTo(7L * count + 1);

            batch.set(placed.site(sites[1]), 100).retarget(placed.site(nop), memory.base() + memory.size() - 16);
            assertThatThrownBy(batch::apply).isInstanceOf(IllegalStateException.class);
            assertThat(run(placed)).isEqualTo(7L * count + 1);
            new PatchBatch(memory)
                    .retarget(placed.site(nop), placed.address(two.id()))
                    .apply();
            assertThat(run(placed)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(MappingStrategy.class)
    @SuppressWarnings("try") // what is closed early is refused
    void refusesMisuse(MappingStrategy strategy) {
        Label here = a.here();
        int jump = a.patchableJump(here);
        int nop = a.patchableNop();
        int number = a.patchableMov(EAX, 1);
        Code code = a.finish();
        assertThat(code.patchSites().get(nop).kind()).isEqualTo(PatchKind.NOP);
        try (CodeMemory memory = CodeMemory.create(MIB, strategy);
                CodeMemory elsewhere = CodeMemory.create(MIB, strategy);
                PlacedCode placed = memory.place(code);
                PlacedCode foreign = elsewhere.place(code)) {
            LiveSite site = placed.site(jump);
            assertThatThrownBy(() -> placed.site(3)).hasMessage("there is no patch site 3; the code has 3");
            assertThatThrownBy(() -> placed.site(-1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(site::disable)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("patch site 0 (JUMP at offset 2) cannot be disabled");
            assertThatThrownBy(() -> site.retarget(0)).hasMessageContaining("address 0");
            assertThatThrownBy(() -> placed.site(nop).retarget(0)).hasMessageContaining("disable makes it a NOP");
            assertThatThrownBy(() -> site.set(1)).hasMessageContaining("retarget changes where it goes");
            assertThatThrownBy(site::value).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> placed.site(number).target()).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> placed.site(number).retarget(placed.address()))
                    .hasMessageContaining("set changes what it moves");
            assertThatThrownBy(() -> placed.site(number).set(1L << 32))
                    .hasMessageContaining("does not fit the 32 bits");
            assertThatThrownBy(() -> placed.site(number).set(Integer.MIN_VALUE - 1L))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new PatchBatch(memory).disable(foreign.site(nop)))
                    .hasMessageContaining("another memory");
            CodeRange open = memory.allocate(16, 16, MemoryKind.CODE);
            assertThatThrownBy(() -> site.retarget(open.address())).hasMessageContaining("not yet published");
            PlacedCode target = memory.place(code);
            long address = target.address();
            site.retarget(address);
            target.close();
            assertThatThrownBy(() -> site.retarget(address)).isInstanceOf(IllegalStateException.class);
            PatchBatch late = new PatchBatch(memory).retarget(site, placed.address());
            placed.close();
            assertThatThrownBy(late::apply)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("use after free");
            assertThatThrownBy(() -> placed.site(number).set(5)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(site::target).isInstanceOf(IllegalStateException.class);
            LiveSite orphan = foreign.site(nop);
            elsewhere.close();
            assertThatThrownBy(() -> orphan.retarget(1)).isInstanceOf(IllegalStateException.class);
        }
    }
}
