package dev.kiln.exec.instructions;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Instructions run on this processor do what models in Java say, and what {@link dev.kiln.asm.InstructionInfo} says of them. The rest of
 * those that can be run is held to the latter alone.
 */
class ModelsTest {
    private static final Execution MODELLED = new Execution(), OTHERS = new Execution();

    private static Stream<DynamicTest> run(Consumer<Map<String, Model>> family) {
        Map<String, Model> models = new TreeMap<>();
        family.accept(models);
        return MODELLED.run(models::containsKey, models);
    }

    @TestFactory
    Stream<DynamicTest> integers() {
        return run(Integers::addTo);
    }

    @TestFactory
    Stream<DynamicTest> bits() {
        return run(Bits::addTo);
    }

    @TestFactory
    Stream<DynamicTest> strings() {
        return run(Strings::addTo);
    }

    @TestFactory
    Stream<DynamicTest> vectorIntegers() {
        return run(VectorIntegers::addTo);
    }

    @TestFactory
    Stream<DynamicTest> moves() {
        return run(Moves::addTo);
    }

    @TestFactory
    Stream<DynamicTest> vectorReals() {
        return run(VectorReals::addTo);
    }

    @TestFactory
    Stream<DynamicTest> crypto() {
        return run(Crypto::addTo);
    }

    @TestFactory
    Stream<DynamicTest> x87() {
        return run(X87::addTo);
    }

    @TestFactory
    Stream<DynamicTest> others() {
        Map<String, Model> models = new TreeMap<>();
        Integers.addTo(models);
        Bits.addTo(models);
        Strings.addTo(models);
        VectorIntegers.addTo(models);
        Moves.addTo(models);
        VectorReals.addTo(models);
        Crypto.addTo(models);
        X87.addTo(models);
        return OTHERS.run(mnemonic -> !models.containsKey(mnemonic), Map.of());
    }

    @AfterAll
    static void report() {
        System.out.println("ModelsTest: with a model " + MODELLED + "; without " + OTHERS);
    }
}
