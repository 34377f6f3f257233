package dev.kiln.tests.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.ir.Block;
import dev.kiln.ir.Function;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.IrPrinter;
import dev.kiln.ir.Module;
import dev.kiln.ir.Op;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What judges random programs would notice a fault, and make it small. */
@Execution(ExecutionMode.CONCURRENT)
class ShrinkerTest {
    private static final long SEED = 7;

    /** A program that lets an address out goes differently each way; nothing else of it is needed for that. */
    @Test
    void leavesOnlyWhatGoesWrong() throws IOException {
        String text = IrPrinter.print(FuzzWorker.program(SEED).module());
        int entry = text.indexOf("@p_entry(");
        int end = text.indexOf("\n}", entry);
        int ret = text.lastIndexOf("\n    ret ", end);
        String leak = "\n    %leaked = bitcast i64 ptr @p_sum\n    store i64 %leaked, @p_sum";
        String wrong = text.substring(0, ret) + leak + text.substring(ret);

        String small = Shrinker.shrink(wrong, SEED, 0, 300_000);

        assertThat(small).startsWith("; goes wrong: differs").contains("bitcast i64 @p_sum");
        assertThat(small.lines().count()).as(small).isLessThan(30);
    }

    @Test
    void rightProgramsStayAsTheyAre() throws IOException {
        String text = IrPrinter.print(FuzzWorker.program(SEED).module());
        assertThat(Shrinker.shrink(text, SEED, 0, 10_000)).startsWith("; goes wrong: same");
    }

    /** One operation exchanged for a similar one, somewhere: most often not run with operands that tell them apart, but often enough. */
    @Test
    void exchangedOperationsAreNoticed() {
        int noticed = 0, programs = 0;
        for (long seed = 1; seed <= 300; seed++) {
            Judge.Case program = FuzzWorker.program(seed);
            List<Instruction> candidates = candidates(program.module());
            Judge.Outcome right = Judge.interpret(program);
            if (candidates.isEmpty() || right.text() == null) {
                continue;
            }
            Instruction one = candidates.get(new Random(seed).nextInt(candidates.size()));
            one.setOp(similar(one.op()));
            programs++;
            noticed += right.equals(Judge.interpret(program)) ? 0 : 1;
        }
        assertThat(noticed).as("of %d programs", programs).isGreaterThan(programs / 8);
    }

    private static List<Instruction> candidates(Module module) {
        List<Instruction> all = new ArrayList<>();
        for (Function function : module.functions()) {
            for (Block block : function.blocks()) {
                for (Instruction i = block.first(); i != null; i = i.next()) {
                    if (similar(i.op()) != null && i.type().isInt()) {
                        all.add(i);
                    }
                }
            }
        }
        return all;
    }

    private static Op similar(Op op) {
        return switch (op) {
            case NOT -> Op.NEG;
            case CLZ -> Op.CTZ;
            case POPCNT -> Op.BSWAP;
            case MIN_U -> Op.MAX_U;
            case MULHI_S -> Op.MULHI_U;
            case SHR_S -> Op.SHR_U;
            case ROTL -> Op.SHL;
            case OVERFLOW_SUB_S -> Op.OVERFLOW_SUB_U;
            default -> null;
        };
    }
}
