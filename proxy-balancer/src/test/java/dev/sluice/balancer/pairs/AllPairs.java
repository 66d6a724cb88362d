package dev.sluice.balancer.pairs;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Covering arrays of strength two: rows in which each value of an option occurs together with each value of every other
 * option. There are far fewer rows than combinations. The same seed gives the same rows.
 */
final class AllPairs {
    /** This number of random rows is made, and the one with the most new pairs is used. */
    private static final int CANDIDATES = 40;

    private final int[] sizes;
    private final Random random;
    private final Set<Pair> open = new LinkedHashSet<>();

    private AllPairs(int[] sizes, long seed) {
        this.sizes = sizes;
        this.random = new Random(seed);
        for (int i = 0; i < sizes.length; i++) {
            for (int j = i + 1; j < sizes.length; j++) {
                addPairs(i, j);
            }
        }
    }

    /** Two options, each with a value. */
    private record Pair(int option, int value, int other, int otherValue) {}

    /**
     * Rows of values, each from 0 to the size of its option.
     *
     * @param sizes the number of values of each option
     */
    static List<int[]> rows(long seed, int... sizes) {
        return new AllPairs(sizes, seed).rows();
    }

    private void addPairs(int i, int j) {
        for (int a = 0; a < sizes[i]; a++) {
            for (int b = 0; b < sizes[j]; b++) {
                open.add(new Pair(i, a, j, b));
            }
        }
    }

    private List<int[]> rows() {
        List<int[]> rows = new ArrayList<>();
        while (!open.isEmpty()) {
            int[] best = candidate();
            for (int i = 1; i < CANDIDATES; i++) {
                int[] next = candidate();
                best = pairs(next).size() > pairs(best).size() ? next : best;
            }
            open.removeAll(pairs(best));
            rows.add(best);
        }
        return rows;
    }

    /** A row with a pair that is still missing; the other values are random. */
    private int[] candidate() {
        int[] row = new int[sizes.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = random.nextInt(sizes[i]);
        }
        Pair first = open.iterator().next();
        row[first.option()] = first.value();
        row[first.other()] = first.otherValue();
        return row;
    }

    private Set<Pair> pairs(int[] row) {
        Set<Pair> pairs = new LinkedHashSet<>();
        for (int i = 0; i < row.length; i++) {
            for (int j = i + 1; j < row.length; j++) {
                Pair pair = new Pair(i, row[i], j, row[j]);
                if (open.contains(pair)) {
                    pairs.add(pair);
                }
            }
        }
        return pairs;
    }
}
