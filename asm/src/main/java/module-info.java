/** x86-64 assembler: instruction table, encoder, decoder, labels, relocations, NASM printer. */
module dev.kiln.asm {
    requires transitive dev.kiln.base;

    exports dev.kiln.asm;
}
