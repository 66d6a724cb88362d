package dev.sluice.balancer.strategy;

import dev.sluice.proxy.Candidate;
import dev.sluice.proxy.Pick;
import java.util.List;

/**
 * Draws an eligible member by chance, by weight, from a table of the weights' running sums. Immutable.
 *
 * <p>A draw that hits a member that may not be picked is repeated, which leaves the shares of the others as they are.
 * After a few misses most members must be out, and a scan of the eligible ones is cheaper.
 */
final class WeightedDraw {
    /** Without a table: always scans. */
    static final WeightedDraw UNPREPARED = new WeightedDraw(new long[0]);

    private static final int TRIES = 8;

    private final long[] sums;

    private WeightedDraw(long[] sums) {
        this.sums = sums;
    }

    static WeightedDraw over(List<? extends Candidate> members) {
        long[] sums = new long[members.size()];
        long sum = 0;
        for (int i = 0; i < sums.length; i++) {
            sum += members.get(i).weight();
            sums[i] = sum;
        }
        return new WeightedDraw(sums);
    }

    /** An eligible index other than {@code except}, or -1 when there is none. */
    int draw(Pick pick, int except) {
        int size = sums.length;
        for (int tries = 0; size > 1 && size == pick.size() && tries < TRIES; tries++) {
            int index = indexOf(pick.random().nextLong(sums[size - 1]));
            if (index != except && pick.eligible(index)) {
                return index;
            }
        }
        return scan(pick, except);
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

    private static int scan(Pick pick, int except) {
        long sum = 0;
        for (int i = 0; i < pick.size(); i++) {
            sum += i != except && pick.eligible(i) ? pick.candidate(i).weight() : 0;
        }
        long left = sum == 0 ? 0 : pick.random().nextLong(sum);
        for (int i = 0; i < pick.size(); i++) {
            if (i != except && pick.eligible(i)) {
                left -= pick.candidate(i).weight();
                if (left < 0) {
                    return i;
                }
            }
        }
        return -1;
    }
}
