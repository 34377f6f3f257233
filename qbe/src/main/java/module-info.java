/** QBE IL text to Kiln IR. */
module dev.kiln.qbe {
    requires transitive dev.kiln.base;
    requires transitive dev.kiln.ir;

    exports dev.kiln.qbe;
}
