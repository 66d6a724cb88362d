package dev.sluice.proxy.testing;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.spi.ExchangeRun;
import dev.sluice.proxy.spi.Service;
import dev.sluice.proxy.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Sends requests through a handler, or through a whole service, on the calling thread and without a socket. It does
 * what a listener does: it begins an exchange for each request, reads the response to its end, closes it, and ends the
 * exchange.
 *
 * <pre>{@code
 * TestResponse response = TestClient.of(ReverseProxy.to(FakeUpstream.named("a"))).get("/hello");
 * }</pre>
 *
 * <p>Request bodies can be read once, like those from a connection. Immutable.
 */
public final class TestClient {
    private static final Client NEARBY = clientAt(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    private static final Set<Capability> CAPABILITIES =
            Set.of(Capability.TRAILERS, Capability.INTERIM, Capability.FULL_DUPLEX);

    private final Service service;
    private final boolean throwing;
    private final Client client;
    private final Set<Capability> capabilities;

    /** A client of a single handler throws, as there is no service to refuse a malformed request. */
    private TestClient(Service service, boolean throwing, Client client, Set<Capability> capabilities) {
        this.service = service;
        this.throwing = throwing;
        this.client = client;
        this.capabilities = capabilities;
    }

    /** A client of {@code handler} on the system's clock. */
    public static TestClient of(ProxyHandler handler) {
        return of(handler, TimeSource.system());
    }

    /** A client of {@code handler} on another clock. */
    public static TestClient of(ProxyHandler handler, TimeSource time) {
        return of(handler, time, ExchangeListener.NONE);
    }

    /** A client of {@code handler}; {@code listener} listens to its exchanges. */
    public static TestClient of(ProxyHandler handler, TimeSource time, ExchangeListener listener) {
        return new TestClient(Service.of(Thrown.by(handler), time, listener), true, NEARBY, CAPABILITIES);
    }

    /** A client of a whole service, which begins exchanges itself and turns failures into error pages. */
    public static TestClient of(Service service) {
        return new TestClient(service, false, NEARBY, CAPABILITIES);
    }

    /** The same client at another address; on the loopback interface with port 0 by default. */
    public TestClient from(InetSocketAddress address) {
        return from(clientAt(address));
    }

    /** The same client at another address and perhaps over TLS. */
    public TestClient from(Client other) {
        return new TestClient(service, throwing, other, capabilities);
    }

    /**
     * The same client, whose exchanges have these capabilities; {@link Capability#TRAILERS}, {@link
     * Capability#INTERIM} and {@link Capability#FULL_DUPLEX} by default. A {@link Capability#TUNNEL} that a response
     * opens is closed at once.
     */
    public TestClient capable(Capability... able) {
        return new TestClient(service, throwing, client, Set.of(able));
    }

    /**
     * Sends a GET without fields to host {@code test.example}; throws as {@link #send(String, String, UnaryOperator)}
     * does.
     */
    public TestResponse get(String path) throws IOException, InterruptedException {
        return send("GET", path, request -> request);
    }

    /**
     * Sends a POST with this text as body, in UTF-8, and without fields to host {@code test.example}; throws as {@link
     * #send(String, String, UnaryOperator)} does.
     */
    public TestResponse post(String path, String text) throws IOException, InterruptedException {
        return send("POST", path, Headers.empty(), text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Sends a request; throws as {@link #send(String, String, UnaryOperator)} does.
     *
     * @param headers a {@code Host} among them becomes the target's authority and is removed, as in a listener; the
     *     others stay, even those that a listener would interpret
     * @param body all of it; empty for none
     */
    public TestResponse send(String method, String path, Headers headers, byte[] body)
            throws IOException, InterruptedException {
        Body content = body.length == 0 ? Body.empty() : Body.of(new ByteArrayInputStream(body), body.length);
        return send(method, path, request -> request.headers(headers).body(content));
    }

    /**
     * Sends a request that {@code change} has changed.
     *
     * @param path the target as in a request line: also in absolute form, and in authority form for CONNECT
     * @param change adds fields, a body, an upgrade. {@code Host} as in {@link #send(String, String, Headers, byte[])}
     * @return the response, which has been read whole, or up to its failure
     * @throws ProxyException if a handler throws it, or the target is malformed; a {@link Service} answers these
     *     itself. Also with CLIENT_LEFT, if the exchange was cancelled with it: then there is no response
     * @throws IOException if a handler throws it
     * @throws InterruptedException if a handler throws it
     */
    public TestResponse send(String method, String path, UnaryOperator<ProxyRequest.Builder> change)
            throws IOException, InterruptedException {
        TestCall call = new TestCall(client, method, path, change, throwing);
        ExchangeRun run = ExchangeRun.begin(service, client, capabilities, call);
        Outcome how = run.run();
        Thrown thrown = run.scope().get(Thrown.class);
        if (thrown != null) {
            thrown.rethrow();
        }
        TestResponse received = call.received();
        if (received == null) {
            throw new ProxyException(how, Delivery.ANSWERED, "no response came: the exchange ended with " + how);
        }
        return received;
    }

    private static Client clientAt(InetSocketAddress address) {
        return new Client(address, new InetSocketAddress(InetAddress.getLoopbackAddress(), 80), null);
    }
}
