package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.syntax.HostName;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.testing.change.Change;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.TlsSettings.ClientCertificate;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/**
 * A server for tests of code that sends HTTP: it answers as its stubs say, goes wrong as they say, and remembers what it
 * received. It listens on the loopback interface at a port of its own, which speaks both HTTP and HTTPS.
 *
 * <pre>{@code
 * try (FakeGateway gateway = FakeGateway.start()) {
 *     gateway.on("GET /users/{id}").answers("Anna");
 *     assertThat(new UserClient(gateway.uri()).name(7)).isEqualTo("Anna");
 *     gateway.verify("GET /users/7");
 * }
 * }</pre>
 *
 * <p>Of several stubs that match a request, the last one answers. A request that no stub matches is answered with 404
 * and with what the nearest stub expects otherwise, and lets the test fail when the gateway is closed. Safe for use by
 * many threads.
 */
public class FakeGateway implements AutoCloseable {
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?");

    private final StubServer stubServer;
    private final Verification verification;
    private final LazyPort port;

    /**
     * A gateway of these settings, which listens once {@link #open} is called or its address is asked for; subclasses
     * tie it to a test framework.
     */
    protected FakeGateway(Builder settings) {
        this.stubServer = new StubServer(settings.socket);
        this.verification = new Verification(stubServer);
        GatewayPort.Options options = new GatewayPort.Options(settings.time, settings.port, settings.clientCertificate);
        this.port = new LazyPort(settings.socket ? () -> GatewayPort.open(stubServer, options) : null);
    }

    /** Starts a gateway at a free port. */
    public static FakeGateway start() {
        return builder().start();
    }

    /** A gateway without a socket, for {@link #upstream}: on the clock of each exchange, and on the calling thread. */
    public static FakeGateway withoutSocket() {
        Builder settings = builder();
        settings.socket = false;
        return settings.start();
    }

    /** Begins a gateway with options. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Begins a stub for requests with this method and path.
     *
     * @param line such as {@code GET /users/{id}?page=2}, as {@link RequestMatch#of} takes it
     * @throws IllegalArgumentException if the line has another form
     */
    public final Stub on(String line) {
        return on(RequestMatch.of(line));
    }

    /** Begins a stub for these requests. */
    public final Stub on(RequestMatch match) {
        return stubServer.stubs.add(Objects.requireNonNull(match, "match"));
    }

    /** Answers what no stub matches; then no request is unmatched. */
    public final void otherwise(Answer answer) {
        stubServer.stubs.otherwise(Objects.requireNonNull(answer, "answer"));
    }

    /**
     * From now on, requests that no stub matches, or that are no HTTP, do not let the test fail. Those that came before
     * still do.
     */
    public final void allowUnmatched() {
        stubServer.allowUnmatched();
    }

    /**
     * A handler that answers as the stubs say, without a socket: for a {@code TestClient}, or as a route of a proxy.
     * Like {@link #upstream}, it takes the clock of the exchange.
     */
    public final ProxyHandler handler() {
        return new GatewayUpstream("gateway", stubServer)::answer;
    }

    /**
     * A handler that notes what {@code own} gets, and lets it answer unless a stub does. What it answers is not kept.
     * Without a socket, on the clock of the exchange.
     */
    public final ProxyHandler recording(ProxyHandler own) {
        return new GatewayUpstream("recording", stubServer).before(Objects.requireNonNull(own, "own"));
    }

    /**
     * The connection with this number, to say how it fails. They are numbered from 1 as they come, also behind a {@link
     * #reset}; without a socket each attempt is one.
     *
     * @throws IllegalArgumentException if the number is not positive
     */
    public final ConnectionFaults connection(int number) {
        return ConnectionFaults.number(stubServer.connections, number);
    }

    /** All connections from now on, or the next ones, to say how they fail. */
    public final ConnectionFaults connections() {
        return ConnectionFaults.all(stubServer.connections);
    }

    /**
     * The connections over TLS that ask for this server, to say how they fail; without a socket, the attempts at the
     * upstream with this host.
     *
     * @param name such as {@code a.test}, in any case
     * @throws IllegalArgumentException if it is an address, as clients ask for none by TLS (RFC 6066 §3), or empty
     */
    public final ConnectionFaults serverName(String name) {
        String normal = HostName.withoutRootDot(name.toLowerCase(Locale.ROOT));
        if (!HOST.matcher(normal).matches() || HostName.endsWithNumber(normal)) {
            throw new IllegalArgumentException(
                    "serverName must be the name of a host, in ASCII, and no address: \"" + name + "\"");
        }
        return ConnectionFaults.to(stubServer.connections, normal);
    }

