package dev.sluice.balancer.strategy;

import dev.sluice.balancer.internal.KeyHash;
import java.util.Arrays;

/**
 * Points on a ring of hashes; a hash belongs to the next point. A point is one number: its place above, the rank of its
 * owner in the low bits, so that sorting and searching touch one array of numbers.
 */
final class RingTable implements KeyTable {
    /** The greatest number of points, 8 MiB; above it each member has fewer, in proportion. */
    private static final int MOST = 1 << 20;

    private final long[] points;
    private final long rankMask;

    RingTable(Roster roster, int pointsPerWeight) {
        rankMask = (Long.highestOneBit(Math.max(1, roster.size())) << 1) - 1;
        double perWeight = Math.min(pointsPerWeight, MOST / Math.max(1, roster.weight()));
        long[] all = new long[(int) (roster.weight() * perWeight) + roster.size()];
        int at = 0;
        for (int rank = 0; rank < roster.size(); rank++) {
            int count = Math.max(1, (int) (roster.weight(rank) * perWeight));
            for (int n = 1; n <= count; n++) {
                all[at++] = (KeyHash.nth(roster.hash(rank), n) & ~rankMask) | rank;
            }
        }
        points = Arrays.copyOf(all, at);
        Arrays.sort(points);
    }

    @Override
    public int owner(long hash) {
        int found = Arrays.binarySearch(points, hash & ~rankMask);
        int at = found >= 0 ? found : -found - 1;
        return (int) (points[at == points.length ? 0 : at] & rankMask);
    }

    /** How many points there are. */
    int size() {
        return points.length;
    }

    /** The part of all hashes that belongs to each of this number of members. */
    double[] shares(int members) {
        double[] shares = new double[members];
        for (int i = 0; i < points.length; i++) {
            long before = points[i == 0 ? points.length - 1 : i - 1];
            // The difference of two places, as an unsigned number; around the ring it comes out right by itself.
            long arc = (points[i] & ~rankMask) - (before & ~rankMask);
            shares[(int) (points[i] & rankMask)] += (arc >>> 1) * 0x1p-63;
        }
        return shares;
    }
}
