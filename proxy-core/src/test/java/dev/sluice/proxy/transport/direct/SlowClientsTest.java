package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients that send a request's head one byte at a time (slowloris). Each holds a thread, and nothing else. */
class SlowClientsTest {
    private static final int SLOW = 1_000;
    private static final int NORMAL = 50;
    private static final String HEAD = "GET /slow HTTP/1.1\r\nHost: a.test\r\n";

    private final ManualTime time = new ManualTime();
    private final List<RawConnection> slow = new ArrayList<>();
    private final List<RawConnection> normal = new ArrayList<>();

    @Test
    void aThousandSlowClientsDelayNoOtherAndAreGoneAfterTheHeadTimeout() throws Exception {
        // Of three quarters of them, one address may have half below JDK 21.
        DirectTransport transport =
                DirectTransport.builder().maxThreads(4 * SLOW).build();
        try (ProxyServer server = ProxyServer.builder()
                .transport(transport)
                .addCloseable(transport)
                .time(time)
                .addRoute("/**", request -> ProxyResponse.of(200, "hello"))
                .build()
                .start()) {
            connect(server, SLOW, slow);
            connect(server, NORMAL, normal);
            for (int second = 0; second < 9; second++) {
                sendAll(slow, HEAD.substring(second, second + 1));
                serveNormal();
                time.advance(Duration.ofSeconds(1));
            }

            time.advance(Duration.ofSeconds(2));

            for (RawConnection client : slow) {
                assertThat(client.readAll()).startsWith("HTTP/1.1 408 ");
            }
            serveNormal();
        } finally {
            slow.forEach(RawConnection::close);
            normal.forEach(RawConnection::close);
        }
    }

    private static void connect(ProxyServer server, int count, List<RawConnection> into) throws IOException {
        for (int i = 0; i < count; i++) {
            into.add(RawConnection.connect(server.address()));
        }
    }

    private static void sendAll(List<RawConnection> clients, String text) throws IOException {
        for (RawConnection client : clients) {
            client.write(text);
        }
    }

    private void serveNormal() throws IOException {
        sendAll(normal, "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        for (RawConnection client : normal) {
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(client.readExactly(5)).isEqualTo("hello");
        }
    }
}
