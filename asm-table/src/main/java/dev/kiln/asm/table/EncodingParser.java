package dev.kiln.asm.table;

import java.util.ArrayList;
import java.util.List;

/** Reads the encoding column in the manual's notation and finds the field that each operand goes to. */
final class EncodingParser {
    private static final List<String> MAPS =
            List.of("", "0F", "0F38", "0F3A", "MAP4", "MAP5", "MAP6", "MAP7", "MAP8", "MAP9", "MAP10");

    /** Bits of the last byte of APX's EVEX prefix. */
    private static final int NEW_DATA = 0x10, NO_FLAGS = 4;

    private final List<Row.Explicit> operands;
    private String order = "";
    private long template;
    private int roles;

    private int space;
    private int map;
    private int prefix;
    private int modrm = Layout.MODRM_NONE;
    private boolean digit;
    private int second;
    private String immediate = "NONE";
    private final List<Integer> opcode = new ArrayList<>();

    EncodingParser(List<Row.Explicit> operands) {
        this.operands = operands;
    }

    long template() {
        return template;
    }

    int roles() {
        return roles;
    }

    /** The order of the operands' fields as the row writes it; empty when it does not. */
    String order() {
        return order;
    }

    void parse(String text) throws TableException {
        if (text.isEmpty()) throw new TableException("the encoding is missing");
        for (String word : text.split("\\s+")) {
            if (!order.isEmpty()) throw new TableException("'" + word + "' stands behind the operand order " + order);
            if (word.matches("(VEX|EVEX|XOP)\\..*")) vector(word);
            else if (word.matches("[0-9A-F]{2}") || word.matches("[0-9A-F]{2}\\+r")) opcodeByte(word);
            else if (word.startsWith("/")) modrm(word);
            else if (word.equals("+r")) modrmPlus();
            else if (word.equals("NP")) template |= Layout.NO_PREFIX.put(1);
            else if (word.equals("REX.W")) template |= Layout.W.put(1);
            else if (word.equals("REX2")) template |= Layout.APX.put(1);
            else if (List.of("ib", "iw", "id", "iq", "cb", "cd", "mo").contains(word)) immediate(word);
            else if (word.matches("[RMVI]{1,4}|O")) order = word;
            else throw new TableException("'" + word + "' is no part of an encoding");
        }
        finishOpcode();
        assign();
        template |= Layout.SPACE.put(space)
                | Layout.MAP.put(map)
                | Layout.PREFIX.put(prefix)
                | Layout.MODRM.put(modrm)
                | Layout.SECOND.put(second)
                | Layout.IMMEDIATE.put(Layout.indexOf(Layout.IMMEDIATES, immediate));
    }

    /** {@code VEX.128.66.0F38.W0}: length, mandatory prefix, map, W in any order. */
    private void vector(String word) throws TableException {
        if (opcode.equals(List.of(0x67))) {
            template |= Layout.ADDRESS.put(1);
            opcode.clear();
        }
        if (space != 0 || !opcode.isEmpty()) throw new TableException(word + " must come first");
        String[] parts = word.split("\\.");
        space = List.of("", "VEX", "EVEX", "XOP").indexOf(parts[0]);
        for (int i = 1; i < parts.length; i++) {
            String part = parts[i];
            switch (part) {
                case "128", "L0", "LZ", "NP", "W0", "NDS", "NDD", "DDS" -> {}
                case "LIG", "LLIG" -> template |= Layout.LENGTH_IGNORED.put(1);
                case "WIG" -> template |= Layout.W_IGNORED.put(1);
                case "256", "L1" -> template |= Layout.LENGTH.put(1);
                case "512" -> template |= Layout.LENGTH.put(2);
                case "66" -> prefix = 1;
                case "F3" -> prefix = 2;
                case "F2" -> prefix = 4;
                case "W1" -> template |= Layout.W.put(1);
                case "ND" -> second |= NEW_DATA;
                case "NF" -> second |= NO_FLAGS;
                default -> {
                    if (part.matches("SCC\\d+")) {
                        // The highest of the four bits stands where V' is, which is inverted.
                        second |= Integer.parseInt(part.substring(3)) ^ 8;
                        continue;
                    }
                    map = MAPS.indexOf(part);
                    if (map < 1) throw new TableException("'" + part + "' is no part of " + parts[0]);
                }
            }
        }
        if (map == 0) throw new TableException(word + " names no opcode map");
        if (second != 0 && (space != 2 || map != 4)) throw new TableException("only EVEX.MAP4 has ND, NF and SCC");
    }

    private void opcodeByte(String word) throws TableException {
        if (modrm != Layout.MODRM_NONE || !immediate.equals("NONE"))
            throw new TableException("opcode byte " + word + " stands behind ModRM or immediate");
        opcode.add(Integer.parseInt(word.substring(0, 2), 16));
        if (word.endsWith("+r")) modrmPlus();
    }

