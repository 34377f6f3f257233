package dev.kiln.object;

import dev.kiln.asm.NasmParser.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Files in nasm's syntax with sections, symbols and references of all kinds that one object format has. */
final class RandomAssembly {
    private final Format format;
    private final SplittableRandom random;
    private final StringBuilder out = new StringBuilder("default rel\n");
    private final List<String> externals = new ArrayList<>();
    private final List<String> globals = new ArrayList<>();
    private final List<String> locals = new ArrayList<>();
    /** Labels still to be bound, each in some section. */
    private final List<String> waiting = new ArrayList<>();

    private boolean subsections;

    private RandomAssembly(Format format, long seed) {
        this.format = format;
        random = new SplittableRandom(seed);
    }

    static String make(Format format, long seed) {
        return new RandomAssembly(format, seed).text();
    }

    private String text() {
        subsections = format == Format.MACHO64 && random.nextInt(3) == 0;
        if (subsections) out.append("subsections_via_symbols\n");
        for (int i = random.nextInt(1, 5); i > 0; i--) externals.add(name("e", i));
        for (int i = random.nextInt(1, 5); i > 0; i--) globals.add(name("g", i));
        for (int i = random.nextInt(1, 6); i > 0; i--) locals.add(name("l", i));
        out.append("extern ").append(String.join(", ", externals)).append('\n');
        for (String g : globals)
            out.append("global ").append(g).append(property()).append('\n');
        if (random.nextBoolean()) {
            out.append("common c1 ").append(random.nextInt(1, 100));
            out.append(format == Format.ELF64 && random.nextBoolean() ? ":" + power(6) : "")
                    .append('\n');
            externals.add("c1");
        }
        out.append("n1 equ ").append(random.nextInt(1000)).append('\n');
        waiting.addAll(globals);
        waiting.addAll(locals);
        List<String> sections = sections();
        // Where nothing stands at a section's start, nasm finds no symbol for Mach-O's relocations.
        for (int i = 0; i < sections.size(); i++) {
            out.append("section ").append(sections.get(i)).append('\n');
            // What stands before the first global symbol belongs, to nasm, to the last symbol's part.
            if (subsections) out.append("global start").append(i).append('\n');
            out.append("start").append(i).append(":\n");
            locals.add("start" + i);
            body(sections.get(i), random.nextInt(2, 9));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            String section = sections.get(random.nextInt(sections.size()));
            out.append("section ").append(section.split(" ")[0]).append('\n');
            body(section, random.nextInt(1, 9));
        }
        out.append("section .text\n");
        for (String label : waiting) out.append(label).append(":\n nop\n");
        out.append("n2 equ ").append(globals.getFirst()).append(" + 1\n");
        return out.toString();
    }

    private String name(String kind, int i) {
        return kind + i + (random.nextBoolean() ? "_with_a_long_name" : "");
    }

    private int power(int most) {
        return 1 << random.nextInt(most + 1);
    }

    private String property() {
        if (random.nextInt(3) > 0) return "";
        return switch (format) {
            case ELF64 -> {
                String[] words = {
                    "function",
                    "data",
                    "object",
                    "notype",
                    "weak",
                    "hidden",
                    "protected",
                    "internal",
                    "function hidden",
                    "data (n1 + 3)",
                    "function weak protected 77",
                    "function default (start0 - start0 + 9)"
                };
                yield ":" + words[random.nextInt(words.length)];
            }
            case MACHO64 -> ":private_extern";
            case WIN64, FLAT -> "";
        };
    }

    private List<String> sections() {
        String[] all = switch (format) {
            case ELF64 ->
                new String[] {
                    ".text",
                    ".text.hot progbits alloc exec nowrite align=" + power(7),
                    ".data",
                    ".data.x progbits alloc noexec write align=" + power(5),
                    ".bss align=" + power(8),
                    ".rodata",
                    ".rodata.str1 alloc merge strings byte",
                    ".rodata.c8 alloc noexec nowrite merge qword",
                    ".tdata",
                    ".tbss",
                    ".init_array",
                    ".note.mine note alloc",
                    ".debug_x noalloc progbits",
                    ".mine nobits write",
                    ".exec write exec",
                };
            case WIN64 ->
                new String[] {
                    ".text",
                    ".text$mn code align=" + power(7),
                    ".data",
                    ".data$zz data",
                    ".bss",
                    ".rdata",
                    ".rdata$a_long_name rdata align=" + power(13),
                    ".xdata",
                    "mine bss align=" + power(6),
                    "plain",
                    ".drectve info",
                    "aligned align=" + power(6) + " data",
                };
            default ->
                new String[] {
                    ".text",
                    ".data",
                    ".bss",
                    ".rodata",
                    "__TEXT,__more code align=" + power(7),
                    "__DATA,__more data align=" + power(7),
                    "__DATA,__zero zerofill align=" + power(4),
                    "__TEXT,__mixed mixed",
                    "__DATA,__kept no_dead_strip",
                    "__DWARF,__debug_x debug",
                    "__DATA,__live live_support strip_static_syms",
                };
        };
        List<String> chosen = new ArrayList<>();
        for (String section : all) if (random.nextInt(3) > 0) chosen.add(random.nextInt(chosen.size() + 1), section);
        if (chosen.isEmpty()) chosen.add(".data");
        return chosen;
    }

