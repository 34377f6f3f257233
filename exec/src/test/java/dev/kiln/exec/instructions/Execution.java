package dev.kiln.exec.instructions;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.kiln.asm.CpuFeatures;
import dev.kiln.asm.Forms;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Runs all forms of some mnemonics: one test for each mnemonic, skipped by name where the processor lacks it. */
final class Execution {
    /** Choices of immediates for each way of choosing the other operands, and states for each choice. */
    private static final int IMMEDIATES = 4, STATES = 12;

    private int mnemonics;
    private int forms;
    private long cases;

    /** @param models by mnemonic; what has none is held only to what is said of it */
    Stream<DynamicTest> run(Predicate<String> chosen, Map<String, Model> models) {
        Machine machine = new Machine();
        SplittableRandom random = new SplittableRandom(20_261);
        Map<String, List<Trial>> trials = new LinkedHashMap<>();
        for (int form = 1; form < Forms.count(); form++) {
            String mnemonic = Forms.mnemonic(form);
            if (!chosen.test(mnemonic)) continue;
            List<Trial> ofMnemonic = trials.computeIfAbsent(mnemonic, m -> new ArrayList<>());
            if (!machine.features.containsAll(CpuFeatures.ofForm(form))) continue;
            List<Trial> found = Trial.of(form, random, IMMEDIATES);
            if (found.isEmpty() || !Special.runs(form, found.getFirst().info)) continue;
            forms++;
            for (Trial trial : found) trial.number = machine.add(trial.form | trial.prefixes, trial.operands);
            ofMnemonic.addAll(found);
        }
        machine.place();
        return trials.entrySet().stream()
                .filter(e -> models.containsKey(e.getKey()) || !e.getValue().isEmpty())
                .map(e -> DynamicTest.dynamicTest(
                        e.getKey(), () -> check(machine, e.getKey(), e.getValue(), models.get(e.getKey()))))
                .onClose(machine::close);
    }

    private void check(Machine machine, String mnemonic, List<Trial> trials, Model model) {
        if (trials.isEmpty()) abort("this processor lacks " + mnemonic);
        Checker checker = new Checker(machine, new SplittableRandom(mnemonic.hashCode()));
        List<String> wrong = new ArrayList<>();
        for (Trial trial : trials) {
            String message = checker.check(trial, model, STATES);
            if (message != null) wrong.add(message);
        }
        cases += checker.cases;
        mnemonics++;
        if (!wrong.isEmpty())
            fail(wrong.size() + " of " + trials.size() + " wrong:\n"
                    + String.join("\n", wrong.subList(0, Math.min(4, wrong.size()))));
    }

    @Override
    public String toString() {
        return mnemonics + " mnemonics, " + forms + " forms, " + cases + " cases";
    }
}
