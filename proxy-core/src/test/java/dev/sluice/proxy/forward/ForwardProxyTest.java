package dev.sluice.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.header.Via;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A running forward proxy, from raw bytes of a client to raw bytes at an origin and back. */
class ForwardProxyTest {
    private final ForwardFixture fixture = new ForwardFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aRequestInAbsoluteFormGoesToItsHostInOriginForm() throws Exception {
        ScriptedOrigin origin = fixture.hello();
        ProxyServer server = fixture.serve(fixture.anywhere().via(Via.of("here")));
        String port = ":" + origin.address().getPort();

        String response = ForwardFixture.exchange(
                server,
                "GET http://a.example" + port + "/%7Ex/../y?q=%20 HTTP/1.1\r\nHost: other.example\r\nAccept: */*\r\n"
                        + "Proxy-Connection: keep-alive\r\nConnection: close\r\n\r\n");

        assertThat(response)
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("Via: 1.1 here\r\n")
                .endsWith("\r\n\r\nhello");
        assertThat(origin.requests().get(0))
                .isEqualTo("GET /%7Ex/../y?q=%20 HTTP/1.1\r\nHost: a.example" + port + "\r\nAccept: */*\r\n"
                        + "X-Forwarded-For: 127.0.0.1\r\nVia: 1.1 here\r\n\r\n");
    }