    private void body(String section, int lines) {
        boolean zero = section.contains("bss") || section.contains("zero") || section.contains("nobits");
        boolean code = section.contains("text") || section.contains("code") || section.contains("exec");
        for (int i = 0; i < lines; i++) {
            if (!waiting.isEmpty() && random.nextInt(3) == 0) {
                out.append(waiting.remove(random.nextInt(waiting.size()))).append(":\n");
            }
            if (random.nextInt(8) == 0)
                out.append(zero ? " alignb " : " align ").append(power(6)).append('\n');
            out.append(' ');
            if (zero) out.append(random.nextBoolean() ? "resb " : "resq ").append(random.nextInt(1, 99));
            else if (code ? random.nextInt(6) > 0 : !section.equals(".xdata") && random.nextInt(6) == 0) instruction();
            else data(section);
            out.append('\n');
        }
    }

    private String any() {
        return random.nextInt(3) == 0 ? external() : own();
    }

    private String own() {
        int i = random.nextInt(globals.size() + locals.size());
        return i < globals.size() ? globals.get(i) : locals.get(i - globals.size());
    }

    private String external() {
        return externals.get(random.nextInt(externals.size()));
    }

    private String distance() {
        return random.nextBoolean() ? "" : "+" + random.nextInt(1, 50);
    }

    private void instruction() {
        switch (random.nextInt(13)) {
            case 0 -> out.append("call ").append(any());
            // Where labels get segments of their own in the second pass, nasm keeps a jump near that could be short.
            case 1 -> out.append(subsections ? "jmp near " : "jmp ").append(any());
            case 2 ->
                out.append(subsections || random.nextBoolean() ? "jge near " : "jz ")
                        .append(any());
            case 3 -> out.append("lea r9, [").append(any()).append(distance()).append(']');
            case 4 -> out.append("mov dword [").append(any()).append("], 0x12345678");
            case 5 -> out.append("mov byte [").append(any()).append(distance()).append("], 7");
            case 6 -> out.append("add word [").append(any()).append("], 0x1234");
            case 7 -> out.append("mov rdx, ").append(any()).append(distance());
            case 8 -> out.append("movaps xmm3, [").append(any()).append(']');
            case 9 -> out.append("mov eax, n1");
            case 10 -> out.append("imul ecx, [").append(any()).append("], 3");
            default -> special();
        }
    }

    private void special() {
        switch (format) {
            case ELF64 -> {
                switch (random.nextInt(6)) {
                    case 0 -> out.append("call ").append(external()).append(" wrt ..plt");
                    case 1 -> out.append("mov rax, [rel ").append(external()).append(" wrt ..got]");
                    case 2 -> out.append("mov eax, ").append(any());
                    case 3 -> out.append("mov eax, [abs ").append(any()).append("+8]");
                    case 4 -> out.append("cmp qword [rbx + ").append(any()).append("], 5");
                    default -> out.append("push qword [rel ").append(external()).append(" wrt ..got]");
                }
            }
            case WIN64 -> {
                switch (random.nextInt(6)) {
                    case 0 -> out.append("mov eax, [rcx + ").append(any()).append(" wrt ..imagebase]");
                    case 1 ->
                        out.append("lea rdx, [rcx + rax*4 + ").append(any()).append(" wrt ..imagebase]");
                    case 2 -> out.append("mov eax, ").append(any());
                    case 3 -> out.append("mov eax, [abs ").append(any()).append("+8]");
                    case 4 -> out.append("mov ecx, ").append(any()).append(" wrt ..imagebase");
                    default -> out.append("call ").append(random.nextInt(100_000));
                }
            }
            default -> {
                switch (random.nextInt(4)) {
                    case 0 -> out.append("mov rax, [rel ").append(external()).append(" wrt ..gotpcrel]");
                    case 1 ->
                        out.append("push qword [rel ")
                                .append(globals.getFirst())
                                .append(" wrt ..gotpcrel]");
                    case 2 -> out.append("mov rdi, [rel ").append(external()).append(" wrt ..tlvp]");
                    default -> out.append("cmp eax, [rel ").append(external()).append(" wrt ..gotpcrel]");
                }
            }
        }
    }

    private void data(String section) {
        boolean unwind = section.startsWith(".xdata");
        switch (random.nextInt(7)) {
            case 0 -> out.append("db 'text', ").append(random.nextInt(256));
            case 1 -> out.append("dd 0x").append(Integer.toHexString(random.nextInt()));
            case 2 -> out.append(unwind ? "dd " : "dq ").append(any()).append(distance());
            case 3 -> out.append("dd ").append(format == Format.MACHO64 ? "1" : any());
            case 4 -> out.append("dd ").append(external()).append(" - $");
            case 5 -> {
                if (format == Format.WIN64) out.append("dd ").append(any()).append(" wrt ..imagebase");
                else if (format == Format.ELF64)
                    out.append("dq ").append(external()).append(" - $");
                else out.append("dw $ - $$");
            }
            default -> out.append("dw n1, 5");
        }
    }
}
