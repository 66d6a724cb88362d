package dev.sluice.proxy.transport.direct.origin;

import dev.sluice.proxy.AttemptNotes;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.connect.ConnectionLimits;
import dev.sluice.proxy.connect.dial.Destination;
import dev.sluice.proxy.connect.pool.Connection;
import dev.sluice.proxy.connect.pool.Pools;
import dev.sluice.proxy.scope.ScopeWait;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.wire.Alpn;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Streams of HTTP/2, many on few connections: the first that has a place, or a new one. Over TLS both sides agree on it
 * (ALPN), and an origin that does not know it gets HTTP/1.1; without TLS it is known in advance (RFC 9113 §3.3). A connection
 * is for one destination only. Safe for use by many threads.
 */
public final class Http2Streams implements OriginStreams {
    private final Pools pools;
    private final ConnectionLimits limits;
    private final Http1Streams http1;
    private final Map<Key, Sessions> all = new ConcurrentHashMap<>();

    /** Until when it is believed of a place that it knows HTTP/1.1 only, in nanoseconds of its clock. */
    private final Map<Key, Long> onlyHttp1 = new ConcurrentHashMap<>();

    /** On which clock, and where. */
    private record Key(TimeSource time, Destination destination) {}

    /** @param http1 for origins that have not agreed to HTTP/2 */
    public Http2Streams(Pools pools, Http1Streams http1) {
        this.pools = pools;
        this.limits = pools.limits();
        this.http1 = http1;
    }

    /** What somebody asks for, see {@link OriginStreams#open}. */
    private record Wanted(
            ProxyRequest request, Destination destination, AddressRule rule, boolean fresh, Duration idle) {
        TimeSource time() {
            return request.exchange().time();
        }
    }

    @Override
    public OriginStream open(
            ProxyRequest request, Destination destination, AddressRule rule, boolean fresh, Duration idle)
            throws ProxyException, InterruptedException {
        Wanted wanted = new Wanted(request, destination, rule, fresh, idle);
        Key key = new Key(wanted.time(), destination.offering(Alpn.HTTP_2_OR_1));
        Sessions known = all.get(key);
        OriginSession free = known == null ? null : known.reserve();
        if (free != null) {
            return stream(free, key, wanted);
        }
        if (knowsOnlyHttp1(key)) {
            return overHttp1(wanted);
        }
        Sessions sessions = enter(key);
        try {
            while (true) {
                OriginStream opened = open(sessions, key, wanted);
                if (opened != null) {
                    return opened;
                }
                if (knowsOnlyHttp1(key)) {
                    return overHttp1(wanted);
                }
            }
        } finally {
            leave(key);
        }
    }

    /** The stream in a place that was taken, unless the origin takes such a request over HTTP/1.1 only. */
    private OriginStream stream(OriginSession place, Key key, Wanted wanted)
            throws ProxyException, InterruptedException {
        ProxyRequest request = wanted.request();
        if (carries(place, request)) {
            return new Http2Stream(request, place, wanted.idle(), () -> requireHttp1(key));
        }
        if (isHttps(key)) {
            return overHttp1(wanted);
        }
        throw ProxyException.refused(
                Outcome.NOT_SUPPORTED,
                (request.upgrade() == null ? "CONNECT" : "upgrade to " + request.upgrade())
                        + " over HTTP/2 is not taken by this origin (RFC 8441 §3)");
    }

    private OriginStream overHttp1(Wanted wanted) throws ProxyException, InterruptedException {
        return http1.open(wanted.request(), wanted.destination(), wanted.rule(), wanted.fresh(), wanted.idle());
    }

    /**
     * Whether a request can be sent in a place that was taken, which is given back if not. Before a request for another
     * protocol the origin must have said that it takes such (RFC 8441 §3).
     */
    private boolean carries(OriginSession session, ProxyRequest request) throws ProxyException, InterruptedException {
        if (!asksForTunnel(request)) {
            return true;
        }
        boolean carries = false;
        try {
            carries = request.upgrade() != null
                    && request.method().equals("GET")
                    && request.body().length() == 0
                    && session.takesProtocols(request.exchange());
            return carries;
        } finally {
            if (!carries) {
                session.giveBack();
            }
        }
    }

    private static boolean asksForTunnel(ProxyRequest request) {
        return request.upgrade() != null || request.method().equals("CONNECT");
    }

    /** The connections to a place, also if there are none; they are remembered until {@link #leave}. */
    private Sessions enter(Key key) {
        return Objects.requireNonNull(all.compute(key, (same, present) -> {
            Sessions sessions = present == null ? new Sessions() : present;
            sessions.users++;
            return sessions;
        }));
    }

    private void leave(Key key) {
        all.computeIfPresent(key, (same, present) -> {
            present.users--;
            return present.orNull();
        });
    }

    /** Clients may choose the names of destinations, so that there is no end of them. */
    private void forget(Key key, OriginSession session) {
        all.computeIfPresent(key, (same, present) -> {
            present.sessions.remove(session);
            return present.orNull();
        });
    }

    private boolean knowsOnlyHttp1(Key key) {
        if (onlyHttp1.isEmpty()) {
            return false;
        }
        Long until = onlyHttp1.get(place(key));
        return until != null && key.time().nanos() < until;
    }

    private void useHttp1(Key key) {
        onlyHttp1.put(place(key), key.time().deadline(limits.lifetime()));
    }

    /**
     * The origin has said that it needs HTTP/1.1 (RFC 9113 §7): without TLS there is no other way to it. Its connections end
     * with their last stream.
     */
    private void requireHttp1(Key key) {
        if (isHttps(key)) {
            useHttp1(key);
            Sessions known = all.get(key);
            if (known != null) {
                known.sessions.forEach(OriginSession::close);
            }
        }
    }

