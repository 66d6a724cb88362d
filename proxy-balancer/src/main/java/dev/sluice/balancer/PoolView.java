package dev.sluice.balancer;

import dev.sluice.balancer.tier.PanicPolicy;
import java.util.BitSet;

/**
 * A topology, and which of its members were well at a moment: all that a pick needs, read with one volatile read.
 * Immutable, and remembered by the records of the picks that were made in it: the bit sets are never changed.
 */
final class PoolView {
    private final Topology topology;
    /** Those that get new requests at all: not those that are drained. */
    private final BitSet open;

    private final BitSet down;
    private final BitSet ejected;
    private final BitSet draining;
    private final BitSet drained;
    private final BitSet up;
    private final BitSet available;
    private final BitSet trials;
    private final Tiers tiers;
    private final boolean panic;

    /** Reads the states of the members; under the pool's lock. */
    PoolView(Topology topology, PoolSettings settings) {
        this.topology = topology;
        int size = topology.size();
        this.down = new BitSet(size);
        this.ejected = new BitSet(size);
        this.draining = new BitSet(size);
        this.drained = new BitSet(size);
        this.trials = new BitSet(size);
        for (int i = 0; i < size; i++) {
            MemberState state = topology.member(i).state();
            down.set(i, state.down);
            ejected.set(i, state.ejected);
            draining.set(i, state.draining);
            drained.set(i, state.drained);
            trials.set(i, state.ejected && !state.down && !state.draining && state.trial.pending());
        }
        this.open = new BitSet(size);
        open.set(0, size);
        open.andNot(draining);
        this.up = (BitSet) open.clone();
        up.andNot(down);
        this.available = (BitSet) up.clone();
        available.andNot(ejected);
        this.panic = available.isEmpty()
                || topology.weight(available) < settings.panic().threshold() * topology.weight(open);
        this.tiers = new Tiers(topology, open, panic ? inPanic(settings.panic()) : available, settings);
    }

    private BitSet inPanic(PanicPolicy policy) {
        return policy.action() == PanicPolicy.Action.USE_ALL && policy.threshold() > 0 ? open : new BitSet();
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

    boolean draining(int index) {
        return draining.get(index);
    }

    boolean drained(int index) {
        return drained.get(index);
    }

    /** Members that are not drained, well or not. */
    BitSet open() {
        return open;
    }

    /** Those of them that probes find up. */
    BitSet up() {
        return up;
    }

    /** Those of them that are not ejected either. */
    BitSet available() {
        return available;
    }

    /** Those that are ejected, and are to be tried with one request. */
    BitSet trials() {
        return trials;
    }

    /** Who is asked first, and who next. */
    Tiers tiers() {
        return tiers;
    }

    /** Tells whether too few members are well. */
    boolean panic() {
        return panic;
    }

    /** Tells whether a member other than this one is in use. */
    boolean availableBeside(int index) {
        return available.cardinality() > (available.get(index) ? 1 : 0);
    }
}
