/** The embedding door: a module of IR in, method handles out. */
module dev.kiln.jit {
    requires transitive dev.kiln.base;
    requires transitive dev.kiln.asm;
    requires transitive dev.kiln.exec;
    requires transitive dev.kiln.ir;
    requires transitive dev.kiln.compiler;
    requires transitive dev.kiln.object;

    exports dev.kiln.jit;
}
