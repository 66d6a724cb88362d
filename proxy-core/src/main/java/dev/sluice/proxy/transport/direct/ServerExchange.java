package dev.sluice.proxy.transport.direct;

import dev.sluice.proxy.Client;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.header.Framing;
import dev.sluice.proxy.header.HopByHop;
import dev.sluice.proxy.http1.ChunkedReader;
import dev.sluice.proxy.http1.InputBuffer;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.http1.Side;
import dev.sluice.proxy.internal.QuickHook;
import dev.sluice.proxy.internal.ServedHosts;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.transport.Service;
import dev.sluice.proxy.wire.TlsWire;
import dev.sluice.proxy.wire.Wire;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its response on a client's connection: serve, write, end. It runs on the connection's thread.
 *
 * <p>The response is <i>committed</i> once, before the first byte of its head. A cancellation before that breaks off
 * what reads the request's body, and the thread answers; one after it cuts the response off.
 */
final class ServerExchange {
    private static final Logger LOG = LoggerFactory.getLogger(ServerExchange.class);

    /** When a client that waits is looked at first. */
    private static final long FIRST_PEEK_NANOS = 250_000_000;

    /** How often in the end: each look comes after twice the time, so that 10,000 long polls take 3 % of one core. */
    private static final long LAST_PEEK_NANOS = 1_000_000_000;

    private final DirectListener listener;
    private final Service service;
    private final Wire wire;
    private final InputBuffer input;
    private final OutputBuffer output;
    private final ConnectionDrain drain;
    private final Exchange scope;
    private final ReentrantLock commitment = new ReentrantLock();
    private volatile boolean committed;
    private volatile boolean answersCancellation;
    private @Nullable ResponseWriter writer;
    private volatile @Nullable RequestBody body;
    private volatile boolean tunnelling;
    private volatile @Nullable Relay relay;
    private boolean connect;
    private boolean persistent;
    private boolean refused;
    private boolean lingers;
    private boolean cutOff;

    /** Whether only the connection's end ends what the client gets: a body of unknown length in HTTP/1.0, a tunnel. */
    private volatile boolean unframed;

    private long peekedNanos;
    private long untilPeekNanos = FIRST_PEEK_NANOS;

    ServerExchange(
            DirectListener listener,
            Wire wire,
            Client client,
            InputBuffer input,
            OutputBuffer output,
            ConnectionDrain drain) {
        this.listener = listener;
        this.service = listener.service();
        this.wire = wire;
        this.input = input;
        this.output = output;
        this.drain = drain;
        this.scope = service.begin(client, DirectTransport.LISTENER_CAPABILITIES, this::interim);
        if (wire instanceof TlsWire tls) {
            scope.put(ServedHosts.class, tls::serves);
        }
        this.peekedNanos = scope.time().nanos();
    }

    /** Serves a request; tells whether the connection can be used again. */
    boolean serve(RequestHead head) {
        return run(() -> answer(head));
    }

    /** Answers a request that cannot be read; the connection is of no more use. */
    boolean refuse(ProxyException why) {
        return run(() -> {
            refused = true;
            writer = new ResponseWriter(wire, output, scope, "GET", HttpVersion.HTTP_1_1, false);
            return deliver(service.refuse(scope, why));
        });
    }

    /** Leaves the input to the connection: from the deadline on at the latest nobody reads the request's body. */
    void abandonBody(long deadlineNanos) {
        RequestBody request = body;
        if (request != null) {
            request.abandon(deadlineNanos);
        }
    }

    /** Returns whether the client may finish what it is sending before the connection is closed. */
    boolean lingers() {
        return lingers;
    }

    /** Returns whether the response did not come to its end, and the client sees it. */
    boolean cutOff() {
        return cutOff;
    }

    /** What answers, and says how that went. */
    @FunctionalInterface
    private interface Answer {
        Outcome run() throws IOException;
    }

    private boolean run(Answer answer) {
        Outcome how = Outcome.FAILED;
        Runnable unhook = scope.onCancel((QuickHook<Outcome>) this::cancelled);
        try {
            how = answer.run();
        } catch (IOException | RuntimeException | Error fault) {
            LOG.error("an exchange failed in the listener", fault);
        } finally {
            unhook.run();
            if (how != Outcome.COMPLETED) {
                persistent = false;
                lingers = hasUnread();
                cutOff = true;
                breakOff();
            }
            scope.end(how);
            // What interrupted the handler meant the exchange, and would close the connection at its next use.
            Thread.interrupted();
        }
        return persistent;
    }

