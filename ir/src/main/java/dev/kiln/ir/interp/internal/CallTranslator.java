package dev.kiln.ir.interp.internal;

import dev.kiln.ir.CallSite;
import dev.kiln.ir.Constant;
import dev.kiln.ir.FrameState;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.Op;
import dev.kiln.ir.Signature;
import dev.kiln.ir.SymbolAddress;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;
import java.util.List;
import java.util.Set;

/** Chooses code for calls, tail calls and the calls that failed guards make. */
final class CallTranslator {
    /** Functions that return twice, or to a frame that is not their caller's: frames of the interpreter cannot follow. */
    private static final Set<String> REFUSED = Set.of(
            "setjmp",
            "_setjmp",
            "__setjmp",
            "sigsetjmp",
            "__sigsetjmp",
            "longjmp",
            "_longjmp",
            "siglongjmp",
            "__longjmp_chk",
            "vfork",
            "__vfork",
            "getcontext",
            "setcontext",
            "swapcontext",
            "makecontext");

    private final Translator t;
    private final CodeBuffer code;

    CallTranslator(Translator translator) {
        t = translator;
        code = translator.code;
    }

    static boolean isRefused(String symbol) {
        return REFUSED.contains(symbol);
    }

    void call(Instruction i) {
        CallSite site = i.callSite();
        Signature signature = site.signature();
        AbiSignature abi = new AbiSignature(signature, site.variadicArguments());
        int[] where = new int[i.argCount() - 1];
        for (int k = 0; k < where.length; k++) {
            where[k] = t.use(i.arg(k + 1));
        }
        boolean tail = i.op() == Op.TAIL_CALL;
        int result = abi.result == Type.VOID || tail ? resultOfTail(abi) : t.def(i);
        emit(i.arg(0), abi, where, result, tail);
    }

    private int resultOfTail(AbiSignature abi) {
        return abi.result == Type.VOID ? 0 : t.values.allocate(AbiSignature.words(abi.result));
    }

    /** The call that a failed guard makes, and the return with its result. */
    void exit(FrameState state, int area) {
        Signature signature = t.function.module().signatureOf(state.exit());
        Type id = signature == null || signature.params().isEmpty()
                ? Type.I64
                : signature.params().getFirst().type();
        if (signature == null) {
            signature = Signature.of(t.owner.abi.result, Type.I64, Type.PTR);
        }
        AbiSignature abi = new AbiSignature(signature, List.of());
        int[] where = new int[abi.arguments.length];
        for (int k = 0; k < where.length; k++) {
            where[k] =
                    k == 0 ? code.constant(Constant.of(id, state.exitId()).bits()) : k == 1 ? area : code.constant(0);
        }
        int result = resultOfTail(abi);
        emit(new SymbolAddress(state.exit(), 0), abi, where, result, false);
        t.returnValue(result);
    }

    private void emit(Value callee, AbiSignature abi, int[] where, int result, boolean tail) {
        Callable known = null;
        String symbol = null;
        int address = 0;
        Value target = t.values.root(callee);
        if (target instanceof SymbolAddress s
                && s.offset() == 0
                && !t.engine.image.isData(t.function.module(), s.symbol())) {
            known = t.engine.image.callable(t.function.module(), s.symbol());
            symbol = s.symbol();
            if (known == null && isRefused(symbol)) {
                code.word(Opcode.REFUSE);
                code.word(code.addToPool(symbol));
                return;
            }
        } else {
            address = t.use(target);
        }
        int area = 0;
        if (abi.resultAggregate != null && tail) {
            area = Translator.RESULT_AREA;
        } else if (abi.resultAggregate != null) {
            area = t.values.allocate(1);
            t.slotAddress(
                    area, t.slot(abi.resultAggregate.size() + 7 & -8L, Math.max(16, abi.resultAggregate.align())));
        }
        boolean plain = known != null && known.host == null && abi.fits(known.abi) && !(tail && abi.hasAggregates);
        if (plain) {
            if (tail) {
                t.leave();
            }
            code.word(tail ? Opcode.TAIL_CALL : Opcode.CALL);
            code.word(known.index);
            boolean hidden = abi.resultAggregate != null;
            code.word(abi.words() + (hidden ? 1 : 0));
            if (hidden) {
                code.register(area);
            }
            for (int k = 0; k < where.length; k++) {
                for (int w = 0; w < AbiSignature.words(abi.arguments[k].type()); w++) {
                    code.register(where[k] < 0 ? where[k] : where[k] + w);
                }
            }
            if (!tail) {
                code.word(result);
            }
            return;
        }
        code.word(tail ? Opcode.TAIL_SITE : Opcode.CALL_SITE);
        code.word(code.addToPool(
                new CallSiteCode(abi, known, symbol, address, where, area, result, AbiSignature.words(abi.result))));
        code.word(result);
        if (tail) {
            t.returnValue(result);
        }
    }
}
