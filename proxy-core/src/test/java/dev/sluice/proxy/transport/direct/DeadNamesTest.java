package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.forward.ForwardProxy;
import dev.sluice.proxy.internal.VirtualThreads;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A forward proxy whose clients request names that no name server answers. It also has routes and other clients. */
@Timeout(60)
class DeadNamesTest {
    /** More than the 256 blocked carrier threads for which the JDK adds threads. */
    private static final int ATTACKERS = 300;

    private static final int QUARTER = 32;

    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger hanging = new AtomicInteger();
    private final Set<String> onVirtualThreads = ConcurrentHashMap.newKeySet();
    private final List<Socket> attackers = new ArrayList<>();
    private ProxyServer origin;
    private ProxyServer proxy;

    @BeforeEach
    void start() throws Exception {
        origin = ProxyServer.builder()
                .port(0)
                .transport(DirectTransport.shared())
                .addRoute("/**", request -> ProxyResponse.of(200, "origin"))
                .build()
                .start();
        proxy = proxy(2_000);
    }

    private ProxyServer proxy(int exchanges) {
        DirectTransport direct = DirectTransport.builder()
                .connector(Connector.builder()
                        .resolver(this::resolve)
                        .connectTimeout(Duration.ofMinutes(1))
                        .build())
                .build();
        return ProxyServer.builder()
                .port(0)
                .drain(Duration.ofMillis(1))
                .transport(direct)
                .limits(Limits.builder().exchanges(exchanges).build())
                .forward(ForwardProxy.builder()
                        .transport(direct)
                        .addresses(AddressRule.ANY)
                        .anyPort(true)
                        .build())
                .addRoute("/here", request -> ProxyResponse.of(200, "here"))
                .addRoute("/there", ReverseProxy.to(direct.upstream("there", at("upstream.test"))))
                .addCloseable(direct)
                .build()
                .start();
    }

    @AfterEach
    void close() throws Exception {
        release.countDown();
        for (Socket attacker : attackers) {
            attacker.close();
        }
        proxy.close();
        origin.close();
    }

    private URI at(String host) {
        return URI.create("http://" + host + ":" + origin.address().getPort());
    }

    private List<InetAddress> resolve(String host) throws IOException {
        if (VirtualThreads.isCurrent()) {
            onVirtualThreads.add(host);
        }
        if (host.startsWith("dead")) {
            hanging.incrementAndGet();
            try {
                release.await();
            } catch (InterruptedException interrupt) {
                throw new IOException(interrupt);
            }
        }
        return List.of(InetAddress.getLoopbackAddress());
    }

    private Socket send(String from, String target) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
        socket.connect(proxy.address(), 10_000);
        socket.setSoTimeout(10_000);
        socket.getOutputStream()
                .write(("GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private String answer(String from, String target) throws IOException {
        try (Socket socket = send(from, target)) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void theNamesOfOneClientDoNotStopOthers() throws Exception {
        for (int i = 0; i < ATTACKERS; i++) {
            attackers.add(send("127.0.0.1", "http://dead" + i + ".test/"));
        }
        awaitHanging(QUARTER);
        for (int i = 0; i < 20; i++) {
            assertThat(answer("127.0.0.1", "/here")).startsWith("HTTP/1.1 200").endsWith("here");
        }
        // A configured upstream is resolved for the same client, and names that other clients choose are resolved for
        // these.
        assertThat(answer("127.0.0.1", "/there")).startsWith("HTTP/1.1 200").endsWith("origin");
        assertThat(answer("127.0.0.2", at("other.test") + "/"))
                .startsWith("HTTP/1.1 200")
                .endsWith("origin");

        assertThat(hanging).hasValue(QUARTER);
        assertThat(onVirtualThreads).isEmpty();
    }

    /** Each client is within its own share. */
    @Test
    void theNamesOfManyClientsTogetherLeaveHalfOfTheExchangesToOthers() throws Exception {
        proxy.close();
        proxy = proxy(40);
        for (int i = 0; i < 20; i++) {
            attackers.add(send("127.0.0." + (1 + i / 5), "http://dead" + i + ".test/"));
            awaitHanging(i + 1);
        }
        for (int i = 20; i < 40; i++) {
            assertThat(answer("127.0.0." + (1 + i / 5), "http://dead" + (i % 2) * i + ".test/"))
                    .startsWith("HTTP/1.1 503");
        }
        assertThat(answer("127.0.0.9", "/here")).startsWith("HTTP/1.1 200").endsWith("here");
        // Configured names do not wait behind names that clients choose either.
        assertThat(answer("127.0.0.9", "/there")).startsWith("HTTP/1.1 200").endsWith("origin");
        assertThat(hanging).hasValue(20);

        release.countDown();
        for (Socket attacker : attackers) {
            attacker.getInputStream().readAllBytes();
        }
        assertThat(answer("127.0.0.9", at("later.test") + "/"))
                .startsWith("HTTP/1.1 200")
                .endsWith("origin");
    }

    private void awaitHanging(int count) {
        TimeSource real = TimeSource.system();
        long deadlineNanos = real.deadline(Duration.ofSeconds(10));
        while (hanging.get() < count) {
            assertThat(real.nanos()).isLessThan(deadlineNanos);
            Thread.yield();
        }
    }
}
