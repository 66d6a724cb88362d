package dev.sluice.balancer.strategy;

import dev.sluice.balancer.internal.KeyHash;
import dev.sluice.proxy.spi.LoadBalancer.Candidate;
import java.util.Arrays;
import java.util.List;

/**
 * The members of a topology in the order of their ids, so that tables made from them are the same in every proxy and do
 * not depend on the order in which members were added. Immutable.
 */
final class Roster {
    /** Nobody. */
    static final Roster EMPTY = new Roster(List.of());

    private final String[] ids;
    private final int[] weights;
    private final int[] indexes;
    private final long[] hashes;
    private final long[] hashesByIndex;
    private final double weight;

    private Roster(List<? extends Candidate> members) {
        int size = members.size();
        Candidate[] sorted = members.toArray(new Candidate[0]);
        Arrays.sort(sorted, (one, other) -> one.id().compareTo(other.id()));
        ids = new String[size];
        weights = new int[size];
        indexes = new int[size];
        hashes = new long[size];
        hashesByIndex = new long[size];
        double sum = 0;
        for (int rank = 0; rank < size; rank++) {
            ids[rank] = sorted[rank].id();
            weights[rank] = sorted[rank].weight();
            indexes[rank] = sorted[rank].index();
            hashes[rank] = KeyHash.of(ids[rank]);
            hashesByIndex[indexes[rank]] = hashes[rank];
            sum += weights[rank];
        }
        weight = sum;
    }

    static Roster over(List<? extends Candidate> members) {
        return new Roster(members);
    }

    /** Returns whether the same tables belong to both: ids and weights are the same, in whatever order. */
    boolean sameAs(Roster other) {
        return Arrays.equals(ids, other.ids) && Arrays.equals(weights, other.weights);
    }

    int size() {
        return ids.length;
    }

    /** What all members weigh together. */
    double weight() {
        return weight;
    }

    int weight(int rank) {
        return weights[rank];
    }

    /** The hash of the id. */
    long hash(int rank) {
        return hashes[rank];
    }

    /** The place in the topology of the member at this rank. */
    int index(int rank) {
        return indexes[rank];
    }

    /** The hash of the id of the member at this place in the topology. */
    long hashAt(int index) {
        return hashesByIndex[index];
    }
}
