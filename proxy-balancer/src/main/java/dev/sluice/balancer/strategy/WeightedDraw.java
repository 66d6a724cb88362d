package dev.sluice.balancer.strategy;

import dev.sluice.proxy.spi.LoadBalancer.Candidate;
import dev.sluice.proxy.spi.LoadBalancer.Pick;
import java.util.List;

/**
 * Draws an eligible member at random, by weight or evenly, from a table of the weights' running sums. Immutable.
 *
 * <p>A draw that hits a member that may not be picked is repeated, which leaves the shares of the others as they are. A
 * draw of a member that is warmed up is accepted, at random, in proportion to the part of its weight, and otherwise
 * repeated too. After a few misses most members must be out, and a scan of the eligible ones is cheaper.
 */
final class WeightedDraw {
    /** Without a table: always scans. */
    static final WeightedDraw UNPREPARED = new WeightedDraw(new long[0], 0, true);

    /** The same where all members count alike. */
    static final WeightedDraw UNPREPARED_EVEN = new WeightedDraw(new long[0], 0, false);

    private static final int TRIES = 8;
    private static final int[] NOBODY = {};

    /** Running sums of the weights; empty when all are equal. */
    private final long[] sums;

    private final int size;
    private final boolean byWeight;

    private WeightedDraw(long[] sums, int size, boolean byWeight) {
        this.sums = sums;
        this.size = size;
        this.byWeight = byWeight;
    }

    static WeightedDraw over(List<? extends Candidate> members) {
        long[] sums = new long[members.size()];
        long sum = 0;
        boolean equal = true;
        for (int i = 0; i < sums.length; i++) {
            sum += members.get(i).weight();
            sums[i] = sum;
            equal &= members.get(i).weight() == members.get(0).weight();
        }
        return new WeightedDraw(equal ? new long[0] : sums, sums.length, true);
    }

    static WeightedDraw evenlyOver(List<? extends Candidate> members) {
        return new WeightedDraw(new long[0], members.size(), false);
    }

    /** An eligible index, or -1 when there is none. */
    int draw(Pick pick) {
        return draw(pick, NOBODY, 0, true);
    }

    /**
     * An eligible index other than those taken, or -1 when there is none.
     *
     * @param count how many are taken
     * @param warming whether those may be drawn that are warmed up
     */
    int draw(Pick pick, int[] taken, int count, boolean warming) {
        for (int tries = 0; size > 1 && size == pick.size() && tries < TRIES; tries++) {
            int index = sums.length == 0
                    ? pick.random().nextInt(size)
                    : indexOf(pick.random().nextLong(sums[size - 1]));
            if (isFree(index, taken, count) && pick.eligible(index) && accepts(pick, index, warming)) {
                return index;
            }
        }
        return scan(pick, taken, count, warming);
    }

    private static boolean isFree(int index, int[] taken, int count) {
        for (int i = 0; i < count; i++) {
            if (taken[i] == index) {
                return false;
            }
        }
        return true;
    }

    private static boolean accepts(Pick pick, int index, boolean warming) {
        double part = WarmUp.part(pick, index);
        return part >= 1 || (warming && pick.random().nextDouble() < part);
    }

    private int indexOf(long drawn) {
        int low = 0;
        int high = sums.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sums[middle] > drawn) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private int scan(Pick pick, int[] taken, int count, boolean warming) {
        double sum = 0;
        for (int i = 0; i < pick.size(); i++) {
            sum += isFree(i, taken, count) && pick.eligible(i) ? share(pick, i, warming) : 0;
        }
        double left = sum * pick.random().nextDouble();
        int last = -1;
        for (int i = 0; sum > 0 && i < pick.size(); i++) {
            if (isFree(i, taken, count) && pick.eligible(i) && share(pick, i, warming) > 0) {
                last = i;
                left -= share(pick, i, warming);
                if (left < 0) {
                    return i;
                }
            }
        }
        return last;
    }

    private double share(Pick pick, int index, boolean warming) {
        double part = WarmUp.part(pick, index);
        return part < 1 && !warming ? 0 : byWeight ? pick.weight(index) : part;
    }
}
