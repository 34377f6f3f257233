/** Diagnostics, source positions, renderers: what every other module stands on. */
module dev.kiln.base {
    exports dev.kiln.base;
}
