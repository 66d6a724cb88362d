package dev.sluice.balancer.status;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.scope.ServerDrain;
import dev.sluice.proxy.syntax.QueryNames;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Those who look at the state, once or all the time. They share what was made a moment ago. Safe for use by many threads. */
final class Viewers {
    private static final long SHARED_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int LEAST_MILLIS = 100;
    private static final int MOST_MILLIS = 60_000;
    private static final int USUAL_MILLIS = 1000;

    private final int most;
    private final Semaphore places;
    private final TimeSource time;
    private final Supplier<String> state;
    private final Signal closed = new Signal();
    private volatile @Nullable Made latest;

    /** @param state makes the state as it is now */
    Viewers(int most, TimeSource time, Supplier<String> state) {
        this.most = most;
        this.places = new Semaphore(most);
        this.time = time;
        this.state = state;
    }

    private record Made(String text, long nanos) {}

    private String state() {
        Made known = latest;
        long now = time.nanos();
        if (known == null || now - known.nanos() >= SHARED_NANOS) {
            known = new Made(state.get(), now);
            latest = known;
        }
        return known.text();
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
        Signal end = new Signal();
        Runnable forgetPage = closed.whenFired(end::fire);
        ServerDrain drain = request.exchange().get(ServerDrain.class);
        Runnable forgetDrain = drain == null ? () -> {} : drain.begun().whenFired(end::fire);
        AtomicBoolean left = new AtomicBoolean();
        return new StatusEvents(request.exchange().time(), every, this::state, end, () -> {
            if (left.compareAndSet(false, true)) {
                forgetPage.run();
                forgetDrain.run();
                places.release();
            }
        });
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
