package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.connect.ConnectionLimits;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.testing.ScriptedOrigin;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that wait for a connection to one silent origin leave enough exchanges for other routes. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WaitingForConnectionsTest {
    private static final int EXCHANGES = 10;
    private static final int WAITING = 4;

    private final ManualTime time = new ManualTime();
    private final RecordingListener exchanges = new RecordingListener();
    private final Deque<RawConnection> clients = new ArrayDeque<>();
    private ScriptedOrigin silent;
    private Connector connector;
    private DirectTransport transport;
    private ProxyServer server;

    @BeforeEach
    void start() throws Exception {
        silent = ScriptedOrigin.start(connection -> {
            connection.readHead();
            connection.readAll();
        });
        connector = Connector.builder()
                .limits(ConnectionLimits.builder().active(1).build())
                .build();
        transport = DirectTransport.builder().connector(connector).build();
        Limits limits = Limits.builder()
                .exchanges(EXCHANGES)
                .waitingShare(0.4)
                .clientShare(1)
                .build();
        server = ProxyServer.builder()
                .transport(transport)
                .time(time)
                .limits(limits)
                .addListener(exchanges)
                .drain(Duration.ZERO)
                .addRoute("/silent", ReverseProxy.to(transport.upstream("silent", silent.uri())))
                .addRoute("/**", request -> ProxyResponse.of(200, "other"))
                .build()
                .start();
    }

    @AfterEach
    void close() {
        server.close();
        transport.close();
        connector.close();
        silent.close();
        clients.forEach(RawConnection::close);
    }

    private RawConnection ask(String path) throws IOException {
        RawConnection client = RawConnection.connect(server.address());
        clients.push(client);
        client.write("GET " + path + " HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
        return client;
    }

    @Test
    void waitingRequestsTakeNoMoreThanTheirShareOfTheExchanges() throws Exception {
        ask("/silent");
        silent.awaitRequests(1);
        for (int i = 0; i < WAITING; i++) {
            ask("/silent");
        }
        time.awaitWaiters(WAITING);
        assertThat(connector.statistics().waiting()).isEqualTo(WAITING);

        for (int i = 1; i <= 2 * EXCHANGES; i++) {
            assertThat(ask("/silent").readAll()).startsWith("HTTP/1.1 503 ");
            assertThat(ask("/other").readAll()).startsWith("HTTP/1.1 200 ").endsWith("other");
        }
        assertThat(exchanges.awaitEnded(1).get(0).failure())
                .hasMessageContaining("all 1 connections to " + silent.uri() + " are in use, and 4 others wait for one")
                .satisfies(why -> assertThat(why.outcome()).isEqualTo(Outcome.OVERLOADED));

        // The waiting requests still have time to wait.
        time.advance(ConnectionLimits.DEFAULT.waitTimeout());
        exchanges.awaitEnded(4 * EXCHANGES + WAITING);
        assertThat(connector.statistics().waiting()).isZero();
    }
}
