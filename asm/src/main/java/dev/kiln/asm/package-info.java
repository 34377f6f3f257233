/**
 * The x86-64 assembler: operands, instructions, labels, relocations, encoder, decoder and NASM printer.
 *
 * <p>There are three doors to the same encoder:
 *
 * <ul>
 *   <li>{@link dev.kiln.asm.Assembler}, for people: a typed method per instruction, {@code a.add(RAX, ptr(RDI, 8))}. What does not fit does not
 *       compile, or is told at the call. Registers and memory operands are in {@link dev.kiln.asm.X86}.
 *   <li>{@link dev.kiln.asm.InstructionMethods#emit(String, Object...)}, for text and tools: by mnemonic.
 *   <li>{@link dev.kiln.asm.InstructionSink}, for compilers: by form number ({@link dev.kiln.asm.Form}) and a reusable
 *       {@link dev.kiln.asm.Operands}. {@link dev.kiln.asm.CodeBuffer} makes bytes of the calls, {@link dev.kiln.asm.NasmSink} the text that
 *       assembles to the same bytes. {@link dev.kiln.asm.InstructionInfo} tells what an instruction with its operands reads, writes and needs.
 * </ul>
 *
 * <p>The result is a {@link dev.kiln.asm.Code}: bytes, relocations, offsets of labels. {@link dev.kiln.asm.Decoder} and
 * {@link dev.kiln.asm.Listing} go the other way. All of them are made from one table, in the folder {@code src/main/table} of this module, where a line is
 * an instruction form.
 */
package dev.kiln.asm;