    @Test
    void aBodyGoesWithItsRequest() throws Exception {
        ScriptedOrigin origin = fixture.origin(connection -> {
            String head = connection.readHead();
            String body = connection.readExactly(7);
            connection.write(
                    "HTTP/1.1 201 Created\r\nContent-Length: 7\r\n\r\n" + body.toUpperCase(java.util.Locale.ROOT));
            assertThat(head).contains("Content-Length: 7\r\n");
        });
        ProxyServer server = fixture.serve(fixture.anywhere());

        String response = ForwardFixture.exchange(
                server,
                "POST " + origin.uri()
                        + "/ HTTP/1.1\r\nHost: x\r\nContent-Length: 7\r\nConnection: close\r\n\r\nto send");

        assertThat(response).startsWith("HTTP/1.1 201 Created\r\n").endsWith("\r\n\r\nTO SEND");
        ExchangeRecord record = fixture.records.awaitEnded(1).get(0);
        assertThat(record.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(record.route()).isEqualTo("forward");
        AttemptRecord attempt = record.attempts().get(0);
        assertThat(attempt.upstream()).isEqualTo("direct");
        assertThat(attempt.status()).isEqualTo(201);
        assertThat(attempt.outcome()).isEqualTo(Outcome.COMPLETED);
    }

    @Test
    void connectionsOnBothSidesAreReused() throws Exception {
        ScriptedOrigin origin = fixture.origin(connection -> {
            while (true) {
                connection.readHead();
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
            }
        });
        ProxyServer server = fixture.serve(fixture.anywhere());

        try (RawConnection client = RawConnection.connect(server.address())) {
            for (int i = 0; i < 3; i++) {
                client.write("GET " + origin.uri() + "/ HTTP/1.1\r\nHost: x\r\n\r\n");
                client.readHead();
                assertThat(client.readExactly(5)).isEqualTo("hello");
            }
        }
        assertThat(origin.connections()).isEqualTo(1);
    }

    @Test
    void aTunnelCarriesBytesBothWaysAndKeepsHalfCloses() throws Exception {
        ScriptedOrigin origin = fixture.echo();
        ProxyServer server = fixture.serve(fixture.anywhere());
        String authority = "a.example:" + origin.address().getPort();

        try (RawConnection client = RawConnection.connect(server.address())) {
            client.write("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
            assertThat(client.readHead())
                    .startsWith("HTTP/1.1 200 ")
                    .doesNotContain("Content-Length", "Transfer-Encoding");
            client.write("not HTTP \u0000\u00ff");
            client.shutdownOutput();
            assertThat(client.readAll()).isEqualTo("echo not HTTP \u0000\u00ff");
        }
        ExchangeRecord record = fixture.records.awaitEnded(1).get(0);
        assertThat(record.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(record.attempts().get(0).outcome()).isEqualTo(Outcome.COMPLETED);
    }

    @Test
    void aFilterAndAListenerSeeATunnelsOpeningItsBytesAndItsTime() throws Exception {
        ScriptedOrigin origin = fixture.echo();
        List<String> seen = new CopyOnWriteArrayList<>();
        CountDownLatch ended = new CountDownLatch(1);
        ProxyFilter filter = (request, next) -> {
            ProxyResponse response = next.handle(request);
            if (response.tunnel() != null) {
                Exchange exchange = request.exchange();
                seen.add("opened " + request.method() + ' ' + response.tunnel().protocol());
                exchange.onEnd(outcome -> {
                    seen.add(exchange.record().requestBytes() + " up, "
                            + exchange.record().responseBytes() + " down, " + outcome);
                    ended.countDown();
                });
            }
            return response;
        };
        ProxyServer server = fixture.serve(fixture.anywhere(), builder -> builder.addFilter(filter));
        String authority = "a.example:" + origin.address().getPort();

        try (RawConnection client = RawConnection.connect(server.address())) {
            client.write("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\nearly");
            client.readHead();
            assertThat(seen).containsExactly("opened CONNECT connect");
            client.shutdownOutput();
            client.readAll();
        }
        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(seen).containsExactly("opened CONNECT connect", "5 up, 10 down, COMPLETED");
        ExchangeRecord record = fixture.records.awaitEnded(1).get(0);
        assertThat(record.requestBytes()).isEqualTo(5);
        assertThat(record.responseBytes()).isEqualTo(10);
        assertThat(record.status()).isEqualTo(200);
        assertThat(record.headNanos()).isGreaterThanOrEqualTo(record.beginNanos());
        assertThat(record.endNanos()).isGreaterThanOrEqualTo(record.headNanos());
    }

    @Test
    void aFilterCanRefuseATunnel() throws Exception {
        ScriptedOrigin origin = fixture.echo();
        ProxyServer server = fixture.serve(
                fixture.anywhere(),
                builder -> builder.addFilter((request, next) ->
                        request.method().equals("CONNECT") ? ProxyResponse.of(403, "no") : next.handle(request)));

        assertThat(ForwardFixture.connect(server, origin.address())).isEqualTo("HTTP/1.1 403 Forbidden");
        assertThat(origin.connections()).isZero();
    }

    @Test
    void aTunnelToAClosedPortIsAFailure() throws Exception {
        ScriptedOrigin gone = fixture.echo();
        gone.close();
        ProxyServer server = fixture.serve(fixture.anywhere());

        assertThat(ForwardFixture.connect(server, gone.address())).isEqualTo("HTTP/1.1 502 Bad Gateway");
        assertThat(fixture.records.awaitEnded(1).get(0).attempts().get(0).outcome())
                .isEqualTo(Outcome.CONNECT_FAILED);
    }

    @Test
    void aTruncatedBodyIsSeenByTheClient() throws Exception {
        ScriptedOrigin origin = fixture.origin(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello");
        });
        ProxyServer server = fixture.serve(fixture.anywhere());

        try (RawConnection client = RawConnection.connect(server.address())) {
            client.write("GET " + origin.uri() + "/ HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.readHead()).contains("Content-Length: 50");
            ExchangeRecord record = fixture.records.awaitEnded(1).get(0);
            assertThat(record.outcome()).isEqualTo(Outcome.BODY_FAILED);
            assertThat(record.attempts().get(0).outcome()).isEqualTo(Outcome.BODY_FAILED);
        }
    }

    @Test
    void anUpgradePassesInAbsoluteForm() throws Exception {
        ScriptedOrigin origin = fixture.origin(connection -> {
            assertThat(connection.readHead()).contains("Upgrade: chat\r\n", "Connection: Upgrade\r\n");
            connection.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\nhi ");
            connection.write("echo " + connection.readAll());
        });
        ProxyServer server = fixture.serve(fixture.anywhere());

        try (RawConnection client = RawConnection.connect(server.address())) {
            client.write(
                    "GET " + origin.uri() + "/ HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: chat\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ").contains("Upgrade: chat\r\n");
            client.write("talk");
            client.shutdownOutput();
            assertThat(client.readAll()).isEqualTo("hi echo talk");
        }
    }

    @Test
    void aTargetWithHttpsIsReachedOverTls() throws Exception {
        ProxyServer origin = fixture.tlsOrigin();
        ProxyServer server = fixture.serve(fixture.anywhere());

        String response = ForwardFixture.exchange(
                server,
                "GET https://localhost:" + origin.address().getPort()
                        + "/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(response).startsWith("HTTP/1.1 200 OK\r\n").endsWith("hello over TLS, GET");
    }

    @Test
    void otherRequestsGoToTheRoutes() throws Exception {
        ProxyServer server = fixture.serve(
                fixture.anywhere(),
                builder -> builder.addRoute(Route.path("/**").to(request -> ProxyResponse.of(200, "the route"))));

        assertThat(ForwardFixture.exchange(server, "GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .endsWith("the route");
    }

    @Test
    void aForwardProxyUsedAsAHandlerSaysThatItIsAProxy() throws Exception {
        ProxyServer server = fixture.start(ProxyServer.builder()
                .addRoute(Route.path("/**").to(fixture.anywhere().build())));

        assertThat(ForwardFixture.exchange(server, "GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("this is a proxy");
    }

    @Test
    void itsOwnListenerIsRefusedUnlessAllowed() throws Exception {
        ProxyServer server = fixture.serve(fixture.anywhere());
        String own = "http://localhost:" + server.address().getPort() + "/";
        String get = "GET " + own + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

        assertThat(ForwardFixture.exchange(server, get)).startsWith("HTTP/1.1 403 ");
        assertThat(ForwardFixture.connect(server, server.address())).isEqualTo("HTTP/1.1 403 Forbidden");

        ProxyServer allowing = fixture.serve(
                fixture.anywhere().allowOwnListener(true),
                builder -> builder.addRoute(Route.path("/**").to(request -> ProxyResponse.of(200, "the route"))));
        assertThat(ForwardFixture.exchange(
                        allowing,
                        get.replace(
                                own, "http://localhost:" + allowing.address().getPort() + "/")))
                .endsWith("the route");
    }

    @Test
    void itsOwnListenerIsRefusedAlsoBehindAPeerThatSendsProxyHeaders() throws Exception {
        ProxyServer server = fixture.serve(
                fixture.anywhere(),
                builder -> builder.transport(DirectTransport.builder()
                        .addProxyProtocolPeers("127.0.0.0/8", "::1")
                        .build()));
        String own = "127.0.0.1:" + server.address().getPort();

        // A client whose tunnel got through could send its own PROXY header there, and claim any address.
        assertThat(ForwardFixture.exchange(
                        server,
                        "PROXY TCP4 192.0.2.1 192.0.2.2 5555 80\r\nCONNECT " + own
                                + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ");
    }

    @Test
    void aClientThatLeavesEndsItsRequestAtTheOrigin() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        ScriptedOrigin origin = fixture.origin(connection -> {
            connection.readHead();
            try {
                connection.readAll();
            } finally {
                left.countDown();
            }
        });
        ProxyServer server = fixture.serve(fixture.anywhere());

        try (RawConnection client = RawConnection.connect(server.address())) {
            client.write("GET " + origin.uri() + "/ HTTP/1.1\r\nHost: x\r\n\r\n");
            origin.awaitRequests(1);
        }
        assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(fixture.records.awaitEnded(1).get(0).outcome()).isEqualTo(Outcome.CLIENT_LEFT);
    }
}
