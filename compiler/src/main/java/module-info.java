/** Kiln IR to x86-64: optimise, select, allocate, frame, emit. */
module dev.kiln.compiler {
    requires transitive dev.kiln.base;
    requires transitive dev.kiln.asm;
    requires transitive dev.kiln.ir;

    exports dev.kiln.compiler;
}
