package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.Client;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.http1.InputBuffer;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.http1.RequestReader;
import dev.sluice.proxy.http2.Frames;
import dev.sluice.proxy.http2.Http2Exception;
import dev.sluice.proxy.http2.hpack.HpackException;
import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.wire.Alpn;
import dev.sluice.proxy.wire.NoTlsException;
import dev.sluice.proxy.wire.PlainWire;
import dev.sluice.proxy.wire.TlsWire;
import dev.sluice.proxy.wire.Watch;
import dev.sluice.proxy.wire.Wire;
import dev.sluice.proxy.wire.WireTimeoutException;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a client: request after request, until either side closes it. One thread at a time carries it; while
 * it waits for a request, or before the first one for a PROXY header or a handshake, it may have none.
 *
 * <p>It is <i>opening</i> while a PROXY header and the TLS handshake are read, then <i>idle</i> until a request's first
 * byte, <i>half read</i> while the rest of a request's head has not come, <i>busy</i> until its response is out, idle
 * again, perhaps <i>lingering</i> while the client still sends bytes that nobody reads, and finally <i>closed</i>. To
 * close an idle or lingering connection from outside, its state is changed to closed atomically, so that no request is
 * lost whose reading has begun; a half read request may be refused from outside. A drain instead ends the input of an
 * idle one that has a thread, since then a read still gives bytes that have just come. Who closes one that has no thread also
 * does what its thread would do at its end.
 */
