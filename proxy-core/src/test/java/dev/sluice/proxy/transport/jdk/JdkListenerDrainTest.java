package dev.sluice.proxy.transport.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.time.Awaited;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the JDK's server does when it is closed with requests that it has not read. */
@Timeout(60)
class JdkListenerDrainTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";

    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<RawConnection> clients = new ArrayList<>();

    @AfterEach
    void end() {
        release.countDown();
        clients.forEach(RawConnection::close);
        threads.shutdownNow();
    }

    private static ProxyServer.Builder answering() {
        return ProxyServer.builder()
                .transport(JdkTransport.shared())
                .addRoute("/**", request -> ProxyResponse.of(200, "here"));
    }

    /** Everything up to the end, which may be a reset. */
    private static String rest(RawConnection client) {
        try {
            return client.readAll();
        } catch (IOException reset) {
            return "";
        }
    }

    private RawConnection asking(ProxyServer server) throws IOException {
        RawConnection client = RawConnection.connect(server.address());
        clients.add(client);
        client.write(GET);
        return client;
    }

    /** Holds the server's only accepting thread, so that all clients after the first stay in the backlog. */
    private void hold(Runnable work) {
        held.countDown();
        try {
            assertThat(release.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
        threads.execute(work);
    }

    @Test
    void connectionsInTheBacklogAreDropped() throws Exception {
        ProxyServer server = answering().executor(this::hold).build().start();
        asking(server);
        assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 10; i++) {
            asking(server);
        }
        server.close(Duration.ZERO);
        release.countDown();
        for (RawConnection client : clients.subList(1, clients.size())) {
            assertThat(rest(client)).isEmpty();
        }
    }

    @Test
    void aRequestThatIsBeingReadIsAnsweredBeforeTheEnd() throws Exception {
        ProxyServer server = answering()
                .executor(work -> threads.execute(() -> hold(work)))
                .build()
                .start();
        RawConnection client = asking(server);
        assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();
        Thread closing = new Thread(server::close);
        closing.start();
        Awaited.refusal(server.address());
        assertThat(closing.isAlive()).isTrue();
        release.countDown();
        assertThat(rest(client)).startsWith("HTTP/1.1 200 ").endsWith("here");
        closing.join(20_000);
        assertThat(closing.isAlive()).isFalse();
    }
}