    private void modrm(String word) throws TableException {
        if (word.equals("/is4")) {
            immediate("IS4");
            return;
        }
        if (modrm != Layout.MODRM_NONE) throw new TableException("two times ModRM");
        if (word.equals("/r")) modrm = Layout.MODRM_REG;
        else if (word.matches("/[0-7]")) {
            modrm = word.charAt(1) - '0';
            digit = true;
        } else throw new TableException("'" + word + "' is none of /r, /0 to /7, /is4");
    }

    private void modrmPlus() throws TableException {
        if (modrm != Layout.MODRM_NONE) throw new TableException("+r together with ModRM");
        modrm = Layout.MODRM_OPCODE;
    }

    private void immediate(String word) throws TableException {
        String upper = word.toUpperCase(java.util.Locale.ROOT);
        immediate = switch (immediate + ' ' + upper) {
            case "NONE IB", "NONE IW", "NONE ID", "NONE IQ", "NONE CB", "NONE CD", "NONE MO", "NONE IS4" -> upper;
            case "IW IB" -> "IW_IB";
            case "IB IB" -> "IB_IB";
            default -> throw new TableException("immediate " + word + " behind " + immediate);
        };
    }

    /** Takes mandatory prefixes, escape bytes and a fixed second byte out of the bytes read. */
    private void finishOpcode() throws TableException {
        int at = 0;
        if (space == 0) {
            if (opcode.size() > 1 && opcode.get(0) == 0x9B) {
                template |= Layout.FWAIT.put(1);
                at++;
            }
            while (at + 1 < opcode.size()) {
                int value = opcode.get(at);
                if (value == 0x66 && prefix == 0) prefix = 1;
                else if (value == 0xF3 && prefix < 2) prefix |= 2;
                else if (value == 0xF2 && prefix < 2) prefix |= 4;
                else if (value == 0x67) template |= Layout.ADDRESS.put(1);
                else break;
                at++;
            }
            if (opcode.size() - at > 1 && opcode.get(at) == 0x0F) {
                map = 1;
                at++;
                if (opcode.size() - at > 1 && opcode.get(at) == 0x38) {
                    map = 2;
                    at++;
                } else if (opcode.size() - at > 1 && opcode.get(at) == 0x3A) {
                    map = 3;
                    at++;
                } else if (opcode.get(at) == 0x0F) {
                    // 3DNow!: 0F 0F /r opcode; the row writes the opcode byte in front of /r.
                    if (opcode.size() - at < 2) throw new TableException("3DNow! row without its opcode byte");
                    map = 15;
                    at++;
                }
            }
        }
        int left = opcode.size() - at;
        if (left < 1) throw new TableException("there is no opcode byte");
        template |= Layout.OPCODE.put(opcode.get(at));
        if (left == 2) {
            second = opcode.get(at + 1);
            if (modrm == Layout.MODRM_NONE) modrm = Layout.MODRM_FIXED;
            else if (modrm == Layout.MODRM_OPCODE) modrm = Layout.MODRM_FIXED_PLUS;
            else throw new TableException("a second opcode byte together with ModRM");
        } else if (left > 2) throw new TableException("too many opcode bytes");
    }

    /** Gives each explicit operand its field. */
    private void assign() throws TableException {
        List<Integer> free = new ArrayList<>();
        int[] role = new int[operands.size()];
        int immediates = 0;
        for (int i = 0; i < operands.size(); i++) {
            Row.Explicit operand = operands.get(i);
            Kind kind = operand.kind();
            String decoration = operand.decoration();
            if (decoration.contains("{k}")) template |= Layout.MASK.put(1);
            if (decoration.contains("{z}")) template |= Layout.ZEROING.put(1);
            if (decoration.contains("{er}")) template |= Layout.ROUNDING.put(1);
            if (decoration.contains("{sae}")) template |= Layout.SAE.put(1);
            if (decoration.contains("/b16")) template |= Layout.BROADCAST.put(1);
            if (decoration.contains("/b32")) template |= Layout.BROADCAST.put(2);
            if (decoration.contains("/b64")) template |= Layout.BROADCAST.put(3);
            if (!decoration.isEmpty() && space != 2) throw new TableException("only EVEX forms take " + decoration);
            switch (kind.use()) {
                case "vector-index" -> template |= Layout.VSIB.put(1) | Layout.KEEP_INDEX.put(1);
                case "sib" -> template |= Layout.SIB.put(1) | Layout.KEEP_INDEX.put(1);
                case "keep-index" -> template |= Layout.KEEP_INDEX.put(1);
                default -> {}
            }

            if (kind.isFixed()) role[i] = role("FIXED");
            else if (kind.isBranch()) role[i] = role("BRANCH");
            else if (kind.isOffset()) role[i] = role("OFFSET");
            else if (kind.use().equals("default-flags")) role[i] = role("VVVV");
            else if (kind.isImmediate()) {
                role[i] = role("IMMEDIATE");
                immediates += kind.immediateBits();
            } else free.add(i);
        }
        checkImmediate(immediates);
        String letters = order.isEmpty() ? defaultOrder(free) : order;
        if (letters.length() != free.size())
            throw new TableException("the encoding has fields for " + letters.length() + " operands (" + letters
                    + "), the form has " + free.size());
        String routine = letters.isEmpty() ? "NONE" : letters;
        int known = java.util.Arrays.asList(Layout.ROUTINES).indexOf(routine);
        template |= Layout.ROUTINE.put(known >= 0 ? known : Layout.indexOf(Layout.ROUTINES, "OTHER"));
        for (int i = 0; i < free.size(); i++) place(free.get(i), letters.charAt(i), role);
        for (int i = 0; i < role.length; i++) roles |= role[i] << 4 * i;
        checkFields(letters);
    }

