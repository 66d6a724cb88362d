package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.AttemptNotes;
import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.connect.ConnectionLimits;
import dev.sluice.proxy.connect.pool.Connection;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.Opened;
import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.ServerTls;
import dev.sluice.proxy.tls.TlsSettings;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the record of an attempt knows of its connection. */
@Timeout(60)
class AttemptTimesTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();

    private final ManualTime time = new ManualTime();
    private final Opened open = new Opened();

    @AfterEach
    void close() throws Exception {
        open.close();
    }

    private static long nanos(int seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }

    @Test
    void aConnectionIsOpenedForTheFirstAttemptAndUsedAgainForTheSecond() throws Exception {
        ProxyServer origin = open.add(ProxyServer.builder()
                .tls((ServerTls) name -> {
                    time.advance(Duration.ofSeconds(2));
                    return AUTHORITY.server("shop.test");
                })
                .addRoute("/**", request -> ProxyResponse.of(200, "hello"))
                .build()
                .start());
        Connector connector = open.add(Connector.builder()
                .resolver(host -> {
                    time.advance(Duration.ofSeconds(3));
                    return List.of(InetAddress.getLoopbackAddress());
                })
                .build());
        DirectTransport direct =
                open.add(DirectTransport.builder().connector(connector).build());
        TlsSettings trusting = TlsSettings.builder().trust(AUTHORITY.trust()).build();
        URI uri = URI.create("https://shop.test:" + origin.address().getPort());
        TestClient client = TestClient.of(ReverseProxy.to(direct.upstream("shop", uri, trusting)), time);

        AttemptRecord first = client.get("/").record().attempts().get(0);
        assertThat(first.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(first.connectNanos()).isEqualTo(nanos(3));
        assertThat(first.handshakeNanos()).isEqualTo(nanos(2));
        assertThat(first.connectionWaitNanos()).isZero();
        AttemptRecord second = client.get("/").record().attempts().get(0);
        assertThat(second.connectNanos()).isEqualTo(-1);
        assertThat(second.handshakeNanos()).isEqualTo(-1);
    }

    @Test
    void theWaitForAConnectionIsNoted() throws Exception {
        Origin origin = open.add(Origin.start());
        Connector connector = open.add(Connector.builder()
                .limits(ConnectionLimits.builder().active(1).build())
                .build());
        Exchange exchange = TestExchange.begin(time);
        Connection held = connector.pools().acquire(origin.destination(), AddressRule.ANY, exchange, false);
        Exchange scope = exchange.child("attempt", TimeSource.NEVER, Outcome.HEAD_TIMEOUT);
        AttemptNotes attempt = scope.attempt("origin");
        CompletableFuture<Connection> waiting = new CompletableFuture<>();
        time.start("waits", () -> {
            try {
                Exchange within = scope.child("filter", TimeSource.NEVER, Outcome.HEAD_TIMEOUT);
                waiting.complete(connector.pools().acquire(origin.destination(), AddressRule.ANY, within, false));
            } catch (Exception failure) {
                waiting.completeExceptionally(failure);
            }
        });
        time.awaitWaiters(1);
        time.advance(Duration.ofSeconds(4));
        held.release();
        waiting.get(30, TimeUnit.SECONDS).release();
        assertThat(attempt.connectionWaitNanos()).isEqualTo(nanos(4));
        assertThat(attempt.connectNanos()).isEqualTo(-1);
    }
}
