package dev.sluice.balancer.breaker;

import dev.sluice.balancer.breaker.CircuitBreaker.State;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.error.ErrorHandler;
import dev.sluice.proxy.internal.Nanos;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.scope.ListenerQueue;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.util.Objects;

/**
 * A circuit breaker around a route, or around the attempts at an upstream. A failure is a response with one of the
 * {@link Builder#statusRange}, an exception that blames the upstream, or a body that breaks off by the upstream's fault. A
 * body that comes to its end is a success. Failures of the client or of this proxy count as neither.
 *
 * <p>While the breaker is open, a request is refused with NO_UPSTREAM. Around a route the answer is a 503 whose {@code
 * Retry-After} says when the next trial is let through. Around an attempt it is an exception, so that another upstream
 * may be tried. The exchange's record has the decisions of a breaker that is not closed. Safe for use by many threads.
 *
 * <pre>{@code
 * Route.path("/orders/**").addFilter(CircuitBreakerFilter.of("orders", BreakerPolicy.DEFAULT)).to(proxy);
 * }</pre>
 */
public final class CircuitBreakerFilter implements ProxyFilter {
    private final String name;
    private final CircuitBreaker breaker;
    private final int fromStatus;
    private final int toStatus;
    private final ErrorHandler errorHandler;

    /** The clock of the exchanges, which the breaker itself does not know. */
    private volatile TimeSource time = TimeSource.system();

    private CircuitBreakerFilter(Builder setup) {
        this.name = setup.name;
        ListenerQueue told = new ListenerQueue("the listener of circuit breaker " + name);
        CircuitBreaker.Listener listener = setup.listener;
        this.breaker = new CircuitBreaker(
                setup.policy, (from, to, reason) -> told.add(time, () -> listener.changed(from, to, reason)));
        this.fromStatus = setup.fromStatus;
        this.toStatus = setup.toStatus;
        this.errorHandler = setup.errorHandler;
    }

    /** A filter with its own breaker, for which 500 to 599 are failures. */
    public static CircuitBreakerFilter of(String name, BreakerPolicy policy) {
        return builder(name).policy(policy).build();
    }

    /**
     * A builder that begins with the defaults.
     *
     * @param name what records and logs call the breaker
     */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /** The breaker, for its state. */
    public CircuitBreaker breaker() {
        return breaker;
    }

    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        Exchange scope = request.exchange();
        if (!scope.time().equals(time)) {
            time = scope.time();
        }
        long beginNanos = scope.time().nanos();
        if (!breaker.tryAcquire(beginNanos)) {
            scope.notes().note(new BreakerDecision(name, false));
            return refuse(request, beginNanos);
        }
        if (breaker.state(beginNanos) == State.HALF_OPEN) {
            scope.notes().note(new BreakerDecision(name, true));
        }
        ProxyResponse response;
        try {
            response = next.handle(request);
        } catch (Throwable failure) {
            count(outcomeOf(failure, scope), beginNanos, scope);
            throw failure;
        }
        count(response, beginNanos, scope);
        return response;
    }

    private ProxyResponse refuse(ProxyRequest request, long nanos) throws ProxyException {
        ProxyException why = ProxyException.refused(
                Outcome.NO_UPSTREAM, "temporarily unavailable", "circuit breaker \"" + name + "\" is open");
        Exchange scope = request.exchange();
        if (scope.parent() != null) {
            throw why;
        }
        scope.notes().failed(why);
        ProxyResponse own = errorHandler.answer(request, why);
        ProxyResponse page = own != null ? own : ErrorHandler.standardPage(request, why);
        long seconds = Nanos.wholeSeconds(breaker.retryAtNanos() - nanos);
        return page.toBuilder().header("Retry-After", String.valueOf(seconds)).build();
    }

    private void count(ProxyResponse response, long beginNanos, Exchange scope) {
        // Around all routes of a server failures are already pages, and their reason counts.
        ProxyException page = scope.parent() == null ? scope.record().failure() : null;
        int status = response.status();
        if (page != null) {
            count(page.outcome(), beginNanos, scope);
        } else if (status >= fromStatus && status <= toStatus) {
            breaker.failed(beginNanos, scope.time().nanos());
        } else if (response.tunnel() != null || response.body().length() == 0) {
            // A tunnel may be open for days, and as a trial it would block all others.
            count(Outcome.COMPLETED, beginNanos, scope);
        } else {
            scope.onEnd(outcome -> count(outcome, beginNanos, scope));
        }
    }

    private void count(Outcome outcome, long beginNanos, Exchange scope) {
        long nanos = scope.time().nanos();
        if (outcome == Outcome.COMPLETED) {
            breaker.succeeded(beginNanos, nanos);
        } else if (outcome.blamesUpstream()) {
            breaker.failed(beginNanos, nanos);
        } else {
            breaker.released(beginNanos, nanos);
        }
    }

    /** As for an attempt: an exception without an outcome blames the upstream if it is an I/O failure. */
    private static Outcome outcomeOf(Throwable failure, Exchange scope) {
        if (failure instanceof ProxyException known) {
            return known.outcome();
        }
        Outcome cancelled = scope.cancelled();
        if (cancelled != null) {
            return cancelled;
        }
        return failure instanceof IOException ? Outcome.HEAD_FAILED : Outcome.FAILED;
    }

    /** Sets up a filter. For one thread. */
    public static final class Builder {
        private final String name;
        private BreakerPolicy policy = BreakerPolicy.DEFAULT;
        private CircuitBreaker.Listener listener = (from, to, reason) -> {};
        private int fromStatus = 500;
        private int toStatus = 599;
        private ErrorHandler errorHandler = ErrorHandler::standardPage;

        private Builder(String name) {
            this.name = Objects.requireNonNull(name, "name");
        }

        /** Sets when the breaker opens and closes; {@link BreakerPolicy#DEFAULT} by default. */
        public Builder policy(BreakerPolicy policy) {
            this.policy = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Sets the listener for changes; none by default. It is called in order, on a thread that no exchange waits
         * for. If it is more than 1,000 changes behind, it misses the oldest ones, and the log says so. On a clock that
         * a test moves it is called at once, on the exchange's thread.
         */
        public Builder listener(CircuitBreaker.Listener listener) {
            this.listener = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /** Sets the statuses that are failures, both bounds included; 500 to 599 by default. */
        public Builder statusRange(int from, int to) {
            this.fromStatus = from;
            this.toStatus = to;
            return this;
        }

        /** Sets what makes the page of a refusal; {@link ErrorHandler#standardPage} by default. */
        public Builder onError(ErrorHandler handler) {
            this.errorHandler = Objects.requireNonNull(handler, "onError");
            return this;
        }

        /**
         * The filter, with its own breaker, which is closed.
         *
         * @throws IllegalArgumentException if the statuses are no range from 200 on; the message shows them
         */
        public CircuitBreakerFilter build() {
            Require.statuses("breaker statusRange", fromStatus, toStatus);
            return new CircuitBreakerFilter(this);
        }
    }
}
