package dev.kiln.exec;

import static dev.kiln.asm.X86.*;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kiln.asm.Assembler;
import dev.kiln.asm.AssemblerException;
import dev.kiln.asm.RelocationKind;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Code with and without symbols gets its place, and its place gets free again. */
class PlacedCodeTest {
    private static long find(String name) {
        return Linker.nativeLinker()
                .defaultLookup()
                .find(name)
                .map(MemorySegment::address)
                .orElseThrow(() -> new IllegalArgumentException("no " + name));
    }

    @Test
    void runsAtEveryPlace() throws Throwable {
        Assembler a = new Assembler();
        a.lea(RAX, ptr(RDI, RSI, 1, 2));
        a.ret();
        var code = a.finish();
        try (CodeMemory memory = CodeMemory.create()) {
            NativeCalls calls = new NativeCalls(memory);
            long before = memory.allocated();
            try (PlacedCode one = memory.place(code);
                    PlacedCode other = memory.place(code)) {
                assertThat(one.address()).isNotEqualTo(other.address());
                for (PlacedCode placed : new PlacedCode[] {one, other}) {
                    var shape = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG);
                    assertThat((long) calls.bind(placed.address(), shape).invokeExact(40L, 7L))
                            .isEqualTo(49);
                    calls.unbind(placed.address());
                }
            }
            assertThat(memory.allocated()).isEqualTo(before);
        }
    }

    @Test
    void reachesSymbolsInEveryWay() throws Throwable {
        try (CodeMemory memory = CodeMemory.create();
                Arena arena = Arena.ofConfined()) {
            MemorySegment variable = arena.allocateFrom(JAVA_LONG, 1000L);
            Assembler near = new Assembler();
            near.mov(EAX, 7);
            near.ret();
            PlacedCode seven = memory.place(near.finish());
            NativeCalls calls = new NativeCalls(memory);
            assertThat(calls.call(seven.address(), 0, 0, 0, 0, 0, 0)).isEqualTo(7);
            long before = memory.allocated();

            Assembler a = new Assembler();
            a.push(RBX);
            a.mov(EDI, -5);
            a.call(symbol("abs")); // outside: through a stub
            a.mov(EBX, EAX);
            a.call(symbol("seven")); // in reach: directly
            a.add(RBX, RAX);
            a.mov(RCX, ptr(symbol("labs", RelocationKind.GOTPCREL)));
            a.mov(EDI, -100);
            a.movsxd(RDI, EDI);
            a.call(RCX);
            a.add(RBX, RAX);
            a.emit("mov", RCX, symbol("variable", RelocationKind.ABS64));
            a.add(RBX, ptr(RCX));
            a.mov(RAX, RBX);
            a.pop(RBX);
            a.ret();
            try (PlacedCode placed = memory.place(a.finish(), name -> switch (name) {
                case "seven" -> seven.address();
                case "variable" -> variable.address();
                default -> find(name);
            })) {
                assertThat(calls.call(placed.address(), 0, 0, 0, 0, 0, 0)).isEqualTo(5 + 7 + 100 + 1000);
                calls.unbind(placed.address());
            }
            assertThat(memory.allocated()).isEqualTo(before);
        }
    }

    @Test
    @SuppressWarnings("try") // that it may be closed early, and twice
    void givesTheAddressesOfLabels() {
        Assembler a = new Assembler();
        a.nop();
        int label = a.newLabel();
        a.bind(label);
        int never = a.newLabel();
        a.ret();
        try (CodeMemory memory = CodeMemory.create();
                PlacedCode placed = memory.place(a.finish())) {
            assertThat(placed.address(label)).isEqualTo(placed.address() + 1);
            assertThatThrownBy(() -> placed.address(never)).isInstanceOf(IllegalArgumentException.class);
            placed.close();
            placed.close();
            assertThatThrownBy(placed::address).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void refusesWhatHasNoMeaningAndLosesNothing() {
        try (CodeMemory memory = CodeMemory.create()) {
            Assembler a = new Assembler();
            a.mov(RAX, ptr(symbol("abs", RelocationKind.PC32)));
            a.ret();
            var far = a.finish();
            assertThatThrownBy(() -> memory.place(far, PlacedCodeTest::find))
                    .isInstanceOf(AssemblerException.class)
                    .hasMessageContaining("does not reach abs");
            assertThatThrownBy(() -> memory.place(far))
                    .isInstanceOf(AssemblerException.class)
                    .hasMessageContaining("refers to abs");

            Assembler b = new Assembler();
            b.mov(RAX, ptr(symbol("errno", RelocationKind.GOTTPOFF)));
            var thread = b.finish();
            assertThatThrownBy(() -> memory.place(thread, name -> 0))
                    .isInstanceOf(AssemblerException.class)
                    .hasMessageContaining("GOTTPOFF");
            assertThat(memory.allocated()).isZero();
        }
    }
}
