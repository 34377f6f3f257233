package dev.kiln.ir.internal;

import dev.kiln.base.Nearest;
import dev.kiln.ir.AggregateType;
import dev.kiln.ir.IrCode;
import dev.kiln.ir.MemoryType;
import dev.kiln.ir.Module;
import dev.kiln.ir.Section;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads types, signatures and the attributes that belong to them. */
final class TypeParser {
    private final Scanner in;
    private final Module module;
    private final Map<String, Integer> depths = new HashMap<>();

    /** The nesting depth of the aggregate read last. */
    private int lastDepth;

    TypeParser(Scanner in, Module module) {
        this.in = in;
        this.module = module;
    }

    /** A register type. */
    Type type() {
        int word = in.peekWord();
        if (word < 0) {
            throw in.expected("a type");
        }
        Type type = in.keywords.type(word);
        if (type == null) {
            throw unknownType(word);
        }
        in.takeWord();
        return type;
    }

    private SyntaxError unknownType(int word) {
        String suggestion = "";
        if (in.suggests()) {
            Nearest nearest = new Nearest(in.names.text(word));
            for (Type type : Type.values()) {
                nearest.offer(type.text());
            }
            suggestion = nearest.suggestion("");
        }
        in.error(IrCode.UNKNOWN_TYPE, in.mark(), suggestion, List.of(in.names.text(word)));
        return in.abandon();
    }

    /** A register type other than void. */
    Type valueType() {
        in.peek();
        long mark = in.mark();
        Type type = type();
        if (type == Type.VOID) {
            throw in.fail(IrCode.EXPECTED, mark, "a type of values", "void");
        }
        return type;
    }

    /** Whether an aggregate starts at the cursor: {@code @name}, or one written in place. */
    boolean atAggregate() {
        return in.peek() == '@' || atStructure();
    }

    /** Whether an aggregate written in place starts at the cursor. */
    boolean atStructure() {
        int word = in.peekWord();
        return word >= Keyword.STRUCT && word <= Keyword.OPAQUE;
    }

    /** An aggregate by name or in place. */
    AggregateType aggregate() {
        return aggregate(1);
    }

    private AggregateType aggregate(int depth) {
        if (in.peek() == '@') {
            long mark = in.mark();
            String name = in.names.text(in.symbol());
            return named(name, mark, depth);
        }
        return structure(null, depth);
    }

    private AggregateType named(String name, long mark, int depth) {
        AggregateType type = module.type(name);
        if (type == null) {
            String suggestion = "";
            if (in.suggests()) {
                Nearest nearest = new Nearest(name);
                for (AggregateType other : module.types()) {
                    nearest.offer(other.name());
                }
                suggestion = nearest.suggestion("@");
            }
            in.error(IrCode.UNDECLARED_TYPE, mark, suggestion, List.of(name));
            throw in.abandon();
        }
        lastDepth = depths.get(name);
        if (depth - 1 + lastDepth > Limits.TYPE_DEPTH) {
            throw in.fail(IrCode.NESTING_LIMIT, mark, Integer.toString(Limits.TYPE_DEPTH));
        }
        return type;
    }

    /** {@code type @name = …}, after the word {@code type}. */
    void declaration() {
        in.peek();
        long mark = in.mark();
        String name = in.names.text(in.symbol());
        in.expect('=');
        AggregateType type = structure(name, 1);
        in.endLine();
        if (!module.addType(type)) {
            in.error(IrCode.DUPLICATE_SYMBOL, mark, "type @" + name);
        } else {
            depths.put(name, lastDepth);
        }
    }

    private MemoryType part(int depth) {
        if (atAggregate()) {
            return aggregate(depth);
        }
        lastDepth = 0;
        return valueType();
    }

    private AggregateType structure(String name, int depth) {
        int word = in.peekWord();
        long mark = in.mark();
        if (word < Keyword.STRUCT || word > Keyword.OPAQUE) {
            throw in.expected("struct, union, array, opaque or @type");
        }
        if (depth > Limits.TYPE_DEPTH) {
            throw in.fail(IrCode.NESTING_LIMIT, mark, Integer.toString(Limits.TYPE_DEPTH));
        }
        in.takeWord();
        try {
            AggregateType type = switch (word) {
                case Keyword.ARRAY -> array(name, depth);
                case Keyword.OPAQUE -> opaque(name);
                default -> members(name, word == Keyword.STRUCT, depth);
            };
            if (type.size() <= Limits.SIZE) {
                return type;
            }
        } catch (ArithmeticException e) {
            // The size is beyond 64 bits: reported as any other that is too large.
        }
        throw in.fail(
                IrCode.SIZE_LIMIT, mark, name == null ? "this type" : "type @" + name, Long.toString(Limits.SIZE));
    }

    private AggregateType array(String name, int depth) {
        long count = in.count(Limits.SIZE, "an element count");
        in.expectWord(Keyword.OF);
        MemoryType element = part(depth + 1);
        lastDepth++;
        return AggregateType.Array.of(name, count, element);
    }

