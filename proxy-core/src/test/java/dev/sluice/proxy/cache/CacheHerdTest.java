package dev.sluice.proxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A thousand clients with connections of their own ask at once for the same. */
@Timeout(60)
class CacheHerdTest {
    private static final int CLIENTS = 1_000;
    private static final String TEXT = "0123456789".repeat(1_000);

    /** A server gives one address only a share of its places. */
    private static final int CLIENTS_OF_AN_ADDRESS = 10;

    @TempDir
    Path folder;

    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch entered = new CountDownLatch(CLIENTS);
    private final List<RawConnection> clients = new ArrayList<>();

    @AfterEach
    void close() {
        clients.forEach(RawConnection::close);
    }

    @ParameterizedTest
    @EnumSource(StoreKind.class)
    void theOriginIsAskedOnce(StoreKind kind) throws Exception {
        Upstream origin = Upstream.of("origin", request -> {
            asked.incrementAndGet();
            Awaited.latch(entered);
            return answer("max-age=600");
        });
        try (Cache cache = Cache.builder().store(kind.open(folder)).build();
                ProxyServer server = server(cache, origin)) {
            herd(server);
            assertThat(asked).hasValue(1);
            assertThat(cache.snapshot().stored()).isEqualTo(1);
        }
    }

    /** The first answer shows that it is not for others; from then on they go at once, and not one after the other. */
    @ParameterizedTest
    @ValueSource(strings = {"private", "no-store"})
    void whatIsForOneAloneMakesNobodyWaitInLine(String control) throws Exception {
        CountDownLatch together = new CountDownLatch(200);
        Upstream origin = Upstream.of("origin", request -> {
            if (asked.incrementAndGet() == 1) {
                Awaited.latch(entered);
            } else {
                together.countDown();
                Awaited.latch(together);
            }
            return answer(control);
        });
        try (Cache cache = Cache.builder().build();
                ProxyServer server = server(cache, origin)) {
            herd(server);
            assertThat(asked).hasValue(CLIENTS);
            assertThat(cache.snapshot().store().entries()).isZero();
        }
    }

    private static ProxyResponse answer(String control) {
        return ProxyResponse.builder(200)
                .headers(Headers.of("Cache-Control", control))
                .body(Body.of(TEXT))
                .build();
    }

    private ProxyServer server(Cache cache, Upstream origin) {
        CacheRules patient = CacheRules.builder().maxWait(Duration.ofMinutes(1)).build();
        return ProxyServer.builder()
                .transport(DirectTransport.shared())
                .addRoute(Route.path("/**")
                        .addFilter((request, next) -> {
                            entered.countDown();
                            return next.handle(request);
                        })
                        .cache(cache, patient)
                        .to(origin))
                .build()
                .start();
    }

    private void herd(ProxyServer server) throws IOException {
        for (int i = 0; i < CLIENTS; i++) {
            InetAddress from = InetAddress.getByName("127.0.0." + (2 + i / CLIENTS_OF_AN_ADDRESS));
            RawConnection client = RawConnection.connect(from, server.address());
            clients.add(client);
            client.write(WireClient.request("GET", "/a"));
        }
        for (RawConnection client : clients) {
            assertThat(WireClient.read(client, "GET").is(TEXT)).isTrue();
        }
    }
}
