package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.wire.TestTls;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/**
 * Requests that had reached this machine when a server was closed are answered, and the port is free when it has
 * closed.
 */
class DrainTest {
    private static final int CLIENTS = 100;
    private static final String POST = "POST /order HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\n\r\nabc";

    private final CountDownLatch release = new CountDownLatch(1);
    private final List<Socket> clients = new ArrayList<>();
    private SSLContext trusting;

    @AfterEach
    void end() throws IOException {
        release.countDown();
        for (Socket client : clients) {
            client.close();
        }
    }

    private static ProxyResponse echo(ProxyRequest request) throws IOException {
        return ProxyResponse.of(200, "got " + new String(request.body().readAll(100_000), StandardCharsets.US_ASCII));
    }

    private static ProxyServer.Builder echoing() {
        return ProxyServer.builder().transport(DirectTransport.shared()).addRoute("/**", DrainTest::echo);
    }

    private Socket connect(InetSocketAddress address, boolean tls) throws Exception {
        if (tls && trusting == null) {
            trusting = TestTls.client("localhost");
        }
        Socket client = tls
                ? trusting.getSocketFactory().createSocket(address.getAddress(), address.getPort())
                : new Socket(address.getAddress(), address.getPort());
        clients.add(client);
        client.setSoTimeout(10_000);
        return client;
    }

    private static void send(Socket client, String request) throws IOException {
        client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().flush();
    }

    /** The head and the body of one answer of the echo, or everything up to the end. */
    private static String answer(Socket client) throws IOException {
        InputStream in = client.getInputStream();
        StringBuilder all = new StringBuilder();
        while (!all.toString().endsWith("got abc")) {
            int next = in.read();
            if (next < 0) {
                return "ended after: " + all;
            }
            all.append((char) next);
        }
        return all.toString();
    }

    private void sendOnNewConnections(ProxyServer server, boolean tls) throws Exception {
        for (int i = 0; i < CLIENTS; i++) {
            send(connect(server.address(), tls), POST);
        }
    }

    private void sendOnKeptConnections(ProxyServer server, boolean tls) throws Exception {
        for (int i = 0; i < CLIENTS; i++) {
            Socket client = connect(server.address(), tls);
            send(client, POST);
            answer(client);
        }
        for (Socket client : clients) {
            send(client, POST);
        }
    }

