package dev.kiln.ir.interp.internal;

import dev.kiln.ir.interp.HostFunction;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.Map;

/**
 * What an interpreter is given besides the program.
 *
 * @param functions functions written in Java, by the name under which programs import them
 * @param lookups asked in turn for other imports
 * @param stackWords limit of each thread's frames, in 64-bit registers
 * @param slotMemory limit of each thread's frame slots in bytes
 * @param nesting limit of nested calls back from C functions
 * @param fuel operations that a call from Java may execute; {@link Long#MAX_VALUE} for any number
 */
public record Options(
        Map<String, HostFunction> functions,
        List<SymbolLookup> lookups,
        long stackWords,
        long slotMemory,
        int nesting,
        long fuel) {}
