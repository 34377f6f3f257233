package dev.kiln.tests.documents;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * All that is public in an exported package has a comment. Exempt is what says its meaning in another way: methods that override, the
 * compact constructor of a record, an enum's constants with arguments, which are rows of a table, and constants that stand in a row
 * with one of their type that has a comment.
 */
class PublicCommentsTest {
    private static final Path ROOT = Path.of(System.getProperty("kiln.root", ".."));
    private static final Pattern EXPORTS = Pattern.compile("(?m)^\\s*exports ([\\w.]+);");

    private final List<String> missing = new ArrayList<>();
    private DocTrees trees;
    private int seen;

    @Test
    void nothingPublicLacksAComment() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task =
                    (JavacTask) compiler.getTask(null, files, null, null, null, files.getJavaFileObjects(sources()));
            trees = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                for (Tree type : unit.getTypeDecls()) {
                    if (type instanceof ClassTree typed && isPublic(typed.getModifiers())) {
                        visit(new TreePath(new TreePath(unit), type));
                    }
                }
            }
        }
        assertThat(seen).isGreaterThan(1_500);
        assertThat(missing).isEmpty();
    }

    private static Path[] sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path module : modules.sorted().toList()) {
                Path java = module.resolve("src/main/java");
                Path exports = java.resolve("module-info.java");
                if (!Files.exists(exports)) {
                    continue;
                }
                EXPORTS.matcher(Files.readString(exports)).results().forEach(exported -> {
                    try (Stream<Path> files =
                            Files.list(java.resolve(exported.group(1).replace('.', '/')))) {
                        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
            }
        }
        assertThat(sources).hasSizeGreaterThan(100);
        return sources.toArray(Path[]::new);
    }

    private void visit(TreePath path) {
        ClassTree type = (ClassTree) path.getLeaf();
        check(path, type.getSimpleName().toString(), false);
        boolean inInterface = type.getKind() == Tree.Kind.INTERFACE || type.getKind() == Tree.Kind.ANNOTATION_TYPE;
        VariableTree documented = null;
        for (Tree member : type.getMembers()) {
            TreePath here = new TreePath(path, member);
            switch (member) {
                case ClassTree nested when inInterface || isPublic(nested.getModifiers()) -> visit(here);
                case MethodTree method
                when inInterface || isPublic(method.getModifiers()) ->
                    check(here, method.getName() + "(…)", isExempt(method, type, here));
                case VariableTree field
                when inInterface || isPublic(field.getModifiers()) -> {
                    boolean follows = documented != null
                            && documented
                                    .getType()
                                    .toString()
                                    .equals(field.getType().toString());
                    if (trees.getDocComment(here) != null) {
                        documented = field;
                    }
                    check(here, field.getName().toString(), follows || isRow(field, type));
                }
                default -> documented = null;
            }
        }
    }

    private boolean isExempt(MethodTree method, ClassTree type, TreePath path) {
        boolean generated = trees.getSourcePositions().getEndPosition(path.getCompilationUnit(), method) < 0;
        boolean compact = type.getKind() == Tree.Kind.RECORD && method.getReturnType() == null;
        return generated
                || compact
                || method.getModifiers().getAnnotations().stream()
                        .anyMatch(a -> a.getAnnotationType().toString().equals("Override"));
    }

    /** Whether it is a constant of an enum that is made with arguments. */
    private static boolean isRow(VariableTree field, ClassTree type) {
        return type.getKind() == Tree.Kind.ENUM
                && field.getInitializer() instanceof NewClassTree made
                && !made.getArguments().isEmpty();
    }

    private static boolean isPublic(ModifiersTree modifiers) {
        return modifiers.getFlags().contains(Modifier.PUBLIC);
    }

    private void check(TreePath path, String name, boolean exempt) {
        seen++;
        if (!exempt && trees.getDocComment(path) == null) {
            CompilationUnitTree unit = path.getCompilationUnit();
            long line =
                    unit.getLineMap().getLineNumber(trees.getSourcePositions().getStartPosition(unit, path.getLeaf()));
            missing.add(Path.of(unit.getSourceFile().toUri()).getFileName() + ":" + line + " " + name);
        }
    }
}
