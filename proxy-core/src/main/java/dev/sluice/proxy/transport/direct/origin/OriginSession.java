package dev.sluice.proxy.transport.direct.origin;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.connect.pool.Connection;
import dev.sluice.proxy.http1.InputBuffer;
import dev.sluice.proxy.scope.ScopeWait;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.transport.direct.multiplex.ClientSession;
import dev.sluice.proxy.transport.direct.multiplex.SessionOptions;
import dev.sluice.proxy.transport.direct.multiplex.SessionStream;
import dev.sluice.proxy.wire.Watch;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of HTTP/2 to an origin, for as many requests at once as the origin takes. It ends when the origin says so,
 * when it has been idle for too long, or when the origin, asked by a PING after a silence, does not answer. Safe for use by
 * many threads.
 */
final class OriginSession implements Watch.Watched {
    private static final Logger LOG = LoggerFactory.getLogger(OriginSession.class);

    /** What one origin may have in windows is what a client may. */
    private static final SessionOptions OPTIONS = new SessionOptions(1, 64 * 1024, 8 << 20, 16 << 20, 10_000);

    private static final int OVERHEAD_OF_FIELD = 32;

    /** Small, as an idle connection keeps it: a call of the operating system then brings several small frames. */
    private static final int INPUT_BYTES = 2 * 1024;

    /** How long more streams than the first wait for the origin to say how many it takes. */
    static final Duration GREETING = Duration.ofSeconds(1);

    /** How many streams an origin is believed to take that has not said so by then: the least that RFC 9113 §6.5.2 recommends. */
    private static final int UNSAID_STREAMS = 100;

    /** After how long without a byte, while streams are open, the origin is asked whether it is there. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    /**
     * How long it is not asked again, unless it has sent a message: servers of gRPC end a connection whose client asks more
     * often than every 5 min (the project's {@code keepalive.md}).
     */
    private static final Duration BETWEEN = Duration.ofSeconds(310);

    /** How long all that is written may wait for an origin that takes nothing. */
    private static final Duration STUCK = Duration.ofMinutes(1);

    /**
     * How many requests in a row may wait in vain until the next ones go elsewhere: what answers a PING need not be what answers
     * requests.
     */
    private static final int MOST_IN_VAIN = 3;

    /** How long an answer may take before requests go elsewhere. */
    private static final Duration PROMPT = Duration.ofSeconds(1);

    /** How long the origin may take for an answer, also to the greeting. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Connection connection;
    private final TimeSource time;
    private final Watch watch;
    private final Consumer<OriginSession> onEnd;
    private final ClientSession session;
    private final long greetingNanos;
    private final long idleNanos;
    private final long endNanos;

    /** With the lock of this: streams that are about to be opened. */
    private int reserved;

    private boolean used;
    private long idleSinceNanos;
    private final AtomicInteger inVain = new AtomicInteger();
    private volatile boolean ended;
    private volatile long heardNanos;
    private volatile long askedNanos = TimeSource.NEVER;
    private long lastAskedNanos;

    /**
     * A session that has not begun.
     *
     * @param onEnd takes it when it has ended
     */
    OriginSession(
            Connection connection, TimeSource time, Duration idle, Duration lifetime, Consumer<OriginSession> onEnd) {
        this.connection = connection;
        this.time = time;
        this.watch = Watch.of(time);
        this.onEnd = onEnd;
        this.idleNanos = idle.toNanos();
        this.endNanos = time.deadline(lifetime);
        this.greetingNanos = time.deadline(GREETING);
        this.idleSinceNanos = time.nanos();
        this.heardNanos = time.nanos();
        this.lastAskedNanos = time.nanos() - BETWEEN.toNanos();
        int listBytes = connection.headerBytes() + OVERHEAD_OF_FIELD * connection.headerCount();
        InputBuffer input = new InputBuffer(this::read, INPUT_BYTES);
        this.session = new ClientSession(connection.wire(), time, OPTIONS, listBytes, input::read);
    }

    private int read(byte[] target, int offset, int length) throws IOException {
        int n = connection.wire().read(target, offset, length);
        heardNanos = time.nanos();
        askedNanos = TimeSource.NEVER;
        return n;
    }

    /** Says hello, and begins to read. If that fails, the connection is closed. */
    void begin() throws IOException {
        boolean begun = false;
        try {
            connection.wire().writeTimeout(STUCK);
            session.begin();
            watch.add(this);
            time.startNative("http2-origin", this::run);
            begun = true;
        } finally {
            if (!begun) {
                ended = true;
                watch.remove(this);
                connection.close();
            }
        }
    }

