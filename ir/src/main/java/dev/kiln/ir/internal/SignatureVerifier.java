package dev.kiln.ir.internal;

import dev.kiln.ir.IrCode;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import java.util.List;

/** Checks a signature by itself. */
final class SignatureVerifier {
    private SignatureVerifier() {}

    static void verify(Signature signature, Report report, int position) {
        List<Signature.Param> params = signature.params();
        boolean env = false;
        boolean plain = false;
        for (Signature.Param param : params) {
            if (param.type() == Type.VOID) {
                report.at(position, IrCode.VOID_PARAMETER);
            }
            if (param.byValue() != null && (param.type() != Type.PTR || param.role() != Signature.Role.PLAIN)) {
                report.at(position, IrCode.PARAMETER_ROLE, "an aggregate by value is a ptr without a role");
            }
            if (param.extension() != Signature.Extension.NONE && !isNarrow(param.type())) {
                report.at(
                        position,
                        IrCode.PARAMETER_ROLE,
                        "signext and zeroext are for i8 and i16, not for " + param.type());
            }
            switch (param.role()) {
                case PLAIN, PINNED -> plain = true;
                case SRET -> {
                    if (param.type() != Type.PTR || plain || signature.resultAggregate() != null) {
                        report.at(
                                position,
                                IrCode.PARAMETER_ROLE,
                                "sret is for one ptr before all plain parameters, of a function that returns no aggregate");
                    }
                    plain = true;
                }
                case ENV -> {
                    boolean scalar = param.byValue() == null && (param.type() == Type.PTR || param.type() == Type.I64);
                    if (env || !scalar) {
                        report.at(position, IrCode.PARAMETER_ROLE, "env is for one ptr or i64");
                    }
                    env = true;
                }
            }
        }
        if (signature.resultAggregate() != null && signature.result() != Type.PTR) {
            report.at(position, IrCode.PARAMETER_ROLE, "an aggregate result is given as ptr");
        }
        if (signature.resultExtension() != Signature.Extension.NONE && !isNarrow(signature.result())) {
            report.at(
                    position,
                    IrCode.PARAMETER_ROLE,
                    "signext and zeroext are for i8 and i16, not for " + signature.result());
        }
    }

    private static boolean isNarrow(Type type) {
        return type == Type.I8 || type == Type.I16;
    }
}
