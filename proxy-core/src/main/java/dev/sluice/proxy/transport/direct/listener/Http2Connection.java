package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.Client;
import dev.sluice.proxy.http1.InputBuffer;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.FieldBlock;
import dev.sluice.proxy.http2.Frames;
import dev.sluice.proxy.http2.Http2Exception;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.transport.direct.multiplex.ServerSession;
import dev.sluice.proxy.transport.direct.multiplex.SessionStream;
import dev.sluice.proxy.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection while it speaks HTTP/2: each stream is an exchange with a thread of its own. It is idle while no
 * stream is open and none is at work. A drain has two steps (RFC 9113 §6.8): the client is told to open no more streams, and
 * when it has seen that, or after a second, those that come later are not served.
 */
final class Http2Connection implements ServerSession.Role {
    private static final int OVERHEAD_OF_FIELD = 32;

    /** How many may be at work for each stream that may be open. */
    private static final int MOST_AT_WORK = 8;

    /** How long a client may take to see that the connection goes away, and to end it itself. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /**
     * The same for a client that has seen which of its requests nobody has begun: it may still be about to send them elsewhere,
     * and would take the connection's end for their failure.
     */
    private static final Duration MOMENT = Duration.ofMillis(100);

    private static final long NOT_YET = -1;

    /** How long all of what is written may wait for a client that takes nothing. */
    private static final Duration STUCK = Duration.ofSeconds(30);

    private final ListenerState listener;
    private final Wire wire;
    private final Client client;
    private final Owner owner;
    private final InputBuffer input;
    private final ServerSession session;
    private final int most;

    /** No monitor: locks of streams are waited for with it. */
    private final ReentrantLock lock = new ReentrantLock();

    /** With the lock: how many streams are at work, also such as the client has left. */
    private int atWork;

    private final Map<SessionStream, Http2Exchange> exchanges = new ConcurrentHashMap<>();
    private volatile long drainingSinceNanos = NOT_YET;
    private volatile boolean takesNoMore;
    /** With the lock: how long the client has to end the connection, which is idle. */
    private @Nullable Duration endsWithin;

    /** The connection that it is. */
    interface Owner {
        /** A stream is to be served. Returns false if the connection has been closed. */
        boolean busy();

        /** No stream is open, and nothing is at work. */
        void idle();

        /** Gives the work a thread, now or as soon as one is free. Returns false if there is none. */
        boolean start(ConnectionThreads.Work work);
    }

    Http2Connection(ListenerState listener, Wire wire, InputBuffer input, Client client, Owner owner) {
        this.listener = listener;
        this.wire = wire;
        this.client = client;
        this.owner = owner;
        this.input = input;
        Limits limits = listener.service().limits();
        int listBytes = limits.headerBytes() + limits.targetLength() + OVERHEAD_OF_FIELD * limits.headerCount();
        this.most = listener.options().sessions().streams();
        this.session =
                new ServerSession(wire, listener.time(), listener.options().sessions(), listBytes, input::read, this);
    }

    /**
     * Serves streams until the connection has ended.
     *
     * @param greeted whether the preface has been read
     */
    void run(boolean greeted) throws IOException {
        wire.writeTimeout(STUCK);
        session.begin();
        if (!greeted && !input.begins(Frames.PREFACE)) {
            throw Http2Exception.ofConnection(ErrorCode.PROTOCOL_ERROR, "not the preface (RFC 9113 §3.4)");
        }
        if (listener.draining()) {
            drain(listener.time().nanos());
        }
        session.run();
    }

