package dev.kiln.bench.start;

/** A process that makes a bare call first, and prints how many nanoseconds the first function takes after that. */
public final class AfterBareCall {
    private AfterBareCall() {}

    public static void main(String[] args) throws Throwable {
        BareCall.call();
        long start = System.nanoTime();
        FirstFunction.main(args);
        System.out.println(System.nanoTime() - start);
    }
}
