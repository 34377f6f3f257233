/** Object files and NASM text; linking with the system linker. */
module dev.kiln.object {
    requires transitive dev.kiln.base;
    requires transitive dev.kiln.asm;
    requires transitive dev.kiln.ir;
    requires transitive dev.kiln.compiler;

    exports dev.kiln.object;
}
