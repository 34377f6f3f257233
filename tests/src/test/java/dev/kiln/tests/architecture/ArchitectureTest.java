package dev.kiln.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds all modules of Kiln against the {@link Rules} of the house; docs/architecture.md explains the floors. */
class ArchitectureTest {
    /** The floors: what each module may use. */
    private static final Map<String, Set<String>> FLOORS = Map.ofEntries(
            Map.entry("testing", Set.of()),
            Map.entry("asm-table", Set.of()),
            Map.entry("base", Set.of()),
            Map.entry("asm", Set.of("base")),
            Map.entry("exec", Set.of("base", "asm")),
            Map.entry("ir", Set.of("base", "exec")),
            Map.entry("qbe", Set.of("base", "ir")),
            Map.entry("compiler", Set.of("base", "asm", "ir")),
            Map.entry("object", Set.of("base", "asm", "ir", "compiler")),
            Map.entry("jit", Set.of("base", "asm", "exec", "ir", "compiler", "object")),
            Map.entry("cli", Set.of("base", "asm", "exec", "ir", "qbe", "compiler", "object", "jit")));

    /** Modules beside the floors: nothing uses them, and they may use everything. */
    private static final Set<String> BESIDE = Set.of("bench", "tests");

    /** Static fields that may be assigned more than once: {@code class.field} and the reason. */
    private static final Map<String, String> STATIC_STATE = Map.of();

    private static List<ClassFolder> modules;
    private static List<ClassFolder> tests;

    @BeforeAll
    static void readClasses() {
        Path root = Path.of(System.getProperty("kiln.root", ".."));
        modules = new ArrayList<>();
        for (String name : FLOORS.keySet().stream().sorted().toList()) {
            Path folder = root.resolve(name).resolve("target/classes");
            assertThat(folder).as("compiled classes of module %s", name).isDirectory();
            modules.add(ClassFolder.read(name, folder));
        }
        // Not all modules have tests, and with -Dmaven.test.skip only this one has compiled them.
        tests = new ArrayList<>();
        Stream.concat(FLOORS.keySet().stream().sorted(), Stream.of("tests")).forEach(name -> {
            Path folder = root.resolve(name).resolve("target/test-classes");
            if (Files.isDirectory(folder)) {
                tests.add(ClassFolder.read("tests of " + name, folder));
            }
        });
        assertThat(tests).isNotEmpty();
    }

    static List<ClassFolder> modules() {
        return modules;
    }

    static List<ClassFolder> modulesAndTests() {
        return Stream.concat(modules.stream(), tests.stream()).toList();
    }

    @Test
    void everyModuleOfTheBuildHasAFloor() throws Exception {
        Path root = Path.of(System.getProperty("kiln.root", ".."));
        for (String line : Files.readAllLines(root.resolve("pom.xml"))) {
            String text = line.strip();
            if (!text.startsWith("<module>")) continue;
            String name = text.substring("<module>".length(), text.length() - "</module>".length());
            if (!BESIDE.contains(name)) assertThat(FLOORS).containsKey(name);
        }
        assertThat(modules)
                .allSatisfy(
                        module -> assertThat(module.classes()).as(module.name()).isNotEmpty());
    }

    @Test
    void modulesUseOnlyWhatStandsBelow() {
        assertThat(Rules.floors(modules, FLOORS)).isEmpty();
    }

    @Test
    void internalPackagesStayInternal() {
        assertThat(Rules.internals(modules)).isEmpty();
    }

    @Test
    void switchesForgetNoConstant() {
        assertThat(Rules.forgottenConstants(modules)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void packagesHaveNoCycles(ClassFolder module) {
        assertThat(Rules.packageCycles(module)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("modulesAndTests")
    void methodsAreSmallEnoughToBeCompiled(ClassFolder module) {
        assertThat(Rules.largeMethods(module)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void nothingIsKeptInStatics(ClassFolder module) {
        assertThat(Rules.staticState(module, STATIC_STATE)).isEmpty();
    }
}
