package dev.kiln.tests.architecture;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassSignature;
import java.lang.classfile.MethodSignature;
import java.lang.classfile.Signature;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.constantpool.NameAndTypeEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which classes a class refers to: by its constant pool, the descriptors of its members and its generic signatures. */
final class References {
    private final Set<String> names = new TreeSet<>();

    private References() {}

    /** Binary names with dots, sorted, the class itself included. */
    static Set<String> of(ClassModel model) {
        var found = new References();
        for (PoolEntry entry : model.constantPool()) {
            switch (entry) {
                case ClassEntry c -> found.addClass(c.asInternalName());
                case NameAndTypeEntry n -> found.addDescriptor(n.type().stringValue());
                case MethodTypeEntry m -> found.addDescriptor(m.descriptor().stringValue());
                default -> {}
            }
        }
        model.findAttribute(Attributes.signature()).ifPresent(s -> found.add(s.asClassSignature()));
        model.fields().forEach(field -> {
            found.addDescriptor(field.fieldType().stringValue());
            field.findAttribute(Attributes.signature()).ifPresent(s -> found.add(s.asTypeSignature()));
        });
        model.methods().forEach(method -> {
            found.addDescriptor(method.methodType().stringValue());
            method.findAttribute(Attributes.signature()).ifPresent(s -> found.add(s.asMethodSignature()));
        });
        model.findAttribute(Attributes.record())
                .ifPresent(record -> record.components().forEach(component -> {
                    found.addDescriptor(component.descriptor().stringValue());
                    component.findAttribute(Attributes.signature()).ifPresent(s -> found.add(s.asTypeSignature()));
                }));
        return found.names;
    }

    private void addClass(String internalName) {
        if (internalName.startsWith("[")) addDescriptor(internalName);
        else names.add(internalName.replace('/', '.'));
    }

    /** Every class name in a descriptor (JVMS 4.3) stands between an {@code L} and a semicolon. */
    private void addDescriptor(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != 'L') continue;
            int end = text.indexOf(';', i);
            addClass(text.substring(i + 1, end));
            i = end;
        }
    }

    private void add(ClassSignature signature) {
        add(signature.typeParameters());
        add(signature.superclassSignature());
        signature.superinterfaceSignatures().forEach(this::add);
    }

    private void add(MethodSignature signature) {
        add(signature.typeParameters());
        signature.arguments().forEach(this::add);
        add(signature.result());
        signature.throwableSignatures().forEach(this::add);
    }

    private void add(List<Signature.TypeParam> parameters) {
        for (var parameter : parameters) {
            parameter.classBound().ifPresent(this::add);
            parameter.interfaceBounds().forEach(this::add);
        }
    }

    private void add(Signature signature) {
        switch (signature) {
            case Signature.BaseTypeSig _, Signature.TypeVarSig _ -> {}
            case Signature.ArrayTypeSig array -> add(array.componentSignature());
            case Signature.ClassTypeSig type -> {
                // A member of a generic class carries its outer class with it; the outer one's package is the member's
                // too.
                if (type.outerType().isPresent()) add(type.outerType().get());
                else addClass(type.className());
                for (var argument : type.typeArgs())
                    if (argument instanceof Signature.TypeArg.Bounded bounded) add(bounded.boundType());
            }
        }
    }
}
