package dev.kiln.bench;

import expressions.Expression;
import expressions.Parser;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Collections;

/** The other way to compile an expression on the JVM: bytecode in a hidden class, left to HotSpot. */
final class ClassCompiler {
    private static final ClassDesc NAME = ClassDesc.of("dev.kiln.bench.Compiled");
    private static final ClassDesc MATH = ClassDesc.of("java.lang.Math");
    private static final MethodTypeDesc UNARY = MethodTypeDesc.of(ConstantDescs.CD_double, ConstantDescs.CD_double);

    private ClassCompiler() {}

    /** A handle {@code (double, double, …)double}. */
    static MethodHandle compile(Parser.Result parsed) throws ReflectiveOperationException {
        MethodTypeDesc type = MethodTypeDesc.of(
                ConstantDescs.CD_double, Collections.nCopies(parsed.variables().size(), ConstantDescs.CD_double));
        byte[] bytes = ClassFile.of()
                .build(
                        NAME,
                        builder -> builder.withMethodBody(
                                "evaluate", type, ClassFile.ACC_STATIC | ClassFile.ACC_PUBLIC, code -> {
                                    emit(code, parsed.expression());
                                    code.dreturn();
                                }));
        MethodHandles.Lookup lookup = MethodHandles.lookup().defineHiddenClass(bytes, true);
        return lookup.findStatic(lookup.lookupClass(), "evaluate", type.resolveConstantDesc(lookup));
    }

    private static void emit(CodeBuilder code, Expression expression) {
        switch (expression) {
            case Expression.Number number -> code.loadConstant(number.value());
            case Expression.Variable variable -> code.dload(2 * variable.index());
            case Expression.Unary unary -> {
                emit(code, unary.operand());
                switch (unary.function()) {
                    case NEGATE -> code.dneg();
                    case ABS -> code.invokestatic(MATH, "abs", UNARY);
                    case SQRT -> code.invokestatic(MATH, "sqrt", UNARY);
                }
            }
            case Expression.Binary binary -> {
                emit(code, binary.left());
                emit(code, binary.right());
                switch (binary.operator()) {
                    case ADD -> code.dadd();
                    case SUBTRACT -> code.dsub();
                    case MULTIPLY -> code.dmul();
                    case DIVIDE -> code.ddiv();
                }
            }
        }
    }
}