    /**
     * Refuses all connections until {@link #listen}, as if no server ran; nothing else can take the port meanwhile.
     * Connections that are open end: at once, or with the answer to the request that they have. Those that are refused
     * have no number.
     *
     * @throws UncheckedIOException if the operating system does not let the port be kept; the message says whether it still
     *     listens. Both methods can be called again
     */
    public final void refuse() {
        if (port.exists()) {
            port.get().refuse();
        } else {
            stubServer.connections.refuse(true);
        }
    }

    /**
     * Listens again, at the same port. Has no effect if it does.
     *
     * @throws UncheckedIOException if it cannot; it still refuses then, and may be called again
     */
    public final void listen() {
        GatewayPort opened = port.opened();
        if (opened != null) {
            opened.listen();
        } else {
            stubServer.connections.refuse(false);
        }
    }

    /**
     * An upstream that is answered by this gateway without a socket: on the calling thread, and on the clock of the
     * exchange, so that delays and timeouts can be of virtual time. Faults are what a transport would make of them.
     *
     * @param id its name; the requests have {@code <id>.test} as host
     * @throws IllegalArgumentException if it cannot be a part of a host name
     */
    public final Upstream upstream(String id) {
        if (!HOST.matcher(id).matches()) {
            throw new IllegalArgumentException("id must be a part of a host name: \"" + id + "\"");
        }
        return new GatewayUpstream(id, stubServer);
    }

    /**
     * Where it listens, or did before it was closed.
     *
     * @throws IllegalStateException if it has no socket, or was closed before it listened
     */
    public final InetSocketAddress address() {
        return port.get().address();
    }

    /**
     * {@code http://} and the address, without a path.
     *
     * @throws IllegalStateException as {@link #address} does
     */
    public final URI uri() {
        return port.uri("http");
    }

    /**
     * {@code http://}, the address and this path.
     *
     * @param path such as {@code /users?page=2}, with escapes where it needs them
     * @throws IllegalArgumentException if it does not begin with a slash, or is not that of a URI; the message shows it
     * @throws IllegalStateException if it has no socket
     */
    public final URI uri(String path) {
        return port.uri("http", path);
    }

    /**
     * {@code https://} and the address, without a path. Clients trust it with {@link #clientTls()} or {@link #pem()}.
     *
     * @throws IllegalStateException as {@link #address} does
     */
    public final URI httpsUri() {
        return port.uri("https");
    }

    /** {@code https://}, the address and this path, as {@link #uri(String)} takes it. */
    public final URI httpsUri(String path) {
        return port.uri("https", path);
    }

    /** {@code ws://}, the address and this path, as {@link #uri(String)} takes it: for {@link Answer#webSocket()}. */
    public final URI webSocketUri(String path) {
        return port.uri("ws", path);
    }

    /** {@code wss://}, the address and this path, as {@link #uri(String)} takes it: for a WebSocket over TLS. */
    public final URI secureWebSocketUri(String path) {
        return port.uri("wss", path);
    }

    /**
     * The authority that issues its certificates, made when it is first needed.
     *
     * @throws IllegalStateException as {@link #address} does
     */
    public final TestAuthority authority() {
        return port.get().tls().authority();
    }

    /**
     * TLS for a client that trusts this gateway alone.
     *
     * @throws IllegalStateException as {@link #address} does
     */
    public final SSLContext clientTls() {
        return authority().client().context();
    }

    /**
     * The certificate of its authority as PEM, for a client that is given what it trusts as a file.
     *
     * @throws IllegalStateException as {@link #address} does
     */
    public final String pem() {
        return authority().pem();
    }

    /** Listens, unless it does already or has no socket; after {@link #close} at a new port, if none was named. */
    protected final void open() {
        // Before the first request can come.
        stubServer.problems.resume();
        port.open();
    }

    /** The requests so far, in order; a request counts once its body is whole, or as whole as its stub waits for. */
    public final List<ReceivedRequest> received() {
        return stubServer.received.all();
    }