    private void place(int i, char letter, int[] role) throws TableException {
        Kind kind = operands.get(i).kind();
        switch (letter) {
            case 'R' -> role[i] = role("REG");
            case 'O' -> role[i] = role("OPCODE");
            case 'M' -> {
                role[i] = role("RM");
                if (!kind.isRegister()) template |= Layout.MEMORY_ONLY.put(1);
                if (!kind.isMemory()) template |= Layout.REGISTER_ONLY.put(1);
            }
            case 'V' -> role[i] = role("VVVV");
            case 'I' -> role[i] = role("IS4");
            default -> throw new TableException("'" + letter + "' is none of R M V I");
        }
        if (letter != 'M' && kind.isMemory())
            throw new TableException("operand " + kind.text() + " cannot go to field " + letter);
    }

    private void checkFields(String letters) throws TableException {
        boolean hasReg = letters.indexOf('R') >= 0;
        boolean hasRm = letters.indexOf('M') >= 0;
        boolean hasOpcode = letters.indexOf('O') >= 0;
        boolean plus = modrm == Layout.MODRM_OPCODE || modrm == Layout.MODRM_FIXED_PLUS;
        if (plus != hasOpcode) throw new TableException("+r and its register do not go together");
        if (hasReg && modrm != Layout.MODRM_REG) throw new TableException("a register for ModRM.reg, but no /r");
        if (modrm == Layout.MODRM_REG && !hasReg)
            throw new TableException("/r needs a register and a register or memory");
        if (digit && !hasRm) throw new TableException("/digit needs a register or memory");
        if (letters.indexOf('V') >= 0 && space == 0) throw new TableException("only VEX, EVEX and XOP have vvvv");
        if ((letters.indexOf('I') >= 0) != immediate.equals("IS4"))
            throw new TableException("/is4 and its register do not go together");
    }

    private void checkImmediate(int bits) throws TableException {
        int expected = switch (immediate) {
            case "IB" -> 8;
            // The low half of the byte whose high half names a register.
            case "IS4" -> bits == 4 ? 4 : 0;
            case "IW", "IB_IB" -> 16;
            case "ID" -> 32;
            case "IQ" -> 64;
            case "IW_IB" -> 24;
            default -> 0;
        };
        if (bits != expected)
            throw new TableException("the immediate operands have " + bits + " bits, the encoding has " + expected);
        String branch = "";
        for (Row.Explicit operand : operands)
            if (operand.kind().isBranch()) branch = operand.kind().immediateBits() == 8 ? "CB" : "CD";
        if (!branch.equals(immediate.startsWith("C") ? immediate : ""))
            throw new TableException("rel8 needs cb, rel32 needs cd");
        if (operands.stream().anyMatch(o -> o.kind().isOffset()) != immediate.equals("MO"))
            throw new TableException("operand and encoding must say moffs and mo");
    }

    /** The order of fields by the manual's habits, see the table's README. */
    private String defaultOrder(List<Integer> free) throws TableException {
        if (modrm == Layout.MODRM_OPCODE || modrm == Layout.MODRM_FIXED_PLUS) return "O";
        boolean is4 = immediate.equals("IS4");
        int count = free.size();
        int memory = -1;
        for (int i = 0; i < count; i++)
            if (operands.get(free.get(i)).kind().isMemory()) {
                if (memory >= 0) throw new TableException("two operands may be memory");
                memory = i;
            }
        if (digit) {
            if (count == 1) return "M";
            if (count == 2) return "VM";
            throw new TableException("/digit takes one or two operands");
        }
        if (modrm != Layout.MODRM_REG) {
            if (count == 0) return "";
            throw new TableException("the encoding has no field for operand "
                    + operands.get(free.getFirst()).kind().text());
        }
        if (count == 2) {
            if (memory == 0) return "MR";
            if (memory == 1) return "RM";
            return isSystem(operands.get(free.get(1)).kind()) ? "MR" : "RM";
        }
        if (count < 3 || count > 4 || is4 != (count == 4)) throw new TableException("the operands do not fit /r");
        if (count == 3) {
            if (space == 0) throw new TableException("three register or memory operands without VEX");
            if ((second & NEW_DATA) != 0) return memory == 1 ? "VMR" : "VRM";
            if (memory == 0) return "MVR";
            return memory == 1 ? "RMV" : "RVM";
        }
        return memory == 3 ? "RVIM" : "RVMI";
    }

    private static boolean isSystem(Kind kind) {
        return switch (kind.registerClass()) {
            case "SEGMENT", "CONTROL", "DEBUG" -> true;
            default -> false;
        };
    }

    private static int role(String name) {
        return Layout.indexOf(Layout.ROLES, name);
    }
}
