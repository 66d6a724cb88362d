package dev.sluice.balancer.status;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.scope.ServerDrain;
import dev.sluice.proxy.syntax.QueryNames;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Those who look at the state, once or all the time. They share what was made a moment ago. Safe for use by many threads. */
final class Viewers {
    private static final long SHARED_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** Or a viewer that is never closed would hold its connection for ever. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** How long before the deadline of its exchange a stream ends: else it would be broken off, and be a failed request. */
    private static final long BEFORE_DEADLINE = TimeUnit.SECONDS.toNanos(1);

    /** How long a viewer that does not read may hold the end of the page or of its server. */
    private static final Duration CUT = Duration.ofSeconds(1);

    private static final int LEAST_MILLIS = 100;
    private static final int MOST_MILLIS = 60_000;
    private static final int USUAL_MILLIS = 1000;

    private final int most;
    private final Semaphore places;
    private final TimeSource time;
    private final Supplier<String> state;
    private final Signal closed = new Signal();
    private final Lock making = new ReentrantLock();
    private volatile @Nullable Made latest;

    /** @param state makes the state as it is now */
    Viewers(int most, TimeSource time, Supplier<String> state) {
        this.most = most;
        this.places = new Semaphore(most);
        this.time = time;
        this.state = state;
    }

    private static final class Made {
        private final byte[] event;
        private final long nanos;

        private Made(byte[] event, long nanos) {
            this.event = event;
            this.nanos = nanos;
        }
    }

    /** An event of a moment ago, or a new one. */
    private byte[] event() {
        byte[] known = shared();
        return known == null ? made() : known;
    }

    private byte @Nullable [] shared() {
        Made known = latest;
        return known != null && time.nanos() - known.nanos < SHARED_NANOS ? known.event : null;
    }

    /** Of those who want one at the same time, one makes it. */
    private byte[] made() {
        making.lock();
        try {
            byte[] known = shared();
            if (known != null) {
                return known;
            }
            byte[] event = ("data: " + state.get() + "\n\n").getBytes(StandardCharsets.UTF_8);
            latest = new Made(event, time.nanos());
            return event;
        } finally {
            making.unlock();
        }
    }

    /** The state as it is now. */
    ProxyResponse data() {
        return StatusAnswers.safe(200, "application/json")
                .body(Body.of(state.get()))
                .build();
    }

    /** A stream of states. */
    ProxyResponse events(ProxyRequest request) {
        Duration every;
        try {
            every = every(request.target().query());
        } catch (IllegalArgumentException wrong) {
            return StatusAnswers.plain(400, wrong.getMessage() + "\n");
        }
        ProxyResponse.Builder response = StatusAnswers.safe(200, "text/event-stream");
        if (request.method().equals("HEAD")) {
            return response.build();
        }
        if (closed.fired() || !places.tryAcquire()) {
            return StatusAnswers.plain(503, "All " + most + " places for viewers are taken.\n");
        }
        return response.body(Body.of(stream(request, every), Body.UNKNOWN)).build();
    }

    private StatusEvents stream(ProxyRequest request, Duration every) {
        Exchange exchange = request.exchange();
        Signal end = new Signal();
        Signal left = new Signal();
        left.whenFired(places::release);
        // A response that a filter has dropped is closed by nobody.
        exchange.onEnd(how -> left.fire());
        Runnable ends = () -> {
            end.fire();
            TimeSource.Scheduled cut = exchange.time().schedule(CUT, () -> exchange.cancel(Outcome.SHUT_DOWN));
            left.whenFired(cut::cancel);
        };
        left.whenFired(closed.whenFired(ends));
        ServerDrain drain = exchange.get(ServerDrain.class);
        if (drain != null) {
            left.whenFired(drain.begun().whenFired(ends));
        }
        return new StatusEvents(exchange.time(), every, this::event, lastNanos(exchange), end, left::fire);
    }

    private static long lastNanos(Exchange exchange) {
        long last = exchange.time().deadline(LONGEST);
        long deadline = exchange.deadlineNanos();
        if (deadline == TimeSource.NEVER) {
            return last;
        }
        long left = deadline - exchange.time().nanos();
        return Math.min(last, deadline - Math.min(BEFORE_DEADLINE, left / 10));
    }

    private static Duration every(@Nullable String query) {
        String text = QueryNames.first(query, "every");
        if (text == null) {
            return Duration.ofMillis(USUAL_MILLIS);
        }
        int millis;
        try {
            millis = Integer.parseInt(text);
        } catch (NumberFormatException notOne) {
            millis = -1;
        }
        if (millis < LEAST_MILLIS || millis > MOST_MILLIS) {
            throw new IllegalArgumentException(
                    "every must be " + LEAST_MILLIS + " to " + MOST_MILLIS + " milliseconds");
        }
        return Duration.ofMillis(millis);
    }

    /** Throws IllegalStateException if this is closed. */
    void requireOpen() {
        if (closed.fired()) {
            throw new IllegalStateException("the page is closed");
        }
    }

    /** Ends all streams, and begins no more. */
    void close() {
        closed.fire();
    }
}
