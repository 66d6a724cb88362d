package dev.sluice.proxy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happened in one exchange, and why: route, picks, attempts, refusals, times and sizes. One record feeds the
 * access log, listeners, metrics and the assertions of tests. Whoever takes part in the exchange notes what it did; a
 * filter of your own may too. Times are nanoseconds of the exchange's time source. Safe for use by many threads.
 */
public final class ExchangeRecord {
    private static final Logger LOG = LoggerFactory.getLogger(ExchangeRecord.class);

    private final Instant beginAt;
    private final long beginNanos;
    private final Client client;
    private final ExchangeListener listener;
    private static final AtomicLongFieldUpdater<ExchangeRecord> REQUEST_BYTES =
            AtomicLongFieldUpdater.newUpdater(ExchangeRecord.class, "requestBytes");
    private static final AtomicLongFieldUpdater<ExchangeRecord> RESPONSE_BYTES =
            AtomicLongFieldUpdater.newUpdater(ExchangeRecord.class, "responseBytes");

    /** Replaced and never changed, under this object's lock: most exchanges have one attempt and no decision. */
    private volatile List<AttemptRecord> attempts = List.of();

    private volatile List<Decision> decisions = List.of();
    private volatile long requestBytes;
    private volatile long responseBytes;
    private volatile @Nullable ProxyRequest request;
    private volatile @Nullable String route;
    private volatile @Nullable ProxyException failure;
    private volatile long headNanos = -1;
    private volatile long endNanos = -1;
    private volatile int status;
    private volatile @Nullable Outcome outcome;

    ExchangeRecord(Instant beginAt, long beginNanos, Client client, ExchangeListener listener) {
        this.beginAt = beginAt;
        this.beginNanos = beginNanos;
        this.client = client;
        this.listener = listener;
    }

    /** When the exchange began, on the wall clock. */
    public Instant beginAt() {
        return beginAt;
    }

    /** When the exchange began. */
    public long beginNanos() {
        return beginNanos;
    }

    /** Who sent the request. */
    public Client client() {
        return client;
    }

    /** The request as it was received, or null when it could not be read. */
    public @Nullable ProxyRequest request() {
        return request;
    }

    /** The route that was taken, or null. */
    public @Nullable String route() {
        return route;
    }

    /** The attempts so far, in order. */
    public List<AttemptRecord> attempts() {
        return attempts;
    }

    /** What was decided so far, in order. */
    public List<Decision> decisions() {
        return decisions;
    }

    /** Why the client got an error page of the proxy's own, or null. */
    public @Nullable ProxyException failure() {
        return failure;
    }

    /** The status that the client got, or 0 when the head is not out. */
    public int status() {
        return status;
    }

    /** When the response's head went to the client, or -1: from then on nothing can be tried again. */
    public long headNanos() {
        return headNanos;
    }

    /** When the exchange ended, or -1. */
    public long endNanos() {
        return endNanos;
    }

    /** The bytes of the request's body read from the client so far. */
    public long requestBytes() {
        return requestBytes;
    }

    /** The bytes of the response's body written to the client so far. */
    public long responseBytes() {
        return responseBytes;
    }

    /**
     * How the exchange ended, or null while it goes on. An error page that was delivered whole still has the outcome
     * of what went wrong.
     */
    public @Nullable Outcome outcome() {
        return outcome;
    }

    /** Everything in words, one thing a line: for a person, and rendered only when asked for. */
    public String explain() {
        StringBuilder text = new StringBuilder();
        text.append(request == null ? "no request" : String.valueOf(request)).append(" -> ");
        text.append(status == 0 ? "no response" : "status " + status);
        text.append(outcome == null ? ", open" : ", " + outcome).append('\n');
        text.append("route: ").append(route == null ? "none" : route).append('\n');
        decisions.forEach(decision -> text.append(decision.explain()).append('\n'));
        attempts.forEach(attempt -> text.append(attempt).append('\n'));
        if (failure != null) {
            text.append("failed: ").append(failure.getMessage()).append('\n');
        }
        return text.toString();
    }

    /** Notes the request as it was received. */
    public void request(ProxyRequest received) {
        this.request = received;
    }

    /** Notes the route that was taken. */
    public void route(String name) {
        this.route = name;
    }

    /** Notes a decision. */
    public synchronized void note(Decision decision) {
        decisions = plus(decisions, decision);
    }

    /** Notes why the client gets an error page of the proxy's own. */
    public void failed(ProxyException why) {
        this.failure = why;
    }

    /** Notes that the response's head goes to the client. */
    public void head(int status, long nanos) {
        this.status = status;
        this.headNanos = nanos;
    }

    /** Counts bytes of the request's body. */
    public void addRequestBytes(long bytes) {
        REQUEST_BYTES.addAndGet(this, bytes);
    }

    /** Counts bytes of the response's body. */
    public void addResponseBytes(long bytes) {
        RESPONSE_BYTES.addAndGet(this, bytes);
    }

    /**
     * Begins the record of an attempt.
     *
     * @param scope the attempt's: the record is complete when it ends
     */
    public AttemptRecord attempt(String upstream, Exchange scope) {
        AttemptRecord attempt;
        synchronized (this) {
            attempt = new AttemptRecord(
                    attempts.size() + 1, upstream, this, scope.time().nanos());
            attempts = plus(attempts, attempt);
        }
        scope.onEnd(how -> {
            attempt.ended(how, scope.time().nanos());
            tell(events -> events.attemptEnded(this, attempt));
        });
        tell(events -> events.attemptBegun(this, attempt));
        return attempt;
    }

    private static <T> List<T> plus(List<T> list, T element) {
        if (list.isEmpty()) {
            return List.of(element);
        }
        List<T> longer = new ArrayList<>(list);
        longer.add(element);
        return Collections.unmodifiableList(longer);
    }

    void begun(Exchange exchange) {
        tell(events -> events.begun(exchange));
    }

    void ended(Outcome how, long nanos) {
        endNanos = nanos;
        ProxyException why = failure;
        outcome = how == Outcome.COMPLETED && why != null ? why.outcome() : how;
        tell(events -> events.ended(this));
    }

    private void tell(Consumer<ExchangeListener> event) {
        try {
            event.accept(listener);
        } catch (RuntimeException | Error fault) {
            LOG.error("a listener of exchanges failed", fault);
        }
    }
}
