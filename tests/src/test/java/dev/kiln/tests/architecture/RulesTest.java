package dev.kiln.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules find what they are for: each is shown a small sample that breaks it and one that does not. */
class RulesTest {
    private static final Map<String, Set<String>> FLOORS = Map.of("low", Set.of(), "high", Set.of("low"));

    @TempDir
    Path folder;

    @Test
    void usingAHigherModuleIsFound() throws IOException {
        compile("high", "h/High.java", "package h; public class High { public static int n() { return 1; } }");
        compile("low", "l/Low.java", "package l; class Low { int n() { return h.High.n(); } }");
        assertThat(Rules.floors(modules(), FLOORS)).containsExactly("l.Low uses h.High: low may not use high");
    }

    @Test
    void aTypeThatOccursOnlyInSignaturesIsFound() throws IOException {
        compile(
                "high",
                "h/High.java",
                "package h; public class High<T> { public class Member {} public interface Other {} }");
        compile("low", "l/Field.java", "package l; class Field { h.High<String>[][] f; }");
        compile("low", "l/Result.java", "package l; abstract class Result { abstract h.High.Other m(long LongName); }");
        compile(
                "low",
                "l/Argument.java",
                "package l; interface Argument { <L, T extends Comparable<? super T>> void m(L a, "
                        + "java.util.Map<? super T, ? extends h.High<L>> b); }");
        compile("low", "l/Component.java", "package l; record Component(java.util.List<h.High<int[]>.Member> list) {}");
        assertThat(Rules.floors(modules(), FLOORS))
                .contains(
                        "l.Argument uses h.High: low may not use high",
                        "l.Component uses h.High: low may not use high",
                        "l.Field uses h.High: low may not use high",
                        "l.Result uses h.High$Other: low may not use high");
    }

    @Test
    void usingALowerModuleIsAllowed() throws IOException {
        compile("low", "l/Low.java", "package l; public class Low {}");
        compile("high", "h/High.java", "package h; class High extends l.Low { String text = \"h/Other\"; }");
        assertThat(Rules.floors(modules(), FLOORS)).isEmpty();
    }

    @Test
    void aSplitPackageIsFound() throws IOException {
        compile("low", "p/A.java", "package p; class A {}");
        compile("high", "p/B.java", "package p; class B {}");
        assertThat(Rules.floors(modules(), FLOORS)).singleElement().asString().contains("package p is split");
    }

    @Test
    void aModuleWithoutFloorIsFound() throws IOException {
        compile("low", "l/Low.java", "package l; public class Low {}");
        compile("high", "h/High.java", "package h; class High {}");
        assertThat(Rules.floors(modules(), Map.of("low", Set.of())))
                .singleElement()
                .asString()
                .contains("high has no floor");
    }

    @Test
    void reachingIntoInternalsIsFound() throws IOException {
        compile("low", "l/internal/Hidden.java", "package l.internal; public class Hidden {}");
        compile("low", "l/Door.java", "package l; public class Door { Object o = new l.internal.Hidden(); }");
        compile("high", "h/High.java", "package h; class High { Object o = new l.internal.Hidden(); }");
        assertThat(Rules.internals(modules()))
                .containsExactly("h.High uses l.internal.Hidden, which is internal to low");
    }

    @Test
    void packagesInACircleAreFound() throws IOException {
        compile(
                "low",
                Map.of(
                        "l/a/A.java", "package l.a; public class A { l.b.B b; }",
                        "l/b/B.java", "package l.b; public class B { l.c.C c; }",
                        "l/c/C.java", "package l.c; public class C { l.a.A a; }",
                        "l/d/D.java", "package l.d; public class D { l.e.E e; }",
                        "l/e/E.java", "package l.e; public class E {}"));
        compile("high", "h/High.java", "package h; class High {}");
        assertThat(Rules.packageCycles(module("low")))
                .singleElement()
                .asString()
                .contains("l.a")
                .contains("l.b")
                .contains("l.c")
                .doesNotContain("l.d")
                .doesNotContain("l.e");
    }

