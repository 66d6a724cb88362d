package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.FlagKept;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.testing.ScriptedOrigin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** If the thread of a handler is interrupted, its answer is still sent, and the connection stays open. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InterruptedHandlerTest {
    private static final String POST = "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\n";

    private final RecordingListener exchanges = new RecordingListener();

    private ProxyServer server(ProxyHandler handler) {
        return ProxyServer.builder()
                .transport(DirectTransport.shared())
                .addListener(exchanges)
                .addRoute("/next", request -> ProxyResponse.of(200, "next"))
                .addRoute("/**", handler)
                .build()
                .start();
    }

    private void answersAndGoesOn(ProxyHandler handler, int status, String body) throws Exception {
        try (ProxyServer server = server(handler);
                RawConnection client = RawConnection.connect(server.address())) {
            client.write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
            String head = client.readHead();
            assertThat(head).startsWith("HTTP/1.1 " + status + " ");
            int length = Integer.parseInt(head.replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
            assertThat(client.readExactly(length)).contains(body);
            client.write("GET /next HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
            assertThat(client.readAll()).endsWith("\r\n\r\nnext");
        }
    }

    @Test
    void anExceptionOfAnInterruptedHandlerIsA503() throws Exception {
        answersAndGoesOn(
                request -> {
                    throw new InterruptedException("interrupted on purpose");
                },
                503,
                "503 Service Unavailable");
        assertThat(exchanges.awaitEnded(1).get(0).outcome()).isEqualTo(Outcome.SHUT_DOWN);
    }

    @Test
    void anAnswerWithTheFlagKeptIsSent() throws Exception {
        answersAndGoesOn(
                request -> {
                    Thread.currentThread().interrupt();
                    return ProxyResponse.of(429, "busy");
                },
                429,
                "busy");
    }

    @Test
    void aBodyThatKeepsTheFlagIsSent() throws Exception {
        answersAndGoesOn(
                request -> ProxyResponse.builder(200)
                        .body(Body.of(FlagKept.body(3), 3))
                        .build(),
                200,
                "xxx");
    }

    @Test
    void anOriginsAnswerIsReadToItsEnd() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n");
            connection.write("x".repeat(200_000));
        })) {
            ProxyHandler proxy = ReverseProxy.to(DirectTransport.shared().upstream("o", origin.uri()));
            answersAndGoesOn(
                    request -> {
                        ProxyResponse response = proxy.handle(request);
                        Thread.currentThread().interrupt();
                        return response;
                    },
                    200,
                    "x");
        }
    }

    @Test
    void anInterimResponseIsSentAndTheFlagStays() throws Exception {
        try (ProxyServer server = server(request -> {
                    Thread.currentThread().interrupt();
                    request.exchange().interim(103, Headers.of("Link", "</a>"));
                    return ProxyResponse.of(Thread.currentThread().isInterrupted() ? 200 : 500, "");
                });
                RawConnection client = RawConnection.connect(server.address())) {
            client.write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 103 ");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void readingABodyWithTheFlagKeptFailsButKeepsTheConnection() throws Exception {
        try (ProxyServer server = server(FlagKept.reading());
                RawConnection client = RawConnection.connect(server.address())) {
            client.write(POST);
            assertThat(client.readHead()).startsWith("HTTP/1.1 503 ");
        }
    }
}
