package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;

/** Finds the features that a piece of code needs, by decoding it. */
final class CodeFeatures {
    private CodeFeatures() {}

    static CpuFeatures of(Code code) {
        FormTable table = FormTable.get();
        boolean[] used = new boolean[table.featureCount() + 1];
        int[] starts = code.data.starts();
        int from = 0;
        for (int i = 0; i < starts.length; i++) {
            decode(table, code.bytes, from, Math.min(starts[i], code.codeEnd), used);
            from = code.data.ends()[i];
        }
        decode(table, code.bytes, from, code.codeEnd, used);
        CpuFeatures features = CpuFeatures.of();
        if (used[table.featureCount()]) features = features.plus(CpuFeature.APX_F);
        for (int i = 0; i < table.featureCount(); i++) if (used[i]) features = features.plus(CpuFeatures.ofTable(i));
        return features;
    }

    private static void decode(FormTable table, byte[] bytes, int from, int to, boolean[] used) {
        Decoder decoder = new Decoder();
        for (int at = from; at < to; at += decoder.length())
            if (decoder.decode(bytes, at, to)) {
                used[table.featureNumber(decoder.form())] = true;
                // R16 to R31, or REX2, with instructions that have been there before.
                used[table.featureCount()] |=
                        decoder.operands().needsApx() || (decoder.prefixedForm() & Form.REX2) != 0;
            }
    }
}
