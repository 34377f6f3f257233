package dev.kiln.ir.internal;

import dev.kiln.ir.CallSite;
import dev.kiln.ir.Constant;
import dev.kiln.ir.FrameState;
import dev.kiln.ir.Function;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.IrCode;
import dev.kiln.ir.MemoryOrder;
import dev.kiln.ir.Op;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;
import java.util.Arrays;

/** Checks one operation: operand types, result type, literals. */
final class InstructionVerifier {
    private final Function function;
    private final Report report;
    private final CallVerifier calls;

    InstructionVerifier(Function function, Report report) {
        this.function = function;
        this.report = report;
        calls = new CallVerifier(function, report);
    }

    /** Whether what the operation carries beyond operands is there; the other checks rely on it. */
    boolean details(Instruction i) {
        String missing = missing(i);
        if (missing != null) {
            report.at(i, IrCode.MISSING_DETAIL, i.op().text(), missing);
        }
        return missing == null;
    }

    /** What the operation lacks beyond operands, in a word; {@code null} when nothing. */
    static String missing(Instruction i) {
        Object extra = i.extra();
        return switch (i.op().shape()) {
            case CALL -> extra instanceof CallSite ? null : "signature";
            case SWITCH -> extra instanceof long[] cases && cases.length == i.targets().length - 1 ? null : "cases";
            case SHUFFLE -> extra instanceof int[] ? null : "lanes";
            case TRAP -> extra instanceof String s && !s.isEmpty() && s.indexOf(0) < 0 ? null : "name";
            case VAR -> extra instanceof String ? null : "name";
            case GUARD -> extra instanceof FrameState ? null : "state";
            case ATOMIC_RMW, ATOMIC_CAS, FENCE -> extra instanceof MemoryOrder ? null : "order";
            default -> !BodyParser.isAtomic(i.op()) || extra instanceof MemoryOrder ? null : "order";
        };
    }

    /** Checks an operation whose operands are there and belong to the function. */
    void verify(Instruction i) {
        switch (i.op().shape()) {
            case CALL -> {
                if (i.extra() instanceof CallSite) {
                    calls.verify(i);
                }
            }
            case RET -> returned(i);
            default -> {
                if (operands(i)) {
                    literals(i);
                }
            }
        }
    }

    private void returned(Instruction i) {
        Type wanted = function.signature().result();
        Type actual = i.argCount() == 0 ? Type.VOID : i.arg(0).type();
        if (actual != wanted || i.argCount() > 1) {
            String text = actual == Type.VOID ? "nothing" : actual.text();
            report.at(i, IrCode.RETURN_TYPE, function.name(), wanted == Type.VOID ? "nothing" : wanted.text(), text);
        }
    }

    private boolean operands(Instruction i) {
        Op op = i.op();
        int count = OperandTypes.count(op);
        if (i.argCount() != count) {
            report.at(i, IrCode.OPERAND_COUNT, op.text(), Integer.toString(i.argCount()), Integer.toString(count));
            return false;
        }
        Type written = OperandTypes.written(i);
        if (OperandTypes.writesType(op) && !OperandTypes.takes(op, written)) {
            report.at(i, IrCode.OPERATION_TYPE, op.text(), written.text());
            return false;
        }
        boolean fine = true;
        for (int k = 0; k < count; k++) {
            Value arg = i.arg(k);
            if (!OperandTypes.accepts(op, written, k, arg.type())) {
                report.at(
                        i,
                        IrCode.OPERAND_TYPE,
                        Integer.toString(k),
                        op.text(),
                        arg.type().text(),
                        OperandTypes.wanted(op, written, k));
                fine = false;
            }
        }
        Type result = OperandTypes.result(op, written);
        if (i.type() != result) {
            report.at(i, IrCode.RESULT_TYPE, op.text(), result.text(), i.type().text());
            fine = false;
        }
        return fine;
    }