    private Outcome answer(RequestHead head) throws IOException {
        // What a client sends ahead of the answer to a CONNECT is meant for the tunnel, and must not be read as its
        // next request.
        connect = head.method().equals("CONNECT");
        persistent = HopByHop.isPersistent(head.version(), head.headers()) && !connect;
        writer = new ResponseWriter(
                wire, output, scope, head.method(), head.version(), HopByHop.acceptsTrailers(head.headers()));
        ProxyRequest request;
        try {
            request = received(head);
        } catch (ProxyException refusal) {
            refused = true;
            return deliver(service.refuse(scope, refusal));
        }
        ProxyResponse response;
        try {
            response = service.serve(request);
        } catch (RuntimeException | Error fault) {
            response = service.refuse(
                    scope, new ProxyException(Outcome.FAILED, Delivery.SENT_UNKNOWN, "the service failed", fault));
        }
        return deliver(fitting(request, response));
    }

    private ProxyRequest received(RequestHead head) throws ProxyException {
        ReceivedRequest received = ReceivedRequest.of(head, scope);
        Framing framing = received.framing();
        if (framing.length() == 0) {
            return received.request().build();
        }
        Limits limits = service.limits();
        ChunkedReader chunks = framing.kind() == Framing.Kind.CHUNKED
                ? new ChunkedReader(input, limits.headerBytes(), limits.headerCount(), Side.REQUEST)
                : null;
        ProxyRequest bare = received.request().build();
        RequestBody arriving =
                new RequestBody(wire, input, scope, framing, chunks, bare.expectsContinue() ? this::askForBody : null);
        body = arriving;
        return received.request().body(arriving.body()).build();
    }

    /** A tunnel is an answer only to a request that asked for one (RFC 9110 §7.8, §9.3.6). */
    private ProxyResponse fitting(ProxyRequest received, ProxyResponse response) {
        boolean asked = received.method().equals("CONNECT")
                ? response.status() >= 200 && response.status() <= 299
                : received.upgrade() != null && response.status() == 101;
        Tunnel tunnel = response.tunnel();
        if (tunnel == null) {
            return response;
        }
        RequestBody request = body;
        // What is left of a body must not be taken for the tunnel's first bytes, nor be read by two at once.
        String why = !asked
                ? "a tunnel was answered to a request that asked for none"
                : !Headers.isValue(tunnel.protocol())
                        ? "the protocol of a tunnel has a character that is not allowed"
                        : request != null && !(request.isHere() && request.skip())
                                ? "a tunnel was answered before the request's body was read"
                                : null;
        if (why == null) {
            return response;
        }
        response.close();
        return service.refuse(scope, new ProxyException(Outcome.FAILED, Delivery.ANSWERED, why));
    }

    private boolean hasUnread() {
        RequestBody request = body;
        return refused || (request != null && !request.isHere());
    }

    /**
     * Lets the client see that the response is not whole. RFC 9112 §8: with a length or chunks a plain end shows that,
     * and what the operating system holds still arrives; what has no end of its own needs a reset, unless a close frame of
     * ours was the end.
     */
    private void breakOff() {
        Relay open = relay;
        if (open != null && open.clientTold()) {
            wire.breakInput(new EOFException("the tunnel is closed"));
            wire.breakOutput();
        } else if (unframed) {
            wire.abort();
        } else {
            wire.breakOutput();
        }
    }

    private Outcome deliver(ProxyResponse served) throws IOException {
        // A handler that was interrupted has answered all the same, and a channel closes under an interrupted thread.
        Thread.interrupted();
        ProxyResponse response = wanted(served);
        try (response) {
            if (scope.cancelled() == Outcome.CLIENT_LEFT) {
                return Outcome.CLIENT_LEFT;
            }
            Tunnel tunnel = response.tunnel();
            InputStream content = tunnel == null ? opened(response) : InputStream.nullInputStream();
            unframed = tunnel != null || writer().endsByClosing(response);
            commit();
            if (!answersCancellation) {
                scope.check();
            }
            return tunnel == null ? write(response, content) : relay(response, tunnel);
        } catch (ProxyException failure) {
            // So that what the exchange holds ends with the reason, and not as merely closed.
            scope.cancel(failure.outcome());
            return failure.outcome();
        }
    }

