package dev.sluice.proxy.transport.direct.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.spi.Listener;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.wire.ProxyHeader;
import dev.sluice.proxy.wire.TestTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which connection is closed when there are too many, and how many one client may have. */
class ConnectionLimitsTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private static final String BUSY = "GET /busy HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private static final String HALF = "GET / HTTP/1.1\r\nHost: a.t";

    private final ManualTime time = new ManualTime();
    private final RecordingListener records = new RecordingListener();
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger busy = new AtomicInteger();
    private final List<AutoCloseable> open = new ArrayList<>();
    private DirectListener listener;

    @AfterEach
    void end() throws Exception {
        release.countDown();
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private void listen(DirectTransport.Builder transport) throws IOException {
        listen(transport, Limits.DEFAULT, null, null);
    }

    private void listen(DirectTransport.Builder transport, Limits limits, TlsSettings tls, ExecutorService threads)
            throws IOException {
        Pipeline pipeline = Pipeline.builder()
                .time(time)
                .limits(limits)
                .addListener(records)
                .trust("127.0.0.9")
                .addRoute("/busy", this::busy)
                .addRoute("/**", request -> ProxyResponse.of(200, "hello"))
                .build();
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        listener = (DirectListener)
                transport.build().listen(new Listener.Settings(any, tls, null, threads, time), pipeline);
        open.add(listener::close);
    }

    private ProxyResponse busy(ProxyRequest request) throws InterruptedException {
        busy.incrementAndGet();
        release.await();
        return ProxyResponse.of(200, "done");
    }

    private RawConnection connect(int client) throws IOException {
        RawConnection connection =
                RawConnection.connect(InetAddress.getByName("127.0.0." + client), listener.address());
        open.add(connection);
        return connection;
    }

    /** A connection that has had an answer and is idle, one second after the previous connection. */
    private RawConnection idle(int client) throws Exception {
        int before = listener.idle();
        RawConnection connection = connect(client);
        serve(connection);
        await(listener::idle, before + 1);
        time.advance(Duration.ofSeconds(1));
        return connection;
    }

    private RawConnection busy(int client) throws Exception {
        int before = busy.get();
        RawConnection connection = connect(client);
        connection.write(BUSY);
        await(busy::get, before + 1);
        return connection;
    }

    /** A connection that has sent a part of a head, one second after the previous connection. */
    private RawConnection halfRead(int client) throws Exception {
        int before = listener.halfRead();
        RawConnection connection = connect(client);
        connection.write(HALF);
        await(() -> listener.halfRead(), before + 1);
        time.advance(Duration.ofSeconds(1));
        return connection;
    }

    private static void await(IntSupplier actual, int atLeast) throws InterruptedException {
        Awaited.isTrue(() -> actual.getAsInt() >= atLeast);
    }

    private static void serve(RawConnection client) throws IOException {
        client.write(GET);
        assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        assertThat(client.readExactly(5)).isEqualTo("hello");
    }

    private void assertRefused(RawConnection client, int status, String reason) throws Exception {
        assertThat(client.readAll()).startsWith("HTTP/1.1 " + status + " ").contains("Connection: close\r\n");
        assertThat(records.awaitEnded(1))
                .filteredOn(record -> record.outcome() == Outcome.OVERLOADED)
                .singleElement()
                .satisfies(record -> assertThat(record.failure().getMessage()).contains(reason));
    }

    @Test
    void atTheLimitTheConnectionThatIsIdleForTheLongestIsClosedForANewOne() throws Exception {
        listen(DirectTransport.builder().maxConnections(3));
        RawConnection first = idle(1);
        RawConnection second = idle(2);
        RawConnection third = idle(3);
        serve(first);
        await(listener::idle, 3);

        RawConnection fourth = connect(4);
        serve(fourth);

        assertThat(second.readAll()).isEmpty();
        serve(first);
        serve(third);
    }

    @Test
    void withoutAnIdleConnectionTheLongestUnfinishedHeadIsRefused() throws Exception {
        listen(DirectTransport.builder().maxConnections(3));
        busy(1);
        RawConnection first = halfRead(2);
        RawConnection second = halfRead(3);

        serve(connect(4));

        assertRefused(first, 503, "all 3 of maxConnections are in use");
        second.write("est\r\n\r\n");
        assertThat(second.readHead()).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void ifAllConnectionsAreBusyTheNewOneIsRefused() throws Exception {
        listen(DirectTransport.builder().maxConnections(2));
        busy(1);
        busy(2);

        assertRefused(connect(3), 503, "all 2 of maxConnections are in use");
    }

    @Test
    void aClientWithMoreThanItsShareMakesRoomFirst() throws Exception {
        listen(DirectTransport.builder().maxConnections(8));
        RawConnection other = idle(2);
        List<RawConnection> many = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            many.add(idle(1));
        }

        RawConnection more = connect(1);
        serve(more);

        assertThat(many.get(0).readAll()).isEmpty();
        serve(other);
        serve(many.get(1));
        serve(connect(3));
    }

    @Test
    void aboveItsShareAClientWhoseConnectionsAreAllBusyGets429() throws Exception {
        listen(DirectTransport.builder().maxConnections(8));
        for (int i = 0; i < 5; i++) {
            busy(1);
        }

        assertRefused(connect(1), 429, "127.0.0.1 has its share of 2 of maxConnections (8)");
        serve(connect(2));
    }

    @Test
    void aboveItsShareAClientLosesAnUnfinishedHeadAndTheReasonIsItsConnections() throws Exception {
        listen(DirectTransport.builder().maxConnections(8));
        RawConnection first = halfRead(1);
        for (int i = 0; i < 4; i++) {
            busy(1);
        }

        serve(connect(1));

        assertRefused(first, 503, "its share of 2 of maxConnections (8)");
    }

    @Test
    void aShareOfTheWholeIsNoLimit() throws Exception {
        listen(
                DirectTransport.builder().maxConnections(8),
                Limits.builder().clientShare(1).build(),
                null,
                null);
        for (int i = 0; i < 8; i++) {
            busy(1);
        }
        assertRefused(connect(1), 503, "maxConnections");
    }

    @Test
    void aTrustedPeerHasNoShare() throws Exception {
        listen(DirectTransport.builder().maxConnections(8));
        for (int i = 0; i < 8; i++) {
            busy(9);
        }
        assertRefused(connect(9), 503, "maxConnections");
    }

    @Test
    void aSenderOfProxyHeadersHasNoShare() throws Exception {
        listen(DirectTransport.builder().maxConnections(8).addProxyProtocolPeers("127.0.0.8"));
        InetSocketAddress source = new InetSocketAddress("192.0.2.7", 40_000);
        for (int i = 0; i < 7; i++) {
            RawConnection connection = connect(8);
            connection.write(ProxyHeader.text(source, listener.address()));
            connection.write(BUSY);
            await(busy::get, i + 1);
        }
        serve(connect(1));
    }

    @Test
    void theLongestUnfinishedOfTooManyHeadsIsRefused() throws Exception {
        listen(DirectTransport.builder().maxHeads(2));
        RawConnection first = halfRead(1);
        RawConnection second = halfRead(2);
        connect(3).write(HALF);

        assertRefused(first, 503, "maxHeads is 2");
        second.write("est\r\n\r\n");
        assertThat(second.readHead()).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aClientWithMoreThanItsShareOfHeadsLosesOneOfItsOwn() throws Exception {
        listen(DirectTransport.builder().maxHeads(8));
        RawConnection other = halfRead(2);
        RawConnection first = halfRead(1);
        for (int i = 0; i < 3; i++) {
            halfRead(1);
        }
        connect(1).write(HALF);

        assertRefused(first, 503, "its share of 2 of maxHeads (8)");
        other.write("est\r\n\r\n");
        assertThat(other.readHead()).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void anUnfinishedHandshakeCountsAsAHead() throws Exception {
        listen(
                DirectTransport.builder().maxHeads(2),
                Limits.DEFAULT,
                TlsSettings.of(TestTls.server("localhost")),
                null);
        RawConnection first = connect(1);
        await(() -> listener.halfRead(), 1);
        time.advance(Duration.ofSeconds(1));
        connect(2);
        await(() -> listener.halfRead(), 2);
        connect(3);

        assertThat(first.readAll()).isEmpty();
    }

    @Test
    void ifAllThreadsWaitForHeadsTheLongestIsRefusedForANewConnection() throws Exception {
        ThreadPoolExecutor two = new ThreadPoolExecutor(0, 2, 1, TimeUnit.SECONDS, new SynchronousQueue<>());
        open.add(two::shutdownNow);
        listen(DirectTransport.builder(), Limits.DEFAULT, null, two);
        RawConnection first = halfRead(1);
        halfRead(2);

        serve(connect(3));

        assertRefused(first, 503, "there was no free thread for other requests");
    }

    @Test
    void aHeadInPiecesIsServed() throws Exception {
        listen(DirectTransport.builder());
        RawConnection client = halfRead(1);
        client.write("est\r\nX: ");
        client.write("1\r\n\r\n");
        assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        assertThat(client.readExactly(5)).isEqualTo("hello");
        serve(client);
        assertThat(listener.halfRead()).isZero();
    }
}
