package dev.sluice.lab.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * How a Java proxy reports its own figures: a line on its standard input asks, and one on its standard output answers.
 */
final class Answers {
    /** Asks for the number of bytes that were allocated since the start. */
    static final String ALLOCATED = "allocated";

    /** Asks for the bytes that are in use on the heap after a garbage collection. */
    static final String HEAP = "heap";

    private Answers() {}

    /** Answers until the input ends. */
    static void untilInputEnds() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.equals(ALLOCATED)) {
                System.out.println(ALLOCATED + ' ' + Allocation.bytes());
            } else if (line.equals(HEAP)) {
                System.gc();
                Runtime jvm = Runtime.getRuntime();
                System.out.println(HEAP + ' ' + (jvm.totalMemory() - jvm.freeMemory()));
            }
        }
    }
}
