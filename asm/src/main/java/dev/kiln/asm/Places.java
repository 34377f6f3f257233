package dev.kiln.asm;

/**
 * Says where in unfinished code something stands, in terms that its writer can find: the number of the instruction, its mnemonic, the named
 * label in front of it, and the source position where there is one. Offsets would be of no use, since jumps may still grow. Only for messages:
 * each question decodes the code from its beginning.
 */
final class Places {
    private final CodeLayout code;
    private final Decoder decoder = new Decoder();
    private int range;
    private int distance;

    /** How many instructions end at the place or before it, all of them and those behind the label. */
    private int before;

    private int behindLabel;

    /** The named label nearest in front of the place, −1 when there is none. */
    private int label = -1;

    /** The mnemonics of the last instruction before the place, and of the one that the place is in; {@code null} for none. */
    private String last;

    private String current;

    private Places(CodeLayout code, int at, int except) {
        this.code = code;
        for (int i = 0; i < code.labels && code.labelNames != null && i < code.labelNames.length; i++)
            if (i != except
                    && code.labelNames[i] != null
                    && code.labelAt[i] >= 0
                    && code.labelAt[i] <= at
                    && (label < 0 || code.labelAt[i] >= code.labelAt[label])) label = i;
        walk(at);
    }

    /** The place of a label, or where it would be bound now: {@code in front of instruction 2 (add)}. */
    static String ofLabel(CodeLayout code, int label, int at) {
        Places place = new Places(code, at, label);
        String text = place.current != null
                ? "in front of " + place.instruction(place.before + 1, place.current)
                : place.before == 0
                        ? "at the beginning of the code"
                        : "behind " + place.instruction(place.before, place.last);
        return text + place.distance() + place.source(at);
    }

    /** What has a field at an offset of the buffer: {@code instruction 2 (jmp)}. */
    static String ofField(CodeLayout code, int at) {
        Places place = new Places(code, at, -1);
        String text = place.current != null
                ? place.instruction(place.before + 1, place.current)
                : place.before == 0
                        ? "data at the beginning of the code"
                        : "data behind " + place.instruction(place.before, place.last);
        return text + place.distance() + place.source(at);
    }

    private String instruction(int number, String mnemonic) {
        return "instruction " + number + " (" + mnemonic + ")";
    }

    private String distance() {
        if (label < 0) return "";
        return switch (behindLabel) {
                    case 0 -> ", at ";
                    case 1 -> ", 1 instruction behind ";
                    default -> ", " + behindLabel + " instructions behind ";
                }
                + code.describeLabel(label);
    }

    private String source(int at) {
        int position = 0;
        for (int i = 0; i < code.sites && code.siteAt[i] <= at; i++) position = code.sitePositions[i];
        return position == 0 ? "" : ", source position " + position;
    }

    private void walk(int target) {
        for (int at = 0; at < code.position; ) {
            int data = dataAt(at);
            String mnemonic = null;
            int end = at + data;
            if (data == 0) {
                boolean decoded = decoder.decode(code.buffer, at, Math.min(code.position, at + Decoder.MAX_LENGTH));
                mnemonic = decoded ? Forms.mnemonic(decoder.form()) : "bytes";
                end = at + decoder.length();
            }
            if (end > target) {
                current = mnemonic;
                return;
            }
            if (mnemonic != null) {
                last = mnemonic;
                before++;
                if (label >= 0 && at >= code.labelAt[label]) behindLabel++;
            }
            at = end;
        }
    }

    /** The length of the data that begin at an offset, 0 when an instruction does. */
    private int dataAt(int at) {
        while (range < code.dataRanges && code.dataTo[range] <= at) range++;
        if (range < code.dataRanges && code.dataFrom[range] <= at) return code.dataTo[range] - at;
        while (distance < code.fixups && (code.fixupAt[distance] < at || code.fixupFrom[distance] < 0)) distance++;
        return distance < code.fixups && code.fixupAt[distance] == at ? 4 : 0;
    }
}
