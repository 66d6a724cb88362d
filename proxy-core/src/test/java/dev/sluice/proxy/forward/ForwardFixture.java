package dev.sluice.proxy.forward;

import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.connect.Resolver;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.transport.direct.Connector;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.wire.TestTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.UnaryOperator;

/** Proxies and origins of one test, with real sockets. {@code close} closes all of them. */
final class ForwardFixture implements AutoCloseable {
    /** The origin's answer to any request. */
    static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";

    final RecordingListener records = new RecordingListener();
    private final Deque<Runnable> open = new ArrayDeque<>();

    /** A transport whose resolver resolves every name to this machine, and which trusts the tests' certificate. */
    DirectTransport transport() throws Exception {
        InetAddress here = InetAddress.getLoopbackAddress();
        return transport(host -> java.util.List.of(here));
    }

    DirectTransport transport(Resolver resolver) throws Exception {
        DirectTransport transport = DirectTransport.builder()
                .connector(Connector.builder()
                        .resolver(resolver)
                        .resolveInterval(Duration.ofNanos(1))
                        .tls(TlsSettings.of(TestTls.client("localhost")))
                        .build())
                .build();
        open.push(transport::close);
        return transport;
    }

    /** A builder that permits what tests need: every address and every port. */
    ForwardProxyBuilder anywhere() throws Exception {
        return ForwardProxy.builder()
                .transport(transport())
                .addresses(AddressRule.ANY)
                .anyConnectPort(true);
    }

    ProxyServer serve(ForwardProxyBuilder proxy) {
        return serve(proxy, server -> server);
    }

    ProxyServer serve(ForwardProxyBuilder proxy, UnaryOperator<ProxyServer.Builder> change) {
        return start(change.apply(ProxyServer.builder().forward(proxy.build()).addListener(records)));
    }

    ProxyServer start(ProxyServer.Builder builder) {
        ProxyServer server = builder.drain(Duration.ofSeconds(1)).build().start();
        open.push(server::close);
        return server;
    }

    ScriptedOrigin origin(ScriptedOrigin.Script script) throws IOException {
        ScriptedOrigin origin = ScriptedOrigin.start(script);
        open.push(origin::close);
        return origin;
    }

    /** An origin that answers each request with hello, and closes. */
    ScriptedOrigin hello() throws IOException {
        return origin(connection -> {
            connection.readHead();
            connection.write(HELLO);
        });
    }

    /** An origin that reads to the end of its input before it answers, so it needs the half-close. */
    ScriptedOrigin echo() throws IOException {
        return origin(connection -> connection.write("echo " + connection.readAll()));
    }

    /** An HTTPS origin with a certificate for localhost. It answers with hello and the method. */
    ProxyServer tlsOrigin() throws Exception {
        ProxyHandler hello = request -> ProxyResponse.of(200, "hello over TLS, " + request.method());
        return start(ProxyServer.builder()
                .transport(DirectTransport.builder().build())
                .tls(TestTls.server("localhost"))
                .addRoute(Route.path("/**").to(hello)));
    }

    /** Everything that comes back for these bytes, up to the end of the connection. */
    static String exchange(ProxyServer server, String request) throws IOException {
        try (RawConnection client = RawConnection.connect(server.address())) {
            client.write(request);
            return client.readAll();
        }
    }

    /** The status of a CONNECT. */
    static String connect(ProxyServer server, InetSocketAddress to) throws IOException {
        String authority = "127.0.0.1:" + to.getPort();
        return exchange(
                        server,
                        "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\nConnection: close\r\n\r\n")
                .lines()
                .findFirst()
                .orElse("");
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            open.pop().run();
        }
    }
}
