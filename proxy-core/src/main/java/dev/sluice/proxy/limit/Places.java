package dev.sluice.proxy.limit;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.scope.ScopeWait;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * A number of places for each key, and a queue before them, first come first served. A key that nobody uses takes no
 * memory. Safe for use by many threads; everything is under one lock, which is held for a few steps.
 *
 * <pre>
 * waiting ── a place is free ──> inside ── released ──> out
 *    └────── time over, cancelled, or no place in the queue ──> out
 * </pre>
 */
final class Places {
    private final IntSupplier most;
    private final int queue;
    private final Duration maxWait;
    private final int status;
    private final String words;
    private final Map<String, Entry> entries = new HashMap<>();
    private int waiting;

    /**
     * @param most how many of each key may be inside now
     * @param queue how many of each key may wait
     * @param status of the refusal
     * @param words by what is counted, for logs
     */
    Places(IntSupplier most, int queue, Duration maxWait, int status, String words) {
        this.most = most;
        this.queue = queue;
        this.maxWait = maxWait;
        this.status = status;
        this.words = words;
    }

    /** One key. */
    private static final class Entry {
        private final Deque<Place> line = new ArrayDeque<>();
        private int inside;
    }

    /** How many of all keys wait. */
    synchronized int waiting() {
        return waiting;
    }

    /** How many keys are in use. */
    synchronized int keys() {
        return entries.size();
    }

    /** Handles the request once it has a place; a failure gives it back at once. */
    ProxyResponse around(String key, ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        Place place = take(key, request.exchange());
        try {
            return next.handle(request);
        } catch (Throwable failure) {
            place.release();
            throw failure;
        }
    }

    /**
     * Takes a place, or waits for one. The end of the scope gives it back at the latest.
     *
     * @throws ProxyException if there is none in time, OVERLOADED; or the scope was cancelled, with that outcome
     */
    Place take(String key, Exchange scope) throws ProxyException, InterruptedException {
        Place place = enter(key, Limits.waiting(scope));
        scope.onEnd(outcome -> place.release());
        if (place.inside()) {
            return place;
        }
        TimeSource time = scope.time();
        long since = time.nanos();
        try {
            ScopeWait.await(time, scope, place.called, time.deadline(maxWait));
            scope.check();
        } catch (ProxyException | InterruptedException | RuntimeException | Error gone) {
            place.release();
            throw gone;
        }
        if (!place.inside()) {
            place.release();
            throw refused("no place was free within " + DurationText.of(maxWait) + words);
        }
        long waitedMillis = (time.nanos() - since) / 1_000_000;
        scope.notes().note(() -> "concurrency limit: waited " + waitedMillis + " ms for a place");
        return place;
    }

    private synchronized Place enter(String key, int mostWaiting) throws ProxyException {
        Entry entry = entries.computeIfAbsent(key, any -> new Entry());
        Place place = new Place(key, entry);
        if (entry.inside < most.getAsInt() && entry.line.isEmpty()) {
            place.comeIn();
            return place;
        }
        if (entry.line.size() >= queue) {
            throw refused(entry.inside + " are in progress" + (queue == 0 ? "" : " and " + queue + " wait") + words);
        }
        if (waiting >= mostWaiting) {
            throw refused(mostWaiting + " requests wait for this limit, its share of limit exchanges");
        }
        waiting++;
        entry.line.add(place);
        return place;
    }

    private ProxyException refused(String reason) {
        return ProxyException.refused(Outcome.OVERLOADED, status, "too many requests at once", reason);
    }

    /** Where a request is. */
    private enum State {
        WAITING,
        INSIDE,
        OUT
    }

    /** The place of one request. */
    final class Place {
        private final String key;
        private final Entry entry;
        private final Signal called = new Signal();
        private State state = State.WAITING;
        private int insideAtBegin;

        private Place(String key, Entry entry) {
            this.key = key;
            this.entry = entry;
        }

        private void comeIn() {
            state = State.INSIDE;
            insideAtBegin = ++entry.inside;
        }

        /** How many were inside when this one came in, itself included. */
        int insideAtBegin() {
            synchronized (Places.this) {
                return insideAtBegin;
            }
        }

        private boolean inside() {
            synchronized (Places.this) {
                return state == State.INSIDE;
            }
        }

        /** Gives it back, and calls those that may come in; has no effect the second time. */
        void release() {
            List<Place> next;
            synchronized (Places.this) {
                if (state == State.WAITING) {
                    waiting--;
                    entry.line.remove(this);
                } else if (state == State.INSIDE) {
                    entry.inside--;
                }
                state = State.OUT;
                next = letIn(entry);
                if (entry.inside == 0 && entry.line.isEmpty()) {
                    entries.remove(key, entry);
                }
            }
            next.forEach(each -> each.called.fire());
        }
    }

    private List<Place> letIn(Entry entry) {
        List<Place> let = new ArrayList<>();
        while (!entry.line.isEmpty() && entry.inside < most.getAsInt()) {
            Place first = entry.line.remove();
            first.comeIn();
            waiting--;
            let.add(first);
        }
        return let;
    }
}
