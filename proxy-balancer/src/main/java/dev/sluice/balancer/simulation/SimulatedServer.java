package dev.sluice.balancer.simulation;

import dev.sluice.balancer.simulation.SimulatedMember.Scheduled;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A server at work: the requests in its places, those in its queue, and what is wrong with it now. */
final class SimulatedServer {
    private final SimulatedMember config;
    private final int index;
    private final VirtualTime time;
    private final RandomGenerator random;
    private final List<Fault> faults = new ArrayList<>();

    /** Those that are worked on; the first {@link #busy} of the array, in no order. */
    private @Nullable Served[] places = new Served[8];

    private int busy;
    /** Those that have left it are still here, until they come to the front. */
    private final ArrayDeque<Served> queue = new ArrayDeque<>();

    // What all faults together make of it.
    private boolean dead;
    private boolean stalled;
    private double factor = 1;
    private double resetShare;
    private double statusShare;
    private int status;
    private Latency latency;

    SimulatedServer(SimulatedMember config, int index, VirtualTime time, RandomGenerator random) {
        this.config = config;
        this.index = index;
        this.time = time;
        this.random = random;
        this.latency = config.latency();
    }

    String id() {
        return config.id();
    }

    /** The place among all servers of the simulation. */
    int index() {
        return index;
    }

    /** Schedules the faults. */
    void begin() {
        for (Scheduled fault : config.faults()) {
            time.put(new Turn(fault.fault(), true), fault.fromNanos());
            time.put(new Turn(fault.fault(), false), fault.untilNanos());
        }
    }

    /** Takes a request; sooner or later the attempt is settled. */
    void accept(Served attempt) {
        if (dead) {
            attempt.fails(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        } else if (stalled) {
            queue.add(attempt);
        } else if (resetShare > 0 && random.nextDouble() < resetShare) {
            attempt.fails(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN);
        } else if (statusShare > 0 && random.nextDouble() < statusShare) {
            attempt.answers(status);
        } else if (busy < config.capacity()) {
            serve(attempt);
        } else {
            queue.add(attempt);
        }
    }

    /** The request has been answered, or is broken off: its place is free. One that waits is passed over. */
    void leave(Served attempt) {
        int slot = attempt.slot;
        if (slot < 0) {
            return;
        }
        attempt.slot = -1;
        Served last = place(--busy);
        places[busy] = null;
        if (slot != busy) {
            places[slot] = last;
            last.slot = slot;
        }
        serveWaiting();
    }

    /** Answers a probe, which takes no time. */
    void probe() throws ProxyException {
        if (dead) {
            throw new ProxyException(Outcome.CONNECT_FAILED, Delivery.NOT_SENT, "connection refused");
        }
        if (stalled) {
            throw new ProxyException(Outcome.HEAD_TIMEOUT, Delivery.SENT_UNKNOWN, "no answer");
        }
    }

    private void serve(Served attempt) {
        if (busy == places.length) {
            places = Arrays.copyOf(places, 2 * busy);
        }
        attempt.slot = busy;
        places[busy++] = attempt;
        long nanos = Math.max(0, latency.nanos(random));
        attempt.works(factor == 1 ? nanos : Math.round(nanos * factor));
    }

    private void serveWaiting() {
        while (!stalled && busy < config.capacity() && !queue.isEmpty()) {
            Served next = queue.remove();
            if (!next.ended()) {
                serve(next);
            }
        }
    }

    private void turn(Fault fault, boolean on) {
        boolean wasStalled = stalled;
        if (on) {
            faults.add(fault);
        } else {
            faults.remove(fault);
        }
        combine();
        if (dead) {
            loseAll();
        }
        if (stalled != wasStalled) {
            for (int i = 0; i < busy; i++) {
                place(i).halts(stalled);
            }
        }
        serveWaiting();
    }

    private void combine() {
        dead = false;
        stalled = false;
        factor = 1;
        resetShare = 0;
        statusShare = 0;
        latency = config.latency();
        for (Fault fault : faults) {
            switch (fault.kind) {
                case DEAD -> dead = true;
                case STALLED -> stalled = true;
                case SLOW -> factor *= fault.number;
                case LATENCY -> latency = fault.latency == null ? latency : fault.latency;
                case RESETTING -> resetShare = fault.number;
                case ANSWERING -> {
                    statusShare = fault.number;
                    status = fault.status;
                }
            }
        }
    }

    private void loseAll() {
        for (int i = 0; i < busy; i++) {
            Served attempt = place(i);
            attempt.slot = -1;
            attempt.fails(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN);
            places[i] = null;
        }
        busy = 0;
        for (Served attempt : queue) {
            if (!attempt.ended()) {
                attempt.fails(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN);
            }
        }
        queue.clear();
    }

    private Served place(int slot) {
        Served attempt = places[slot];
        if (attempt == null) {
            throw new IllegalStateException("nobody at place " + slot + " of " + id());
        }
        return attempt;
    }

    /** A fault begins or ends. */
    private final class Turn extends Event {
        private final Fault fault;
        private final boolean on;

        Turn(Fault fault, boolean on) {
            this.fault = fault;
            this.on = on;
        }

        @Override
        void happen() {
            turn(fault, on);
        }
    }
}