    /** The WebSockets so far, in the order of their handshakes, with what was received over them. */
    public final List<FakeWebSocket> webSockets() {
        return List.copyOf(stubServer.webSockets);
    }

    /** Those of them that match, as {@link RequestMatch#of} takes the line. */
    public final List<ReceivedRequest> received(String line) {
        return received(RequestMatch.of(line));
    }

    /** Those of them that match. */
    public final List<ReceivedRequest> received(RequestMatch match) {
        return stubServer.received.all(match);
    }

    /**
     * The first request that this method has not returned yet. Waits for it, in real time, for 10 s at most.
     *
     * @throws AssertionError if none comes
     */
    public final ReceivedRequest next() {
        return next(Change.LIMIT);
    }

    /**
     * The first request that this method has not returned yet. Waits for it in real time.
     *
     * @throws AssertionError if none comes within {@code timeout}; the message says what was received
     */
    public final ReceivedRequest next(Duration timeout) {
        return verification.next(timeout);
    }

    /**
     * Waits, in real time, until at least {@code times} requests have come, for 10 s at most: for clients that send while
     * the test goes on.
     *
     * @return all requests so far that are HTTP
     * @throws AssertionError if fewer come; the message says what was received
     * @throws IllegalArgumentException if {@code times} is not positive
     */
    public final List<ReceivedRequest> awaitReceived(int times) {
        return awaitReceived(times, RequestMatch.any());
    }

    /** The same for requests that match, as {@link RequestMatch#of} takes the line; returns these. */
    public final List<ReceivedRequest> awaitReceived(int times, String line) {
        return awaitReceived(times, RequestMatch.of(line));
    }

    /** The same for requests that match; returns these. */
    public final List<ReceivedRequest> awaitReceived(int times, RequestMatch match) {
        return awaitReceived(times, match, Change.LIMIT);
    }

    /** The same with another time to wait. */
    public final List<ReceivedRequest> awaitReceived(int times, RequestMatch match, Duration timeout) {
        return verification.await(times, match, timeout);
    }

    /**
     * Requires that at least one request has come that matches.
     *
     * @throws AssertionError if none has; the message shows the nearest request, difference by difference
     */
    public final void verify(String line) {
        verify(RequestMatch.of(line));
    }

    /** The same for a match with more conditions. */
    public final void verify(RequestMatch match) {
        verifyAtLeast(1, match);
    }

    /**
     * Requires that exactly {@code times} requests have come that match; 0 for none.
     *
     * @throws AssertionError if there were more or fewer; the message shows what was received
     * @throws IllegalArgumentException if {@code times} is negative
     */
    public final void verify(int times, String line) {
        verify(times, RequestMatch.of(line));
    }

    /** The same for a match with more conditions. */
    public final void verify(int times, RequestMatch match) {
        verification.exactly(times, match);
    }

    /**
     * Requires that at least {@code times} requests have come that match.
     *
     * @throws AssertionError if there were fewer; the message shows what was received
     * @throws IllegalArgumentException if {@code times} is not positive
     */
    public final void verifyAtLeast(int times, String line) {
        verifyAtLeast(times, RequestMatch.of(line));
    }

    /** The same for a match with more conditions. */
    public final void verifyAtLeast(int times, RequestMatch match) {
        verification.atLeast(times, match);
    }

    /**
     * Requires that requests have come in this order, perhaps with others in between.
     *
     * @throws AssertionError if they have not; the message names the first that is missing
     */
    public final void verifyOrder(String... lines) {
        verifyOrder(Stream.of(lines).map(RequestMatch::of).toArray(RequestMatch[]::new));
    }

    /** The same for matches with more conditions. */
    public final void verifyOrder(RequestMatch... matches) {
        verification.order(List.of(matches));
    }

    /**
     * Requires that no request has come but those that a verification was about, or that {@link #next} or {@link
     * #awaitReceived} returned.
     *
     * @throws AssertionError if there are others; the message shows them
     */
    public final void verifyNoMore() {
        verification.noMore();
    }

    /**
     * Requires that each stub has answered at least once. Nothing else asks for that.
     *
     * @throws AssertionError if one has not; the message names those
     */
    public final void verifyUsed() {
        verification.used();
    }

