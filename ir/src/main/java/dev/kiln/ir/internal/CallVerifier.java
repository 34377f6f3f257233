package dev.kiln.ir.internal;

import dev.kiln.ir.CallSite;
import dev.kiln.ir.FrameState;
import dev.kiln.ir.Function;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.IrCode;
import dev.kiln.ir.Module;
import dev.kiln.ir.Op;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;
import dev.kiln.ir.abi.ArgumentAssignment;
import dev.kiln.ir.abi.PassingRules;
import java.util.List;

/** Checks calls, tail calls and frame states. */
final class CallVerifier {
    private final Function function;
    private final Module module;
    private final Report report;

    CallVerifier(Function function, Report report) {
        this.function = function;
        this.module = function.module();
        this.report = report;
    }

    void verify(Instruction i) {
        CallSite site = i.callSite();
        Signature signature = site.signature();
        if (i.argCount() == 0) {
            report.at(i, IrCode.OPERAND_COUNT, i.op().text(), "0", "1");
            return;
        }
        if (i.arg(0).type() != Type.PTR) {
            report.at(i, IrCode.CALLEE_TYPE, i.arg(0).type().text());
        }
        if (site.signatureName() != null) {
            Signature named = module.signature(site.signatureName());
            if (named != signature && !signature.equals(named)) {
                report.at(i, IrCode.NAMED_SIGNATURE, site.signatureName());
            }
        } else {
            SignatureVerifier.verify(signature, report, i.textPosition());
        }
        arguments(i, site);
        Type result = i.op() == Op.TAIL_CALL ? Type.VOID : signature.result();
        if (i.type() != result) {
            report.at(i, IrCode.CALL_RESULT, i.type().text(), result.text());
        }
        if (site.state() != null && i.op() == Op.CALL) {
            states(i, site.state());
        }
        if (i.op() == Op.TAIL_CALL) {
            tail(i, site);
        }
    }

    private void arguments(Instruction i, CallSite site) {
        Signature signature = site.signature();
        List<Signature.Param> variadic = site.variadicArguments();
        if (!variadic.isEmpty() && !signature.variadic()) {
            report.at(i, IrCode.VARIADIC_ARGUMENTS);
        }
        int wanted = signature.params().size() + variadic.size();
        if (i.argCount() - 1 != wanted) {
            report.at(i, IrCode.CALL_ARGUMENTS, Integer.toString(wanted), Integer.toString(i.argCount() - 1));
            return;
        }
        for (int k = 0; k < wanted; k++) {
            Type type = site.argument(k).type();
            if (i.arg(k + 1).type() != type) {
                report.at(
                        i,
                        IrCode.CALL_ARGUMENT_TYPE,
                        Integer.toString(k),
                        i.arg(k + 1).type().text(),
                        type.text());
            }
        }
        for (Signature.Param param : variadic) {
            if (param.type() == Type.REF || param.type() == Type.VOID) {
                report.at(i, IrCode.VARIADIC_TYPE, param.type().text());
            }
        }
    }

    private void tail(Instruction i, CallSite site) {
        Signature own = function.signature();
        Signature called = site.signature();
        if (site.state() != null) {
            report.at(i, IrCode.TAIL_CALL_SHAPE, "it cannot have a state");
        }
        if (own.convention() != called.convention()) {
            report.at(i, IrCode.TAIL_CALL_SHAPE, "the callee has another calling convention");
            return;
        }
        boolean sameAggregate = own.resultAggregate() == called.resultAggregate()
                || own.resultAggregate() != null && own.resultAggregate().equals(called.resultAggregate());
        if (own.result() != called.result() || !sameAggregate) {
            report.at(i, IrCode.TAIL_CALL_SHAPE, "the callee has another result");
        } else if (own.resultExtension() != Signature.Extension.NONE
                && own.resultExtension() != called.resultExtension()) {
            report.at(i, IrCode.TAIL_CALL_SHAPE, "the callee widens its result in another way");
        }
        long needed = argumentBytes(called, site.variadicArguments());
        long there = argumentBytes(own, List.of());
        if (needed > there) {
            report.at(i, IrCode.TAIL_CALL_AREA, Long.toString(needed), Long.toString(there));
        }
    }

    /**
     * The bytes of stack that arguments take. Where the signature leaves the convention to the platform the System V rules serve: caller
     * and callee are laid out alike then, and the verifier knows no target.
     */
    private static long argumentBytes(Signature signature, List<Signature.Param> variadic) {
        boolean windows = signature.convention() == Signature.Convention.MICROSOFT_X64;
        ArgumentAssignment assignment =
                new ArgumentAssignment(windows ? PassingRules.MICROSOFT_X64 : PassingRules.SYSTEM_V);
        assignment.assign(signature, variadic);
        return assignment.stackUsed();
    }

    /** Checks a frame state and its parents. The innermost exit returns in this function's stead. */
    void states(Instruction i, FrameState innermost) {
        for (FrameState s = innermost; s != null; s = s.parent()) {
            if (s.exit() == null) {
                if (i.op() == Op.GUARD && s == innermost) {
                    report.at(i, IrCode.MISSING_DETAIL, i.op().text(), "exit function");
                } else if (s.exitId() != 0) {
                    report.at(i, IrCode.STATE_EXIT);
                }
            } else {
                exit(i, s.exit(), s == innermost);
            }
            for (Value value : s.values()) {
                if (value.type().isVector()) {
                    report.at(
                            i,
                            IrCode.OPERAND_TYPE,
                            "of the state",
                            i.op().text(),
                            value.type().text(),
                            "a scalar");
                }
            }
        }
    }

    private void exit(Instruction i, String exit, boolean innermost) {
        if (!module.defines(exit)) {
            report.at(i, IrCode.UNDEFINED_REFERENCE, exit);
            return;
        }
        Signature s = module.signatureOf(exit);
        boolean fits = s != null
                && s.params().size() == 2
                && s.params().get(0).type() == Type.I64
                && s.params().get(1).type() == Type.PTR
                && s.params().get(1).byValue() == null
                && !s.variadic();
        if (fits && innermost) {
            Signature own = function.signature();
            fits = s.result() == own.result()
                    && (s.resultAggregate() == own.resultAggregate()
                            || s.resultAggregate() != null
                                    && s.resultAggregate().equals(own.resultAggregate()));
        }
        if (!fits) {
            report.at(i, IrCode.GUARD_EXIT, exit);
        }
    }
}
