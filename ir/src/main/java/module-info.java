/** Kiln IR: types, operations, functions, modules, text form, verifier, reference interpreter. */
module dev.kiln.ir {
    requires transitive dev.kiln.base;
    requires transitive dev.kiln.exec;

    exports dev.kiln.ir;
    exports dev.kiln.ir.abi;
    exports dev.kiln.ir.interp;
}
