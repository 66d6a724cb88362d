package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.drain.Drain;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.testing.ScriptedOrigin;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server closes while one of its WebSockets goes to a draining member of a pool. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GoingAwayTest {
    private static final String UPGRADE =
            "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    private static final String SWITCHED =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

    /** Close frames with status 1001: from a server, and from a client with a mask of zeros. */
    private static final String FROM_SERVER = "\u0088\u0002\u0003\u00e9";

    private static final String FROM_CLIENT = "\u0088\u0082\0\0\0\0\u0003\u00e9";

    private final ManualTime time = new ManualTime();
    private final RecordingListener exchanges = new RecordingListener();
    private final BlockingQueue<RawConnection> opened = new LinkedBlockingQueue<>();
    private final CountDownLatch done = new CountDownLatch(1);
    private ScriptedOrigin scripted;
    private UpstreamPool pool;
    private ProxyServer server;
    private RawConnection client;
    private RawConnection origin;

    @BeforeEach
    void open() throws Exception {
        scripted = ScriptedOrigin.start(connection -> {
            connection.readHead();
            connection.write(SWITCHED);
            opened.add(connection);
            // The test uses the connection. If the script returned, it would be closed.
            done.await();
        });
        pool = UpstreamPool.builder()
                .time(time)
                .strategy(Strategies.roundRobin())
                .addMember(Member.at(scripted.uri().toString()).withId("blue"))
                .build();
        server = ProxyServer.builder()
                .time(time)
                .addListener(exchanges)
                .tunnelDrain(Duration.ofSeconds(30))
                .addRoute(Route.any().allowUpgrade("websocket").to(pool))
                .build()
                .start();
        client = RawConnection.connect(server.address());
        client.write(UPGRADE);
        assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
        origin = opened.poll(10, TimeUnit.SECONDS);
        assertThat(origin).isNotNull();
        client.write("\u0081\u0081\0\0\0\0a");
        assertThat(origin.readExactly(7)).endsWith("a");
    }

    @AfterEach
    void close() throws Exception {
        done.countDown();
        client.close();
        server.close(Duration.ZERO);
        pool.close();
        scripted.close();
    }

    private void assertTold() throws Exception {
        assertThat(client.readExactly(4)).isEqualTo(FROM_SERVER);
        String frame = origin.readExactly(8);
        assertThat(frame).startsWith("\u0088\u0082");
        assertThat("" + (char) (frame.charAt(6) ^ frame.charAt(2)) + (char) (frame.charAt(7) ^ frame.charAt(3)))
                .isEqualTo("\u0003\u00e9");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bothSidesAreToldAndTheDrainCountsItAsFinished(boolean drainsFirst) throws Exception {
        Drain policy = Drain.within(Duration.ofMinutes(1));
        CompletableFuture<Drain.Report> drained =
                drainsFirst ? pool.drain("blue", policy).toCompletableFuture() : new CompletableFuture<>();
        CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> server.close(Duration.ofMinutes(1)));
        assertTold();
        if (!drainsFirst) {
            drained = pool.drain("blue", policy).toCompletableFuture();
        }
        assertThat(drained).isNotDone();
        assertThat(closed).isNotDone();

        origin.write(FROM_SERVER);
        client.write(FROM_CLIENT);
        assertThat(client.readAll()).isEmpty();
        assertThat(origin.readAll()).isEmpty();
        origin.close();
        closed.get(20, TimeUnit.SECONDS);
        Drain.Report report = drained.get(20, TimeUnit.SECONDS);
        assertThat(report.finished()).isEqualTo(1);
        assertThat(report.forced()).isZero();
        ExchangeRecord record = exchanges.awaitEnded(1).get(0);
        assertThat(record.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(record.attempts().get(0).outcome()).isEqualTo(Outcome.COMPLETED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPeerThatDoesNotAnswerIsCutByWhicheverEndsFirst(boolean byTheDrain) throws Exception {
        Duration within = Duration.ofSeconds(byTheDrain ? 10 : 50);
        CompletableFuture<Drain.Report> drained =
                pool.drain("blue", Drain.within(within).withCut(true)).toCompletableFuture();
        CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> server.close(Duration.ofMinutes(1)));
        assertTold();
        time.advance(Duration.ofSeconds(31));
        closed.get(20, TimeUnit.SECONDS);
        Drain.Report report = drained.get(20, TimeUnit.SECONDS);
        assertThat(report.forced()).isEqualTo(byTheDrain ? 1 : 0);
        assertThat(exchanges.awaitEnded(1).get(0).outcome()).isEqualTo(Outcome.SHUT_DOWN);
        // After the close frame, the end of the stream is not a truncation.
        assertThat(client.readAll()).isEmpty();
        assertThat(pool.snapshot().inFlight()).isZero();
    }
}
