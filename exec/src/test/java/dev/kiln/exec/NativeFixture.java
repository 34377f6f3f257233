package dev.kiln.exec;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Native functions for tests: written as bytes, because what is tested here stands below the assembler. */
final class NativeFixture implements AutoCloseable {
    static final FunctionDescriptor LONG_LONG = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG);
    static final FunctionDescriptor LONG_LONG_LONG = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG);

    final CodeMemory memory;
    final NativeCalls calls;

    NativeFixture() {
        this(CodeMemory.create(16 << 20, MappingStrategy.AUTOMATIC));
    }

    NativeFixture(CodeMemory memory) {
        this.memory = memory;
        calls = new NativeCalls(memory);
    }

    /** Publishes code given in hexadecimal digits, and returns its address. */
    long code(String... hex) {
        byte[] bytes = HexFormat.of().parseHex(String.join("", hex).replace(" ", ""));
        return CodeMemoryTest.put(memory, bytes).address();
    }

    static String little(long value) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) text.append(HexFormat.of().toHexDigits((byte) (value >>> 8 * i)));
        return text.toString();
    }

    /** The record of a trap. */
    long record(String name, String function, String position) {
        var bytes = new ByteArrayOutputStream();
        for (String s : new String[] {name, function, position}) {
            bytes.writeBytes(s.getBytes(StandardCharsets.UTF_8));
            bytes.write(0);
        }
        CodeRange range = memory.allocate(bytes.size(), 1, MemoryKind.RODATA);
        memory.writable(range).copyFrom(MemorySegment.ofArray(bytes.toByteArray()));
        memory.publish(range);
        return range.address();
    }

    /** {@code long f(long x)}: traps when x is 0, else x + 1; ruins every register that may hold something of its caller's. */
    long trapIfZero(long record) {
        return code(
                "48 8D 47 01", //          lea rax, [rdi + 1]
                "48 85 FF", //             test rdi, rdi
                "74 01", //                jz +1
                "C3", //                   ret
                "48 31 ED 48 31 DB", //    xor rbp, rbp; xor rbx, rbx
                "4D 31 E4 4D 31 ED", //    xor r12, r12; xor r13, r13
                "4D 31 F6 4D 31 FF", //    xor r14, r14; xor r15, r15
                "48 81 EC 88 13 00 00", // sub rsp, 5000
                "FD D9 E8", //             std; fld1
                "48 BF " + little(record), // mov rdi, record
                "48 B8 " + little(calls.trapRoutine()), // mov rax, trap routine
                "FF D0"); //               call rax
    }

    /** {@code long f(long (*g)(long), long x)}: g(x) + 1, with callee-saved registers in use. */
    long callThrough() {
        return code(
                "55 53", //             push rbp; push rbx
                "48 83 EC 08", //       sub rsp, 8
                "48 89 F3", //          mov rbx, rsi
                "48 89 F8", //          mov rax, rdi
                "48 89 F7", //          mov rdi, rsi
                "FF D0", //             call rax
                "48 83 C0 01", //       add rax, 1
                "48 83 C4 08", //       add rsp, 8
                "5B 5D C3"); //         pop rbx; pop rbp; ret
    }

    @Override
    public void close() {
        memory.close();
    }
}
