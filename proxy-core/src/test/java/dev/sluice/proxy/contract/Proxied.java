package dev.sluice.proxy.contract;

import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A proxy in front of a scripted origin, and a {@link Bridge} on each side where the proxy speaks HTTP/2. {@code close} closes
 * all.
 */
final class Proxied implements AutoCloseable {
    static final String OK = Message.http("""
            HTTP/1.1 200 OK
            Content-Length: 2

            ok""");

    private static final String PROBE = Message.http("""
            GET /probe HTTP/1.1
            Host: a.test
            Connection: close

            """);

    final RecordingListener records = new RecordingListener();
    final ScriptedOrigin origin;
    final ProxyServer server;
    private final List<Message> atOrigin;
    private final @Nullable Bridge before;
    private final @Nullable Bridge behind;

    private Proxied(Builder setup) throws IOException {
        this.atOrigin = setup.atOrigin;
        this.origin = ScriptedOrigin.start(setup.script);
        this.behind = setup.pairing.upstream() == Half.HTTP2 ? Bridge.toHttp1(origin.uri()) : null;
        Transport listener = setup.listener;
        Upstream upstream = behind == null
                ? setup.upstream.upstream("origin", origin.uri())
                : Bridge.upstream((DirectTransport) setup.upstream, behind.uri());
        ReverseProxy proxy = setup.rules.apply(ReverseProxy.builder(upstream)).build();
        Route route = setup.route.apply(Route.any()).to(proxy);
        ProxyServer.Builder building =
                ProxyServer.builder().transport(listener).addRoute(route).addListener(records);
        try {
            this.server = setup.server.apply(building).build().start();
            this.before = setup.pairing.listener() == Half.HTTP2 ? Bridge.toHttp2(server.uri()) : null;
        } catch (RuntimeException refused) {
            origin.close();
            if (behind != null) {
                behind.close();
            }
            throw refused;
        }
    }

    /** Where clients ask, in HTTP/1.1. */
    InetSocketAddress address() {
        return before == null ? server.address() : before.address();
    }

    /** The name of the origin, as the proxy knows it. */
    String authority() {
        InetSocketAddress known = behind == null ? origin.address() : behind.address();
        return "127.0.0.1:" + known.getPort();
    }

    static Builder of(Pairing pairing) {
        Builder builder =
                new Builder(pairing.listener().transport(), pairing.upstream().transport());
        builder.pairing = pairing;
        return builder;
    }

    static Builder of(Transport listener, Transport upstream) {
        return new Builder(listener, upstream);
    }

    RawConnection connect() throws IOException {
        return RawConnection.connect(address());
    }

    /** The response to one request on a new connection, which stays open until the response is complete. */
    Message ask(String request) throws IOException {
        try (RawConnection client = connect()) {
            return ask(client, request);
        }
    }

    static Message ask(RawConnection client, String request) throws IOException {
        client.write(request);
        return Message.response(client, request.substring(0, request.indexOf(' ')));
    }

    /** Returns whether one more request is answered on this connection. */
    static boolean serves(RawConnection client) {
        try {
            ask(client, PROBE);
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    /** The requests that scripts of {@link Builder#answers} have read, without probes. */
    List<Message> atOrigin() {
        return atOrigin.stream()
                .filter(message -> !message.start().contains("/probe "))
                .toList();
    }

    /** The only request that has reached the origin. */
    Message sent() {
        List<Message> all = atOrigin();
        if (all.size() != 1) {
            throw new AssertionError(all.size() + " requests at the origin: " + all);
        }
        return all.get(0);
    }

    /**
     * Closes proxy and origin, so that everything that has reached the origin is recorded. The second call has no
     * effect.
     */
    void stop() {
        if (before != null) {
            before.close();
        }
        server.close(Duration.ZERO);
        if (behind != null) {
            behind.close();
        }
        origin.close();
    }

    @Override
    public void close() {
        stop();
    }

    /** What an origin does with a request that it has read completely. */
    @FunctionalInterface
    interface Answer {
        void to(Message request, RawConnection connection) throws Exception;
    }

    /** Builds a {@link Proxied}. */
    static final class Builder {
        private final Transport listener;
        private final Transport upstream;
        private Pairing pairing = Pairing.DIRECT_DIRECT;
        private final List<Message> atOrigin = new CopyOnWriteArrayList<>();
        private ScriptedOrigin.Script script;
        private UnaryOperator<ReverseProxy.Builder> rules = rules -> rules;
        private UnaryOperator<Route.Builder> route = route -> route;
        private UnaryOperator<ProxyServer.Builder> server = server -> server;

        private Builder(Transport listener, Transport upstream) {
            this.listener = listener;
            this.upstream = upstream;
            answers(OK);
        }

        /** Answers each request with these bytes, and waits for the next one. */
        Builder answers(String response) {
            return answers((request, connection) -> connection.write(response));
        }

        /** Answers the first request of each connection with these bytes, and closes it. */
        Builder answersAndCloses(String response) {
            return answers((request, connection) -> {
                connection.write(response);
                connection.close();
            });
        }

        Builder answers(Answer answer) {
            return plays(connection -> {
                while (true) {
                    Message request = Message.request(connection);
                    atOrigin.add(request);
                    if (!request.whole()) {
                        return;
                    }
                    if (request.start().contains("/probe ")) {
                        connection.write(OK);
                    } else {
                        answer.to(request, connection);
                    }
                }
            });
        }

        Builder plays(ScriptedOrigin.Script whole) {
            this.script = whole;
            return this;
        }

        Builder rules(UnaryOperator<ReverseProxy.Builder> change) {
            this.rules = change;
            return this;
        }

        Builder route(UnaryOperator<Route.Builder> change) {
            this.route = change;
            return this;
        }

        Builder server(UnaryOperator<ProxyServer.Builder> change) {
            this.server = change;
            return this;
        }

        Proxied start() throws IOException {
            UnaryOperator<ProxyServer.Builder> given = server;
            server = building -> {
                closing(listener, building::addCloseable);
                closing(upstream, building::addCloseable);
                return given.apply(building);
            };
            return new Proxied(this);
        }

        private static void closing(Transport transport, Consumer<AutoCloseable> owner) {
            if (transport instanceof AutoCloseable resource) {
                owner.accept(resource);
            }
        }
    }

    /** Reads until the connection ends in any way. */
    static void awaitEnd(RawConnection connection) {
        try {
            connection.readAll();
        } catch (IOException reset) {
            // The connection was broken off, for example closed while our bytes were unread. That is an end too.
        }
    }
}
