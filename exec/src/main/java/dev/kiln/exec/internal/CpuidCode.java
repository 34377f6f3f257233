package dev.kiln.exec.internal;

import static dev.kiln.asm.X86.*;

import dev.kiln.asm.Assembler;
import dev.kiln.asm.Label;
import dev.kiln.exec.CodeMemory;
import dev.kiln.exec.CodeRange;
import dev.kiln.exec.MappingStrategy;
import dev.kiln.exec.MemoryKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Runs CPUID and XGETBV: two functions in a code memory of their own, which lasts until this is closed. */
public final class CpuidCode implements AutoCloseable {
    private final CodeMemory memory = CodeMemory.create(64 << 10, MappingStrategy.AUTOMATIC);
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment outputs = arena.allocate(16);
    private final long cpuid;
    private final long xgetbv;

    /** The host's calls must be those of the System V ABI. */
    public CpuidCode() {
        Assembler a = new Assembler();
        a.push(RBX);
        a.mov(EAX, ESI);
        a.mov(ECX, EDX);
        a.cpuid();
        a.mov(dword(RDI), EAX);
        a.mov(dword(RDI, 4), EBX);
        a.mov(dword(RDI, 8), ECX);
        a.mov(dword(RDI, 12), EDX);
        a.pop(RBX);
        a.ret();
        a.align(16);
        Label second = a.here();
        a.mov(ECX, EDI);
        a.xgetbv();
        a.shl(RDX, 32);
        a.or(RAX, RDX);
        a.ret();
        var code = a.finish();
        CodeRange range = memory.allocate(code.size(), code.alignment(), MemoryKind.CODE);
        memory.writable(range).copyFrom(MemorySegment.ofArray(code.bytes()));
        memory.publish(range);
        cpuid = range.address();
        xgetbv = range.address() + code.labelOffset(second.id());
    }

    /** EAX, EBX, ECX, EDX for a leaf and subleaf. */
    public int[] cpuid(int leaf, int subleaf) {
        SystemCalls.call(cpuid, outputs.address(), leaf, subleaf);
        return outputs.toArray(ValueLayout.JAVA_INT);
    }

    /** An extended control register; only where CPUID says that XSAVE is enabled. */
    public long xgetbv(int register) {
        return SystemCalls.call(xgetbv, register, 0, 0);
    }

    @Override
    public void close() {
        arena.close();
        memory.close();
    }
}
