package dev.sluice.lab.bench;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/** Sequences of requests for numbered things, the same in each run. */
final class Traces {
    private static final long SEED = 1;

    private Traces() {}

    /** Requests of which the thing with number n has a share as 1 to (n + 1)^skew. */
    static int[] zipf(int things, double skew, int length) {
        double[] sums = new double[things];
        double sum = 0;
        for (int i = 0; i < things; i++) {
            sum += Math.pow(i + 1, -skew);
            sums[i] = sum;
        }
        Random random = new Random(SEED);
        int[] trace = new int[length];
        for (int i = 0; i < length; i++) {
            int at = Arrays.binarySearch(sums, random.nextDouble() * sum);
            trace[i] = Math.min(things - 1, at < 0 ? -at - 1 : at);
        }
        return trace;
    }

    /** After each so many requests, a scan: things from {@code first} on, of which each is asked for once. */
    static int[] withScans(int[] popular, int every, int scan, int first) {
        int[] trace = new int[popular.length + popular.length / every * scan];
        int to = 0;
        int next = first;
        for (int i = 0; i < popular.length; i++) {
            trace[to++] = popular[i];
            if (i % every == every - 1) {
                for (int n = 0; n < scan; n++) {
                    trace[to++] = next++;
                }
            }
        }
        return trace;
    }

    /** All things in order, again and again. */
    static int[] loop(int things, int length) {
        return IntStream.range(0, length).map(i -> i % things).toArray();
    }

    /** The same popularity, which moves on to other things after each so many requests. */
    static int[] shifting(int[] popular, int every, int step, int things) {
        return IntStream.range(0, popular.length)
                .map(i -> (popular[i] + i / every * step) % things)
                .toArray();
    }
}