    @Test
    void aPackageAndItsImplementationMayKnowEachOther() throws IOException {
        compile(
                "low",
                Map.of(
                        "l/Door.java",
                                "package l; public interface Door { static Door open() { return new l.internal.Impl(); } }",
                        "l/internal/Impl.java", "package l.internal; public class Impl implements l.Door {}"));
        assertThat(Rules.packageCycles(module("low"))).isEmpty();
    }

    @Test
    void whatIsExportedStandsInTheDeclaration() throws IOException {
        compile(
                "low",
                Map.of(
                        "module-info.java", "module low { exports l; }",
                        "l/Door.java",
                                "package l; public interface Door { static Door open() { return new l.room.Impl(); } }",
                        "l/room/Impl.java", "package l.room; public class Impl implements l.Door { l.cellar.C c; }",
                        "l/cellar/C.java", "package l.cellar; public class C implements l.Door {}"));
        assertThat(Rules.packageCycles(module("low"))).isEmpty();
        compile(
                "low",
                Map.of(
                        "module-info.java", "module low { exports l; }",
                        "l/Door.java", "package l; public interface Door {}",
                        "l/room/Impl.java", "package l.room; public class Impl { l.cellar.C c; }",
                        "l/cellar/C.java", "package l.cellar; public class C { l.room.Impl i; }"));
        assertThat(Rules.packageCycles(module("low")))
                .singleElement()
                .asString()
                .contains("l.room")
                .contains("l.cellar");
    }

    @Test
    void aMethodTooLargeToBeCompiledIsFound() throws IOException {
        compile(
                "low",
                "l/Large.java",
                "package l; class Large { int large(int x) { " + "x = x * 31 + 12345;\n".repeat(1200)
                        + "return x; } int small(int x) { " + "x = x * 31 + 12345;\n".repeat(800) + " return x; } }");
        assertThat(Rules.largeMethods(module("low"))).singleElement().asString().startsWith("l.Large.large has ");
    }

    @Test
    void aSwitchThatForgetsAConstantIsFound() throws IOException {
        compile("low", "l/E.java", "package l; public enum E { A, B, C, D, F }");
        compile(
                "high",
                "h/Switches.java",
                "package h; class Switches { int n; "
                        + "void most(l.E e) { switch (e) { case A -> n = 1; case B -> n = 2; case C -> n = 3; case D -> n = 4; } } "
                        + "static class Fine { int n; void all(l.E e) { switch (e) { case A -> n = 1; case B -> n = 2; case C -> n = 3; case D -> {} case F -> n = 5; } } "
                        + "void few(l.E e) { switch (e) { case A -> n = 1; case B -> n = 2; } } } }");
        assertThat(Rules.forgottenConstants(modules()))
                .containsExactly("h.Switches.most names 4 of 5 constants of l.E");
    }

    @Test
    void staticStateIsFound() throws IOException {
        compile(
                "low",
                "l/State.java",
                "package l; class State { static int counter; static final int FIXED = 1; int own; "
                        + "static int known; enum E { A, B } int f(E e) { assert own > 0; return switch (e) { case A -> 1; case B -> 2; }; } }");
        assertThat(Rules.staticState(module("low"), Map.of("l.State.known", "for this test")))
                .containsExactly("l.State.counter is static and not final");
    }

    private void compile(String module, String file, String source) throws IOException {
        compile(module, Map.of(file, source));
    }

    private void compile(String module, Map<String, String> sources) throws IOException {
        Path classes = folder.resolve(module);
        Files.createDirectories(classes);
        var arguments = new ArrayList<>(List.of(
                "-proc:none",
                "-d",
                classes.toString(),
                "-cp",
                folder.resolve("low") + File.pathSeparator + folder.resolve("high")));
        for (var source : sources.entrySet()) {
            Path file = folder.resolve("source-of-" + module).resolve(source.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, source.getValue());
            arguments.add(file.toString());
        }
        int status = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
        assertThat(status).as("the sample compiles").isZero();
    }

    private ClassFolder module(String name) {
        return ClassFolder.read(name, folder.resolve(name));
    }

    private List<ClassFolder> modules() {
        return List.of(module("low"), module("high"));
    }
}
