package dev.sluice.proxy;

import dev.sluice.proxy.time.TimeSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What happened in one exchange, and why: route, picks, attempts, refusals, times and sizes. One record feeds the
 * access log, listeners, metrics and the assertions of tests. Whoever takes part in the exchange notes what it did; a
 * filter of your own may too. Times are nanoseconds of the exchange's time source. Safe for use by many threads.
 */
public final class ExchangeRecord {
    /**
     * How many attempts, and how many decisions, are kept: a request that waits for long is bounced often. What the
     * request began with and what it ended with tells the most, so those in the middle go.
     */
    private static final int KEPT = 64;

    private final String purpose;
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
    private volatile int attemptCount;
    private volatile int decisionCount;
    private volatile long requestBytes;
    private volatile long responseBytes;
    private volatile boolean detached;
    private volatile @Nullable ProxyRequest request;
    private volatile @Nullable ForwardedClient forwardedClient;
    private volatile @Nullable String route;
    private volatile @Nullable ProxyException failure;
    /** Not volatile: only the thread that carries the exchange is between the filters. */
    private @Nullable ProxyException told;

    private volatile long headNanos = -1;
    private volatile long endNanos = -1;
    private volatile int status;
    private volatile @Nullable Outcome outcome;

    ExchangeRecord(String purpose, TimeSource time, Client client, ExchangeListener listener) {
        this.purpose = purpose;
        this.beginAt = time.now();
        this.beginNanos = time.nanos();
        this.client = client;
        this.listener = listener;
    }

    /** A detached exchange serves the same request, of the same client, on the same route. */
    void comesFrom(ExchangeRecord origin) {
        detached = true;
        request = origin.request;
        route = origin.route;
        forwardedClient = origin.forwardedClient;
    }

    /** What the exchange is for: {@code exchange} when a client began it, else what {@link Exchange#detached} was told. */
    public String purpose() {
        return purpose;
    }

    /** Returns whether a client began the exchange; false for a detached one, which has no response of its own. */
    public boolean isClients() {
        return !detached;
    }

    /** When the exchange began, on the wall clock. */
    public Instant beginAt() {
        return beginAt;
    }

    /** When the exchange began. */
    public long beginNanos() {
        return beginNanos;
    }

    /** The connection that the request came by: the client itself, or the proxy before this one. */
    public Client client() {
        return client;
    }

    /**
     * Who began the request, as the last rule of {@link dev.sluice.proxy.header.Forwarding} has found it; what the
     * connection and the request tell, as long as there was none.
     */
    public ForwardedClient forwardedClient() {
        ForwardedClient found = forwardedClient;
        ProxyRequest received = request;
        return found != null
                ? found
                : ForwardedClient.of(
                        client, received == null ? null : received.target().authority());
    }

    /** The request as it was received, or null when it could not be read; of a detached exchange, the one it comes from. */
    public @Nullable ProxyRequest request() {
        return request;
    }

    /** The route that was taken, or null. */
    public @Nullable String route() {
        return route;
    }

    /** The attempts so far, in order: all of them up to 64, else the first and the last 32. */
    public List<AttemptRecord> attempts() {
        return attempts;
    }

    /** How many attempts there were, those included that are not kept. */
    public int attemptCount() {
        return attemptCount;
    }

    /** What was decided so far, in order: all of it up to 64 decisions, else the first and the last 32. */
    public List<Decision> decisions() {
        return decisions;
    }

    /** Why the client gets an error page of the proxy's own, or of a filter in its place; or null. */
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
        lines(text, decisions, decisionCount, Decision::explain);
        lines(text, attempts, attemptCount, AttemptRecord::toString);
        if (failure != null) {
            text.append("failed: ").append(failure.getMessage()).append('\n');
        }
        return text.toString();
    }

    private static <T> void lines(StringBuilder text, List<T> kept, int count, Function<T, String> words) {
        for (int i = 0; i < kept.size(); i++) {
            if (i == KEPT / 2 && count > kept.size()) {
                text.append("... ").append(count - kept.size()).append(" more\n");
            }
            text.append(words.apply(kept.get(i))).append('\n');
        }
    }

    /** Notes the request as it was received. */
    public void request(ProxyRequest received) {
        this.request = received;
    }

    /** Notes who began the request. */
    public void forwardedClient(ForwardedClient found) {
        this.forwardedClient = found;
    }

    /** Notes the route that was taken. */
    public void route(String name) {
        this.route = name;
    }

    /** Notes a decision. */
    public synchronized void note(Decision decision) {
        decisionCount++;
        decisions = plus(decisions, decision);
    }

    /**
     * Notes why the client gets an error page of the proxy's own. A filter that is told of a failure and answers with an
     * error status of its own (400 and above) need not do that: it is done for it.
     */
    public void failed(ProxyException why) {
        this.failure = why;
        this.told = null;
    }

    /**
     * Notes that the failure has been mended: the client gets a response that is as good, such as one of another
     * upstream. A filter that is told of a failure and calls the next handler once more, or answers with a status below
     * 400, need not do that: it is done for it.
     */
    public void mended() {
        if (failure != null) {
            failure = null;
        }
        told = null;
    }

    /** Keeps what a filter is just being told of. On the thread that carries the exchange. */
    void told(ProxyException why) {
        told = why;
    }

    @Nullable
    ProxyException takeTold() {
        ProxyException taken = told;
        told = null;
        return taken;
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
            attemptCount++;
            attempt =
                    new AttemptRecord(attemptCount, upstream, this, scope.time().nanos());
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
        if (longer.size() == KEPT) {
            longer.remove(KEPT / 2);
        }
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
        TwoListeners.tell(listener, event);
    }
}
