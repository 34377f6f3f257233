package dev.kiln.ir;

import dev.kiln.base.Position;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is compiled together: types, signatures, imports, data and functions, each kind in the order added. One name space for
 * imports, data and functions; one each for types and signatures. Used by one thread while it is built; once finished, several
 * threads may read it, and each may work on another function.
 */
public final class Module {
    private final String name;
    private final Map<String, AggregateType> types = new LinkedHashMap<>();
    private final Map<String, Signature> signatures = new LinkedHashMap<>();
    private final Map<String, Import> imports = new LinkedHashMap<>();
    private final Map<String, Data> data = new LinkedHashMap<>();
    private final Map<String, Function> functions = new LinkedHashMap<>();
    private final Locations locations = new Locations();
    private String sourceFile = "";

    /** An empty module. */
    public Module(String name) {
        this.name = name;
    }

    /** The name that its text states. */
    public String name() {
        return name;
    }

    /** The file it was read from, as diagnostics name it; empty when it was not read. */
    public String sourceFile() {
        return sourceFile;
    }

    /** Sets {@link #sourceFile()}. */
    public void setSourceFile(String sourceFile) {
        this.sourceFile = sourceFile;
    }

    /** The declared types, in order of declaration. */
    public Collection<AggregateType> types() {
        return Collections.unmodifiableCollection(types.values());
    }

    /** The declared type of a name without {@code @}, or {@code null}. */
    public AggregateType type(String name) {
        return types.get(name);
    }

    /** Adds a named type; false when the name is taken. */
    public boolean addType(AggregateType type) {
        return types.putIfAbsent(type.name(), type) == null;
    }

    /** The named signatures, by name in the order added. */
    public Map<String, Signature> signatures() {
        return Collections.unmodifiableMap(signatures);
    }

    /** The signature of that name, or {@code null}. */
    public Signature signature(String name) {
        return signatures.get(name);
    }

    /** Adds a named signature; false when the name is taken. */
    public boolean addSignature(String name, Signature signature) {
        return signatures.putIfAbsent(name, signature) == null;
    }

    /** The imports, in order of declaration. */
    public Collection<Import> imports() {
        return Collections.unmodifiableCollection(imports.values());
    }

    /** The import of a name without {@code @}, or {@code null}. */
    public Import importNamed(String name) {
        return imports.get(name);
    }

    /** The data, in order of declaration. */
    public Collection<Data> data() {
        return Collections.unmodifiableCollection(data.values());
    }

    /** The datum of a name without {@code @}, or {@code null}. */
    public Data dataNamed(String name) {
        return data.get(name);
    }

    /** The functions defined here, in order of declaration. */
    public Collection<Function> functions() {
        return Collections.unmodifiableCollection(functions.values());
    }

    /** The function defined here under a name without {@code @}, or {@code null}. */
    public Function function(String name) {
        return functions.get(name);
    }

    /** Whether an import, datum or function has that name. */
    public boolean defines(String symbol) {
        return functions.containsKey(symbol) || data.containsKey(symbol) || imports.containsKey(symbol);
    }

    /** Adds an import; false when the name is taken. */
    public boolean addImport(Import symbol) {
        return !defines(symbol.name()) && imports.put(symbol.name(), symbol) == null;
    }

    /** Adds a datum; false when the name is taken. */
    public boolean addData(Data datum) {
        return !defines(datum.name()) && data.put(datum.name(), datum) == null;
    }

    /** Makes and adds a function without blocks; {@code null} when the name is taken. */
    public Function addFunction(String name, Signature signature) {
        if (defines(name)) {
            return null;
        }
        Function function = new Function(this, name, signature);
        functions.put(name, function);
        return function;
    }

    /** The shape of the function of that name, defined or imported; {@code null} when there is none or it is unknown. */
    public Signature signatureOf(String symbol) {
        Function function = functions.get(symbol);
        if (function != null) {
            return function.signature();
        }
        Import imported = imports.get(symbol);
        return imported == null ? null : imported.signature();
    }

    /** The stated source positions ({@code !loc}) of its instructions. */
    public Locations locations() {
        return locations;
    }

    /**
     * The source position that a number stands for: what an instruction states ({@link Instruction#location}, positive), or else its
     * place in the text the module was read from, negated ({@link Instruction#textPosition}). 0 stands for none.
     */
    public Position positionOf(int number) {
        if (number >= 0) {
            return locations.get(number);
        }
        return new Position(sourceFile, -number >>> 10, -number & 1023);
    }

    /** The functions as a list, in order. */
    public List<Function> functionList() {
        return new ArrayList<>(functions.values());
    }
}
