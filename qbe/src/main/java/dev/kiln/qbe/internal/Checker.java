package dev.kiln.qbe.internal;

import dev.kiln.qbe.QbeCode;
import java.util.Arrays;

/**
 * The rules of QBE IL that can be judged only when a whole function was read. They hold for unreachable blocks too:
 *
 * <ol>
 *   <li>Every block jumped to is defined.
 *   <li>All assignments of a temporary have one class; {@code w} and {@code l} together make it a {@code w}.
 *   <li>Every temporary that is used is assigned somewhere.
 *   <li>A temporary has the class that its use wants; an {@code l} can stand for a {@code w}. Constants fit everywhere.
 *   <li>A phi names each predecessor of its block once and nothing else.
 * </ol>
 */
final class Checker {
    private final Body body;
    private final Reporter reporter;
    private boolean damaged;
    private boolean fine;
    private int[] predStart = new int[33];
    private int[] preds = new int[64];
    private int[] mark = new int[32];
    private int stamp;

    Checker(Body body, Reporter reporter) {
        this.body = body;
        this.reporter = reporter;
    }

    /**
     * Checks the function just read.
     *
     * @param damaged whether lines of it could not be read
     * @return whether it can be lowered
     */
    boolean check(boolean damaged) {
        this.damaged = damaged;
        fine = !damaged;
        classes();
        if (!damaged) {
            targets();
        }
        if (body.phis > 0) {
            phis();
        }
        for (int n = 0; n < body.blocks; n++) {
            int block = body.order[n];
            for (int i = body.first[block]; i < body.last[block]; i++) {
                instruction(i);
            }
            jump(block);
        }
        return fine;
    }

    private void error(QbeCode code, int offset, String... arguments) {
        reporter.report(code, offset, arguments);
        fine = false;
    }

    private void classes() {
        int temps = body.temps.count();
        if (body.tempClass.length < temps) {
            body.tempClass = new byte[Math.max(temps, body.tempClass.length * 2)];
        }
        Arrays.fill(body.tempClass, 0, temps, Classes.NONE);
        for (int p = 0; p < body.params; p++) {
            assign(body.paramTemp[p], Classes.ofTemporary(body.paramKind[p]), body.nameOffset);
        }
        for (int p = 0; p < body.phis; p++) {
            assign(body.phiTo[p], body.phiClass[p], body.phiAt[p]);
        }
        for (int i = 0; i < body.size; i++) {
            if (body.to[i] != Body.NONE) {
                assign(body.to[i], body.cls[i], body.at[i]);
            }
        }
    }

    private void assign(int temp, byte cls, int at) {
        byte known = body.tempClass[temp];
        if (known == Classes.NONE) {
            body.tempClass[temp] = cls;
        } else if (known != cls) {
            if (known <= Classes.L && cls <= Classes.L) {
                body.tempClass[temp] = Classes.W;
            } else {
                error(QbeCode.MIXED_CLASSES, at, body.temps.name(temp), Classes.text(cls), Classes.text(known));
            }
        }
    }

    private void targets() {
        for (int n = 0; n < body.blocks; n++) {
            int block = body.order[n];
            target(body.next1[block]);
            target(body.next2[block]);
        }
    }

    private void target(int label) {
        if (label != Body.NONE && !body.defined[label]) {
            error(QbeCode.UNDEFINED_BLOCK, body.labelAt[label], body.labels.name(label));
            body.defined[label] = true;
        }
    }

    private void phis() {
        predecessors();
        if (mark.length < body.labels.count()) {
            mark = new int[body.labels.count() * 2];
            stamp = 0;
        }
        for (int n = 0; n < body.blocks; n++) {
            int block = body.order[n];
            for (int p = body.firstPhi[block]; p < body.lastPhi[block]; p++) {
                phi(block, p);
            }
        }
    }