    private static boolean isHttps(Key key) {
        return key.destination().scheme().equals("https");
    }

    /** Whatever name for TLS a request has chosen. */
    private static Key place(Key key) {
        return new Key(key.time(), key.destination().place());
    }

    private static void awaitOpened(Opening opening, Exchange scope) throws ProxyException, InterruptedException {
        long beginNanos = scope.time().nanos();
        try {
            opening.await(scope);
        } finally {
            AttemptNotes attempt = scope.attemptNotes();
            if (attempt != null) {
                attempt.waitedForConnection(scope.time().nanos() - beginNanos);
            }
        }
    }

    /** A stream on a connection that is there or is opened; null if somebody else has opened one, or taken its places. */
    private @Nullable OriginStream open(Sessions sessions, Key key, Wanted wanted)
            throws ProxyException, InterruptedException {
        OriginSession free = sessions.reserve();
        if (free != null) {
            return stream(free, key, wanted);
        }
        Opening own = new Opening();
        Opening first = sessions.begin(own);
        if (first != own) {
            awaitOpened(first, wanted.request().exchange());
            return null;
        }
        OriginSession session = null;
        try {
            Connection connection = pools.open(
                    key.destination(), wanted.rule(), wanted.request().exchange());
            if (isHttps(key) && !Alpn.isHttp2(connection.wire())) {
                // Others need not wait for each other, and their connections can be pooled.
                useHttp1(key);
                return new Http1Stream(wanted.request(), connection, http1, wanted.idle());
            }
            session = begin(sessions, key, connection);
        } catch (ProxyException failed) {
            own.failure = failed;
            throw failed;
        } finally {
            sessions.end(own, session);
        }
        return stream(session, key, wanted);
    }

    /** A session with a place that is taken. */
    private OriginSession begin(Sessions sessions, Key key, Connection connection) throws ProxyException {
        OriginSession session = new OriginSession(
                connection, key.time(), limits.idleTimeout(), limits.lifetime(), ended -> forget(key, ended));
        try {
            session.begin();
        } catch (IOException failed) {
            throw new ProxyException(
                    Outcome.CONNECT_FAILED,
                    Delivery.NOT_SENT,
                    "HTTP/2 with " + key.destination() + " failed: " + failed,
                    failed);
        }
        boolean free = session.reserve();
        sessions.add(session);
        if (!free) {
            throw new ProxyException(
                    Outcome.CONNECT_FAILED,
                    Delivery.NOT_SENT,
                    key.destination() + " has taken no stream, but ended the connection");
        }
        return session;
    }

    @Override
    public void closeIdle(Destination destination) {
        all.forEach((key, each) -> {
            if (key.destination().isAt(destination)) {
                each.sessions.forEach(OriginSession::closeIfIdle);
            }
        });
    }

    /** How many places are remembered. */
    public int size() {
        return all.size();
    }

    /** Closes the connections that nobody uses. */
    public void closeIdle() {
        all.values().forEach(each -> each.sessions.forEach(OriginSession::closeIfIdle));
    }

    /** Closes the connections that nobody uses, and the others when their last stream has ended. */
    public void close() {
        all.values().forEach(each -> each.sessions.forEach(OriginSession::close));
    }

    /** A connection that is being opened, and that others wait for. */
    private static final class Opening {
        private final Signal ended = new Signal();
        private volatile @Nullable ProxyException failure;

        /**
         * Waits until it is open.
         *
         * @throws ProxyException if it cannot be opened, for a reason that is not the request's: one after the other would find
         *     out the same, and wait for it as long as all before it together
         */
        void await(Exchange exchange) throws ProxyException, InterruptedException {
            ScopeWait.await(exchange.time(), exchange, ended, TimeSource.NEVER);
            exchange.check();
            ProxyException why = failure;
            if (why != null && isOfPlace(why.outcome())) {
                throw new ProxyException(why.outcome(), Delivery.NOT_SENT, String.valueOf(why.getMessage()), why);
            }
        }

        private static boolean isOfPlace(Outcome outcome) {
            return switch (outcome) {
                case RESOLVE_FAILED, CONNECT_FAILED, CONNECT_TIMEOUT, TLS_FAILED -> true;
                default -> false;
            };
        }
    }

    /** The connections to one place. One is opened at a time, as it has room for many. */
    private static final class Sessions {
        private final List<OriginSession> sessions = new CopyOnWriteArrayList<>();

        /** With the lock of the map's entry: how many look for a stream here. */
        private int users;

        private @Nullable Opening opening;

        @Nullable
        Sessions orNull() {
            return users == 0 && sessions.isEmpty() ? null : this;
        }

        @Nullable
        OriginSession reserve() {
            for (OriginSession each : sessions) {
                if (each.reserve()) {
                    return each;
                }
            }
            return null;
        }

        /** Returns the connection that is being opened, which is the caller's if there was none. */
        synchronized Opening begin(Opening own) {
            Opening present = opening;
            if (present == null) {
                opening = own;
                return own;
            }
            return present;
        }

        /**
         * The connection is open, or was not opened. Others wait on until the origin has said how many streams it takes: with more
         * than that, it would refuse them.
         */
        void end(Opening own, @Nullable OriginSession session) {
            if (session == null) {
                end(own);
            } else {
                session.heard().whenFired(() -> end(own));
                session.time().schedule(OriginSession.GREETING, () -> end(own));
            }
        }

        private void end(Opening own) {
            synchronized (this) {
                if (opening == own) {
                    opening = null;
                }
            }
            own.ended.fire();
        }

        void add(OriginSession session) {
            sessions.add(session);
            if (session.isOver()) {
                // Perhaps before it was there.
                sessions.remove(session);
            }
        }
    }
}
