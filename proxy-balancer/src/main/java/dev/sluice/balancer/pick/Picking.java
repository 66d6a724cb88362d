package dev.sluice.balancer.pick;

import dev.sluice.balancer.live.PoolSettings;
import dev.sluice.balancer.topology.PoolState;
import dev.sluice.balancer.topology.PoolView;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What the picks of a pool share. Safe for use by many threads. */
public final class Picking {
    private final PoolState state;
    private final LongAdder inFlight;
    private final Runnable room;
    private final AtomicLong tickets = new AtomicLong();

    /**
     * No pick has been made.
     *
     * @param inFlight counts the attempts of all members
     * @param room calls requests that wait, if there is room
     */
    public Picking(PoolState state, LongAdder inFlight, Runnable room) {
        this.state = state;
        this.inFlight = inFlight;
        this.room = room;
    }

    PoolSettings settings() {
        return state.settings();
    }

    PoolView view() {
        return state.view();
    }

    /** The attempts of all members. */
    long inFlight() {
        return inFlight.sum();
    }

    /** The number of a pick. */
    long ticket() {
        return tickets.getAndIncrement();
    }

    /** A place was given back that others may wait for. */
    void callIfRoom() {
        room.run();
    }
}
