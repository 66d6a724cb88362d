package dev.sluice.balancer.waiting;

import dev.sluice.proxy.time.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait for a member, first come first served. A request that is called and finds nothing takes its
 * old place again, and passes the call on to those behind it, which may accept more. One that is called and does not
 * come, because its client has left, passes the call on to the first. Safe for use by many threads; signals are fired
 * without the lock.
 */
public final class ParkingLot {
    private final IntSupplier capacity;
    /** Those that have not been called, by the order of arrival. */
    private final TreeMap<Long, Place> waiting = new TreeMap<>();

    private volatile int taken;
    private long arrivals;

    /** An empty queue. At most {@code capacity} requests may wait; it is read when one comes. */
    ParkingLot(IntSupplier capacity) {
        this.capacity = capacity;
    }

    /**
     * A place at the end of the queue, or null when it is full.
     *
     * @param most how many may wait in it now, if that is less than its capacity
     */
    public synchronized @Nullable Place enter(int most) {
        if (taken >= Math.min(most, capacity.getAsInt())) {
            return null;
        }
        taken++;
        Place place = new Place(arrivals++);
        waiting.put(place.number, place);
        return place;
    }

    /** How many wait. */
    public int size() {
        return taken;
    }

    /** Calls the first that waits. */
    void call() {
        if (taken > 0) {
            callBehind(-1);
        }
    }

    private void callBehind(long number) {
        Place next;
        synchronized (this) {
            Map.Entry<Long, Place> entry = waiting.higherEntry(number);
            if (entry == null) {
                return;
            }
            next = entry.getValue();
            waiting.remove(next.number);
            next.called = true;
        }
        next.signal.fire();
    }

    /** Calls all that wait. */
    void callAll() {
        List<Place> all;
        synchronized (this) {
            all = new ArrayList<>(waiting.values());
            waiting.clear();
            all.forEach(place -> place.called = true);
        }
        all.forEach(place -> place.signal.fire());
    }

    /** A request's place in the queue. */
    public final class Place {
        private final long number;
        private volatile Signal signal = new Signal();
        private boolean called;
        private boolean left;

        private Place(long number) {
            this.number = number;
        }

        /** The queue that it is in. */
        public ParkingLot queue() {
            return ParkingLot.this;
        }

        /** Fires when it is this request's turn. */
        public Signal signal() {
            return signal;
        }

        /** Returns whether no other request waits before this one. */
        public boolean first() {
            synchronized (ParkingLot.this) {
                return waiting.isEmpty() || waiting.firstKey() >= number;
            }
        }

        /** It has found nothing, and waits on at its old place. */
        public void again() {
            synchronized (ParkingLot.this) {
                if (called && !left) {
                    called = false;
                    signal = new Signal();
                    waiting.put(number, this);
                }
            }
        }

        /** Its member could not be reached: it has its place again, as if it had been called. */
        public void back() {
            synchronized (ParkingLot.this) {
                if (left) {
                    left = false;
                    called = true;
                    taken++;
                }
            }
        }

        /** Calls the next that waits behind it. */
        public void passOn() {
            callBehind(number);
        }

        /** It no longer waits; {@code served} if it has a member now. */
        public void leave(boolean served) {
            synchronized (ParkingLot.this) {
                if (left) {
                    return;
                }
                left = true;
                taken--;
                waiting.remove(number);
                if (!called || served) {
                    return;
                }
            }
            call();
        }
    }
}