    private void phi(int block, int p) {
        if (stamp > Integer.MAX_VALUE - 4) {
            Arrays.fill(mark, 0);
            stamp = 0;
        }
        int isPredecessor = ++stamp;
        int isNamed = ++stamp;
        String name = null;
        for (int e = predStart[block]; e < predStart[block + 1]; e++) {
            mark[preds[e]] = isPredecessor;
        }
        for (int k = body.phiStart[p]; k < body.phiStart[p + 1]; k++) {
            int from = body.phiArgBlock[k];
            if (!damaged && mark[from] != isPredecessor) {
                name = body.temps.name(body.phiTo[p]);
                QbeCode code = mark[from] == isNamed ? QbeCode.PHI_DUPLICATE : QbeCode.PHI_STRANGER;
                error(code, body.phiArgAt[k], body.labels.name(from), name);
            }
            mark[from] = isNamed;
            use(body.phiArgRef[k], body.phiClass[p], body.phiArgAt[k], "phi");
        }
        if (!damaged && name == null) {
            for (int e = predStart[block]; e < predStart[block + 1]; e++) {
                if (mark[preds[e]] == isPredecessor) {
                    String missing = body.labels.name(preds[e]);
                    error(QbeCode.PHI_MISSING, body.phiAt[p], missing, body.temps.name(body.phiTo[p]));
                    mark[preds[e]] = isNamed;
                }
            }
        }
    }

    private void predecessors() {
        int labels = body.labels.count();
        if (predStart.length < labels + 2) {
            predStart = new int[labels * 2 + 2];
        }
        Arrays.fill(predStart, 0, labels + 2, 0);
        int edges = 0;
        for (int n = 0; n < body.blocks; n++) {
            int block = body.order[n];
            int next1 = body.next1[block];
            int next2 = body.next2[block];
            if (next1 != Body.NONE) {
                predStart[next1 + 2]++;
                edges++;
            }
            if (next2 != Body.NONE) {
                predStart[next2 + 2]++;
                edges++;
            }
        }
        if (preds.length < edges) {
            preds = new int[edges * 2];
        }
        for (int i = 1; i < labels + 2; i++) {
            predStart[i] += predStart[i - 1];
        }
        for (int n = 0; n < body.blocks; n++) {
            int block = body.order[n];
            int next1 = body.next1[block];
            int next2 = body.next2[block];
            if (next1 != Body.NONE) {
                preds[predStart[next1 + 1]++] = block;
            }
            if (next2 != Body.NONE) {
                preds[predStart[next2 + 1]++] = block;
            }
        }
    }

    private void instruction(int i) {
        QbeOp op = QbeOp.of(body.op[i]);
        int cls = body.cls[i];
        if (op == QbeOp.CALL) {
            use(body.a[i], Classes.L, body.aAt[i], "call");
            int call = body.extra[i];
            int end = body.callStart[call] + body.callSize[call];
            for (int k = body.callStart[call]; k < end; k++) {
                use(body.argRef[k], Classes.ofTemporary(body.argKind[k]), body.argAt[k], "this argument");
            }
            return;
        }
        use(body.a[i], op.operandClass(0, cls), body.aAt[i], op.text);
        if (body.b[i] != Body.NONE) {
            use(body.b[i], op.operandClass(1, cls), body.bAt[i], op.text);
        }
    }

    private void jump(int block) {
        int ref = body.jumpRef[block];
        if (ref == Body.NONE) {
            return;
        }
        if (body.jump[block] == Body.JNZ) {
            use(ref, Classes.W, body.jumpAt[block], "jnz");
        } else if (body.jump[block] == Body.RET && body.result != Classes.NONE) {
            use(ref, Classes.ofTemporary(body.result), body.jumpAt[block], "ret");
        }
    }

    private void use(int ref, int want, int at, String who) {
        if (ref < 0 || want < 0) {
            return;
        }
        byte cls = body.tempClass[ref];
        if (cls == want || cls == Classes.L && want == Classes.W) {
            return;
        }
        if (cls == Classes.NONE) {
            if (!damaged) {
                error(QbeCode.NEVER_ASSIGNED, at, body.temps.name(ref));
                body.tempClass[ref] = Classes.INVALID;
            }
        } else if (cls != Classes.INVALID) {
            error(QbeCode.OPERAND_CLASS, at, who, Classes.text(want), body.temps.name(ref), Classes.text(cls));
        }
    }
}
