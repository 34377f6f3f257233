/**
 * Turns Kiln IR into x86-64 code.
 *
 * <pre>{@code
 * Diagnostics diagnostics = new Diagnostics();
 * CompiledModule compiled = Compiler.compile(module, Target.LINUX, CompilerOptions.DEFAULT, diagnostics);
 * diagnostics.throwIfErrors();
 * for (CompiledFunction function : compiled.functions()) {
 *     Code code = function.code();   // bytes, relocations, positions
 * }
 * }</pre>
 *
 * <p>Each function goes on its own through <i>select</i> (operations become machine instructions on virtual registers), <i>allocate</i>
 * (registers and spill slots), <i>frame</i> (where slots lie) and <i>emit</i> (bytes, and text when asked). With assertions on, each
 * allocation is replayed symbolically and proved right. The optimisation levels give the same code so far.
 *
 * <p>The code refers to symbols by relocations; what the module does not define is listed by {@link
 * dev.kiln.compiler.CompiledModule#externalSymbols}, among it what {@link dev.kiln.compiler.RuntimeSymbols} names. The module's data
 * stay in the IR: whoever writes the object or links in memory lays them out.
 */
package dev.kiln.compiler;