    private void run() {
        try {
            session.run();
        } catch (IOException failure) {
            LOG.debug("a connection of HTTP/2 to {} ended: {}", connection.address(), failure.toString());
        } finally {
            end();
        }
    }

    private void end() {
        ended = true;
        watch.remove(this);
        connection.close();
        onEnd.accept(this);
    }

    TimeSource time() {
        return time;
    }

    /** Takes a place for a stream, which is then opened or given back; returns false if there is none. */
    synchronized boolean reserve() {
        long now = time.nanos();
        boolean free = !ended
                && !isOver()
                && !session.peerGoesAway()
                && isHeard(now)
                && inVain.get() < MOST_IN_VAIN
                && now < endNanos
                && session.streams() + reserved < mostStreams(now);
        reserved += free ? 1 : 0;
        return free;
    }

    /** An origin that does not answer gets no more to do, before it is given up. */
    private boolean isHeard(long nowNanos) {
        long asked = askedNanos;
        return asked == TimeSource.NEVER || nowNanos - asked < PROMPT.toNanos();
    }

    private int mostStreams(long nowNanos) {
        if (session.heard().fired()) {
            return session.peer().streams();
        }
        return nowNanos < greetingNanos ? 1 : UNSAID_STREAMS;
    }

    /** Fires when the origin has said how many streams it takes, or the connection has ended. */
    Signal heard() {
        return session.heard();
    }

    /** Opens a stream in a place that was taken. */
    SessionStream open(SessionStream.Block head, boolean end, SessionStream.Content content) throws IOException {
        try {
            return session.start(head, end, content);
        } finally {
            giveBack();
        }
    }

    /** Gives a place back that is not used. */
    synchronized void giveBack() {
        reserved--;
        used = true;
        idleSinceNanos = time.nanos();
    }

    /** Whether a stream was opened before. */
    synchronized boolean used() {
        return used;
    }

    /** A response has begun. */
    void answers() {
        if (inVain.get() > 0) {
            inVain.set(0);
        }
    }

    /** A request's time was over before a response has begun. */
    void answersNot() {
        inVain.incrementAndGet();
    }

    /** Whether the origin takes requests for other protocols (RFC 8441 §3); waits until it has said what it takes. */
    boolean takesProtocols(Exchange scope) throws ProxyException, InterruptedException {
        ScopeWait.await(time, scope, session.heard(), time.deadline(PATIENCE));
        scope.check();
        return session.peer().extendedConnect();
    }

    /** The most bytes of the fields of a head. */
    int headerBytes() {
        return connection.headerBytes();
    }

    /** Whether its connection has ended, or is about to. */
    boolean isOver() {
        return session.isOver();
    }

    /** The most fields of a head. */
    int headerCount() {
        return connection.headerCount();
    }

    /** Ends it if nobody uses it. */
    synchronized void closeIfIdle() {
        if (reserved == 0 && session.streams() == 0) {
            ended = true;
            connection.wire().close();
        }
    }

    /** Ends it when its last stream has ended. */
    void close() {
        ended = true;
        closeIfIdle();
    }

    @Override
    public void sweep(long nowNanos) {
        session.sweep(nowNanos);
        if (session.streams() > 0) {
            askIfSilent(nowNanos);
        } else if (mayEnd(nowNanos)) {
            closeIfIdle();
        }
    }

    private synchronized boolean mayEnd(long nowNanos) {
        return ended || session.peerGoesAway() || nowNanos >= endNanos || nowNanos - idleSinceNanos >= idleNanos;
    }

    private void askIfSilent(long nowNanos) {
        synchronized (this) {
            idleSinceNanos = nowNanos;
        }
        if (askedNanos != TimeSource.NEVER && nowNanos - askedNanos >= PATIENCE.toNanos()) {
            connection.wire().breakInput(new IOException("the origin did not answer a PING within 10 s"));
        } else if (askedNanos == TimeSource.NEVER && nowNanos - heardNanos >= SILENCE.toNanos() && mayAsk(nowNanos)) {
            askedNanos = nowNanos;
            lastAskedNanos = nowNanos;
            try {
                session.ping();
            } catch (IOException gone) {
                LOG.debug("a connection of HTTP/2 to {} could not be asked", connection.address(), gone);
            }
        }
    }

    private boolean mayAsk(long nowNanos) {
        return session.peerHasSpoken() || nowNanos - lastAskedNanos >= BETWEEN.toNanos();
    }
}
