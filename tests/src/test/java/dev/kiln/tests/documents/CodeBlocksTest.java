package dev.kiln.tests.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The Java in the assembler's specification compiles as it stands there, and runs. */
class CodeBlocksTest {
    private static final Path ROOT = Path.of(System.getProperty("kiln.root", ".."));
    private static final Pattern BLOCK = Pattern.compile("^```java\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);

    /** What the page says that its examples stand under. */
    private static final String IMPORTS = """
            import static dev.kiln.asm.X86.*;
            import static java.lang.foreign.ValueLayout.*;
            import dev.kiln.asm.*;
            import dev.kiln.exec.*;
            import java.lang.foreign.*;
            import java.lang.invoke.*;
            import java.nio.file.*;
            """;

    @TempDir
    Path classes;

    @TestFactory
    Stream<DynamicTest> theAssemblersBlocksCompileAndRun() throws Exception {
        String page = Files.readString(ROOT.resolve("docs/assembler.md"));
        for (String line : IMPORTS.split("\n")) assertThat(page).contains(line);
        List<Block> blocks = blocks(page);
        assertThat(blocks).hasSizeGreaterThan(10);
        compile(blocks);
        URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()});
        return blocks.stream()
                .map(block -> DynamicTest.dynamicTest(block.name, () -> {
                    Runnable run = (Runnable) loader.loadClass(block.name)
                            .getDeclaredConstructor()
                            .newInstance();
                    run.run();
                }))
                .onClose(() -> close(loader));
    }

    private static void close(URLClassLoader loader) {
        try {
            loader.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Block> blocks(String page) {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(page);
        while (matcher.find()) {
            long line = page.substring(0, matcher.start(1)).lines().count() + 1;
            blocks.add(new Block("Line" + line, matcher.group(1)));
        }
        return blocks;
    }

    private void compile(List<Block> blocks) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter complaints = new StringWriter();
        // Surefire may run the tests as a module; either way everything that they see is on one of the two paths.
        String path = System.getProperty("java.class.path", "")
                + File.pathSeparator
                + System.getProperty("jdk.module.path", "");
        boolean compiled = compiler.getTask(
                        complaints,
                        null,
                        null,
                        List.of("-d", classes.toString(), "-classpath", path, "--release", "25"),
                        null,
                        blocks)
                .call();
        assertThat(compiled).as("%s", complaints).isTrue();
    }

    private static final class Block extends SimpleJavaFileObject {
        final String name;
        final String body;

        Block(String name, String body) {
            super(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE);
            this.name = name;
            this.body = body;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return IMPORTS + "public final class " + name + " implements Runnable {\n"
                    + "public void run() { try { body(); } catch (Throwable e) { throw new AssertionError(e); } }\n"
                    + "private static void body() throws Throwable {\n" + body + "\n}\n}\n";
        }
    }
}