    private void literals(Instruction i) {
        switch (i.op().shape()) {
            case LOAD, STORE, ATOMIC_RMW, ATOMIC_CAS -> access(i);
            case FENCE -> order(i);
            case INDEX -> {
                scale(i, "scale", i.immediate());
                scale(i, "displacement", i.immediate2());
            }
            case ALLOCA -> {
                align(i, i.immediate(), 1);
                boolean huge = i.arg(0) instanceof Constant c && (c.bits() < 0 || c.bits() > Limits.SIZE);
                if (huge) {
                    report.at(i, IrCode.DATA_SIZE, "this slot", Long.toString(Limits.SIZE));
                }
            }
            case EXTRACT, INSERT -> lane(i, i.immediate(), i.arg(0).type().lanes());
            case SHUFFLE -> shuffle(i);
            case SWITCH -> cases(i);
            case GUARD -> {
                if (i.extra() instanceof FrameState state) {
                    calls.states(i, state);
                }
            }
            case VA_START -> {
                if (!function.signature().variadic()) {
                    report.at(i, IrCode.VA_START_FIXED);
                }
            }
            default -> {}
        }
    }

    private void access(Instruction i) {
        align(i, i.immediate(), 0);
        if (BodyParser.isAtomic(i.op())) {
            order(i);
            int size = OperandTypes.written(i).bytes();
            if (i.immediate() != 0 && i.immediate() < size) {
                report.at(
                        i,
                        IrCode.ATOMIC_ALIGNMENT,
                        i.op().text(),
                        OperandTypes.written(i).text(),
                        Long.toString(i.immediate()));
            }
        }
    }

    private void align(Instruction i, long align, long least) {
        if (align < least || Long.bitCount(align) > 1 || align > Limits.ALIGN) {
            report.at(i, IrCode.ALIGNMENT, Long.toString(align), Long.toString(Limits.ALIGN));
        }
    }

    private void order(Instruction i) {
        if (!(i.extra() instanceof MemoryOrder order)) {
            return;
        }
        boolean fine = switch (order) {
            case RELAXED -> i.op() != Op.FENCE;
            case ACQUIRE -> i.op() != Op.ATOMIC_STORE;
            case RELEASE -> i.op() != Op.ATOMIC_LOAD;
            case ACQ_REL -> i.op() != Op.ATOMIC_LOAD && i.op() != Op.ATOMIC_STORE;
            case SEQ_CST -> true;
        };
        if (!fine) {
            report.at(i, IrCode.MEMORY_ORDER, i.op().text(), order.text());
        }
    }

    private void scale(Instruction i, String what, long value) {
        if (value != (int) value) {
            report.at(i, IrCode.SCALE_RANGE, what, Long.toString(value));
        }
    }

    private void lane(Instruction i, long lane, int lanes) {
        if (lane < 0 || lane >= lanes) {
            report.at(i, IrCode.LANE_RANGE, Long.toString(lane), Integer.toString(lanes));
        }
    }

    private void shuffle(Instruction i) {
        if (!(i.extra() instanceof int[] lanes)) {
            return;
        }
        int count = i.type().lanes();
        if (lanes.length != count) {
            report.at(i, IrCode.LANE_COUNT, Integer.toString(lanes.length), Integer.toString(count));
        }
        for (int lane : lanes) {
            lane(i, lane, 2 * count);
        }
    }

    private void cases(Instruction i) {
        if (!(i.extra() instanceof long[] cases)) {
            return;
        }
        Type type = i.arg(0).type();
        for (long value : cases) {
            if (Constant.of(type, value).bits() != value) {
                report.at(i, IrCode.CASE_RANGE, Long.toString(value), type.text());
            }
        }
        long[] sorted = cases.clone();
        Arrays.sort(sorted);
        for (int k = 1; k < sorted.length; k++) {
            if (sorted[k] == sorted[k - 1] && (k == 1 || sorted[k] != sorted[k - 2])) {
                report.at(i, IrCode.DUPLICATE_CASE, Long.toString(sorted[k]));
            }
        }
    }
}
