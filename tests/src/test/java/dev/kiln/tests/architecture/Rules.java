package dev.kiln.tests.architecture;

import static dev.kiln.tests.architecture.ClassFolder.nameOf;
import static dev.kiln.tests.architecture.ClassFolder.packageOf;

import java.lang.classfile.Attributes;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The rules of the house as functions of compiled classes. Each returns one sentence per violation, none when all is well. */
final class Rules {
    /** HotSpot never compiles a method with more bytecode than this (-XX:HugeMethodLimit). */
    static final int LARGEST_METHOD = 8_000;

    /** How javac begins the name of the table that leads from an enum's ordinals to the cases of a class's switches. */
    private static final String SWITCH_MAP = "$SwitchMap$";

    private Rules() {}

    /**
     * A module refers only to classes of itself and of the modules it may use.
     *
     * @param mayUse for each module the names of those below it that it may use
     */
    static List<String> floors(Collection<ClassFolder> modules, Map<String, Set<String>> mayUse) {
        var found = new ArrayList<String>();
        Map<String, String> moduleOfPackage = new HashMap<>();
        for (var module : modules)
            for (var model : module.classes()) {
                String name = packageOf(nameOf(model));
                if (name.isEmpty()) continue; // module-info
                String other = moduleOfPackage.putIfAbsent(name, module.name());
                if (other != null && !other.equals(module.name()))
                    found.add("package " + name + " is split between " + other + " and " + module.name());
            }
        for (var module : modules) {
            Set<String> allowed = mayUse.get(module.name());
            if (allowed == null) {
                found.add("module " + module.name() + " has no floor: add it to the table");
                continue;
            }
            for (var model : module.classes())
                for (String reference : References.of(model)) {
                    String target = moduleOfPackage.get(packageOf(reference));
                    if (target == null || target.equals(module.name()) || allowed.contains(target)) continue;
                    found.add(nameOf(model) + " uses " + reference + ": " + module.name() + " may not use " + target);
                }
        }
        return distinct(found);
    }

    /** Packages named {@code internal}, and those below them, are used inside their own module only. */
    static List<String> internals(Collection<ClassFolder> modules) {
        var found = new ArrayList<String>();
        Map<String, String> moduleOfPackage = new HashMap<>();
        for (var module : modules)
            for (var model : module.classes()) moduleOfPackage.put(packageOf(nameOf(model)), module.name());
        for (var module : modules)
            for (var model : module.classes())
                for (String reference : References.of(model)) {
                    String name = packageOf(reference);
                    String target = moduleOfPackage.get(name);
                    if (target != null && !target.equals(module.name()) && isInternal(name))
                        found.add(nameOf(model) + " uses " + reference + ", which is internal to " + target);
                }
        return distinct(found);
    }

    /**
     * No packages of a module depend on each other in a circle. The exported package and the internal ones behind it do by nature (the one holds
     * the doors and the interfaces, the others implement them), so exported packages are held against exported ones and internal against
     * internal ones. What is exported stands in the module's declaration; without one, what is not named {@code internal}.
     */
    static List<String> packageCycles(ClassFolder module) {
        Map<String, Set<String>> uses = new TreeMap<>();
        Set<String> exported = exportedPackages(module);
        for (var model : module.classes())
            if (!packageOf(nameOf(model)).isEmpty()) uses.putIfAbsent(packageOf(nameOf(model)), new TreeSet<>());
        for (var model : module.classes()) {
            String from = packageOf(nameOf(model));
            if (from.isEmpty()) continue;
            for (String reference : References.of(model)) {
                String to = packageOf(reference);
                if (!to.equals(from) && uses.containsKey(to) && exported.contains(from) == exported.contains(to))
                    uses.get(from).add(to);
            }
        }
        // What uses nothing that is left lies in no cycle: take it away until nothing changes. What stays is in a cycle
        // or above one.
        boolean changed = true;
        while (changed) {
            changed = false;
            // Names, not the map's entries: these change when others are removed.
            for (var name : List.copyOf(uses.keySet()))
                if (uses.get(name).isEmpty()) {
                    uses.remove(name);
                    for (var others : uses.values()) others.remove(name);
                    changed = true;
                }
        }
        if (uses.isEmpty()) return List.of();
        return List.of("packages of " + module.name() + " use each other in a circle: " + uses);
    }