    private AggregateType opaque(String name) {
        in.expectWord(Keyword.SIZE);
        long size = in.count(Limits.SIZE, "a size");
        long align = in.acceptWord(Keyword.ALIGN) ? align() : 1;
        lastDepth = 1;
        return new AggregateType.Opaque(name, size, align);
    }

    private AggregateType members(String name, boolean struct, int depth) {
        boolean packed = struct && in.acceptWord(Keyword.PACKED);
        long align = in.acceptWord(Keyword.ALIGN) ? align() : 0;
        in.expect('{');
        in.nest++;
        List<MemoryType> parts = new ArrayList<>();
        int deepest = 0;
        if (in.peek() != '}') {
            do {
                parts.add(part(depth + 1));
                deepest = Math.max(deepest, lastDepth);
            } while (in.accept(','));
        }
        in.expect('}');
        in.nest--;
        lastDepth = deepest + 1;
        return struct
                ? AggregateType.Struct.of(name, parts, packed, align)
                : AggregateType.Union.of(name, parts, align);
    }

    /** A power of two, after the word {@code align}. */
    long align() {
        in.peek();
        long mark = in.mark();
        long align = in.count(Long.MAX_VALUE, "an alignment");
        if (Long.bitCount(align) != 1 || align > Limits.ALIGN) {
            in.error(IrCode.NOT_POWER_OF_TWO, mark, Long.toString(align), Long.toString(Limits.ALIGN));
            return 1;
        }
        return align;
    }

    /** {@code section "name" ["flags"]}, after the word. */
    Section section() {
        String name = in.names.text(in.string());
        String flags = in.peek() == '"' ? in.names.text(in.string()) : null;
        return new Section(name, flags);
    }

    /** {@code cc "name"}, after the word. */
    Signature.Convention convention() {
        in.peek();
        long mark = in.mark();
        String name = in.names.text(in.string());
        for (Signature.Convention convention : Signature.Convention.values()) {
            if (convention.text().equals(name)) {
                return convention;
            }
        }
        throw in.fail(IrCode.EXPECTED, mark, "a calling convention: \"sysv\" or \"win64\"", "\"" + name + "\"");
    }

    /** {@code signext} or {@code zeroext}, or neither. */
    Signature.Extension extension() {
        if (in.acceptWord(Keyword.SIGNEXT)) {
            return Signature.Extension.SIGN;
        }
        return in.acceptWord(Keyword.ZEROEXT) ? Signature.Extension.ZERO : Signature.Extension.NONE;
    }

    /** The type and attributes of a parameter. */
    Signature.Param param() {
        if (atAggregate()) {
            return new Signature.Param(Type.PTR, aggregate(), Signature.Extension.NONE, Signature.Role.PLAIN);
        }
        Type type = valueType();
        Signature.Extension extension = extension();
        Signature.Role role = Signature.Role.PLAIN;
        if (in.acceptWord(Keyword.SRET)) {
            role = Signature.Role.SRET;
        } else if (in.acceptWord(Keyword.ENV)) {
            role = Signature.Role.ENV;
        } else if (in.acceptWord(Keyword.PINNED)) {
            role = Signature.Role.PINNED;
        }
        return new Signature.Param(type, null, extension, role);
    }

    /** {@code [cc "…"] (types) [-> type]}. */
    Signature signature() {
        Signature.Convention convention = in.acceptWord(Keyword.CC) ? convention() : Signature.Convention.PLATFORM;
        return signature(convention, null);
    }

    /**
     * {@code (params) [-> type]}.
     *
     * @param names receives the parameters' names, {@code %name: type} in text; {@code null} when there are none
     */
    Signature signature(Signature.Convention convention, ParameterNames names) {
        in.expect('(');
        in.nest++;
        List<Signature.Param> params = new ArrayList<>();
        boolean variadic = false;
        if (in.peek() != ')') {
            do {
                if (in.acceptDots()) {
                    variadic = true;
                    break;
                }
                if (names != null) {
                    in.expect('%');
                    long mark = in.mark();
                    int name = in.name("a name after %");
                    in.expect(':');
                    Signature.Param param = param();
                    params.add(param);
                    names.add(name, mark, param.type());
                } else {
                    params.add(param());
                }
            } while (in.accept(','));
        }
        in.expect(')');
        in.nest--;
        Type result = Type.VOID;
        AggregateType resultAggregate = null;
        Signature.Extension extension = Signature.Extension.NONE;
        if (in.acceptArrow()) {
            if (atAggregate()) {
                resultAggregate = aggregate();
                result = Type.PTR;
            } else {
                result = type();
                extension = extension();
            }
        }
        return new Signature(params, result, resultAggregate, extension, variadic, convention);
    }

    /** Takes the names of a function's parameters while its head is read. */
    interface ParameterNames {
        void add(int name, long mark, Type type);
    }
}
