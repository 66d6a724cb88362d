package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.Client;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.http1.InputBuffer;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.http1.RequestReader;
import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.internal.LogLimit;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.ServerTls;
import dev.sluice.proxy.wire.NoTlsException;
import dev.sluice.proxy.wire.PlainWire;
import dev.sluice.proxy.wire.ProxyHeader;
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
 * One connection of a client: request after request on one thread, until either side closes it.
 *
 * <p>It is <i>opening</i> while a PROXY header and the TLS handshake are read, then <i>idle</i> until a request's first
 * byte, <i>half read</i> while the rest of a request's head has not come, <i>busy</i> until its response is out, idle
 * again, perhaps <i>lingering</i> while the client still sends bytes that nobody reads, and finally <i>closed</i>. To
 * close an idle or lingering connection from outside, its state is changed to closed atomically, so that no request is
 * lost whose reading has begun; a half read request may be refused from outside. A drain instead ends the input of an
 * idle one, since then a read still gives bytes that have just come.
 */
final class ServerConnection implements ClientConnection, Watch.Watched {
    private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);

    /** Small, as an idle connection keeps it: most heads fit, and it grows for others until they are read. */
    private static final int INPUT_BYTES = 2 * 1024;

    private static final int OUTPUT_BYTES = 1024;

    private enum State {
        OPENING,
        IDLE,
        HALF_READ,
        BUSY,
        LINGERING,
        CLOSED
    }

    private final ListenerState listener;
    private final PlainWire raw;
    private final @Nullable InetAddress client;
    private final TimeSource time;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPENING);
    private final OutputBuffer output = new OutputBuffer(OUTPUT_BYTES);
    private final ConnectionDrain drain;
    private final AtomicBoolean holding = new AtomicBoolean(true);
    private volatile boolean hasThread;
    private volatile long idleSinceNanos;
    private volatile @Nullable Linger linger;
    private volatile long halfReadSinceNanos = -1;
    private boolean readsHead;
    private volatile @Nullable ServerExchange exchange;

    ServerConnection(ListenerState listener, PlainWire raw) {
        this.listener = listener;
        this.raw = raw;
        this.client = listener.client(raw.remote());
        this.time = listener.time();
        long now = time.nanos();
        this.drain = new ConnectionDrain(raw, now);
        // Where nothing comes before the first request it is idle from the start, even before it has a thread.
        boolean waitsForRequest = listener.tls() == null
                && !listener.options().speaksProxyProtocol(raw.remote().getAddress());
        this.idleSinceNanos = waitsForRequest ? now : -1;
    }

    /** Serves the connection until it is closed. */
    void run() {
        hasThread = true;
        listener.watch().add(this);
        try {
            serveAll();
        } catch (IOException failure) {
            if (state.get() == State.OPENING) {
                notOpened(failure);
            } else {
                LOG.debug("the connection of {} ended: {}", raw.remote(), failure.toString());
            }
        } catch (RuntimeException | Error fault) {
            LOG.error("the connection of {} ended with a fault", raw.remote(), fault);
        } finally {
            listener.heads().remove(this);
            listener.watch().remove(this);
            close();
        }
    }

    /** Users who set up TLS or the PROXY protocol look for this line: nothing else reports it. */
    private void notOpened(IOException failure) {
        listener.failedOpenings()
                .happened(times -> LOG.info(
                        "the connection of {} ended before its first request: {}{}{}",
                        raw.remote(),
                        failure.toString(),
                        HandshakeHint.of(failure),
                        LogLimit.others(times)));
    }

    private void serveAll() throws IOException {
        long deadline = time.deadline(listener.options().handshakeTimeout());
        boolean speaksProxyProtocol =
                listener.options().speaksProxyProtocol(raw.remote().getAddress());
        ServerTls tls = listener.tls();
        if (speaksProxyProtocol || tls != null) {
            awaitHead();
        }
        Client client = speaksProxyProtocol ? readProxyHeader(deadline) : new Client(raw.remote(), raw.local(), null);
        Wire wire;
        try {
            wire = tls == null ? raw : TlsWire.accept(raw, tls, deadline);
        } catch (NoTlsException clear) {
            headIsHere();
            refuse(client, ProxyException.refused(Outcome.BAD_REQUEST, "plain HTTP was sent to a TLS port: use https"));
            return;
        }
        headIsHere();
        serveRequests(wire, tls == null ? client : new Client(client.address(), client.local(), wire.tls()));
    }

    private Client readProxyHeader(long deadlineNanos) throws IOException {
        raw.readDeadline(deadlineNanos);
        ProxyHeader.Endpoints said = ProxyHeader.read(raw);
        return said == null
                ? new Client(raw.remote(), raw.local(), null)
                : new Client(said.source(), said.destination(), null);
    }

    private void serveRequests(Wire wire, Client client) throws IOException {
        InputBuffer input =
                new InputBuffer((target, offset, length) -> read(wire, target, offset, length), INPUT_BYTES);
        Limits limits = listener.service().limits();
        RequestReader reader =
                new RequestReader(input, limits.targetLength(), limits.headerBytes(), limits.headerCount());
        boolean more = true;
        while (more && awaitRequest(wire, input)) {
            more = serveOne(client, wire, input, reader);
            input.trim();
        }
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

    /** Waits for the first byte of a request; returns whether there is one. */
    private boolean awaitRequest(Wire wire, InputBuffer input) throws IOException {
        if (input.available() > 0 || wire.available() > 0) {
            state.compareAndSet(State.OPENING, State.BUSY);
            return state.get() == State.BUSY;
        }
        long now = time.nanos();
        if (state.get() == State.OPENING) {
            drain.first(now);
            state.compareAndSet(State.OPENING, State.IDLE);
        } else {
            drain.another(now);
            state.compareAndSet(State.BUSY, State.IDLE);
        }
        idleSinceNanos = now;
        if (listener.draining()) {
            drain(now);
        }
        wire.readDeadline(time.deadline(listener.options().keepAlive()));
        if (!input.fill()) {
            return false;
        }
        idleSinceNanos = -1;
        return state.compareAndSet(State.IDLE, State.BUSY);
    }

    private boolean serveOne(Client client, Wire wire, InputBuffer input, RequestReader reader) throws IOException {
        ServerExchange next;
        boolean more;
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
            next = unreadable(client, wire, input, fault);
            more = next.serve();
        } finally {
            exchange = null;
        }
        if (!more && !wire.closed()) {
            end(wire, next);
        }
        return more;
    }

    private ServerExchange unreadable(Client client, Wire wire, InputBuffer input, ProxyException why) {
        return new ServerExchange(listener, wire, client, input, output, drain, ServerExchange.UNREADABLE, why);
    }

    private @Nullable RequestHead readHead(Wire wire, RequestReader reader) throws IOException {
        Duration timeout = listener.service().limits().requestHeadTimeout();
        wire.readDeadline(time.deadline(timeout));
        RequestHead head;
        boolean waited;
        readsHead = true;
        try {
            head = reader.read();
        } catch (WireTimeoutException slow) {
            throw ProxyException.refused(
                    Outcome.BAD_REQUEST, 408, "no request's head within " + DurationText.of(timeout));
        } finally {
            readsHead = false;
            waited = halfReadSinceNanos >= 0;
            headIsHere();
        }
        if (waited && !state.compareAndSet(State.HALF_READ, State.BUSY)) {
            throw late("it was complete just too late");
        }
        return head;
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
            linger = ending;
            last.abandonBody(ending.deadline());
            idleSinceNanos = time.nanos();
            if (state.compareAndSet(State.BUSY, State.LINGERING)) {
                ending.run();
            }
        }
    }

    /** Returns whether unexpected bytes have come; bytes that a peek has read do not reset the connection any more. */
    private boolean hasMore() {
        raw.peek();
        return raw.available() > 0;
    }

    @Override
    public void refuse(ProxyException why) {
        listener.watch().add(this);
        try {
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
        ServerExchange refusal = unreadable(client, raw, input, why);
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
        drain.begin();
        ServerExchange current = exchange;
        if (current != null) {
            current.drain();
        }
        State now = state.get();
        boolean waits = now == State.IDLE || (now == State.OPENING && raw.received() == 0);
        if (waits && drain.over(listener.drainingSinceNanos(), nowNanos)) {
            raw.breakInput(new EOFException("the server closes"));
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
        boolean closes = state.compareAndSet(State.LINGERING, State.CLOSED)
                || (drain.untouched() && (state.compareAndSet(State.IDLE, State.CLOSED) || closeIfFresh()));
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
        if (state.compareAndSet(State.OPENING, State.CLOSED)) {
            raw.close();
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
    }

    @Override
    public void sweep(long nowNanos) {
        if (listener.draining()) {
            drain(nowNanos);
        }
        ServerExchange current = exchange;
        if (current != null) {
            current.sweep(nowNanos);
        }
    }
}
