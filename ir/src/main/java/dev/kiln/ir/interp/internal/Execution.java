package dev.kiln.ir.interp.internal;

import static dev.kiln.ir.interp.internal.Memory.ALL;

import dev.kiln.base.Diagnostic;
import dev.kiln.base.Position;
import dev.kiln.base.TrapException;
import dev.kiln.ir.interp.CancelledException;
import dev.kiln.ir.interp.InterpreterCode;
import dev.kiln.ir.interp.InterpreterException;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * A thread's part of an interpreter: its stack of frames, its stack of slots, its thread-local data, and the loop that executes.
 *
 * <p>Frames lie in one growing array. Below a frame's registers stand two words: the index of code to return to, and the caller (its
 * frame in the upper half, its number among {@link Engine#callables} in the lower). A negative first word is {@link #BOUNDARY} for a
 * frame entered from Java, else a frame whose result has to be adapted to what its call site expects ({@link #ADAPT}).
 */
public final class Execution {
    static final int HEADER = 2;
    static final long BOUNDARY = -1;
    static final long ADAPT = Long.MIN_VALUE;

    final Engine engine;
    final SlotStack slots;
    final AbiArguments abi = new AbiArguments();
    /** The result of a frame entered from Java, in words. */
    final long[] results = new long[4];

    long[] registers = new long[1 << 12];
    /** Registers from here on are free while code outside the loop runs. */
    int top;
    /** Where the frame that {@link Calls} made begins. */
    int nextFrame;
    /** What ENTER has to restore at the function's end when it is not the stack pointer of then; 0 for none. */
    long entryPointer;
    /** The function whose arguments are being copied to the stack of slots. */
    Callable entering;
    /** What ended a call back from C, to be thrown on when the C function returns. */
    Throwable pending;

    int nativeDepth;
    int upcallDepth;
    long fuel;
    /** Lives as long as this does. */
    final Arena arena = Arena.ofAuto();

    private long scratch;
    private long resultBuffer;
    private long resultBufferSize;
    private long threadData;
    private long[] tailWords = new long[16];

    Execution(Engine engine) {
        this.engine = engine;
        this.slots = new SlotStack(engine.options.slotMemory());
        this.fuel = engine.options.fuel();
    }

    /** Executes from the beginning of a function whose frame is made, until a frame entered from Java returns. */
    void run(Body first, int firstFrame) {
        Body body = first;
        int[] code = body.code;
        long[] r = registers;
        int fp = firstFrame;
        int pc = 0;
        while (true) {
            switch (code[pc]) {
                case Opcode.MOVE -> {
                    r[fp + code[pc + 1]] = r[fp + code[pc + 2]];
                    pc += 3;
                }
                case Opcode.MOVE2 -> {
                    r[fp + code[pc + 1]] = r[fp + code[pc + 2]];
                    r[fp + code[pc + 3]] = r[fp + code[pc + 4]];
                    pc += 5;
                }
                case Opcode.JUMP -> pc = code[pc + 1];
                case Opcode.LOOP -> {
                    if (engine.cancelled) {
                        throw cancelled(body, pc);
                    }
                    pc = code[pc + 1];
                }
                case Opcode.BR -> pc = r[fp + code[pc + 1]] != 0 ? code[pc + 2] : code[pc + 3];
                case Opcode.BR_EQ -> pc = r[fp + code[pc + 1]] == r[fp + code[pc + 2]] ? code[pc + 3] : code[pc + 4];
                case Opcode.BR_LT_S -> pc = r[fp + code[pc + 1]] < r[fp + code[pc + 2]] ? code[pc + 3] : code[pc + 4];
                case Opcode.BR_LE_S -> pc = r[fp + code[pc + 1]] <= r[fp + code[pc + 2]] ? code[pc + 3] : code[pc + 4];
                case Opcode.BR_LT_U ->
                    pc = Long.compareUnsigned(r[fp + code[pc + 1]], r[fp + code[pc + 2]]) < 0
                            ? code[pc + 3]
                            : code[pc + 4];
                case Opcode.BR_LE_U ->
                    pc = Long.compareUnsigned(r[fp + code[pc + 1]], r[fp + code[pc + 2]]) <= 0
                            ? code[pc + 3]
                            : code[pc + 4];
                case Opcode.BR_EQ_I -> pc = r[fp + code[pc + 1]] == code[pc + 2] ? code[pc + 3] : code[pc + 4];
                case Opcode.BR_LT_S_I -> pc = r[fp + code[pc + 1]] < code[pc + 2] ? code[pc + 3] : code[pc + 4];
                case Opcode.BR_LE_S_I -> pc = r[fp + code[pc + 1]] <= code[pc + 2] ? code[pc + 3] : code[pc + 4];
                case Opcode.BR_LT_U_I ->
                    pc = Long.compareUnsigned(r[fp + code[pc + 1]], code[pc + 2]) < 0 ? code[pc + 3] : code[pc + 4];
                case Opcode.BR_LE_U_I ->
                    pc = Long.compareUnsigned(r[fp + code[pc + 1]], code[pc + 2]) <= 0 ? code[pc + 3] : code[pc + 4];
                case Opcode.BR_LT_F64 ->
                    pc = f64(r[fp + code[pc + 1]]) < f64(r[fp + code[pc + 2]]) ? code[pc + 3] : code[pc + 4];
                case Opcode.BR_LE_F64 ->
                    pc = f64(r[fp + code[pc + 1]]) <= f64(r[fp + code[pc + 2]]) ? code[pc + 3] : code[pc + 4];
                case Opcode.SWITCH -> {
                    long at = r[fp + code[pc + 1]] - code[pc + 2];
                    pc = at >= 0 && at < code[pc + 3] ? code[pc + 5 + (int) at] : code[pc + 4];
                }
                case Opcode.RET -> {
                    long value = r[fp + code[pc + 1]];
                    long link = r[fp - 1];
                    long caller = r[fp - 2];
                    if (link < 0) {
                        results[0] = value;
                        if (link == BOUNDARY) {
                            return;
                        }
                        Calls.adaptResult(this, body, fp);
                    }
                    body = engine.callables[(int) caller].body;
                    code = body.code;
                    fp = (int) (caller >>> 32);
                    pc = (int) link;
                    if (link >= 0) {
                        r[fp + code[pc - 1]] = value;
                    }
                }
                case Opcode.RET_VOID -> {
                    long link = r[fp - 1];
                    long caller = r[fp - 2];
                    if (link < 0) {
                        if (link == BOUNDARY) {
                            return;
                        }
                        Calls.adaptResult(this, body, fp);
                    }
                    body = engine.callables[(int) caller].body;
                    code = body.code;
                    fp = (int) (caller >>> 32);
                    pc = (int) link;
                }
                case Opcode.RET_WORDS -> {
                    long link = r[fp - 1];
                    long caller = r[fp - 2];
                    System.arraycopy(r, fp + code[pc + 2], results, 0, code[pc + 1]);
                    if (link < 0) {
                        if (link == BOUNDARY) {
                            return;
                        }
                        Calls.adaptResult(this, body, fp);
                    }
                    int words = code[pc + 1];
                    body = engine.callables[(int) caller].body;
                    code = body.code;
                    fp = (int) (caller >>> 32);
                    pc = (int) link;
                    if (link >= 0) {
                        System.arraycopy(results, 0, r, fp + code[pc - 1], words);
                    }
                }
                case Opcode.CALL -> {
                    Callable callee = engine.callables[code[pc + 1]];
                    Body next = callee.body;
                    int frame = fp + body.frameSize + HEADER;
                    if (next == null || frame + next.frameSize > r.length || engine.cancelled) {
                        next = prepare(callee, frame, body, pc);
                        r = registers;
                    }
                    int count = code[pc + 2];
                    for (int i = 0; i < count; i++) {
                        r[frame + i] = r[fp + code[pc + 3 + i]];
                    }
                    long[] constants = next.constants;
                    int base = frame + next.constantBase;
                    for (int i = 0; i < constants.length; i++) {
                        r[base + i] = constants[i];
                    }
                    r[frame - 1] = pc + 4 + count;
                    r[frame - 2] = (long) fp << 32 | body.owner.index;
                    body = next;
                    code = next.code;
                    fp = frame;
                    pc = 0;
                }
                case Opcode.TAIL_CALL -> {
                    body = tailCall(body, fp, pc);
                    r = registers;
                    code = body.code;
                    pc = 0;
                }
                case Opcode.CALL_SITE, Opcode.TAIL_SITE -> {
                    Body next = Calls.call(this, body, fp, pc);
                    r = registers;
                    if (next == null) {
                        pc += 3;
                    } else {
                        body = next;
                        code = next.code;
                        fp = nextFrame;
                        pc = 0;
                    }
                }
                case Opcode.ADD32 -> {
                    r[fp + code[pc + 1]] = (int) (r[fp + code[pc + 2]] + r[fp + code[pc + 3]]);
                    pc += 4;
                }
                case Opcode.ADD64 -> {
                    r[fp + code[pc + 1]] = r[fp + code[pc + 2]] + r[fp + code[pc + 3]];
                    pc += 4;
                }
                case Opcode.SUB32 -> {
                    r[fp + code[pc + 1]] = (int) (r[fp + code[pc + 2]] - r[fp + code[pc + 3]]);
                    pc += 4;
                }
                case Opcode.SUB64 -> {
                    r[fp + code[pc + 1]] = r[fp + code[pc + 2]] - r[fp + code[pc + 3]];
                    pc += 4;
                }
                case Opcode.MUL32 -> {
                    r[fp + code[pc + 1]] = (int) (r[fp + code[pc + 2]] * r[fp + code[pc + 3]]);
                    pc += 4;
                }
                case Opcode.MUL64 -> {
                    r[fp + code[pc + 1]] = r[fp + code[pc + 2]] * r[fp + code[pc + 3]];
                    pc += 4;
                }
                case Opcode.AND -> {
                    r[fp + code[pc + 1]] = r[fp + code[pc + 2]] & r[fp + code[pc + 3]];
                    pc += 4;
                }
                case Opcode.OR -> {
                    r[fp + code[pc + 1]] = r[fp + code[pc + 2]] | r[fp + code[pc + 3]];
                    pc += 4;
                }
                case Opcode.XOR -> {
                    r[fp + code[pc + 1]] = r[fp + code[pc + 2]] ^ r[fp + code[pc + 3]];
                    pc += 4;
                }
                case Opcode.SHL32 -> {
                    r[fp + code[pc + 1]] = (int) r[fp + code[pc + 2]] << (int) r[fp + code[pc + 3]];
                    pc += 4;
                }
                case Opcode.SHL64 -> {
                    r[fp + code[pc + 1]] = r[fp + code[pc + 2]] << r[fp + code[pc + 3]];
                    pc += 4;
                }
                case Opcode.SHR_S32 -> {
                    r[fp + code[pc + 1]] = (int) r[fp + code[pc + 2]] >> (int) r[fp + code[pc + 3]];
                    pc += 4;
                }
                case Opcode.SHR_S64 -> {
                    r[fp + code[pc + 1]] = r[fp + code[pc + 2]] >> r[fp + code[pc + 3]];
                    pc += 4;
                }
                case Opcode.SHR_U32 -> {
                    r[fp + code[pc + 1]] = (int) r[fp + code[pc + 2]] >>> (int) r[fp + code[pc + 3]];
                    pc += 4;
                }
                case Opcode.SHR_U64 -> {
                    r[fp + code[pc + 1]] = r[fp + code[pc + 2]] >>> r[fp + code[pc + 3]];
                    pc += 4;
                }
                case Opcode.DIV_S32, Opcode.DIV_S64 -> {
                    long a = r[fp + code[pc + 2]];
                    long b = r[fp + code[pc + 3]];
                    if (b == 0) {
                        throw trap("division_by_zero", body, pc);
                    }
                    if (b == -1 && a == (code[pc] == Opcode.DIV_S32 ? Integer.MIN_VALUE : Long.MIN_VALUE)) {
                        throw trap("integer_overflow", body, pc);
                    }
                    r[fp + code[pc + 1]] = a / b;
                    pc += 4;
                }
                case Opcode.REM_S32, Opcode.REM_S64 -> {
                    long b = r[fp + code[pc + 3]];
                    if (b == 0) {
                        throw trap("division_by_zero", body, pc);
                    }
                    r[fp + code[pc + 1]] = b == -1 ? 0 : r[fp + code[pc + 2]] % b;
                    pc += 4;
                }
                case Opcode.EQ -> {
                    r[fp + code[pc + 1]] = r[fp + code[pc + 2]] == r[fp + code[pc + 3]] ? 1 : 0;
                    pc += 4;
                }
                case Opcode.NE -> {
                    r[fp + code[pc + 1]] = r[fp + code[pc + 2]] != r[fp + code[pc + 3]] ? 1 : 0;
                    pc += 4;
                }
                case Opcode.LT_S -> {
                    r[fp + code[pc + 1]] = r[fp + code[pc + 2]] < r[fp + code[pc + 3]] ? 1 : 0;
                    pc += 4;
                }
                case Opcode.LE_S -> {
                    r[fp + code[pc + 1]] = r[fp + code[pc + 2]] <= r[fp + code[pc + 3]] ? 1 : 0;
                    pc += 4;
                }
                case Opcode.LT_U -> {
                    r[fp + code[pc + 1]] = Long.compareUnsigned(r[fp + code[pc + 2]], r[fp + code[pc + 3]]) < 0 ? 1 : 0;
                    pc += 4;
                }
                case Opcode.LE_U -> {
                    r[fp + code[pc + 1]] =
                            Long.compareUnsigned(r[fp + code[pc + 2]], r[fp + code[pc + 3]]) <= 0 ? 1 : 0;
                    pc += 4;
                }
                case Opcode.ADD_F64 -> {
                    long a = r[fp + code[pc + 2]];
                    long b = r[fp + code[pc + 3]];
                    r[fp + code[pc + 1]] = Scalars.result64(f64(a) + f64(b), a, b);
                    pc += 4;
                }
                case Opcode.SUB_F64 -> {
                    long a = r[fp + code[pc + 2]];
                    long b = r[fp + code[pc + 3]];
                    r[fp + code[pc + 1]] = Scalars.result64(f64(a) - f64(b), a, b);
                    pc += 4;
                }
                case Opcode.MUL_F64 -> {
                    long a = r[fp + code[pc + 2]];
                    long b = r[fp + code[pc + 3]];
                    r[fp + code[pc + 1]] = Scalars.result64(f64(a) * f64(b), a, b);
                    pc += 4;
                }
                case Opcode.DIV_F64 -> {
                    long a = r[fp + code[pc + 2]];
                    long b = r[fp + code[pc + 3]];
                    r[fp + code[pc + 1]] = Scalars.result64(f64(a) / f64(b), a, b);
                    pc += 4;
                }
                case Opcode.LT_F64 -> {
                    r[fp + code[pc + 1]] = f64(r[fp + code[pc + 2]]) < f64(r[fp + code[pc + 3]]) ? 1 : 0;
                    pc += 4;
                }
                case Opcode.LE_F64 -> {
                    r[fp + code[pc + 1]] = f64(r[fp + code[pc + 2]]) <= f64(r[fp + code[pc + 3]]) ? 1 : 0;
                    pc += 4;
                }
                case Opcode.EQ_F64 -> {
                    r[fp + code[pc + 1]] = f64(r[fp + code[pc + 2]]) == f64(r[fp + code[pc + 3]]) ? 1 : 0;
                    pc += 4;
                }
                case Opcode.ADD_F32 -> {
                    long a = r[fp + code[pc + 2]];
                    long b = r[fp + code[pc + 3]];
                    r[fp + code[pc + 1]] = Scalars.result32(FloatBits.f32(a) + FloatBits.f32(b), a, b);
                    pc += 4;
                }
                case Opcode.SUB_F32 -> {
                    long a = r[fp + code[pc + 2]];
                    long b = r[fp + code[pc + 3]];
                    r[fp + code[pc + 1]] = Scalars.result32(FloatBits.f32(a) - FloatBits.f32(b), a, b);
                    pc += 4;
                }
                case Opcode.MUL_F32 -> {
                    long a = r[fp + code[pc + 2]];
                    long b = r[fp + code[pc + 3]];
                    r[fp + code[pc + 1]] = Scalars.result32(FloatBits.f32(a) * FloatBits.f32(b), a, b);
                    pc += 4;
                }
                case Opcode.DIV_F32 -> {
                    long a = r[fp + code[pc + 2]];
                    long b = r[fp + code[pc + 3]];
                    r[fp + code[pc + 1]] = Scalars.result32(FloatBits.f32(a) / FloatBits.f32(b), a, b);
                    pc += 4;
                }
                case Opcode.ADD32_I -> {
                    r[fp + code[pc + 1]] = (int) r[fp + code[pc + 2]] + code[pc + 3];
                    pc += 4;
                }
                case Opcode.ADD64_I -> {
                    r[fp + code[pc + 1]] = r[fp + code[pc + 2]] + code[pc + 3];
                    pc += 4;
                }
                case Opcode.AND_I -> {
                    r[fp + code[pc + 1]] = r[fp + code[pc + 2]] & code[pc + 3];
                    pc += 4;
                }
                case Opcode.SHL64_I -> {
                    r[fp + code[pc + 1]] = r[fp + code[pc + 2]] << code[pc + 3];
                    pc += 4;
                }
                case Opcode.SHL32_I -> {
                    r[fp + code[pc + 1]] = (int) r[fp + code[pc + 2]] << code[pc + 3];
                    pc += 4;
                }
                case Opcode.MUL64_I -> {
                    r[fp + code[pc + 1]] = r[fp + code[pc + 2]] * code[pc + 3];
                    pc += 4;
                }
                case Opcode.SEXT8 -> {
                    r[fp + code[pc + 1]] = (byte) r[fp + code[pc + 2]];
                    pc += 3;
                }
                case Opcode.SEXT16 -> {
                    r[fp + code[pc + 1]] = (short) r[fp + code[pc + 2]];
                    pc += 3;
                }
                case Opcode.SEXT32 -> {
                    r[fp + code[pc + 1]] = (int) r[fp + code[pc + 2]];
                    pc += 3;
                }
                case Opcode.ZEXT8 -> {
                    r[fp + code[pc + 1]] = r[fp + code[pc + 2]] & 0xFF;
                    pc += 3;
                }
                case Opcode.ZEXT16 -> {
                    r[fp + code[pc + 1]] = r[fp + code[pc + 2]] & 0xFFFF;
                    pc += 3;
                }
                case Opcode.ZEXT32 -> {
                    r[fp + code[pc + 1]] = r[fp + code[pc + 2]] & 0xFFFF_FFFFL;
                    pc += 3;
                }
                case Opcode.ITOF_F64 -> {
                    r[fp + code[pc + 1]] = FloatBits.bits((double) r[fp + code[pc + 2]]);
                    pc += 3;
                }
                case Opcode.SQRT_F64 -> {
                    long a = r[fp + code[pc + 2]];
                    r[fp + code[pc + 1]] = f64(a) >= 0 ? FloatBits.bits(Math.sqrt(f64(a))) : FloatBits.nan64(a);
                    pc += 3;
                }
                case Opcode.SELECT -> {
                    r[fp + code[pc + 1]] = r[fp + code[pc + 2]] != 0 ? r[fp + code[pc + 3]] : r[fp + code[pc + 4]];
                    pc += 5;
                }
                case Opcode.INDEX -> {
                    r[fp + code[pc + 1]] = r[fp + code[pc + 2]] + r[fp + code[pc + 3]] * code[pc + 4] + code[pc + 5];
                    pc += 6;
                }
                case Opcode.LOAD_S8 -> {
                    long p = r[fp + code[pc + 2]] + code[pc + 3];
                    check(p, body, pc);
                    r[fp + code[pc + 1]] = ALL.get(Memory.I8, p);
                    pc += 4;
                }
                case Opcode.LOAD_U8 -> {
                    long p = r[fp + code[pc + 2]] + code[pc + 3];
                    check(p, body, pc);
                    r[fp + code[pc + 1]] = ALL.get(Memory.I8, p) & 0xFF;
                    pc += 4;
                }
                case Opcode.LOAD_S16 -> {
                    long p = r[fp + code[pc + 2]] + code[pc + 3];
                    check(p, body, pc);
                    r[fp + code[pc + 1]] = ALL.get(Memory.I16, p);
                    pc += 4;
                }
                case Opcode.LOAD_U16 -> {
                    long p = r[fp + code[pc + 2]] + code[pc + 3];
                    check(p, body, pc);
                    r[fp + code[pc + 1]] = ALL.get(Memory.I16, p) & 0xFFFF;
                    pc += 4;
                }
                case Opcode.LOAD_S32 -> {
                    long p = r[fp + code[pc + 2]] + code[pc + 3];
                    check(p, body, pc);
                    r[fp + code[pc + 1]] = ALL.get(Memory.I32, p);
                    pc += 4;
                }
                case Opcode.LOAD_U32 -> {
                    long p = r[fp + code[pc + 2]] + code[pc + 3];
                    check(p, body, pc);
                    r[fp + code[pc + 1]] = ALL.get(Memory.I32, p) & 0xFFFF_FFFFL;
                    pc += 4;
                }
                case Opcode.LOAD64 -> {
                    long p = r[fp + code[pc + 2]] + code[pc + 3];
                    check(p, body, pc);
                    r[fp + code[pc + 1]] = ALL.get(Memory.I64, p);
                    pc += 4;
                }
                case Opcode.STORE8 -> {
                    long p = r[fp + code[pc + 2]] + code[pc + 3];
                    check(p, body, pc);
                    ALL.set(Memory.I8, p, (byte) r[fp + code[pc + 1]]);
                    pc += 4;
                }
                case Opcode.STORE16 -> {
                    long p = r[fp + code[pc + 2]] + code[pc + 3];
                    check(p, body, pc);
                    ALL.set(Memory.I16, p, (short) r[fp + code[pc + 1]]);
                    pc += 4;
                }
                case Opcode.STORE32 -> {
                    long p = r[fp + code[pc + 2]] + code[pc + 3];
                    check(p, body, pc);
                    ALL.set(Memory.I32, p, (int) r[fp + code[pc + 1]]);
                    pc += 4;
                }
                case Opcode.STORE64 -> {
                    long p = r[fp + code[pc + 2]] + code[pc + 3];
                    check(p, body, pc);
                    ALL.set(Memory.I64, p, r[fp + code[pc + 1]]);
                    pc += 4;
                }
                case Opcode.ENTER -> {
                    enter(body, fp, pc);
                    pc += 5;
                }
                case Opcode.LEAVE -> {
                    slots.release(r[fp + code[pc + 1]]);
                    pc += 2;
                }
                default -> pc = RareOps.execute(this, body, r, fp, pc);
            }
        }
    }

    private static double f64(long bits) {
        return Double.longBitsToDouble(bits);
    }

    /** The pc is that of the instruction which accesses memory. */
    void check(long address, Body body, int pc) {
        if (Memory.isBad(address)) {
            throw badAccess(address, body, pc);
        }
    }

    /** The body of a function about to be called, when the quick way does not do: not translated, frames full, or cancelled. */
    Body prepare(Callable callee, int frame, Body caller, int pc) {
        if (engine.cancelled) {
            throw cancelled(caller, pc);
        }
        Body next = engine.body(callee);
        reserve((long) frame + next.frameSize, caller, pc);
        return next;
    }

    /** Makes room for registers up to {@code need}. */
    void reserve(long need, Body caller, int pc) {
        if (need <= registers.length) {
            return;
        }
        long limit = engine.options.stackWords();
        if (need > limit) {
            throw stackOverflow(caller, pc, limit);
        }
        long size = Math.min(limit, Math.max(need, registers.length * 2L));
        try {
            registers = Arrays.copyOf(registers, (int) size);
        } catch (OutOfMemoryError e) {
            throw stackOverflow(caller, pc, registers.length);
        }
    }

    private InterpreterException stackOverflow(Body caller, int pc, long words) {
        return failure(InterpreterCode.STACK_OVERFLOW, caller, pc, (words >> 17) + " MiB");
    }

    /** Replaces the frame by that of a known function with plain arguments. */
    private Body tailCall(Body body, int fp, int pc) {
        int[] code = body.code;
        Body next = prepare(engine.callables[code[pc + 1]], fp, body, pc);
        int count = code[pc + 2];
        long[] words = tailWords(count);
        for (int i = 0; i < count; i++) {
            words[i] = registers[fp + code[pc + 3 + i]];
        }
        System.arraycopy(words, 0, registers, fp, count);
        System.arraycopy(next.constants, 0, registers, fp + next.constantBase, next.constants.length);
        return next;
    }

    long[] tailWords(int count) {
        if (tailWords.length < count) {
            tailWords = new long[count * 2];
        }
        return tailWords;
    }

    private void enter(Body body, int fp, int pc) {
        int[] code = body.code;
        long saved = entryPointer != 0 ? entryPointer : slots.pointer();
        entryPointer = 0;
        long size = code[pc + 3];
        registers[fp + code[pc + 1]] = saved;
        long base = slots.allocate(size, code[pc + 4]);
        if (base == -1) {
            throw slotMemory(body, pc);
        }
        registers[fp + code[pc + 2]] = base;
        Memory.zero(base, size);
    }

    /** Memory on the stack of slots with arbitrary contents; gone when the function about to be entered returns. */
    long allocateSlots(long bytes, long align) {
        long address = slots.allocate(bytes, align);
        if (address == -1) {
            throw new InterpreterException(Diagnostic.of(
                    InterpreterCode.SLOT_MEMORY,
                    entering.function == null ? Position.NONE : Body.functionPosition(entering.function),
                    entering.name,
                    Long.toString(engine.options.slotMemory())));
        }
        return address;
    }

    InterpreterException slotMemory(Body body, int pc) {
        return failure(InterpreterCode.SLOT_MEMORY, body, pc, Long.toString(engine.options.slotMemory()));
    }

    /** 32 bytes for a small aggregate on its way. */
    long scratch() {
        if (scratch == 0) {
            scratch = engine.allocateForThread(this, 32, 16);
        }
        return scratch;
    }

    /** Where Java code gets an aggregate returned to it: valid until the next call. */
    long resultBuffer(long size) {
        if (resultBufferSize < size || resultBuffer == 0) {
            resultBufferSize = Math.max(64, size);
            resultBuffer = engine.allocateForThread(this, resultBufferSize, 64);
        }
        return resultBuffer;
    }

    /** The address of this thread's copy of the program's thread-local data. */
    long threadData() {
        if (threadData == 0) {
            threadData = engine.image.newThreadData(this);
        }
        return threadData;
    }

    TrapException trap(String name, Body body, int pc) {
        return new TrapException(name, body.owner.name, body.position(pc));
    }

    InterpreterException failure(InterpreterCode code, Body body, int pc, String... more) {
        String[] arguments = new String[more.length + 1];
        arguments[0] = body == null ? "" : body.owner.name;
        System.arraycopy(more, 0, arguments, 1, more.length);
        return new InterpreterException(
                Diagnostic.of(code, body == null ? Position.NONE : body.position(pc), arguments));
    }

    InterpreterException badAccess(long address, Body body, int pc) {
        InterpreterCode code = Long.compareUnsigned(address, Memory.LOWEST) < 0
                ? InterpreterCode.NULL_ACCESS
                : InterpreterCode.WILD_ACCESS;
        return failure(code, body, pc, "0x" + Long.toHexString(address));
    }

    private InterpreterException cancelled(Body body, int pc) {
        return new CancelledException(Diagnostic.of(InterpreterCode.CANCELLED, body.position(pc), body.owner.name));
    }
}
