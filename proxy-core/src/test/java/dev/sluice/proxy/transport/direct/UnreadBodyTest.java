package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens to a request's body that has arrived but is unread when the response begins. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnreadBodyTest {
    private static final String POST = "POST /echo HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhello";
    private static final String UPGRADE =
            "POST /tunnel HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: echo\r\n";
    private static final String NEXT = "GET /next HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";

    private static ProxyServer server() {
        ProxyResponse tunnel =
                ProxyResponse.builder(101).tunnel(new EchoTunnel()).build();
        return ProxyServer.builder()
                .transport(DirectTransport.shared())
                .addRoute(
                        "/echo",
                        request -> ProxyResponse.builder(200)
                                .body(Body.of(
                                        request.body().open(), request.body().length()))
                                .build())
                .addRoute(Route.path("/tunnel").allowUpgrade("echo").to((ProxyHandler) request -> tunnel))
                .addRoute("/**", request -> ProxyResponse.of(200, "next"))
                .build()
                .start();
    }

    /** Echoes the bytes that it gets. */
    private static final class EchoTunnel implements Tunnel {
        private final PipedInputStream in = new PipedInputStream();
        private final PipedOutputStream out = new PipedOutputStream();

        private EchoTunnel() {
            try {
                in.connect(out);
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
        }

        @Override
        public String protocol() {
            return "echo";
        }

        @Override
        public InputStream in() {
            return in;
        }

        @Override
        public OutputStream out() {
            return out;
        }

        @Override
        public void shutdownOutput() throws IOException {
            out.close();
        }

        @Override
        public void close() {}
    }

    @Test
    void anUnreadBodyCanStillBeReadForTheResponse() throws Exception {
        try (ProxyServer server = server();
                RawConnection client = RawConnection.connect(server.address())) {
            client.write(POST);
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ").contains("Content-Length: 5\r\n");
            assertThat(client.readExactly(5)).isEqualTo("hello");
            client.write(NEXT);
            assertThat(client.readAll()).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nnext");
        }
    }

    @Test
    void aTunnelDoesNotBeginWithAnUnreadBody() throws Exception {
        try (ProxyServer server = server();
                RawConnection client = RawConnection.connect(server.address())) {
            client.write(UPGRADE + "Content-Length: 5\r\n\r\nhelloping");
            client.shutdownOutput();
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
            assertThat(client.readAll()).isEqualTo("ping");
        }
    }

    @Test
    void aTunnelIsRefusedWhileMoreOfTheBodyMayCome() throws Exception {
        try (ProxyServer server = server();
                RawConnection client = RawConnection.connect(server.address())) {
            client.write(UPGRADE + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n");
            client.shutdownOutput();
            assertThat(client.readAll()).startsWith("HTTP/1.1 500 ").contains("\r\nConnection: close\r\n");
        }
    }

    @Test
    void afterAnUnreadBodyTheNextRequestIsServed() throws Exception {
        try (ProxyServer server = server();
                RawConnection client = RawConnection.connect(server.address())) {
            client.write(POST.replace("/echo", "/none") + NEXT);
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ").doesNotContain("Connection: close");
            assertThat(client.readExactly(4)).isEqualTo("next");
            assertThat(client.readAll()).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nnext");
        }
    }
}
