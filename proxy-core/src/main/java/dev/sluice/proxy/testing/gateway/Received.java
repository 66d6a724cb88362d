package dev.sluice.proxy.testing.gateway;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The requests of a gateway, in the order in which they came. Safe for use by many threads. */
final class Received {
    private final List<ReceivedRequest> requests = new ArrayList<>();
    private int count;
    private int taken;

    /** The number for the next request. */
    synchronized int nextNumber() {
        return ++count;
    }

    synchronized void add(ReceivedRequest request) {
        requests.add(request);
        notifyAll();
    }

    synchronized List<ReceivedRequest> all() {
        return List.copyOf(requests);
    }

    /** Waits, in real time, for the first request that was not taken yet; null if none comes. */
    synchronized @Nullable ReceivedRequest take(Duration most) throws InterruptedException {
        await(taken + 1, most);
        return taken < requests.size() ? requests.get(taken++) : null;
    }

    /** Waits, in real time, until there are so many; returns whether there are. */
    synchronized boolean await(int size, Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        while (requests.size() < size) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    synchronized void clear() {
        requests.clear();
        taken = 0;
    }

    /** What there is now, to come back to. What came before and was not taken yet can still be taken. */
    synchronized Runnable mark() {
        int size = requests.size();
        return () -> dropBeyond(size);
    }

    private synchronized void dropBeyond(int size) {
        if (requests.size() > size) {
            requests.subList(size, requests.size()).clear();
        }
        taken = Math.min(taken, requests.size());
    }
}
