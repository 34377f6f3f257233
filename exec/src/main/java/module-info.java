/** Executable memory, the host CPU, calls into and out of native code. */
module dev.kiln.exec {
    requires transitive dev.kiln.base;
    requires transitive dev.kiln.asm;

    exports dev.kiln.exec;
}
