package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.answer.Maintenance;
import dev.sluice.proxy.auth.Authentication;
import dev.sluice.proxy.auth.BasicAuth;
import dev.sluice.proxy.auth.Credentials;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.limit.Shedding;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Probes of servers that start, serve, are full, and close. */
class ReadinessOnTheWireTest {
    private final Readiness readiness =
            Readiness.builder().timeout(Duration.ofSeconds(30)).build();
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void end() {
        release.countDown();
    }

    private ProxyServer.Builder main(String transport) {
        return ProxyServer.builder()
                .transport(transport.equals("jdk") ? JdkTransport.shared() : DirectTransport.shared())
                .addRoute("/ready", readiness)
                .addRoute("/live", Liveness.DEFAULT)
                .addRoute("/held", request -> {
                    held.countDown();
                    Awaited.latch(release);
                    return ProxyResponse.of(200, "here");
                })
                .addRoute("/**", request -> ProxyResponse.of(200, "here"))
                .readiness(readiness);
    }

    private ProxyServer admin() {
        return ProxyServer.builder()
                .addRoute("/ready", readiness)
                .addRoute("/live", Liveness.DEFAULT)
                .build()
                .start();
    }

    private static String send(ProxyServer server, String line) throws Exception {
        try (RawConnection client = RawConnection.connect(server.address())) {
            client.write(line + " HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
            return client.readAll();
        }
    }

    private static void answers(ProxyServer server, String path, int status, String text) throws Exception {
        assertThat(send(server, "GET " + path))
                .startsWith("HTTP/1.1 " + status + " ")
                .endsWith("\r\n\r\n" + text);
    }

    private static Thread start(Runnable closing) {
        Thread thread = new Thread(closing);
        thread.start();
        return thread;
    }

    private static void joined(Thread closing) throws InterruptedException {
        closing.join(30_000);
        assertThat(closing.isAlive()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct", "jdk"})
    void aHeadHasTheFieldsOfAGetAndNoBody(String transport) throws Exception {
        try (ProxyServer server = main(transport).build().start()) {
            assertThat(send(server, "HEAD /ready"))
                    .startsWith("HTTP/1.1 200 ")
                    .containsIgnoringCase("\r\ncache-control: no-store\r\n")
                    .endsWith("\r\n\r\n");
            assertThat(send(server, "HEAD /live"))
                    .startsWith("HTTP/1.1 200 ")
                    .containsIgnoringCase("\r\ncache-control: no-store\r\n")
                    .endsWith("\r\n\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct", "jdk"})
    void aLameDuckIsNotReadyAndServesEverything(String transport) throws Exception {
        ManualTime time = new ManualTime();
        try (ProxyServer server = main(transport)
                        .time(time)
                        .lameDuck(Duration.ofSeconds(15))
                        .build();
                ProxyServer admin = admin()) {
            answers(admin, "/ready", 503, "not ready: server\n");
            server.start();
            answers(server, "/ready", 200, "ready\n");
            answers(admin, "/ready?verbose", 200, "ready\nserver: met\n");
            Thread closing = start(server::close);
            time.awaitWaiters(1);

            for (ProxyServer asked : new ProxyServer[] {server, admin}) {
                answers(asked, "/ready", 503, "not ready: server\n");
                answers(asked, "/live", 200, "alive\n");
            }
            answers(server, "/", 200, "here");
            time.advance(Duration.ofSeconds(15));
            joined(closing);
            answers(admin, "/ready", 503, "not ready: server\n");
            answers(admin, "/live", 200, "alive\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct", "jdk"})
    void theSecondServerAnswersWhileTheFirstDrains(String transport) throws Exception {
        try (ProxyServer admin = admin();
                ProxyServer server = main(transport).addCloseable(admin).build().start();
                RawConnection client = RawConnection.connect(server.address())) {
            client.write("GET /held HTTP/1.1\r\nHost: a.test\r\n\r\n");
            Awaited.latch(held);
            Thread closing = start(server::close);
            Awaited.refusal(server.address());

            answers(admin, "/ready", 503, "not ready: server\n");
            answers(admin, "/live", 200, "alive\n");
            release.countDown();
            assertThat(client.readAll()).startsWith("HTTP/1.1 200 ").endsWith("here");
            joined(closing);
            // It belongs to the server, and was closed after it.
            Awaited.refusal(admin.address());
        }
    }

    @Test
    void aConnectionThatStaysLearnsOfTheDrainWithItsNextAnswer() throws Exception {
        ManualTime time = new ManualTime();
        try (ProxyServer server = main("direct")
                        .time(time)
                        .lameDuck(Duration.ofSeconds(15))
                        .build()
                        .start();
                RawConnection kept = RawConnection.connect(server.address())) {
            kept.write("GET /ready HTTP/1.1\r\nHost: a.test\r\n\r\n");
            assertThat(kept.readHead()).startsWith("HTTP/1.1 200 ");
            kept.readExactly("ready\n".length());
            Thread closing = start(server::close);
            time.awaitWaiters(1);
            kept.write("GET /ready HTTP/1.1\r\nHost: a.test\r\n\r\n");
            assertThat(kept.readHead()).startsWith("HTTP/1.1 503 ");
            time.advance(Duration.ofSeconds(15));
            joined(closing);
        }
    }

    @Test
    void allServersOfOneReadinessMustBeReady() throws Exception {
        try (ProxyServer one = main("direct").build().start();
                ProxyServer two = main("direct").build()) {
            answers(one, "/ready", 503, "not ready: server\n");
            two.start();
            answers(one, "/ready", 200, "ready\n");
            two.close(Duration.ZERO);
            answers(one, "/ready", 503, "not ready: server\n");
        }
    }

    @Test
    void maintenanceClosesTheProbesUnlessTheirPathsAreAllowed() throws Exception {
        Maintenance strict = Maintenance.builder().build();
        Maintenance allowing =
                Maintenance.builder().allowPaths("/live", "/ready").build();
        strict.on();
        allowing.on();
        try (ProxyServer one = main("direct").addFilter(strict).build().start();
                ProxyServer two = main("direct").addFilter(allowing).build().start()) {
            assertThat(send(one, "GET /live")).startsWith("HTTP/1.1 503 ").contains("maintenance");
            assertThat(send(two, "GET /")).startsWith("HTTP/1.1 503 ").contains("maintenance");
            answers(two, "/live", 200, "alive\n");
            answers(two, "/ready", 200, "ready\n");
        }
    }

    @Test
    void aFilterBeforeAuthenticationAnswersProbesWithoutCredentials() throws Exception {
        ProxyFilter staff = Authentication.require(BasicAuth.of("staff", Credentials.of("anna", "a long password")));
        ProxyFilter probes = (request, next) -> switch (request.target().path()) {
            case "/live" -> Liveness.DEFAULT.handle(request);
            case "/ready" -> readiness.handle(request);
            default -> next.handle(request);
        };
        try (ProxyServer closed = main("direct").addFilter(staff).build().start();
                ProxyServer open = main("direct")
                        .addFilter(staff)
                        .addFilter(probes.at(Stage.DETOUR))
                        .build()
                        .start()) {
            assertThat(send(closed, "GET /ready")).startsWith("HTTP/1.1 401 ");
            answers(open, "/ready", 200, "ready\n");
            answers(open, "/live", 200, "alive\n");
            assertThat(send(open, "GET /")).startsWith("HTTP/1.1 401 ");
            assertThat(send(open, "GET /ready/../")).startsWith("HTTP/1.1 401 ");
        }
    }

    @Test
    void aFullServerRefusesProbesButTheSecondServerAnswers() throws Exception {
        Limits one = Limits.builder().exchanges(1).build();
        try (ProxyServer server = main("direct").limits(one).build().start();
                ProxyServer admin = admin();
                RawConnection client = RawConnection.connect(server.address())) {
            client.write("GET /held HTTP/1.1\r\nHost: a.test\r\n\r\n");
            Awaited.latch(held);

            assertThat(send(server, "GET /live")).startsWith("HTTP/1.1 503 ").contains("too many requests at once");
            answers(admin, "/live", 200, "alive\n");
            answers(admin, "/ready", 200, "ready\n");
            release.countDown();
        }
    }

    @Test
    void sheddingLetsProbesThroughForAsLongAsThereIsRoom() throws Exception {
        Limits two = Limits.builder().exchanges(2).clientShare(1).build();
        Shedding shedding = Shedding.by(request -> Shedding.Priority.LOW).withHealthCheck("/ready");
        try (ProxyServer server =
                        main("direct").limits(two).addFilter(shedding).build().start();
                RawConnection client = RawConnection.connect(server.address())) {
            client.write("GET /held HTTP/1.1\r\nHost: a.test\r\n\r\n");
            Awaited.latch(held);

            assertThat(send(server, "GET /")).startsWith("HTTP/1.1 503 ");
            answers(server, "/ready", 200, "ready\n");
            release.countDown();
        }
    }
}
