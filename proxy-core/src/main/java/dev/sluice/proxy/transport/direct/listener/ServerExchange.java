package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.Capability;
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
import dev.sluice.proxy.header.rule.Framing;
import dev.sluice.proxy.header.rule.HopByHop;
import dev.sluice.proxy.http1.ChunkedReader;
import dev.sluice.proxy.http1.InputBuffer;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.http1.ReceivedHead;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.http1.Side;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.spi.ExchangeRun;
import dev.sluice.proxy.wire.Wire;
import java.io.EOFException;
import java.io.InputStream;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response on a client's connection of HTTP/1.1, driven by an {@link ExchangeRun} on the
 * connection's thread: the bytes, and the state of the connection after them.
 */
final class ServerExchange extends ClientExchange {
    /** Everything that a listener can do. */
    static final Set<Capability> CAPABILITIES = Set.copyOf(EnumSet.complementOf(EnumSet.of(Capability.HOST)));

    /** When a waiting client is first checked. */
    private static final long FIRST_PEEK_NANOS = 250_000_000;

    /** The longest time between two checks: it doubles after each, so that 10,000 long polls take 3 % of one core. */
    private static final long LAST_PEEK_NANOS = 1_000_000_000;

    /** The head that is used to answer a request that cannot be read. */
    static final RequestHead UNREADABLE = new RequestHead("GET", "/", HttpVersion.HTTP_1_1, Headers.empty());

    private final Wire wire;
    private final InputBuffer input;
    private final ConnectionDrain drain;
    private final RequestHead head;
    private final @Nullable ProxyException unreadable;
    private final ExchangeRun run;
    private final ResponseWriter writer;
    private volatile boolean tunnelling;
    private boolean persistent;
    private boolean refused = true;
    private boolean lingers;
    private volatile boolean cutOff;

    /** Whether only the connection's end ends the response: a body of unknown length in HTTP/1.0, or a tunnel. */
    private volatile boolean unframed;

    private long peekedNanos;
    private long untilPeekNanos = FIRST_PEEK_NANOS;

    /**
     * Begins an exchange; call {@link #serve} for it.
     *
     * @param head the request's, or its replacement if there is none
     * @param unreadable why the request cannot be read, or null
     */
    ServerExchange(
            ListenerState listener,
            Wire wire,
            Client client,
            InputBuffer input,
            OutputBuffer output,
            ConnectionDrain drain,
            RequestHead head,
            @Nullable ProxyException unreadable) {
        super(listener);
        this.wire = wire;
        this.input = input;
        this.drain = drain;
        this.head = head;
        this.unreadable = unreadable;
        this.run = ExchangeRun.begin(listener.service(), client, CAPABILITIES, this);
        Exchange scope = run.scope();
        this.writer = new ResponseWriter(
                wire, output, scope, head.method(), head.version(), HopByHop.acceptsTrailers(head.headers()));
        this.peekedNanos = scope.time().nanos();
    }

    /** Serves the request; returns whether the connection can be used again. */
    boolean serve() {
        Outcome how;
        try {
            how = run.run();
        } finally {
            endTunnel();
        }
        // What interrupted the handler meant the exchange, and would close the connection at its next use.
        Thread.interrupted();
        if (how != Outcome.COMPLETED) {
            lingers = hasUnread();
        }
        return persistent && !cutOff;
    }

    /** Leaves the input to the connection: from the deadline at the latest nobody reads the request's body. */
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

    @Override
    public ProxyRequest request(Exchange scope) throws ProxyException {
        note(scope, wire);
        if (unreadable != null) {
            throw unreadable;
        }
        // What a client sends ahead of the answer to a CONNECT is meant for the tunnel, and must not be read as its
        // next request.
        persistent = HopByHop.isPersistent(head.version(), head.headers()) && !isConnect();
        ReceivedHead received = ReceivedHead.of(head.method(), head.target(), head.version(), head.headers(), scope);
        ProxyRequest request = received.request();
        Framing framing = received.framing();
        if (framing.length() != 0) {
            RequestBody arriving = arriving(scope, framing, request.expectsContinue());
            body = arriving;
            request = request.toBuilder().body(arriving.body()).build();
        }
        refused = false;
        return request;
    }

