package dev.kiln.tests.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The compiled classes of one module.
 *
 * @param name the module's folder name, such as {@code asm-table}
 * @param classes all its classes, {@code module-info} included, in the order of their names
 */
record ClassFolder(String name, List<ClassModel> classes) {
    /** Reads all class files below a folder. */
    static ClassFolder read(String name, Path folder) {
        var classes = new ArrayList<ClassModel>();
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    if (file.toString().endsWith(".class"))
                        classes.add(ClassFile.of().parse(file));
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the classes of module " + name, e);
        }
        classes.sort(Comparator.comparing(ClassFolder::nameOf));
        return new ClassFolder(name, List.copyOf(classes));
    }

    /** The class's binary name with dots. */
    static String nameOf(ClassModel model) {
        return model.thisClass().asInternalName().replace('/', '.');
    }

    /** The package of a binary name with dots; empty for none. */
    static String packageOf(String className) {
        int dot = className.lastIndexOf('.');
        return dot < 0 ? "" : className.substring(0, dot);
    }
}
