package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.time.TimeSource;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

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
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Desk desk = new Desk();
    private final TimeSource time;
    private final boolean socket;
    private @Nullable GatewayPort port;

    /**
     * A gateway of these settings, which listens once {@link #open} is called or its address is asked for; subclasses
     * tie it to a test framework.
     */
    protected FakeGateway(Builder settings) {
        this.time = settings.time;
        this.socket = settings.socket;
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
        return desk.stubs.add(Objects.requireNonNull(match, "match"));
    }

    /** Answers what no stub matches; then no request is unmatched. */
    public final void otherwise(Answer answer) {
        desk.stubs.otherwise(Objects.requireNonNull(answer, "answer"));
    }

    /** From now on, requests that no stub matches get 404 as before, but do not let the test fail. */
    public final void allowUnmatched() {
        desk.allowUnmatched();
    }

    /**
     * An upstream that is answered by this gateway without a socket: on the calling thread, and on the clock of the
     * exchange, so that delays and timeouts can be of virtual time. Faults are what a transport would make of them.
     *
     * @param id its name; the requests have {@code <id>.test} as host
     */
    public final Upstream upstream(String id) {
        return new GatewayUpstream(id, desk);
    }

    /**
     * Where it listens.
     *
     * @throws IllegalStateException if it has no socket
     */
    public final InetSocketAddress address() {
        return port().address();
    }

    /** {@code http://} and the address, without a path. */
    public final URI uri() {
        return uri("http");
    }

    /** {@code https://} and the address, without a path. Clients trust it with {@link #clientTls()} or {@link #pem()}. */
    public final URI httpsUri() {
        return uri("https");
    }

    private URI uri(String scheme) {
        InetSocketAddress address = address();
        return URI.create(scheme + "://" + new Authority(address.getAddress().getHostAddress(), address.getPort()));
    }

    /** The authority that issues its certificates, made when it is first needed. */
    public final TestAuthority authority() {
        return port().tls().authority();
    }

    /** TLS for a client that trusts this gateway alone. */
    public final SSLContext clientTls() {
        return authority().client().context();
    }

    /** The certificate of its authority as PEM, for a client that is given what it trusts as a file. */
    public final String pem() {
        return authority().pem();
    }

    private synchronized GatewayPort port() {
        if (!socket) {
            throw new IllegalStateException("this gateway has no socket: begin it with start(), or use upstream(id)");
        }
        if (port == null) {
            port = GatewayPort.open(desk, time);
        }
        return port;
    }

    /** Listens at a free port, unless it does already or has no socket; after {@link #close} at a new one. */
    protected final synchronized void open() {
        if (socket && (port == null || port.isClosed())) {
            port = GatewayPort.open(desk, time);
        }
    }

    /** The requests so far, in order; a request counts once its body is whole. */
    public final List<ReceivedRequest> received() {
        return desk.received.all();
    }

    /** Those of them that match, as {@link RequestMatch#of} takes the line. */
    public final List<ReceivedRequest> received(String line) {
        return received(RequestMatch.of(line));
    }

    /** Those of them that match. */
    public final List<ReceivedRequest> received(RequestMatch match) {
        return received().stream().filter(match::matches).toList();
    }

    /**
     * The first request that this method has not returned yet. Waits for it, in real time, for 10 s at most.
     *
     * @throws AssertionError if none comes
     */
    public final ReceivedRequest next() {
        return next(PATIENCE);
    }

    /**
     * The first request that this method has not returned yet. Waits for it in real time.
     *
     * @throws AssertionError if none comes within {@code timeout}; the message says what was received
     */
    public final ReceivedRequest next(Duration timeout) {
        try {
            ReceivedRequest next = desk.received.take(timeout);
            if (next != null) {
                return next;
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
        throw new AssertionError("no other request within " + timeout.toMillis() + " ms\n" + Report.all(received()));
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
        if (received(match).isEmpty()) {
            throw new AssertionError(Report.count("a request", match, received()));
        }
    }

    /**
     * Requires that so many requests have come that match; 0 for none.
     *
     * @throws AssertionError if there were more or fewer; the message shows what was received
     */
    public final void verify(int times, String line) {
        verify(times, RequestMatch.of(line));
    }

    /** The same for a match with more conditions. */
    public final void verify(int times, RequestMatch match) {
        if (received(match).size() != times) {
            String expected = times == 0 ? "no request" : times == 1 ? "1 request" : times + " requests";
            throw new AssertionError(Report.count(expected, match, received()));
        }
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
        List<ReceivedRequest> all = received();
        int from = 0;
        for (RequestMatch match : matches) {
            while (from < all.size() && !match.matches(all.get(from))) {
                from++;
            }
            if (from++ >= all.size()) {
                throw new AssertionError(Report.order(match, List.of(matches), all));
            }
        }
    }

    /**
     * Requires that each request was matched, and that no answer failed. {@link #close} does so too.
     *
     * @throws AssertionError if not; the message shows each such request beside the nearest stub
     */
    public final void verifyMatched() {
        desk.problems.check();
    }

    /** Drops all stubs and all received requests; the port and open connections stay. */
    public final void reset() {
        desk.reset();
    }

    /**
     * Begins a part of the test: when it is closed, the stubs, {@link #allowUnmatched} and the received requests since
     * then are gone. Close parts in the opposite order.
     *
     * @return closing it throws as {@link #verifyMatched} does, for the requests since then
     */
    public final Scope scope() {
        return desk.begin()::run;
    }

    /**
     * Closes the port and all connections at once, whatever an answer waits for. Has no effect the second time.
     *
     * @throws AssertionError as {@link #verifyMatched} does
     */
    @Override
    public void close() {
        synchronized (this) {
            if (port != null) {
                port.close();
            }
        }
        verifyMatched();
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

        private Builder() {}

        /** Sets the clock for delays and rates; the system's by default. A test turns a {@code ManualTime}. */
        public Builder time(TimeSource time) {
            this.time = Objects.requireNonNull(time, "time");
            return this;
        }

        /** Starts the gateway. */
        public FakeGateway start() {
            FakeGateway gateway = new FakeGateway(this);
            gateway.open();
            return gateway;
        }
    }
}