    /**
     * Requires that each request was matched, that no answer failed, and that no stub was left without an answer. {@link
     * #close} does so too, but does not tell again of requests that this method has told of.
     *
     * @throws AssertionError if not; the message shows each such request beside the nearest stub
     */
    public final void verifyMatched() {
        stubServer.check();
    }

    /**
     * Drops all stubs, all faults of connections, all received requests and {@link #webSockets}, and listens; {@link
     * #allowUnmatched} ends. The port and open connections stay, and so does what {@link #verifyMatched} and {@link #close}
     * tell: what went wrong before, also a stub without an answer.
     */
    public final void reset() {
        stubServer.reset();
        listen();
    }

    /**
     * Begins a part of the test: when it is closed, the stubs, {@link #allowUnmatched}, the faults of connections and the
     * received requests since then are gone, and it listens or refuses as before. Close parts in the opposite
     * order. A part belongs to the gateway and not to a thread, so tests that run at the same time need a gateway each.
     *
     * @return closing it throws as {@link #verifyMatched} does, for the requests since then, and has no effect the second
     *     time
     */
    public final Scope scope() {
        Runnable end = stubServer.scope();
        boolean refused = stubServer.connections.refusing();
        AtomicBoolean over = new AtomicBoolean();
        return () -> {
            if (!over.compareAndSet(false, true)) {
                return;
            }
            try {
                if (refused) {
                    refuse();
                } else {
                    listen();
                }
            } finally {
                end.run();
            }
        };
    }

    /**
     * Closes the port and all connections at once, whatever an answer waits for; a function of the test that blocks is
     * interrupted. Has no effect the second time.
     *
     * @throws AssertionError as {@link #verifyMatched} does
     */
    @Override
    public void close() {
        boolean first = stubServer.problems.end();
        GatewayPort opened = port.close();
        if (opened != null) {
            opened.close();
        }
        if (first) {
            verifyMatched();
        }
    }

    /** Where it listens, if it does, and how many requests it has received. */
    @Override
    public final String toString() {
        String unopened = port.isClosed() ? "closed" : "not listening yet";
        boolean open = port.opened() != null && !port.isClosed();
        String place = !port.exists() ? "without a socket" : open ? uri().toString() : unopened;
        return "FakeGateway[" + place + ", " + received().size() + " received]";
    }

    /** A part of a test, with its own stubs. */
    @FunctionalInterface
    public interface Scope extends AutoCloseable {
        @Override
        void close();
    }

    /** Collects the options of a gateway. For one thread. */
    public static final class Builder {
        private TimeSource time = TimeSource.system();
        private boolean socket = true;
        private int port;
        private ClientCertificate clientCertificate = ClientCertificate.NONE;

        private Builder() {}

        /**
         * Sets the clock for delays and rates; the system's by default. A test turns a {@code ManualTime}.
         *
         * @throws IllegalArgumentException if it is a {@code SimulatedTime}, in which a connection's thread cannot wait: a
         *     gateway without a socket takes the clock of each exchange
         */
        public Builder time(TimeSource time) {
            if (time instanceof SimulatedTime) {
                throw new IllegalArgumentException(
                        "time cannot be a SimulatedTime, in which only its own tasks can wait:"
                                + " use withoutSocket(), or a ManualTime");
            }
            this.time = Objects.requireNonNull(time, "time");
            return this;
        }

        /**
         * Sets the port; 0 by default, which is a free one.
         *
         * @throws IllegalArgumentException if it is not one of 0 to 65535
         */
        public Builder port(int port) {
            this.port = Require.within("port", 0, 65_535, port);
            return this;
        }

        /**
         * Sets whether clients that use TLS are asked for a certificate of {@link FakeGateway#authority()}; NONE by default.
         * If it is REQUIRED, a client without one fails in the handshake, and with either setting one that shows another one.
         * What it has shown is {@link ReceivedRequest#certificate()}.
         */
        public Builder clientCertificate(ClientCertificate wanted) {
            this.clientCertificate = Objects.requireNonNull(wanted, "clientCertificate");
            return this;
        }

        /**
         * Starts the gateway.
         *
         * @throws UncheckedIOException if somebody else has the port; the message names it
         */
        public FakeGateway start() {
            FakeGateway gateway = new FakeGateway(this);
            gateway.open();
            return gateway;
        }
    }
}
