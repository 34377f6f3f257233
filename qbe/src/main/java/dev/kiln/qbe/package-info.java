/**
 * QBE IL text to Kiln IR: {@link dev.kiln.qbe.QbeParser} reads a file, {@link dev.kiln.qbe.QbeCode} lists what can be wrong with it.
 * Whoever has a compiler that emits QBE IL needs no more than
 *
 * <pre>{@code
 * Diagnostics diagnostics = new Diagnostics();
 * Module module = QbeParser.parse(new SourceText("hello.ssa", bytes), diagnostics);
 * diagnostics.throwIfErrors();
 * }</pre>
 */
package dev.kiln.qbe;
