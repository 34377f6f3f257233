/**
 * Executable memory that is never writable and executable at once, and calls into and out of native code.
 *
 * <pre>{@code
 * try (CodeMemory memory = CodeMemory.create()) {
 *     NativeCalls calls = new NativeCalls(memory);
 *     CodeRange range = memory.allocate(code.length, 16, MemoryKind.CODE);
 *     memory.writable(range).copyFrom(MemorySegment.ofArray(code));
 *     memory.publish(range);
 *     MethodHandle add = calls.bind(range.address(), FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG));
 *     long five = (long) add.invokeExact(2L, 3L);
 * }
 * }</pre>
 *
 * <p>{@link dev.kiln.exec.CodeMemory} holds code and what belongs to it, {@link dev.kiln.exec.NativeCalls} calls it and turns its traps into
 * exceptions, {@link dev.kiln.exec.Callbacks} makes function pointers of Java methods, {@link dev.kiln.exec.ThreadStorage} holds
 * thread-local data.
 */
package dev.kiln.exec;
