package dev.sluice.balancer.simulation;

import dev.sluice.proxy.internal.Require;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Values of a request's header field, for strategies that hash one. Your own implementation must use only the given
 * generator for chance.
 */
@FunctionalInterface
public interface Keys {
    /**
     * The value for one request: characters that a field may have.
     *
     * @param request the request's number, from 0
     */
    String key(long request, RandomGenerator random);

    /**
     * This number of keys, all equally frequent.
     *
     * @throws IllegalArgumentException if the count is not positive
     */
    static Keys uniform(int count) {
        String[] keys = names(count);
        return (request, random) -> keys[random.nextInt(keys.length)];
    }

    /**
     * This number of keys, of which the n-th is asked for in proportion to {@code 1 / n^exponent} (Zipf's law), like
     * the pages of a site and the rows of a cache.
     *
     * @param exponent 0 for equal shares; 0.6 to 1.1 is usual for web caches
     * @throws IllegalArgumentException if the count is not positive, or the exponent negative
     */
    static Keys zipf(int count, double exponent) {
        if (!(exponent >= 0)) {
            throw new IllegalArgumentException("exponent of keys must not be negative: " + exponent);
        }
        String[] keys = names(count);
        double[] sums = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += StrictMath.pow(i + 1, -exponent);
            sums[i] = sum;
        }
        double all = sum;
        return (request, random) -> {
            int at = Arrays.binarySearch(sums, random.nextDouble() * all);
            return keys[at >= 0 ? Math.min(at + 1, count - 1) : Math.min(-at - 1, count - 1)];
        };
    }

    private static String[] names(int count) {
        String[] names = new String[Require.atLeast("count of keys", 1, count)];
        for (int i = 0; i < count; i++) {
            names[i] = "key-" + i;
        }
        return names;
    }
}
