package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A listener is called on the thread of the exchange, so a slow listener delays only that exchange. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SlowListenerTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private final CountDownLatch free = new CountDownLatch(1);
    private final BlockingQueue<Thread> told = new LinkedBlockingQueue<>();
    private final BlockingQueue<Thread> handled = new LinkedBlockingQueue<>();

    static Stream<Transport> transports() {
        return Stream.of(DirectTransport.shared(), JdkTransport.shared());
    }

    /** Blocks the thread of exchanges for {@code /slow} until it is released. */
    private final class Slow implements ExchangeListener {
        private final String event;

        private Slow(String event) {
            this.event = event;
        }

        private void happened(String what, ExchangeRecord record) {
            if (what.equals(event) && record.request().target().path().equals("/slow")) {
                told.add(Thread.currentThread());
                try {
                    free.await();
                } catch (InterruptedException interrupt) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        @Override
        public void attemptBegun(ExchangeRecord record, AttemptRecord attempt) {
            happened("attemptBegun", record);
        }

        @Override
        public void attemptEnded(ExchangeRecord record, AttemptRecord attempt) {
            happened("attemptEnded", record);
        }

        @Override
        public void ended(ExchangeRecord record) {
            happened("ended", record);
        }
    }

    private ProxyServer server(Transport transport, ScriptedOrigin origin, ExchangeListener listener) {
        ReverseProxy proxy = ReverseProxy.to(transport.upstream("origin", origin.uri()));
        return ProxyServer.builder()
                .transport(transport)
                .addListener(listener)
                .addFilter((request, next) -> {
                    if (request.target().path().equals("/slow")) {
                        handled.add(Thread.currentThread());
                    }
                    return next.handle(request);
                })
                .addRoute("/**", proxy)
                .build()
                .start();
    }

    private static ScriptedOrigin origin() throws Exception {
        return ScriptedOrigin.start(connection -> {
            while (true) {
                connection.readHead();
                connection.write(OK);
            }
        });
    }

    static Stream<Arguments> events() {
        return transports()
                .flatMap(transport -> Stream.of("attemptBegun", "attemptEnded", "ended")
                        .map(event -> Arguments.of(transport, event)));
    }

    @ParameterizedTest
    @MethodSource("events")
    void aSlowListenerDelaysOnlyItsExchange(Transport transport, String event) throws Exception {
        try (ScriptedOrigin origin = origin();
                ProxyServer server = server(transport, origin, new Slow(event));
                RawConnection slow = RawConnection.connect(server.address())) {
            slow.write("GET /slow HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
            Thread caller = told.poll(20, TimeUnit.SECONDS);
            assertThat(caller).isNotNull().isSameAs(handled.poll(20, TimeUnit.SECONDS));
            for (int i = 0; i < 20; i++) {
                assertServed(server);
            }
            free.countDown();
            assertThat(slow.readAll()).endsWith("ok");
        }
    }

    private static void assertServed(ProxyServer server) throws Exception {
        try (RawConnection client = RawConnection.connect(server.address())) {
            client.write("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
            assertThat(client.readAll()).startsWith("HTTP/1.1 200 ").endsWith("ok");
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void theClientDoesNotWaitForIt(Transport transport) throws Exception {
        try (ScriptedOrigin origin = origin();
                ProxyServer server = server(transport, origin, new Slow("ended"));
                RawConnection slow = RawConnection.connect(server.address())) {
            slow.write("GET /slow HTTP/1.1\r\nHost: a.test\r\n\r\n");
            assertThat(slow.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(slow.readExactly(2)).isEqualTo("ok");
            assertThat(told.poll(20, TimeUnit.SECONDS)).isNotNull();
            free.countDown();
        }
    }
}
