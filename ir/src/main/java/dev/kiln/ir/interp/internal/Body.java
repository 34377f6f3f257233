package dev.kiln.ir.interp.internal;

import dev.kiln.base.Position;
import dev.kiln.ir.Function;
import dev.kiln.ir.Instruction;
import java.util.Arrays;

/**
 * A function translated for the interpreter: immutable, shared by all threads.
 *
 * <p>A frame has {@link #frameSize} registers of 64 bits: parameters first (one word each, more for vectors; before them the result's
 * address when an aggregate is returned), then values and temporaries, then the constants, which a call copies from {@link #constants}.
 */
final class Body {
    final Callable owner;
    final int[] code;
    final int frameSize;
    final int constantBase;
    final long[] constants;
    /** What instructions refer to by number: call sites, names, lane lists, switch tables. */
    final Object[] pool;
    /** Whether it has an ENTER, and so gives back at its end what is allocated on the stack of slots for its call. */
    final boolean hasSlots;
    /** The register that holds the address of the variadic arguments ({@link VariadicArea}); −1 without. */
    final int variadicRegister;

    final int savedPointer;

    private final int[] positionCode;
    private final Instruction[] positionInstruction;
    private final int positions;

    Body(
            Callable owner,
            int[] code,
            int frameSize,
            int constantBase,
            long[] constants,
            Object[] pool,
            int savedPointer,
            int variadicRegister,
            int[] positionCode,
            Instruction[] positionInstruction,
            int positions) {
        this.owner = owner;
        this.code = code;
        this.frameSize = frameSize;
        this.constantBase = constantBase;
        this.constants = constants;
        this.pool = pool;
        this.savedPointer = savedPointer;
        this.hasSlots = savedPointer >= 0;
        this.variadicRegister = variadicRegister;
        this.positionCode = positionCode;
        this.positionInstruction = positionInstruction;
        this.positions = positions;
    }

    /** The source position of the instruction that the code at {@code pc} belongs to. */
    Position position(int pc) {
        int at = Arrays.binarySearch(positionCode, 0, positions, pc);
        if (at < 0) {
            at = -at - 2;
        }
        Function function = owner.function;
        if (at < 0) {
            return functionPosition(function);
        }
        int number = positionInstruction[at].positionNumber();
        return number == 0 ? functionPosition(function) : function.module().positionOf(number);
    }

    /** The source position of a function's head. */
    static Position functionPosition(Function function) {
        if (function.location() != 0) {
            return function.module().locations().get(function.location());
        }
        int text = function.textPosition();
        String file = function.module().sourceFile();
        return text == 0 ? new Position(file, 0, 0) : new Position(file, text >>> 10, text & 1023);
    }
}
