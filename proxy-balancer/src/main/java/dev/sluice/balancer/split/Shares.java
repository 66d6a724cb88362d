package dev.sluice.balancer.split;

import dev.sluice.balancer.internal.KeyHash;
import dev.sluice.proxy.ExchangeRecord.Decision;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The shares of the sources at one time, and the two ways to choose by them. Immutable. */
final class Shares {
    private final List<SplitSource> sources;
    private final int[] shares;
    private final long total;
    private final Decision[] byChance;
    private final Decision[] byKey;

    /**
     * Shares of sources, one for each.
     *
     * @throws IllegalArgumentException if one is negative, or all are 0; the message shows it
     */
    Shares(String split, List<SplitSource> sources, int[] shares) {
        this.sources = sources;
        this.shares = shares.clone();
        for (int i = 0; i < shares.length; i++) {
            if (shares[i] < 0) {
                throw new IllegalArgumentException(
                        "share of " + sources.get(i).name() + " must not be negative: " + shares[i]);
            }
        }
        this.total = Arrays.stream(shares).asLongStream().sum();
        if (total == 0) {
            throw new IllegalArgumentException("shares must not all be 0: " + map());
        }
        this.byChance = new Decision[shares.length];
        this.byKey = new Decision[shares.length];
        for (int i = 0; i < shares.length; i++) {
            // Made here, so that a request that notes one makes nothing.
            String how = split + ": " + sources.get(i).name() + ", by its share of " + shares[i] + " in " + total;
            byChance[i] = () -> how;
            byKey[i] = () -> how + " and the request's key";
        }
    }

    int of(int index) {
        return shares[index];
    }

    double part(int index) {
        return (double) shares[index] / total;
    }

    Decision byChance(int index) {
        return byChance[index];
    }

    Decision byKey(int index) {
        return byKey[index];
    }

    /** A random source. */
    int draw(RandomGenerator random) {
        long left = random.nextLong(total);
        int index = 0;
        while (left >= shares[index]) {
            left -= shares[index++];
        }
        return index;
    }

    /**
     * The source of a key: weighted rendezvous hashing (Schindelhauer and Schomaker 2005, the logarithmic method). Each
     * source draws a number for the key that its share makes larger; so a source whose part grows only gains keys, one
     * whose part shrinks only loses some, and none moves between the others.
     */
    int of(String key) {
        long hash = KeyHash.fnv(key);
        int best = -1;
        double most = 0;
        for (int i = 0; i < shares.length; i++) {
            double score = -shares[i] / Math.log(unit(hash, sources.get(i).hash()));
            if (score > most) {
                most = score;
                best = i;
            }
        }
        return best;
    }

    /** A number above 0 and below 1, the same in every process, so that several proxies put one key into one source. */
    private static double unit(long key, long source) {
        return ((KeyHash.mix(key ^ (source * 0x9e3779b97f4a7c15L)) >>> 11) + 0.5) * 0x1.0p-53;
    }

    /** Share by name, in the order of the sources. */
    Map<String, Integer> map() {
        Map<String, Integer> map = new LinkedHashMap<>();
        for (int i = 0; i < shares.length; i++) {
            map.put(sources.get(i).name(), shares[i]);
        }
        return map;
    }

    /**
     * The shares when one source has {@code percent} of all: they add up to 100, and the others keep their proportion
     * to each other as well as whole numbers can (largest remainder).
     */
    int[] moved(int index, int percent) {
        long others = total - shares[index];
        int rest = 100 - percent;
        int[] next = new int[shares.length];
        next[index] = percent;
        if (others == 0) {
            if (rest > 0 && shares.length != 2) {
                throw new IllegalArgumentException(
                        "no other source has a share that could become " + rest + "; say all of them: " + map());
            }
            next[shares.length == 2 ? 1 - index : index] += rest;
            return next;
        }
        int left = rest;
        for (int i = 0; i < next.length; i++) {
            next[i] += i == index ? 0 : (int) (rest * (long) shares[i] / others);
            left -= i == index ? 0 : next[i];
        }
        for (; left > 0; left--) {
            next[mostShort(next, index, rest, others)]++;
        }
        return next;
    }

    private int mostShort(int[] next, int except, int rest, long others) {
        int most = -1;
        double gap = -1;
        for (int i = 0; i < next.length; i++) {
            double missing = (double) rest * shares[i] / others - next[i];
            if (i != except && missing > gap) {
                gap = missing;
                most = i;
            }
        }
        return most;
    }
}
