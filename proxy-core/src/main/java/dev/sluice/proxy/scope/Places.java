package dev.sluice.proxy.scope;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.internal.DurationText;
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
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
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
public final class Places {
    private final IntSupplier most;
    private final int queue;
    private final Duration maxWait;
    private final Function<String, ProxyException> refusal;
    private final Map<String, Entry> entries = new HashMap<>();
    private final LongAdder refused = new LongAdder();
    private int waiting;

    /**
     * @param most how many of each key may be inside now
     * @param queue how many of each key may wait
     * @param maxWait how long one waits
     * @param refusal of one that finds no place, by the reason, which is for logs
     */
    public Places(IntSupplier most, int queue, Duration maxWait, Function<String, ProxyException> refusal) {
        this.most = most;
        this.queue = queue;
        this.maxWait = maxWait;
        this.refusal = refusal;
    }

    /** One key. */
    private static final class Entry {
        private final Deque<Place> line = new ArrayDeque<>();
        private int inside;
    }

    /** How many of all keys wait. */
    public synchronized int waiting() {
        return waiting;
    }

    /** How many requests were refused. */
    public long refused() {
        return refused.sum();
    }

    /** How many keys are in use. */
    public synchronized int keys() {
        return entries.size();
    }

    /**
     * Handles the request once it has a place; a failure gives it back at once.
     *
     * @param mostWaiting how many of all keys may wait
     */
    public ProxyResponse around(String key, ProxyRequest request, ProxyHandler next, int mostWaiting)
            throws IOException, InterruptedException {
        Place place = take(key, request.exchange(), mostWaiting);
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
     * @param mostWaiting how many of all keys may wait
     * @throws ProxyException if there is none in time, the refusal; or the scope was cancelled, with that outcome
     */
    public Place take(String key, Exchange scope, int mostWaiting) throws ProxyException, InterruptedException {
        Place place = enter(key, mostWaiting);
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
        } finally {
            scope.notes().waited(time.nanos() - since);
        }
        if (!place.inside()) {
            place.release();
            throw refuse("no place was free within " + DurationText.of(maxWait));
        }
        long waitedMillis = (time.nanos() - since) / 1_000_000;
        scope.notes().note(() -> "limit: waited " + waitedMillis + " ms for a place");
        return place;
    }

    private ProxyException refuse(String why) {
        refused.increment();
        return refusal.apply(why);
    }

    private synchronized Place enter(String key, int mostWaiting) throws ProxyException {
        Entry entry = entries.computeIfAbsent(key, any -> new Entry());
        Place place = new Place(key, entry);
        if (entry.inside < most.getAsInt() && entry.line.isEmpty()) {
            place.comeIn();
            return place;
        }
        if (entry.line.size() >= queue) {
            throw refuse(entry.inside + " are in progress" + (queue == 0 ? "" : " and " + queue + " wait"));
        }
        if (waiting >= mostWaiting) {
            throw refuse(mostWaiting + " requests wait for this limit, its share of limit exchanges");
        }
        waiting++;
        entry.line.add(place);
        return place;
    }

    /** Where a request is. */
    private enum State {
        WAITING,
        INSIDE,
        OUT
    }

    /** The place of one request. */
    public final class Place {
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
        public int insideAtBegin() {
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
        public void release() {
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
