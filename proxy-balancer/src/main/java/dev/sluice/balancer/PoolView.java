package dev.sluice.balancer;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * A topology, and which of its members were well at a moment: all that a pick needs, read with one volatile read.
 * Immutable, and remembered by the records of the picks that were made in it: the bit sets are never changed.
 */
final class PoolView {
    private final Topology topology;
    private final BitSet all;
    private final BitSet down;
    private final BitSet ejected;
    private final BitSet up;
    private final BitSet available;

    /** Reads the states of the members; under the pool's lock. */
    PoolView(Topology topology) {
        this.topology = topology;
        int size = topology.size();
        this.all = new BitSet(size);
        this.down = new BitSet(size);
        this.ejected = new BitSet(size);
        for (int i = 0; i < size; i++) {
            MemberState state = topology.member(i).state();
            all.set(i);
            down.set(i, state.down);
            ejected.set(i, state.ejected);
        }
        this.up = (BitSet) all.clone();
        up.andNot(down);
        this.available = (BitSet) up.clone();
        available.andNot(ejected);
    }

    Topology topology() {
        return topology;
    }

    boolean down(int index) {
        return down.get(index);
    }

    boolean ejected(int index) {
        return ejected.get(index);
    }

    boolean noneUp() {
        return up.isEmpty();
    }

    /** Tells whether a member other than this one is in use. */
    boolean availableBeside(int index) {
        return available.cardinality() > (available.get(index) ? 1 : 0);
    }

    /** The members that may be picked in this tier, but for those that were tried; not to be changed. */
    BitSet members(Tier tier, @Nullable MemberState[] tried, int count) {
        BitSet members = switch (tier) {
            case AVAILABLE -> available;
            case UP -> up;
            case ALL -> all;
        };
        if (count == 0) {
            return members;
        }
        BitSet left = (BitSet) members.clone();
        for (int i = 0; i < count; i++) {
            MemberState state = tried[i];
            int index = state == null ? -1 : topology.indexOf(state);
            if (index >= 0) {
                left.clear(index);
            }
        }
        return left;
    }

    /** Who may be picked: the next tier is asked only when nobody of the one before is left for the request. */
    enum Tier {
        /** Those that are up and not ejected. */
        AVAILABLE(""),
        /** The ejected ones too, for no other is left. */
        UP("; no other is left, so the ejected ones are used"),
        /** Even those that probes find down. */
        ALL("; none that is up is left, so all are used");

        final String note;

        Tier(String note) {
            this.note = note;
        }
    }
}
