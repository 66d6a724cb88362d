package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.split.TrafficSplit;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.transport.direct.Connector;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which transport carries the requests and probes of the members of a pool or a split. */
class PoolTransportTest {
    /** A name that only {@link #own} resolves. */
    private static final String NAME = "member.only-here.test";

    private final DirectTransport own = DirectTransport.builder()
            .connector(Connector.builder()
                    .resolver(name -> List.of(InetAddress.getLoopbackAddress()))
                    .build())
            .build();
    private final BlockingQueue<PoolEvent> events = new LinkedBlockingQueue<>();
    private ScriptedOrigin origin;

    @BeforeEach
    void startOrigin() throws Exception {
        origin = ScriptedOrigin.start(connection -> {
            while (!connection.readHead().isEmpty()) {
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
        });
    }

    @AfterEach
    void closeAll() throws Exception {
        own.close();
        origin.close();
    }

    private String url() {
        return "http://" + NAME + ":" + origin.uri().getPort();
    }

    private UpstreamPool.Builder pool() {
        return UpstreamPool.builder().addMember(url()).addListener(events::add);
    }

    private static String ask(ProxyServer server) throws Exception {
        return ask(server, "");
    }

    private static String ask(ProxyServer server, String field) throws Exception {
        try (RawConnection client = RawConnection.connect(server.address())) {
            client.write("GET / HTTP/1.1\r\nHost: a.test\r\n" + field + "Connection: close\r\n\r\n");
            return client.readAll();
        }
    }

    private PoolEvent next(PoolEvent.Kind kind) throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            PoolEvent event = events.poll(10, TimeUnit.SECONDS);
            if (event == null || event.kind() == kind) {
                return event;
            }
        }
        return null;
    }

    @Test
    void requestsAndProbesGoOverTheTransportOfTheServer() throws Exception {
        HealthCheck check = HealthCheck.http("/health")
                .interval(Duration.ofMillis(50))
                .beginsUp(false)
                .rise(1)
                .build();
        try (UpstreamPool pool = pool().health(check).build();
                ProxyServer server = ProxyServer.builder()
                        .transport(own)
                        .addRoute("/**", pool)
                        .build()
                        .start()) {
            assertThat(next(PoolEvent.Kind.UP)).as("a probe passes").isNotNull();
            assertThat(ask(server)).endsWith("ok");
        }
    }

    private void assertProbed(Member member, HealthCheck check) throws Exception {
        try (UpstreamPool pool = UpstreamPool.builder()
                        .addMember(member)
                        .addListener(events::add)
                        .health(check)
                        .build();
                ProxyServer server = ProxyServer.builder()
                        .transport(own)
                        .addRoute("/**", pool)
                        .build()) {
            assertThat(server.pipeline().inFlight()).isZero();
            assertThat(next(PoolEvent.Kind.UP)).as("a probe passes").isNotNull();
        }
    }

    @Test
    void probesAtASeparatePortGoTheSameWay() throws Exception {
        HealthCheck check = HealthCheck.http("/health")
                .port(origin.uri().getPort())
                .interval(Duration.ofMillis(50))
                .beginsUp(false)
                .rise(1)
                .build();
        assertProbed(Member.at("http://" + NAME + ":1"), check);
    }

    /** A name that is not resolved is never connected to. */
    @Test
    void probesThatOnlyConnectGoTheSameWay() throws Exception {
        HealthCheck check = HealthCheck.tcp()
                .interval(Duration.ofMillis(50))
                .beginsUp(false)
                .rise(1)
                .build();
        for (Member member : List.of(
                Member.at(url()),
                Member.of(own.upstream("own", URI.create(url()))),
                Member.of(own.upstream("own", URI.create(url())).with((request, next) -> next.handle(request))))) {
            assertProbed(member, check);
        }
    }

    @Test
    void membersThatAreAddedLaterGoTheSameWay() throws Exception {
        try (UpstreamPool pool = UpstreamPool.builder().build();
                ProxyServer server = ProxyServer.builder()
                        .transport(own)
                        .addRoute("/**", pool)
                        .build()
                        .start()) {
            pool.add(url());

            assertThat(ask(server)).endsWith("ok");
        }
    }

    @Test
    void aPoolKeepsItsOwnTransport() throws Exception {
        try (UpstreamPool pool = pool().transport(own).build();
                ProxyServer server = ProxyServer.builder()
                        .transport(JdkTransport.shared())
                        .addRoute("/**", pool)
                        .build()
                        .start();
                ProxyServer other = ProxyServer.builder()
                        .transport(DirectTransport.shared())
                        .addRoute("/**", pool)
                        .build()
                        .start()) {
            assertThat(ask(server)).endsWith("ok");
            assertThat(ask(other)).endsWith("ok");
        }
    }

    @Test
    void twoServersWithDifferentTransportsAreRefusedOnePool() throws Exception {
        try (UpstreamPool pool = pool().name("shop").build();
                ProxyServer first = ProxyServer.builder()
                        .transport(own)
                        .addRoute("/**", pool)
                        .build()
                        .start();
                ProxyServer unnamed =
                        ProxyServer.builder().addRoute("/**", pool).build().start()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ProxyServer.builder()
                            .transport(JdkTransport.shared())
                            .addRoute("/**", pool)
                            .build())
                    .withMessage("route /**: pool \"shop\" already uses the transport of another server (direct),"
                            + " and this server's is jdk: build it with transport(...)");
            assertThat(ask(first)).endsWith("ok");
            assertThat(ask(unnamed)).endsWith("ok");
        }
    }

    @Test
    void aTransportThatCannotReachAMemberIsRefusedAndChangesNothing() {
        try (UpstreamPool pool =
                UpstreamPool.builder().addMember("http://under_score.test:1").build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ProxyServer.builder()
                            .transport(JdkTransport.shared())
                            .addRoute("/**", pool)
                            .build())
                    .withMessageContaining("under_score.test");

            assertThat(ProxyServer.builder()
                            .transport(own)
                            .addRoute("/**", pool)
                            .build())
                    .isNotNull();
        }
    }

    /** Whoever made the upstream closes it. */
    @Test
    void aServerDoesNotCloseAnUpstreamThatTheCallerMade() {
        FakeUpstream callers = FakeUpstream.named("own");
        try (UpstreamPool pool =
                UpstreamPool.builder().addMember(Member.of(callers)).build()) {
            ProxyServer.builder().transport(own).addRoute("/**", pool).build().close();

            assertThat(callers.closed()).isFalse();
        }
    }

    /** Discovery may add members later; they can do what the transport can do. */
    @Test
    void anEmptyPoolCanDoWhatItsTransportCan() {
        try (UpstreamPool pool = UpstreamPool.builder().build()) {
            assertThat(pool.capabilities()).isEqualTo(own.upstreamCapabilities());
            assertThat(ReverseProxy.builder(pool).preserveHost(true).build()).isNotNull();
        }
    }

    @Test
    void aSplitBetweenUrlsAndPoolsGoesOverTheTransportOfTheServer() throws Exception {
        try (UpstreamPool pool = pool().build()) {
            TrafficSplit split = TrafficSplit.builder("shop")
                    .addSource("url", url(), 1)
                    .addSource("pool", pool, 0)
                    .whenHeader("X-To", "pool", "pool")
                    .build();
            try (ProxyServer server = ProxyServer.builder()
                    .transport(own)
                    .addRoute("/**", split)
                    .build()
                    .start()) {
                assertThat(ask(server)).endsWith("ok");
                assertThat(ask(server, "X-To: pool\r\n")).endsWith("ok");
                assertThat(split.snapshot().parts())
                        .extracting(TrafficSplit.Snapshot.Part::requests)
                        .containsExactly(1L, 1L);
                assertThat(origin.requests())
                        .allSatisfy(
                                request -> assertThat(request).contains("Host: " + NAME, "X-Forwarded-Host: a.test"));
            }
        }
    }
}
