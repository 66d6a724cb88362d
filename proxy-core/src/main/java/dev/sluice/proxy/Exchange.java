package dev.sluice.proxy;

import dev.sluice.proxy.time.TimeSource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The scope that everything acquired for one request belongs to. The exchange itself is a scope, begun and ended by the
 * server that received the request; each attempt at an upstream is a child scope with its own deadline.
 *
 * <p>A scope is <i>open</i> until it <i>ends</i>, once, with an {@link Outcome}: at the end of the body, at its
 * failure, when it is closed, or at the latest together with its parent. Hooks given to {@link #onEnd} release what was
 * acquired. Before it ends it may be <i>cancelled</i>, once, with an outcome as the reason: then hooks given to {@link
 * #onCancel} break off what is blocked, and the blocked thread ends the scope. When its deadline passes, a scope is
 * cancelled.
 *
 * <p>Safe for use by many threads. Hooks given to {@link #onEnd} run on the thread that ends the scope, usually the one
 * that carries the exchange. The clock may cancel a scope, so each hook given to {@link #onCancel} runs as its own
 * task, unless it is given too late ({@link TimeSource#handOff}).
 */
public final class Exchange {
    /** The {@link #purpose()} of an exchange that a server begins. */
    public static final String WHOLE = "exchange";

    private final @Nullable Exchange parent;
    private final String purpose;
    private final ExchangeSetup setup;
    private final ExchangeNotes notes;
    private final ScopeLife life;
    /** Its own, without those of the parents; replaced under this object's lock. */
    private volatile @Nullable Attributes attributes;

    private volatile @Nullable ProxyRequest request;
    private volatile @Nullable AttemptNotes attempt;
    private volatile UnaryOperator<Headers> interimRule = UnaryOperator.identity();
    private volatile boolean withoutInterim;

    Exchange(
            @Nullable Exchange parent,
            String purpose,
            ExchangeSetup setup,
            ExchangeNotes notes,
            @Nullable Attributes attributes) {
        this.parent = parent;
        this.purpose = purpose;
        this.setup = setup;
        this.notes = notes;
        this.life = new ScopeLife(parent == null ? null : parent.life, setup.time());
        this.attributes = attributes;
    }

    /** A builder of an exchange, for a server that has received a request, or for a test. */
    public static Builder builder(TimeSource time) {
        return new Builder(time);
    }

    /** The scope that this one ends with, or null when this is an exchange itself. */
    public @Nullable Exchange parent() {
        return parent;
    }

    /** The purpose of the scope: {@code exchange}, {@code attempt}, or the name given to {@link #child}. */
    public String purpose() {
        return purpose;
    }

    /** Who sent the request. */
    public Client client() {
        return setup.client();
    }

    /** What the server that received the request can do. */
    public Set<Capability> capabilities() {
        return setup.capabilities();
    }

    /** The clock for all waits in this exchange. */
    public TimeSource time() {
        return setup.time();
    }

    /**
     * When the scope is cancelled automatically, in the nanoseconds of {@link #time()}; {@link TimeSource#NEVER} for
     * never. A parent's deadline counts too.
     */
    public long deadlineNanos() {
        return life.deadlineNanos();
    }

    /**
     * Replaces this scope's own deadline, such as the server's by that of a route.
     *
     * @param nanos a time of {@link #time()}, or {@link TimeSource#NEVER}
     * @param reason the outcome that the scope is then cancelled with
     */
    public void deadline(long nanos, Outcome reason) {
        life.deadline(nanos, reason);
    }

    /**
     * Replaces this scope's own deadline by one that is checked when it has come. If it does not hold then, the scope
     * has no deadline of its own any more.
     *
     * @param nanos a time of {@link #time()}, or {@link TimeSource#NEVER}
     * @param reason the outcome that the scope is then cancelled with
     * @param holds returns whether the scope is cancelled; called on the clock's thread, so it must not block
     */
    public void deadline(long nanos, Outcome reason, BooleanSupplier holds) {
        life.deadline(nanos, reason, holds);
    }

    /** The record of decisions and their reasons. A child shares the record of its exchange. */
    public ExchangeRecord record() {
        return notes;
    }

    /**
     * The request as the server received it; null before that, if it could not be read, and in a {@linkplain #detached
     * detached} exchange.
     */
    public @Nullable ProxyRequest request() {
        return parent == null ? request : parent.request();
    }

    /** Keeps the request as the server has received it, here and in the {@link #record()}. */
    public void received(ProxyRequest received) {
        if (parent != null) {
            parent.received(received);
            return;
        }
        request = received;
        notes.request(received);
    }

    /** Writes the {@link #record()}: for all parts of the exchange, also your own filter. */
    public ExchangeNotes notes() {
        return notes;
    }

    /** Begins the record of the first attempt of a request in this scope, at an upstream without tags. */
    public AttemptNotes attempt(String upstream) {
        return attempt(upstream, Map.of(), AttemptRecord.Reason.FIRST);
    }

    /**
     * Begins the record of an attempt at {@code upstream} in this scope; it is complete when this scope ends.
     *
     * @param tags those of the {@linkplain AttemptRecord#tags upstream}, which do not change any more
     */
    public AttemptNotes attempt(String upstream, Map<String, String> tags, AttemptRecord.Reason reason) {
        AttemptNotes begun = notes.attempt(upstream, tags, reason);
        attempt = begun;
        onEnd(how -> notes.ended(begun, how));
        return begun;
    }

    /** Writes the record of the attempt that this scope is for, or is within; null if it is for none, such as a probe's. */
    public @Nullable AttemptNotes attemptNotes() {
        Exchange scope = this;
        while (scope.attempt == null && scope.parent != null) {
            scope = scope.parent;
        }
        return scope.attempt;
    }

    /**
     * Sends an interim response (1xx other than 100 and 101) to the client. Call it on the thread that answers the
     * exchange, before it answers.
     *
     * @return whether it was sent; false if the server cannot ({@link Capability#INTERIM}), or this scope is over or
     *     {@link #withoutInterim}; clients do not rely on interim responses
     */
    public boolean interim(int status, Headers headers) {
        if (withoutInterim || !life.isOpen()) {
            return false;
        }
        Headers changed = interimRule.apply(headers);
        return parent == null ? setup.sendInterim(status, changed) : parent.interim(status, changed);
    }

    /** Changes the fields of this scope's interim responses by {@code rule}, like those of the final response. */
    public void interimRule(UnaryOperator<Headers> rule) {
        interimRule = rule;
    }

    /** From now on this scope sends no interim responses: for work beside the thread that answers the exchange. */
    public void withoutInterim() {
        withoutInterim = true;
    }

    /**
     * A scope within this one. If this one has already ended or been cancelled, the child is cancelled from the start.
     *
     * @param purpose what it is for
     * @param deadlineNanos when it is cancelled; this scope's own deadline still counts
     * @param atDeadline the outcome that it is then cancelled with
     */
    public Exchange child(String purpose, long deadlineNanos, Outcome atDeadline) {
        Exchange child = new Exchange(this, purpose, setup, notes, null);
        child.deadline(deadlineNanos, atDeadline);
        life.add(child.life);
        return child;
    }

    /**
     * A scope that may outlive this one, such as a cache's refresh. It is an exchange with its own record; listeners
     * see it begin and end, and a draining server waits for it. It begins with the values that were {@link #put} into
     * this scope and its parents, also timeouts and route, and its record begins with the request and the route of this
     * one: so the same handlers serve it in the same way. It is not a client's request, so it sends no interim
     * responses, has no line in the access log, and does not count against a server's limit of exchanges: your code
     * must limit how many there are.
     *
     * @param purpose what it is for, such as {@code refresh}; logs and listeners see it
     * @param timeout after which it is cancelled with TOTAL_TIMEOUT
     */
    public Exchange detached(String purpose, Duration timeout) {
        return detached(purpose, timeout, ExchangeSetup.NOWHERE);
    }

    /**
     * The same, for work that this exchange waits for: its interim responses go to {@code interim}, on the thread that does
     * the work.
     *
     * @param purpose what it is for, such as {@code fill}; logs and listeners see it
     * @param timeout after which it is cancelled with TOTAL_TIMEOUT
     */
    public Exchange detached(String purpose, Duration timeout, InterimSink interim) {
        return setup.with(interim).begin(purpose, timeout, allAttributes(), notes);
    }

    /**
     * Asks everything in this scope to stop: hooks break off what is blocked. It does not end the scope. Has no effect
     * once the scope is cancelled or has ended. While the scope ends, the hooks break off what its end waits for, and
     * nothing else changes.
     *
     * @return whether this call cancelled it
     */
    public boolean cancel(Outcome reason) {
        return life.cancel(reason);
    }

    /** The outcome that the scope was cancelled with, or null. */
    public @Nullable Outcome cancelled() {
        return life.cancelled();
    }

    /**
     * Throws if the scope has been cancelled; for work that takes a while.
     *
     * @throws ProxyException with the outcome that it was cancelled with, SENT_UNKNOWN
     */
    public void check() throws ProxyException {
        Outcome reason = cancelled();
        if (reason != null) {
            throw new ProxyException(reason, Delivery.SENT_UNKNOWN, purpose + " cancelled: " + reason);
        }
    }

    /**
     * Runs {@code hook} with the reason when the scope is cancelled, as a task, which may block. If the scope has
     * already been cancelled, runs it at once on the calling thread.
     *
     * @return takes the hook back; has no effect once it has begun
     */
    public Runnable onCancel(Consumer<Outcome> hook) {
        return life.onCancel(hook);
    }

    /**
     * Runs {@code release} with the outcome when the scope ends, the last one given first; at once if it has ended. It
     * runs on the thread that ends the scope, and should not block for long.
     */
    public void onEnd(Consumer<Outcome> release) {
        life.onEnd(release);
    }

    /**
     * Ends the scope and every child that is still open; children end with the outcome they were cancelled with, or
     * else with ABANDONED. Has no effect the second time.
     *
     * @return whether this call ended it
     */
    public boolean end(Outcome how) {
        return life.end(how);
    }

    /** Ends the scope with the outcome that it was cancelled with, or with ABANDONED. */
    public void close() {
        life.close();
    }

    /** How the scope ended, or null while it is open. */
    public @Nullable Outcome outcome() {
        return life.outcome();
    }

    /** The value of this type in this scope or in a parent, or null. */
    public <T> @Nullable T get(Class<T> type) {
        for (Exchange scope = this; scope != null; scope = scope.parent) {
            T value = Attributes.find(scope.attributes, type);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    /** Keeps a value for the rest of the scope; one for each type. */
    public synchronized <T> void put(Class<T> type, T value) {
        attributes = Attributes.with(attributes, type, value);
    }

    /** Its own and those of the parents, of which its own count. */
    private @Nullable Attributes allAttributes() {
        if (parent == null) {
            return attributes;
        }
        Attributes all = parent.allAttributes();
        for (Attributes each = attributes; each != null; each = each.next()) {
            all = Attributes.with(all, each.type(), each.value());
        }
        return all;
    }

    /** Sends an interim response to the client. */
    @FunctionalInterface
    public interface InterimSink {
        /** Sends it, unless the response's head has already been sent; returns whether it did. */
        boolean send(int status, Headers headers);
    }

    /** Sets up an exchange. For one thread. */
    public static final class Builder {
        private static final InetSocketAddress NOWHERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        private static final Client NOBODY = new Client(NOWHERE, NOWHERE, null);

        private final TimeSource time;
        private Client client = NOBODY;
        private Set<Capability> capabilities = Set.of();
        private InterimSink interim = ExchangeSetup.NOWHERE;
        private Consumer<Exchange> beginHook = begun -> {};
        private ExchangeListener listener = ExchangeListener.NONE;
        private @Nullable Attributes values;

        private Builder(TimeSource time) {
            this.time = time;
        }

        /** Sets {@link Exchange#client()}; a loopback address with port 0 by default. */
        public Builder client(Client client) {
            this.client = client;
            return this;
        }

        /** Sets {@link Exchange#capabilities()}; none by default. */
        public Builder capabilities(Set<Capability> capabilities) {
            this.capabilities = Set.copyOf(capabilities);
            return this;
        }

        /** Where interim responses go; nowhere by default. */
        public Builder interim(InterimSink sink) {
            this.interim = sink;
            return this;
        }

        /**
         * Runs {@code hook} with the exchange when it begins, and with each that is {@linkplain Exchange#detached
         * detached} from it, before the listener is told; for an owner of exchanges, such as a server. Nothing by
         * default.
         */
        public Builder onBegin(Consumer<Exchange> hook) {
            this.beginHook = hook;
            return this;
        }

        /** Sets the listener of the exchange; none by default. */
        public Builder listener(ExchangeListener listener) {
            this.listener = listener;
            return this;
        }

        /** Keeps a value in each exchange from its beginning, as {@link Exchange#put} does later; none by default. */
        public <T> Builder put(Class<T> type, T value) {
            this.values = Attributes.with(values, type, value);
            return this;
        }

        /**
         * Begins an exchange of a client's request, and changes nothing here: so a server can set up a builder once, for all
         * its exchanges, and begin them on many threads.
         *
         * @param client as {@link #client}
         * @param capabilities as {@link #capabilities}
         * @param interim as {@link #interim}
         * @param timeout as for {@link #begin(Duration)}
         */
        public Exchange begin(Client client, Set<Capability> capabilities, InterimSink interim, Duration timeout) {
            return new ExchangeSetup(time, client, Set.copyOf(capabilities), interim, beginHook, listener)
                    .begin(WHOLE, timeout, values, null);
        }

        /** Begins the exchange, without a deadline. */
        public Exchange begin() {
            return begin(Duration.ofNanos(TimeSource.NEVER));
        }

        /** Begins the exchange; it is cancelled with TOTAL_TIMEOUT if it has not ended after {@code timeout}. */
        public Exchange begin(Duration timeout) {
            return begin(WHOLE, timeout);
        }

        /**
         * Begins a scope that is not for a client's request, such as a probe.
         *
         * @param purpose what it is for
         * @param timeout as for {@link #begin(Duration)}
         */
        public Exchange begin(String purpose, Duration timeout) {
            ExchangeSetup setup = new ExchangeSetup(time, client, capabilities, interim, beginHook, listener);
            return setup.begin(purpose, timeout, values, null);
        }
    }
}
