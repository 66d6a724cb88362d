package dev.sluice.balancer.topology;

import dev.sluice.balancer.eject.EjectionStage;
import dev.sluice.balancer.live.Draining;
import dev.sluice.balancer.live.PoolSettings;
import dev.sluice.balancer.tier.PanicPolicy;
import java.util.BitSet;

/**
 * A topology, and which of its members were well at one moment: all that a pick needs, from one volatile read.
 * Immutable, as the records of its picks refer to it: the bit sets are never changed.
 */
public final class PoolView {
    private final Topology topology;
    /** The members that get new requests at all: not those that are drained. */
    private final BitSet inRotation;

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
            LiveMember member = topology.member(i).live();
            down.set(i, member.isDown());
            ejected.set(i, member.isEjected());
            draining.set(i, member.isDraining());
            drained.set(i, member.draining().stage() == Draining.Stage.DRAINED);
            boolean onTrial = member.ejection().stage() == EjectionStage.ON_TRIAL;
            trials.set(i, onTrial && !member.isDown() && !member.isDraining());
        }
        this.inRotation = new BitSet(size);
        inRotation.set(0, size);
        inRotation.andNot(draining);
        this.up = (BitSet) inRotation.clone();
        up.andNot(down);
        this.available = (BitSet) up.clone();
        available.andNot(ejected);
        this.panic = available.isEmpty()
                || topology.weight(available) < settings.panic().threshold() * topology.weight(inRotation);
        this.tiers = new Tiers(topology, inRotation, panic ? inPanic(settings.panic()) : available, settings);
    }

    private BitSet inPanic(PanicPolicy policy) {
        return policy.action() == PanicPolicy.Action.USE_ALL && policy.threshold() > 0 ? inRotation : new BitSet();
    }

    /** The members. */
    public Topology topology() {
        return topology;
    }

    /** Returns whether probes find this one down. */
    public boolean down(int index) {
        return down.get(index);
    }

    /** Returns whether this one is out because of failures. */
    public boolean ejected(int index) {
        return ejected.get(index);
    }

    /** Returns whether this one gets no new requests. */
    public boolean draining(int index) {
        return draining.get(index);
    }

    /** Returns whether the drain of this one has ended. */
    public boolean drained(int index) {
        return drained.get(index);
    }

    /** Members that are not drained, well or not. */
    public BitSet inRotation() {
        return inRotation;
    }

    /** Those of them that probes find up. */
    public BitSet up() {
        return up;
    }

    /** Those of them that are not ejected either. */
    public BitSet available() {
        return available;
    }

    /** Those that are ejected and on trial. */
    public BitSet trials() {
        return trials;
    }

    /** Who is asked first, and who next. */
    public Tiers tiers() {
        return tiers;
    }

    /** Returns whether too few members are well. */
    public boolean panic() {
        return panic;
    }
}