    private static Set<String> exportedPackages(ClassFolder module) {
        var exported = new TreeSet<String>();
        boolean declared = false;
        for (var model : module.classes()) {
            var declaration = model.findAttribute(Attributes.module());
            if (declaration.isEmpty()) continue;
            declared = true;
            for (var export : declaration.get().exports())
                exported.add(export.exportedPackage().name().stringValue().replace('/', '.'));
        }
        if (!declared)
            for (var model : module.classes())
                if (!isInternal(packageOf(nameOf(model)))) exported.add(packageOf(nameOf(model)));
        return exported;
    }

    /** No method is larger than {@link #LARGEST_METHOD} bytes of bytecode. */
    static List<String> largeMethods(ClassFolder module) {
        var found = new ArrayList<String>();
        for (var model : module.classes())
            for (var method : model.methods())
                method.findAttribute(Attributes.code()).ifPresent(code -> {
                    if (code.codeLength() > LARGEST_METHOD)
                        found.add(nameOf(model) + "." + method.methodName().stringValue() + " has " + code.codeLength()
                                + " bytes of bytecode, more than " + LARGEST_METHOD);
                });
        return found;
    }

    /**
     * A switch that names more than three quarters of an enum's constants names all of them, so that a new operation is not forgotten anywhere. The language asks
     * that of switch expressions, not of statements. A constant that another switch of the same class names is not missed here, which does
     * no harm: a new one is named nowhere.
     */
    static List<String> forgottenConstants(Collection<ClassFolder> modules) {
        var found = new ArrayList<String>();
        Map<String, Integer> sizes = new HashMap<>();
        for (var module : modules)
            for (var model : module.classes()) {
                int constants = 0;
                for (var field : model.fields()) if (field.flags().has(AccessFlag.ENUM)) constants++;
                if (constants > 0) sizes.put(SWITCH_MAP + nameOf(model).replace('.', '$'), constants);
            }
        for (var module : modules)
            for (var model : module.classes())
                for (var method : model.methods())
                    method.code().ifPresent(code -> {
                        String map = null;
                        for (var element : code) {
                            int named = -1;
                            switch (element) {
                                case FieldInstruction field ->
                                    map = field.name().stringValue();
                                case TableSwitchInstruction table -> named = table.highValue() - table.lowValue() + 1;
                                case LookupSwitchInstruction lookup ->
                                    named = lookup.cases().size();
                                default -> {}
                            }
                            int all = named < 0 ? 0 : sizes.getOrDefault(map, 0);
                            if (named < all && 4 * named > 3 * all)
                                found.add(nameOf(model) + "."
                                        + method.methodName().stringValue() + " names " + named + " of " + all
                                        + " constants of "
                                        + map.substring(SWITCH_MAP.length()).replace('$', '.'));
                        }
                    });
        return found;
    }

    /**
     * No static field can be assigned twice.
     *
     * @param allowed exceptions: {@code class.field} and the reason
     */
    static List<String> staticState(ClassFolder module, Map<String, String> allowed) {
        var found = new ArrayList<String>();
        for (var model : module.classes())
            for (var field : model.fields()) {
                String name = nameOf(model) + "." + field.fieldName().stringValue();
                var flags = field.flags();
                if (flags.has(AccessFlag.STATIC) && !flags.has(AccessFlag.FINAL) && !allowed.containsKey(name))
                    found.add(name + " is static and not final");
            }
        return found;
    }

    private static boolean isInternal(String packageName) {
        return packageName.endsWith(".internal") || packageName.contains(".internal.");
    }

    private static List<String> distinct(List<String> sentences) {
        return List.copyOf(new TreeSet<>(sentences));
    }
}