final class ServerConnection implements ClientConnection, ConnectionThreads.Work, InputSelector.Waiter, Watch.Watched {
    private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);

    /** Small, as an idle connection keeps it: most heads fit, and it grows for others until they are read. */
    private static final int INPUT_BYTES = 2 * 1024;

    private static final int OUTPUT_BYTES = 1024;

    /** How long an idle connection keeps its buffer for output. */
    private static final long SPARE_NANOS = 1_000_000_000L;

    private enum State {
        OPENING,
        IDLE,
        HALF_READ,
        BUSY,
        LINGERING,
        CLOSED
    }

    private final ListenerState listener;
    private final ConnectionThreads threads;
    private final PlainWire raw;
    private final @Nullable InetAddress client;
    private final TimeSource time;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPENING);

    /** Kept between requests, and given back while it waits for long. */
    private final AtomicReference<@Nullable OutputBuffer> spareOutput = new AtomicReference<>();

    private final ConnectionDrain drain;
    private final AtomicBoolean holding = new AtomicBoolean(true);
    private final Opening opening;
    private final Attendance attendance;
    private volatile boolean hasThread;
    private volatile long idleSinceNanos;
    private volatile long waitsUntilNanos;
    private volatile @Nullable Linger linger;
    private volatile long halfReadSinceNanos = -1;
    private boolean readsHead;
    private boolean readsRecord;
    private boolean speaksHttp1;
    private volatile @Nullable ServerExchange exchange;
    private volatile @Nullable Http2Connection multiplexed;
    private volatile boolean hasOwnThread;

    /** The carrying thread's: the wire once it is open. */
    private @Nullable Wire opened;

    ServerConnection(ListenerState listener, ConnectionThreads threads, PlainWire raw) {
        this.listener = listener;
        this.threads = threads;
        this.raw = raw;
        this.client = listener.client(raw.remote());
        this.time = listener.time();
        this.opening = new Opening(listener, raw);
        this.attendance = new Attendance(threads, raw);
        long now = time.nanos();
        this.drain = new ConnectionDrain(raw, now);
        // Where nothing comes before the first request it is idle from the start, even before it has a thread.
        this.idleSinceNanos = opening.needsInput() ? -1 : now;
        this.waitsUntilNanos = opening.needsInput()
                ? opening.deadlineNanos()
                : time.deadline(listener.options().keepAlive());
    }

    @Override
    public PlainWire wire() {
        return raw;
    }

    /** It is one of the listener's from now on. Before it has a thread. */
    void begin() {
        listener.watch().add(this);
        if (opening.needsInput()) {
            awaitHead();
        }
        if (state.get() == State.CLOSED) {
            endWithoutThread();
        }
    }

    @Override
    public void work() {
        threads.carryOn(this);
    }

    /**
     * Serves the connection until it is closed, or waits without a thread.
     *
     * @return whether it waits for input; the caller has it run again when there is some
     */
    boolean run() {
        hasThread = true;
        boolean waits = false;
        try {
            raw.attend();
            waits = serveAll() && (hasOwnThread || leave());
        } catch (IOException failure) {
            if (state.get() == State.OPENING) {
                opening.failed(failure);
            } else {
                LOG.debug("the connection of {} ended: {}", raw.remote(), failure.toString());
            }
        } catch (RuntimeException | Error fault) {
            LOG.error("the connection of {} ended with a fault", raw.remote(), fault);
        } finally {
            if (!waits) {
                forget();
                close();
            }
        }
        return waits;
    }

    /** Goes on without a thread; returns false if it has been closed. */
    boolean leave() {
        spareOutput.set(null);
        raw.forgetBuffers();
        attendance.leaves();
        hasThread = false;
        // Who closes it from here on sees that it has no thread.
        return state.get() != State.CLOSED;
    }

    private void forget() {
        listener.heads().remove(this);
        listener.lingering().remove(this);
        listener.watch().remove(this);
    }

    private void endWithoutThread() {
        forget();
        threads.endedWithoutThread(this);
    }

    /** Returns whether it waits for input without a thread. */
    private boolean serveAll() throws IOException {
        Wire wire = opened;
        if (wire == null) {
            if (opening.needsInput() && !attendance.stays()) {
                return true;
            }
            try {
                wire = opening.open();
            } catch (NoTlsException clear) {
                opening.endedWithoutTls();
                headIsHere();
                refuse(
                        opening.client(),
                        ProxyException.refused(Outcome.BAD_REQUEST, "plain HTTP was sent to a TLS port: use https"));
                return false;
            }
            headIsHere();
            opened = wire;
            if (wire instanceof TlsWire tls) {
                tls.beforeWait(this::beforeWait);
            }
        }
        return serve(wire, opening.client());
    }

    private boolean serve(Wire wire, Client client) throws IOException {
        InputBuffer input =
                new InputBuffer((target, offset, length) -> read(wire, target, offset, length), INPUT_BYTES);
        boolean agreed = listener.options().alpn() && Alpn.isHttp2(wire);
        try {
            return agreed ? beginHttp2(wire, client, input, false) : serveRequests(wire, client, input);
        } catch (ProxyException halfPreface) {
            // It may be the beginning of a request as well.
            refuse(client, halfPreface);
            return false;
        }
    }

    private boolean serveRequests(Wire wire, Client client, InputBuffer input) throws IOException {
        Limits limits = listener.service().limits();
        RequestReader reader =
                new RequestReader(input, limits.targetLength(), limits.headerBytes(), limits.headerCount());
        boolean first = !speaksHttp1 && wire.tls() == null && listener.options().priorKnowledge();
        boolean more = true;
        while (more) {
            if (input.available() > 0 || wire.available() > 0) {
                more = inputIsHere();
            } else {
                beginToWait(wire);
                if (!attendance.stays()) {
                    return true;
                }
                more = awaitRequest(wire, input);
            }
            if (more && first && beginsHttp2(wire, input)) {
                return beginHttp2(wire, client, input, true);
            }
            first = false;
            if (more) {
                speaksHttp1 = true;
                more = serveOne(client, wire, input, reader);
                input.trim();
                threads.giveWay();
            }
        }
        return false;
    }

    /** Whether a client without TLS has known that this is HTTP/2 (RFC 9113 §3.3). Part of the preface is like half a head. */
    private boolean beginsHttp2(Wire wire, InputBuffer input) throws IOException {
        wire.readDeadline(Http2Connection.deadline(listener, true));
        readsHead = true;
        try {
            boolean begins = input.begins(Frames.PREFACE);
            requireInTime();
            return begins;
        } finally {
            readsHead = false;
            headIsHere();
        }
    }

    /**
     * From here on it is HTTP/2. A platform thread would be missing where streams need one, so such a connection gets one of
     * its own.
     *
     * @param greeted whether the client's preface has been read
     * @return whether another thread serves it
     */
    private boolean beginHttp2(Wire wire, Client client, InputBuffer input, boolean greeted) {
        idleSinceNanos = time.nanos();
        state.compareAndSet(State.OPENING, State.IDLE);
        state.compareAndSet(State.BUSY, State.IDLE);
        wire.readDeadline(Http2Connection.deadline(listener, true));
        Http2Connection streams = new Http2Connection(listener, wire, input, client, new Streams(wire));
        multiplexed = streams;
        if (threads.waitsItself()) {
            serve(streams, greeted, wire);
            return false;
        }
        hasOwnThread = true;
        time.startNative("direct-http2", () -> {
            try {
                serve(streams, greeted, wire);
            } finally {
                forget();
                close();
                threads.ended(this);
            }
        });
        return true;
    }

    private void serve(Http2Connection streams, boolean greeted, Wire wire) {
        try {
            streams.run(greeted);
        } catch (IOException failure) {
            LOG.debug("the connection of {} ended: {}", raw.remote(), failure.toString());
            if (failure instanceof Http2Exception || failure instanceof HpackException) {
                lingerBehindFault(wire);
            }
        }
    }

    /** The client is to read why, although it may still be sending. */
    private void lingerBehindFault(Wire wire) {
        if (!raw.peek()) {
            // It has left, and nothing tells when it has read.
            return;
        }
        Linger ending = new Linger(raw, time, listener.options());
        try {
            wire.writeDeadline(ending.deadline());
            wire.shutdownOutput();
            linger(ending);
        } catch (IOException gone) {
            LOG.debug("the connection of {} failed before it was closed", raw.remote(), gone);
        }
    }

    /** What its streams need of the connection. */
    private final class Streams implements Http2Connection.Owner {
        private final Wire wire;

        private Streams(Wire wire) {
            this.wire = wire;
        }

        @Override
        public boolean busy() {
            if (state.compareAndSet(State.IDLE, State.BUSY)) {
                idleSinceNanos = -1;
                wire.readDeadline(TimeSource.NEVER);
            }
            return state.get() == State.BUSY;
        }

        @Override
        public void idle() {
            long now = time.nanos();
            drain.another(now);
            idleSinceNanos = now;
            wire.readDeadline(Http2Connection.deadline(listener, false));
            state.compareAndSet(State.BUSY, State.IDLE);
        }

        @Override
        public boolean start(ConnectionThreads.Work work) {
            return threads.start(work);
        }
    }

    /** Returns whether a thread of its own serves it, and none of those for requests. */
    boolean hasOwnThread() {
        return hasOwnThread;
    }

    /** A request has begun to come; returns false if the connection has been closed. It may have waited: a peek reads too. */
    private boolean inputIsHere() {
        if (state.compareAndSet(State.IDLE, State.BUSY)) {
            idleSinceNanos = -1;
            return true;
        }
        state.compareAndSet(State.OPENING, State.BUSY);
        return state.get() == State.BUSY;
    }

    private int read(Wire wire, byte[] target, int offset, int length) throws IOException {
        // Bytes that did not come with the first ones may never come.
        if (readsHead && halfReadSinceNanos < 0 && state.compareAndSet(State.BUSY, State.HALF_READ)) {
            awaitHead();
        }
        return wire.read(target, offset, length);
    }

    private void awaitHead() {
        halfReadSinceNanos = time.nanos();
        if (!listener.draining()) {
            // A draining listener accepts no new connection that would need this place.
            listener.heads().add(this);
        }
    }

    private void headIsHere() {
        if (halfReadSinceNanos >= 0) {
            listener.heads().remove(this);
            halfReadSinceNanos = -1;
        }
    }

    /** Has no effect if it waits already. */
    private void beginToWait(Wire wire) {
        State before = state.get();
        if (before != State.OPENING && before != State.BUSY) {
            return;
        }
        long now = time.nanos();
        if (before == State.OPENING) {
            drain.first(now);
        } else {
            drain.another(now);
            attendance.answered();
        }
        waitsUntilNanos = time.deadline(listener.options().keepAlive());
        wire.readDeadline(waitsUntilNanos);
        state.compareAndSet(before, State.IDLE);
        idleSinceNanos = now;
        if (listener.draining()) {
            drain(now);
        }
    }

    /** Waits for the first byte of a request; returns whether there is one. */
    private boolean awaitRequest(Wire wire, InputBuffer input) throws IOException {
        if (!fill(wire, input)) {
            return false;
        }
        attendance.came(time.nanos() - idleSinceNanos);
        idleSinceNanos = -1;
        return state.compareAndSet(State.IDLE, State.BUSY);
    }

    /** Part of a TLS record is no request yet, and the rest may never come: it is like half a head, and has the same time. */
    private boolean fill(Wire wire, InputBuffer input) throws IOException {
        if (wire.tls() == null) {
            return input.fill();
        }
        readsRecord = raw.awaitBytes();
        wire.readDeadline(time.deadline(listener.service().limits().requestHeadTimeout()));
        try {
            return input.fill();
        } finally {
            readsRecord = false;
            headIsHere();
        }
    }

    /** A record that is here as a whole is never in the list of those that are not. */
    private void beforeWait() {
        if (readsRecord && halfReadSinceNanos < 0 && raw.arrived() == 0) {
            awaitHead();
        }
    }

    private boolean serveOne(Client client, Wire wire, InputBuffer input, RequestReader reader) throws IOException {
        ServerExchange next;
        boolean more;
        OutputBuffer kept = spareOutput.getAndSet(null);
        OutputBuffer output = kept == null ? new OutputBuffer(OUTPUT_BYTES) : kept;
        try {
            RequestHead head = readHead(wire, reader);
            if (head == null) {
                return false;
            }
            wire.readDeadline(TimeSource.NEVER);
            next = new ServerExchange(listener, wire, client, input, output, drain, head, null);
            exchange = next;
            more = next.serve();
        } catch (ProxyException fault) {
            next = unreadable(client, wire, input, output, fault);
            more = next.serve();
        } finally {
            exchange = null;
        }
        spareOutput.set(output);
        if (!more && !wire.closed()) {
            end(wire, next);
        }
        return more;
    }

    private ServerExchange unreadable(
            Client client, Wire wire, InputBuffer input, OutputBuffer output, ProxyException why) {
        return new ServerExchange(listener, wire, client, input, output, drain, ServerExchange.UNREADABLE, why);
    }

    private @Nullable RequestHead readHead(Wire wire, RequestReader reader) throws IOException {
        Duration timeout = listener.service().limits().requestHeadTimeout();
        wire.readDeadline(time.deadline(timeout));
        RequestHead head;
        readsHead = true;
        try {
            head = reader.read();
            requireInTime();
        } catch (WireTimeoutException slow) {
            throw ProxyException.refused(
                    Outcome.BAD_REQUEST, 408, "no request's head within " + DurationText.of(timeout));
        } finally {
            readsHead = false;
            headIsHere();
        }
        return head;
    }

    /** One that has waited may have been refused in the meantime. */
    private void requireInTime() throws ProxyException {
        if (halfReadSinceNanos >= 0 && !state.compareAndSet(State.HALF_READ, State.BUSY)) {
            throw late("it was complete just too late");
        }
    }

    private static ProxyException late(String why) {
        return ProxyException.refused(Outcome.OVERLOADED, "the head took too long", why);
    }

    /** Ends this side's direction, and lets the client finish what it may still be sending. */
    private void end(Wire wire, ServerExchange last) throws IOException {
        Linger ending = new Linger(raw, time, listener.options());
        if (!last.cutOff()) {
            wire.writeDeadline(ending.deadline());
            wire.shutdownOutput();
        }
        if (last.lingers() || hasMore()) {
            last.abandonBody(ending.deadline());
            linger(ending);
        }
    }

    private void linger(Linger ending) {
        linger = ending;
        boolean idles = state.compareAndSet(State.IDLE, State.LINGERING);
        idleSinceNanos = time.nanos();
        if (idles || state.compareAndSet(State.BUSY, State.LINGERING)) {
            if (hasThread) {
                listener.lingering().add(this);
            }
            ending.run();
        }
    }

    /** Returns whether unexpected bytes have come; bytes that a peek has read do not reset the connection any more. */
    private boolean hasMore() {
        raw.peek();
        return raw.available() > 0;
    }

    @Override
    public void refuse(ProxyException why) {
        try {
            listener.watch().add(this);
            refuse(new Client(raw.remote(), raw.local(), null), why);
        } catch (IOException gone) {
            LOG.debug("{} could not be told that there is no free place", raw.remote(), gone);
        } finally {
            listener.watch().remove(this);
            close();
        }
    }

    /** Answers in plain text on a connection from which no request is read. */
    private void refuse(Client client, ProxyException why) throws IOException {
        InputBuffer input = new InputBuffer(raw::read, INPUT_BYTES);
        idleSinceNanos = -1;
        state.compareAndSet(State.OPENING, State.BUSY);
        ServerExchange refusal = unreadable(client, raw, input, new OutputBuffer(OUTPUT_BYTES), why);
        refusal.serve();
        end(raw, refusal);
    }

    @Override
    public long idleSinceNanos() {
        return idleSinceNanos;
    }

    @Override
    public void letGo() {
        if (holding.compareAndSet(true, false)) {
            listener.letGo();
        }
    }

    /**
     * While the listener drains, ends a connection that waits for a request of which nothing has come: its thread reads
     * bytes that came at the last moment, or else the end. The drain does not wait for a connection that was already
     * lingering, and for one that begins to linger only as long as its client needs to read the answer.
     */
    @Override
    public void drain(long nowNanos) {
        Http2Connection streams = multiplexed;
        if (streams != null && state.get() != State.LINGERING) {
            streams.drain(nowNanos);
            return;
        }
        drain.begin();
        ServerExchange current = exchange;
        if (current != null) {
            current.drain();
        }
        State now = state.get();
        boolean waits = now == State.IDLE || (now == State.OPENING && raw.received() == 0);
        if (waits && drain.over(listener.drainingSinceNanos(), nowNanos)) {
            if (hasThread) {
                raw.endInput(new EOFException("the server closes"));
            } else {
                closeIf(now);
            }
        } else if (now == State.LINGERING && hasTakenItsAnswer(nowNanos)) {
            letGo();
        }
    }

    private boolean hasTakenItsAnswer(long nowNanos) {
        return idleSinceNanos <= listener.drainingSinceNanos()
                || nowNanos - idleSinceNanos >= ConnectionDrain.GRACE_NANOS;
    }

    @Override
    public boolean closeIfIdle() {
        Http2Connection streams = multiplexed;
        if (streams != null && state.compareAndSet(State.IDLE, State.CLOSED)) {
            // The client may be sending a request just now, and must know that nobody has begun it.
            endHttp2(streams);
            return true;
        }
        boolean closes = state.compareAndSet(State.LINGERING, State.CLOSED)
                || (drain.untouched() && (state.compareAndSet(State.IDLE, State.CLOSED) || closeIfFresh()));
        if (closes) {
            closeWire();
        }
        return closes;
    }

    private void endHttp2(Http2Connection streams) {
        boolean begun = false;
        try {
            time.start("direct-http2-end", () -> {
                streams.sayGoodbye();
                closeWire();
            });
            begun = true;
        } finally {
            if (!begun) {
                // There is no thread to say it.
                closeWire();
            }
        }
    }

    private boolean closeIf(State present) {
        boolean closes = state.compareAndSet(present, State.CLOSED);
        if (closes) {
            closeWire();
        }
        return closes;
    }

    private boolean closeIfFresh() {
        return idleSinceNanos >= 0 && state.compareAndSet(State.OPENING, State.CLOSED);
    }

    @Override
    public boolean hasThread() {
        return hasThread;
    }

    @Override
    public long halfReadSinceNanos() {
        return halfReadSinceNanos;
    }

    @Override
    public boolean closeIfHalfRead(String why) {
        boolean halfRecord = halfReadSinceNanos >= 0 && hasThread && closeIf(State.IDLE);
        if (halfRecord || closeIf(State.OPENING)) {
            return true;
        }
        if (!state.compareAndSet(State.HALF_READ, State.CLOSED)) {
            return false;
        }
        raw.breakInput(late(why));
        return true;
    }

    @Override
    public @Nullable InetAddress client() {
        return client;
    }

    @Override
    public InetSocketAddress remote() {
        return raw.remote();
    }

    @Override
    public void close() {
        state.set(State.CLOSED);
        closeWire();
    }

    private void closeWire() {
        raw.close();
        Linger ending = linger;
        if (ending != null) {
            ending.stop();
        }
        if (!hasThread) {
            endWithoutThread();
        }
    }

    @Override
    public void sweep(long nowNanos) {
        if (listener.draining()) {
            drain(nowNanos);
        }
        Http2Connection streams = multiplexed;
        if (streams != null) {
            streams.sweep(nowNanos);
            return;
        }
        ServerExchange current = exchange;
        if (current != null) {
            // The end of an input that this side has broken, as at a deadline, is not the client's leaving: it gets its
            // 408.
            if (!raw.inputBroken()) {
                current.sweep(nowNanos);
            }
        } else if (!hasThread && nowNanos >= waitsUntilNanos && raw.arrived() == 0) {
            endLate();
        }
        long idle = idleSinceNanos;
        if (idle >= 0 && nowNanos - idle >= SPARE_NANOS && spareOutput.get() != null) {
            spareOutput.set(null);
            raw.forgetBuffers();
        }
    }

    /** Nobody reads, and so no read can fail: its time to wait without a thread is over. */
    private void endLate() {
        State present = state.get();
        if (present == State.IDLE || (present == State.OPENING && idleSinceNanos >= 0)) {
            closeIf(present);
        } else if (state.compareAndSet(State.OPENING, State.CLOSED)) {
            raw.abort();
            closeWire();
            time.handOff("direct-late", () -> opening.failed(opening.late()));
        }
    }
}
