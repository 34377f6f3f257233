/** The kiln command. */
module dev.kiln.cli {
    requires dev.kiln.base;
    requires dev.kiln.asm;
    requires dev.kiln.exec;
    requires dev.kiln.ir;
    requires dev.kiln.qbe;
    requires dev.kiln.compiler;
    requires dev.kiln.object;
    requires dev.kiln.jit;
}