    /** The response, or, when the exchange has been cancelled since it was made, the page that says why. */
    private ProxyResponse wanted(ProxyResponse served) {
        Outcome meanwhile = scope.cancelled();
        if (meanwhile == null || scope.record().failure() != null) {
            return served;
        }
        served.close();
        return service.refuse(
                scope,
                new ProxyException(meanwhile, Delivery.ANSWERED, "cancelled before it was answered: " + meanwhile));
    }

    private static InputStream opened(ProxyResponse response) throws ProxyException {
        try {
            return response.body().open();
        } catch (RuntimeException fault) {
            throw new ProxyException(
                    Outcome.FAILED, Delivery.ANSWERED, "opening the response's body failed: " + fault, fault);
        }
    }

    private void commit() {
        commitment.lock();
        try {
            // Before the commitment: what cancels from then on finds out whether this is the answer to it.
            answersCancellation = scope.cancelled() != null && scope.record().failure() != null;
            committed = true;
        } finally {
            commitment.unlock();
        }
    }

    private Outcome write(ProxyResponse response, InputStream content) throws ProxyException {
        RequestBody request = body;
        // RFC 9112 §9.3: what is left of a request's body would be taken for the next request.
        boolean unread = hasUnread();
        persistent = persistent && !unread && !unframed && mayStay(request);
        writer().write(response, content, !persistent);
        persistent = persistent && (request == null || request.skip());
        lingers = !persistent && (unread || connect || input.available() > 0);
        return Outcome.COMPLETED;
    }

    /** A listener that drains answers what had come before, and each connection says with its last answer that it ends. */
    private boolean mayStay(@Nullable RequestBody request) {
        return !listener.draining()
                || drain.anotherIsHere(wire, request == null ? input.available() : request.behind());
    }

    private Outcome relay(ProxyResponse response, Tunnel tunnel) throws IOException {
        tunnelling = true;
        persistent = false;
        writer().tunnelHead(response, tunnel);
        Relay open = new Relay(listener.watch(), wire, input, tunnel, scope);
        relay = open;
        if (listener.draining()) {
            // The drain may have begun before there was a relay to be told.
            open.goAway();
        }
        return open.run();
    }

    /** The listener drains: a tunnel is told. Never blocks. */
    void drain() {
        Relay open = relay;
        if (open != null) {
            open.goAway();
        }
    }

    private ResponseWriter writer() {
        ResponseWriter made = writer;
        if (made == null) {
            throw new IllegalStateException("nothing is to be written before the request's head is read");
        }
        return made;
    }

    private boolean interim(int status, Headers headers) {
        ResponseWriter made = writer;
        commitment.lock();
        try {
            return !committed && made != null && made.interim(status, headers);
        } finally {
            commitment.unlock();
        }
    }

    /** Asks the client for the body that it holds back (RFC 9110 §10.1.1). */
    private void askForBody() throws IOException {
        commitment.lock();
        try {
            if (committed) {
                throw new IOException("the response is on its way, and the client was not asked for the body");
            }
            writer().askForBody();
        } finally {
            commitment.unlock();
        }
    }

    private void cancelled(Outcome why) {
        // An error page on its way may be the very answer to this cancellation.
        boolean late = committed && !answersCancellation;
        RequestBody request = body;
        if (why == Outcome.CLIENT_LEFT) {
            wire.abort();
        } else if (late) {
            breakOff();
        } else if (request != null && !request.ended()) {
            request.stop(new ProxyException(why, Delivery.SENT_UNKNOWN, "cancelled: " + why));
        }
    }

    /**
     * Looks whether the client is still there, behind what it has sent ahead, be it this request's body or the next
     * request. Who reads or writes sees it anyway, and is not disturbed. On the clock's thread; never blocks.
     */
    void sweep(long nowNanos) {
        RequestBody request = body;
        // A wire that this side has closed or broken, for whatever reason, says nothing of the client.
        if (nowNanos - peekedNanos < untilPeekNanos
                || tunnelling
                || wire.closed()
                || (request != null && request.failed())) {
            return;
        }
        peekedNanos = nowNanos;
        untilPeekNanos = Math.min(2 * untilPeekNanos, LAST_PEEK_NANOS);
        if (!wire.peek() && (wire.failed() || !listener.options().halfClose())) {
            scope.cancel(Outcome.CLIENT_LEFT);
        }
    }
}