    /** It is idle like one that has had a stream: clients of gRPC connect before they have a call. */
    @Override
    public void greeted() {
        lock.lock();
        try {
            if (atWork == 0 && endsWithin == null) {
                wire.readDeadline(deadline(listener, false));
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void opened(int id, FieldBlock block, boolean fits, boolean end) throws IOException {
        Http2Head head = Http2Head.of(block, id, fits, end, listener.service().limits());
        if (!begin()) {
            throw Http2Exception.ofStream(id, ErrorCode.REFUSED_STREAM, "more streams than are allowed");
        }
        // A malformed request does not end with its answer, but with the reset behind it.
        SessionStream stream = session.open(id, block, head.length(), end && !head.malformed());
        Http2Exchange exchange = new Http2Exchange(listener, stream, client, head);
        exchanges.put(stream, exchange);
        listener.counts().streamBegun();
        if (!owner.start(new Serving(stream, exchange))) {
            exchange.refuse();
            ended(stream);
            throw Http2Exception.ofStream(id, ErrorCode.REFUSED_STREAM, "there is no thread for the stream");
        }
    }

    /** An exchange that has a thread, or waits for one. */
    private final class Serving implements ConnectionThreads.Work {
        private final SessionStream stream;
        private final Http2Exchange exchange;

        private Serving(SessionStream stream, Http2Exchange exchange) {
            this.stream = stream;
            this.exchange = exchange;
        }

        @Override
        public void work() {
            try {
                exchange.serve();
            } finally {
                ended(stream);
            }
        }
    }

    /** Returns whether one more may be at work. */
    private boolean begin() {
        lock.lock();
        try {
            boolean may = (atWork < most || hasPlace()) && owner.busy();
            if (may) {
                atWork++;
                endsWithin = null;
            }
            return may;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The client may know of a stream's end long before its thread is free, where many threads share few processors. But
     * such threads do not become more and more, for example where each waits for a slow log.
     */
    private boolean hasPlace() {
        return atWork < MOST_AT_WORK * most
                && exchanges.keySet().stream().filter(each -> !each.isOver()).count() < most;
    }

    /** No stream is open that is not at work. */
    private void ended(SessionStream stream) {
        exchanges.remove(stream);
        listener.counts().streamEnded();
        if (endOne()) {
            session.trim();
            endIfDrained();
        }
    }

    private boolean endOne() {
        lock.lock();
        try {
            atWork--;
            if (atWork == 0) {
                owner.idle();
            }
            return atWork == 0;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void left(SessionStream stream) {
        Http2Exchange exchange = exchanges.get(stream);
        if (exchange != null) {
            exchange.left();
        }
    }

    @Override
    public void goesAway() {
        long since = drainingSinceNanos;
        if (since != NOT_YET && session.hasSeenGoAway()) {
            takeNoMore();
        }
        endIfDrained();
    }

    /** Never blocks. */
    void drain(long nowNanos) {
        try {
            if (drainingSinceNanos == NOT_YET) {
                drainingSinceNanos = nowNanos;
                session.goAway();
                exchanges.values().forEach(Http2Exchange::drain);
            } else if (nowNanos - drainingSinceNanos >= PATIENCE.toNanos()) {
                takeNoMore();
            }
        } catch (IOException gone) {
            // Then it ends by itself.
        }
        endIfDrained();
    }

    private void takeNoMore() {
        lock.lock();
        try {
            if (!takesNoMore) {
                takesNoMore = true;
                session.goAwayNow();
            }
        } catch (IOException gone) {
            // Then it ends by itself.
        } finally {
            lock.unlock();
        }
    }

    /** With the lock, as a stream that begins now must not find this deadline. */
    private void endIfDrained() {
        Duration patience = session.hasSeenLastGoAway() ? MOMENT : PATIENCE;
        lock.lock();
        try {
            if ((takesNoMore || session.peerGoesAway()) && atWork == 0 && !patience.equals(endsWithin)) {
                endsWithin = patience;
                wire.readDeadline(listener.time().deadline(patience));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Tells the client that the connection ends, and that nothing which it sends from here on is served. */
    void sayGoodbye() {
        try {
            wire.writeDeadline(listener.time().deadline(PATIENCE));
            session.goAwayNow();
            session.drainOutput();
        } catch (IOException gone) {
            // It has left already.
        }
    }

    void sweep(long nowNanos) {
        session.sweep(nowNanos);
    }

    /** Until when the first frames may come, and any when no stream is open. */
    static long deadline(ListenerState listener, boolean first) {
        TimeSource time = listener.time();
        return time.deadline(
                first
                        ? listener.service().limits().requestHeadTimeout()
                        : listener.options().keepAlive());
    }

    @Override
    public String toString() {
        return "HTTP/2 of " + wire;
    }
}