    private void assertAllAnswered() throws IOException {
        for (Socket client : clients) {
            assertThat(answer(client)).startsWith("HTTP/1.1 200 ").endsWith("got abc");
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @RepeatedTest(3)
    void requestsOnNewConnectionsAreAnswered() throws Exception {
        try (ProxyServer server = echoing().build().start()) {
            sendOnNewConnections(server, false);
        }
        assertAllAnswered();
    }

    @RepeatedTest(3)
    void requestsOnKeptConnectionsAreAnswered() throws Exception {
        try (ProxyServer server = echoing().build().start()) {
            sendOnKeptConnections(server, false);
        }
        assertAllAnswered();
    }

    @Test
    void requestsOverTlsAreAnswered() throws Exception {
        try (ProxyServer server =
                echoing().tls(TestTls.server("localhost")).build().start()) {
            sendOnKeptConnections(server, true);
        }
        assertAllAnswered();
    }

    @Test
    void requestsThatWaitForAThreadAreAnswered() throws Exception {
        ThreadPoolExecutor two = new ThreadPoolExecutor(0, 2, 1, TimeUnit.SECONDS, new SynchronousQueue<>());
        CountDownLatch accepting = new CountDownLatch(1);
        CountDownLatch taken = new CountDownLatch(1);
        // Holds the accepting task at the first connection, so that the others stay in the backlog.
        try (ProxyServer server = echoing()
                .executor(work -> {
                    accepting.countDown();
                    Awaited.latch(release);
                    two.execute(work);
                    taken.countDown();
                })
                .build()
                .start()) {
            Thread closing = closeWithBacklog(server, accepting);
            Awaited.latch(taken);
            assertAllAnswered();
            joined(closing);
        } finally {
            two.shutdownNow();
        }
    }

    /** Holds the accepting task at the first connection, so that the others stay in the backlog. */
    private Executor holding(CountDownLatch accepting, Executor threads) {
        return work -> {
            accepting.countDown();
            Awaited.latch(release);
            threads.execute(work);
        };
    }

    /** Begins to close while connections are in the backlog behind one that is held. Then releases it. */
    private Thread closeWithBacklog(ProxyServer server, CountDownLatch accepting) throws Exception {
        sendOnNewConnections(server, false);
        Awaited.latch(accepting);
        Thread closing = closing(server);
        awaitStop(closing);
        release.countDown();
        return closing;
    }

    @Test
    void requestsInTheBacklogAreAnsweredEvenAtTheLimitOfConnections() throws Exception {
        CountDownLatch accepting = new CountDownLatch(1);
        ExecutorService threads = Executors.newCachedThreadPool();
        DirectTransport two = DirectTransport.builder().maxConnections(2).build();
        try (ProxyServer server = echoing()
                .transport(two)
                .addCloseable(two)
                .executor(holding(accepting, threads))
                .build()
                .start()) {
            Thread closing = closeWithBacklog(server, accepting);
            assertAllAnswered();
            joined(closing);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void handshakesInTheBacklogAreServedEvenAtTheLimitOfConnections() throws Exception {
        // A connection without a byte has 1 s for its first byte. A busy client may need longer.
        ManualTime time = new ManualTime();
        CountDownLatch accepting = new CountDownLatch(1);
        ExecutorService threads = Executors.newCachedThreadPool();
        DirectTransport two = DirectTransport.builder().maxConnections(2).build();
        try (ProxyServer server = echoing()
                .transport(two)
                .addCloseable(two)
                .time(time)
                .tls(TestTls.server("localhost"))
                .executor(holding(accepting, threads))
                .build()
                .start()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                Socket client = connect(server.address(), true);
                answers.add(threads.submit(() -> {
                    send(client, POST);
                    return answer(client);
                }));
            }
            Awaited.latch(accepting);
            Thread closing = closing(server);
            time.awaitWaiters(1);
            release.countDown();
            for (Future<String> answer : answers) {
                assertThat(answer.get(20, TimeUnit.SECONDS))
                        .startsWith("HTTP/1.1 200 ")
                        .endsWith("got abc");
            }
            joined(closing);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aProxyHeaderAndARequestInTheBacklogAreAnswered() throws Exception {
        DirectTransport direct =
                DirectTransport.builder().addProxyProtocolPeers("127.0.0.1").build();
        try (ProxyServer server =
                echoing().transport(direct).addCloseable(direct).build().start()) {
            for (int i = 0; i < CLIENTS; i++) {
                send(connect(server.address(), false), "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + POST);
            }
        }
        assertAllAnswered();
    }

    /** A handler that holds its first request until the server closes. */
    private ProxyServer holding(CountDownLatch held) {
        return ProxyServer.builder()
                .transport(DirectTransport.shared())
                .addRoute("/held", request -> {
                    held.countDown();
                    Awaited.latch(release);
                    return echo(request);
                })
                .addRoute("/**", DrainTest::echo)
                .build()
                .start();
    }

    @Test
    void requestsThatWerePipelinedAreAllAnsweredAndTheLastAnswerSaysClose() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        try (ProxyServer server = holding(held)) {
            Socket client = connect(server.address(), false);
            send(client, POST.replace("/order", "/held") + POST + POST);
            Awaited.latch(held);
            Thread closing = closing(server);
            Awaited.refusal(server.address());
            release.countDown();

            assertThat(answer(client)).startsWith("HTTP/1.1 200 ").doesNotContain("Connection: close");
            assertThat(answer(client)).startsWith("HTTP/1.1 200 ").doesNotContain("Connection: close");
            assertThat(answer(client)).startsWith("HTTP/1.1 200 ").contains("\r\nConnection: close\r\n");
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            joined(closing);
        }
    }

    @Test
    void requestsSentAfterTheDrainBeganAreNotAnswered() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        try (ProxyServer server = holding(held)) {
            Socket client = connect(server.address(), false);
            send(client, POST.replace("/order", "/held"));
            Awaited.latch(held);
            Thread closing = closing(server);
            Awaited.refusal(server.address());
            send(client, POST);
            release.countDown();

            assertThat(answer(client)).startsWith("HTTP/1.1 200 ").contains("\r\nConnection: close\r\n");
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            joined(closing);
        }
    }

    @Test
    void aBodyThatIsStillArrivingIsAwaited() throws Exception {
        RecordingListener records = new RecordingListener();
        try (ProxyServer server = echoing().addListener(records).build().start()) {
            Socket client = connect(server.address(), false);
            send(client, POST);
            answer(client);
            records.awaitEnded(1);
            send(client, POST.substring(0, POST.length() - 2));
            Thread closing = closing(server);
            Awaited.refusal(server.address());
            send(client, "bc");

            assertThat(answer(client)).startsWith("HTTP/1.1 200 ").contains("\r\nConnection: close\r\n");
            joined(closing);
        }
    }

    @Test
    void aClientThatHasJustConnectedHasASecondForItsRequest() throws Exception {
        ManualTime time = new ManualTime();
        try (ProxyServer server = echoing().time(time).build().start();
                RawConnection asks = RawConnection.connect(server.address());
                RawConnection silent = RawConnection.connect(server.address())) {
            Thread closing = closing(server);
            Awaited.refusal(server.address());
            asks.write(POST);
            assertThat(asks.readAll()).contains("\r\nConnection: close\r\n").endsWith("got abc");

            time.advance(Duration.ofMillis(900));
            assertThat(closing.isAlive()).isTrue();
            time.advance(Duration.ofMillis(200));
            assertThat(silent.readAll()).isEmpty();
            joined(closing);
        }
    }

    @Test
    void thePortIsFreeWhenTheServerHasClosed() throws Exception {
        int port = 0;
        for (int i = 0; i < 200; i++) {
            try (ProxyServer server = echoing().port(port).build().start()) {
                port = server.address().getPort();
                Socket client = connect(server.address(), false);
                send(client, POST);
                assertThat(answer(client)).endsWith("got abc");
            }
        }
    }

    private static Thread closing(ProxyServer server) {
        Thread closing = new Thread(server::close);
        closing.start();
        return closing;
    }

    private static void joined(Thread closing) throws InterruptedException {
        closing.join(20_000);
        assertThat(closing.isAlive()).isFalse();
    }

    /** Waits until the drain has begun, and {@code closing} waits for the task that accepts. */
    private static void awaitStop(Thread closing) {
        Awaited.isTrue(() -> closing.getState() == Thread.State.TIMED_WAITING);
    }
}
