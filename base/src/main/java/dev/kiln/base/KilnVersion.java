package dev.kiln.base;

/** Which Kiln this is. */
public final class KilnVersion {
    /** The version, as {@code kiln --version} prints it. */
    public static final String TEXT = "0.1.0";

    private KilnVersion() {}
}