    private RequestBody arriving(Exchange scope, Framing framing, boolean asked) {
        Limits limits = listener.service().limits();
        ChunkedReader chunks = framing.kind() == Framing.Kind.CHUNKED
                ? new ChunkedReader(input, limits.headerBytes(), limits.headerCount(), Side.REQUEST)
                : null;
        Supplier<Headers> trailers = chunks != null ? chunks::trailers : Headers::empty;
        return new RequestBody(wire, input, scope, framing, chunks, trailers, asked ? run::askForBody : null);
    }

    private boolean isConnect() {
        return head.method().equals("CONNECT");
    }

    private boolean hasUnread() {
        RequestBody request = body;
        return refused || (request != null && !request.isHere());
    }

    @Override
    public boolean interim(int status, Headers headers) throws ProxyException {
        return writer.interim(status, headers);
    }

    @Override
    public void respond(ProxyResponse response, InputStream content) throws ProxyException {
        endsBy(writer.endsByClosing(response));
        RequestBody request = body;
        // RFC 9112 §9.3: the rest of a request's body would be read as the next request.
        boolean unread = hasUnread();
        persistent = persistent && !unread && !unframed && mayStay(request);
        writer.write(response, content, !persistent);
        persistent = persistent && (request == null || request.skip());
        lingers = !persistent && (unread || isConnect() || input.available() > 0);
    }

    /** A listener that drains answers what had come before, and each connection says with its last answer that it ends. */
    private boolean mayStay(@Nullable RequestBody request) {
        return !listener.draining()
                || drain.anotherIsHere(wire, request == null ? input.available() : request.behind());
    }

    /** The rest of a body must not be read as the tunnel's first bytes, nor by two readers at once. */
    @Override
    public void readyTunnel(ProxyResponse response) throws ProxyException {
        RequestBody request = body;
        if (request != null && !(request.isHere() && request.skip())) {
            throw new ProxyException(
                    Outcome.FAILED, Delivery.ANSWERED, "the answer was a tunnel before the request's body was read");
        }
        takeTunnel();
    }

    @Override
    public Outcome tunnel(ProxyResponse response, Tunnel tunnel) throws ProxyException {
        endsBy(true);
        tunnelling = true;
        persistent = false;
        writer.tunnelHead(response, tunnel);
        return relay(wire, input, tunnel, run.scope());
    }

    /** Notes how the response ends, unless it was cut before that was known: then none of its bytes is sent. */
    private void endsBy(boolean closing) throws ProxyException {
        unframed = closing;
        if (cutOff) {
            run.scope().check();
        }
    }

    /**
     * Lets the client see that the response is not whole. RFC 9112 §8: with a length or chunks a plain end shows that,
     * and bytes in the operating system still arrive. A response without its own end needs a reset, unless our close
     * frame was the end.
     */
    @Override
    public void cut(Outcome why) {
        cutOff = true;
        Relay open = relay();
        if (why != Outcome.CLIENT_LEFT && open != null && open.clientTold()) {
            wire.breakInput(new EOFException("the tunnel is closed"));
            wire.breakOutput();
        } else if (why == Outcome.CLIENT_LEFT || unframed) {
            wire.abort();
        } else {
            wire.breakOutput();
        }
    }

    /**
     * Checks whether the client is still there, behind bytes that it has sent ahead, of this request's body or the next
     * request, or for a tunnel. A thread that reads or writes sees it anyway, and is not disturbed. On the clock's thread; never
     * blocks.
     */
    void sweep(long nowNanos) {
        RequestBody request = body;
        // A wire that this side has closed says nothing about the client.
        if (nowNanos - peekedNanos < untilPeekNanos || wire.closed() || (request != null && request.failed())) {
            return;
        }
        peekedNanos = nowNanos;
        untilPeekNanos = Math.min(2 * untilPeekNanos, LAST_PEEK_NANOS);
        // One direction of a tunnel may end before the other.
        boolean mayEnd = tunnelling || listener.options().halfClose();
        if (!wire.peek() && (wire.failed() || !mayEnd)) {
            run.scope().cancel(Outcome.CLIENT_LEFT);
        }
    }
}
