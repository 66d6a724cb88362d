package dev.sluice.proxy;

import dev.sluice.proxy.ExchangeRecord.Decision;
import dev.sluice.proxy.syntax.SecretNames;
import dev.sluice.proxy.time.TimeSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes the {@link ExchangeRecord} of an exchange: each part notes what it did, and your own filter may do so too.
 * {@link Exchange#notes()} returns it. Times are nanoseconds of the exchange's time source. Safe for use by many
 * threads.
 */
public final class ExchangeNotes implements ExchangeRecord {
    /**
     * How many attempts, and how many decisions, are kept: a request that waits for long has many. The first and the
     * last ones say the most, so those in the middle are dropped.
     */
    private static final int KEPT = 64;

    private final String purpose;
    private final TimeSource time;
    private final Instant beginAt;
    private final long beginNanos;
    private final Client client;
    private final ExchangeListener listener;
    private static final AtomicLongFieldUpdater<ExchangeNotes> REQUEST_BYTES =
            AtomicLongFieldUpdater.newUpdater(ExchangeNotes.class, "requestBytes");
    private static final AtomicLongFieldUpdater<ExchangeNotes> RESPONSE_BYTES =
            AtomicLongFieldUpdater.newUpdater(ExchangeNotes.class, "responseBytes");

    private static final AtomicLongFieldUpdater<ExchangeNotes> WAIT_NANOS =
            AtomicLongFieldUpdater.newUpdater(ExchangeNotes.class, "waitNanos");

    /** Replaced and never changed, under this object's lock: most exchanges have one attempt and no decision. */
    private volatile List<AttemptRecord> attempts = List.of();

    private volatile List<Decision> decisions = List.of();
    private volatile int attemptCount;
    private volatile int decisionCount;
    private volatile long requestBytes;
    private volatile long responseBytes;
    private volatile boolean detached;
    /** For its values; null once the exchange has ended. */
    private volatile @Nullable Exchange scope;

    private volatile @Nullable RecordedRequest request;
    private volatile @Nullable ForwardedClient forwardedClient;
    private volatile @Nullable Principal principal;
    private volatile @Nullable String requestId;
    private volatile @Nullable TraceContext trace;
    private volatile @Nullable String route;
    private volatile @Nullable CacheUse cache;
    private volatile @Nullable ProxyException failure;
    /** Not volatile: only the thread that carries the exchange runs the filters. */
    private @Nullable ProxyException told;

    private volatile long waitNanos;
    private volatile long headNanos = -1;
    private volatile long endNanos = -1;
    private volatile int status;
    private volatile Headers responseHeaders = Headers.empty();
    private volatile @Nullable Outcome outcome;

    ExchangeNotes(String purpose, TimeSource time, Client client, ExchangeListener listener) {
        this.purpose = purpose;
        this.time = time;
        this.beginAt = time.now();
        this.beginNanos = time.nanos();
        this.client = client;
        this.listener = listener;
    }

    /** The exchange that this is the record of. */
    void scope(Exchange exchange) {
        this.scope = exchange;
    }

    /** A detached exchange serves the same request, of the same client, on the same route. */
    void comesFrom(ExchangeNotes origin) {
        detached = true;
        request = origin.request;
        route = origin.route;
        principal = origin.principal;
        requestId = origin.requestId;
        forwardedClient = origin.forwardedClient;
    }

    @Override
    public String purpose() {
        return purpose;
    }

    @Override
    public boolean isClients() {
        return !detached;
    }

    @Override
    public Instant beginAt() {
        return beginAt;
    }

    @Override
    public long beginNanos() {
        return beginNanos;
    }

    @Override
    public Client client() {
        return client;
    }

    @Override
    public ForwardedClient forwardedClient() {
        ForwardedClient found = forwardedClient;
        RequestRecord received = request;
        return found != null
                ? found
                : ForwardedClient.of(
                        client, received == null ? null : received.target().authority());
    }

    @Override
    public @Nullable RequestRecord request() {
        return request;
    }

    @Override
    public @Nullable Principal principal() {
        return principal;
    }

    @Override
    public @Nullable String requestId() {
        return requestId;
    }

    @Override
    public @Nullable TraceContext trace() {
        return trace;
    }

    @Override
    public @Nullable String route() {
        return route;
    }

    @Override
    public @Nullable CacheUse cache() {
        return cache;
    }

    @Override
    public List<AttemptRecord> attempts() {
        return attempts;
    }

    @Override
    public int attemptCount() {
        return attemptCount;
    }

    @Override
    public long waitNanos() {
        return waitNanos;
    }

    @Override
    public List<Decision> decisions() {
        return decisions;
    }

    @Override
    public @Nullable ProxyException failure() {
        return failure;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public Headers responseHeaders() {
        return HiddenFields.of(responseHeaders, SecretNames::isField);
    }

    @Override
    public <T> @Nullable T get(Class<T> type) {
        Exchange exchange = scope;
        return exchange == null ? null : exchange.get(type);
    }

    @Override
    public long headNanos() {
        return headNanos;
    }

    @Override
    public long endNanos() {
        return endNanos;
    }

    @Override
    public long requestBytes() {
        return requestBytes;
    }

    @Override
    public long responseBytes() {
        return responseBytes;
    }

    @Override
    public @Nullable Outcome outcome() {
        return outcome;
    }

    @Override
    public String explain() {
        StringBuilder text = new StringBuilder();
        text.append(request == null ? "no request" : String.valueOf(request)).append(" -> ");
        text.append(status == 0 ? "no response" : "status " + status);
        text.append(outcome == null ? ", open" : ", " + outcome).append('\n');
        text.append("route: ").append(route == null ? "none" : route).append('\n');
        if (cache != null) {
            text.append(cache).append('\n');
        }
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

    void request(RequestRecord received) {
        this.request = new RecordedRequest(received);
    }

    /**
     * Hides a field of the request in this record, as it lets somebody enter; {@code Authorization}, {@code Cookie}, {@code
     * X-Api-Key} and the like are always hidden. Its value is {@code ***} then.
     */
    public void secretField(String name) {
        RecordedRequest received = request;
        if (received != null) {
            received.hideField(name);
        }
    }

    /** The same for a parameter of the query, also in {@code Referer}; the name is compared decoded, with case. */
    public void secretParameter(String name) {
        RecordedRequest received = request;
        if (received != null) {
            received.hideParameter(name);
        }
    }

    /** Another target without the values of the parameters that are hidden in this record. */
    public RequestTarget shown(RequestTarget target) {
        RecordedRequest received = request;
        return received == null ? target : received.shown(target);
    }

    /** Notes the client that began the request. */
    public void forwardedClient(ForwardedClient found) {
        this.forwardedClient = found;
    }

    /** Notes who sends the request, as authentication has found it. */
    public void principal(Principal found) {
        this.principal = found;
    }

    /** Notes the id of the request. */
    public void requestId(String id) {
        this.requestId = id;
    }

    /** Notes the place of the exchange in a trace. */
    public void trace(TraceContext context) {
        this.trace = context;
    }

    /** Notes the route that was taken. */
    public void route(String name) {
        this.route = name;
    }

    /** Notes what the cache of the route did. */
    public void cache(CacheUse use) {
        this.cache = use;
    }

    /**
     * Shows the attempts of another exchange as those of this one too, as they have brought its response. Their listeners are
     * not told again.
     */
    public void answeredBy(ExchangeRecord other) {
        List<AttemptRecord> shown = other.attempts();
        synchronized (this) {
            for (AttemptRecord attempt : shown) {
                attemptCount++;
                attempts = plus(attempts, attempt);
            }
        }
    }

    /** Notes a decision. */
    public synchronized void note(Decision decision) {
        decisionCount++;
        decisions = plus(decisions, decision);
    }

    /**
     * Notes why the client gets an error page of the proxy. If a filter answers a failure with its own error status
     * (400 and above), this is done automatically.
     */
    public void failed(ProxyException why) {
        this.failure = why;
        this.told = null;
    }

    /**
     * Notes that the failure has been mended: the client gets a good response, such as one of another upstream. If a
     * filter calls the next handler again after a failure, or answers it with a status below 400, this is done
     * automatically.
     */
    public void mended() {
        if (failure != null) {
            failure = null;
        }
        told = null;
    }

    /** Keeps the failure that a filter now gets. On the thread that carries the exchange. */
    void told(ProxyException why) {
        told = why;
    }

    @Nullable
    ProxyException takeTold() {
        ProxyException taken = told;
        told = null;
        return taken;
    }

    /** Notes that it has waited for a place, for a member, or for the time of a retry, perhaps once more. */
    public void waited(long nanos) {
        WAIT_NANOS.addAndGet(this, nanos);
    }

    /** Notes that the response's head, with these fields, goes to the client. */
    public void head(int status, Headers headers, long nanos) {
        this.status = status;
        this.responseHeaders = headers;
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

    AttemptNotes attempt(String upstream, Map<String, String> tags, AttemptRecord.Reason reason) {
        AttemptNotes attempt;
        synchronized (this) {
            attemptCount++;
            attempt = new AttemptNotes(attemptCount, reason, upstream, tags, this, time.nanos());
            attempts = plus(attempts, attempt);
        }
        tell(events -> events.attemptBegun(this, attempt));
        return attempt;
    }

    void ended(AttemptNotes attempt, Outcome how) {
        attempt.ended(how, time.nanos());
        tell(events -> events.attemptEnded(this, attempt));
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

    void begun() {
        tell(events -> events.begun(this));
    }

    void ended(Outcome how) {
        endNanos = time.nanos();
        ProxyException why = failure;
        outcome = how == Outcome.COMPLETED && why != null ? why.outcome() : how;
        tell(events -> events.ended(this));
        scope = null;
    }

    private void tell(Consumer<ExchangeListener> event) {
        TwoListeners.tell(listener, event);
    }
}
