package dev.kiln.bench.start;

/** A process that prints how many nanoseconds it takes to load and link the classes of the assembler, its jar being open already. */
public final class LoadingTime {
    private LoadingTime() {}

    public static void main(String[] args) throws ClassNotFoundException {
        ClassLoader loader = LoadingTime.class.getClassLoader();
        Class.forName("dev.kiln.asm.AssemblerException", true, loader);
        long start = System.nanoTime();
        Class.forName("dev.kiln.asm.Assembler", true, loader);
        System.out.println(System.nanoTime() - start);
    }
}
