package dev.kiln.asm;

/** A tile register of AMX. */
public final class Tile implements Register {
    private final int number;
    /** As the encoder takes it. */
    final int code;

    Tile(int number) {
        this.number = number;
        code = number - Registers.TILE;
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public RegisterClass registerClass() {
        return RegisterClass.TILE;
    }

    @Override
    public int bits() {
        return 8192;
    }

    @Override
    public String kind() {
        return "tmm";
    }

    @Override
    public String toString() {
        return RegisterNames.name(number, 8192);
    }
}
