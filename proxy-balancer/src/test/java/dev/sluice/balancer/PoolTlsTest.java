package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.balancer.drain.Drain;
import dev.sluice.balancer.drain.Replacement;
import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.health.SlowStart;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS settings of a pool: its members and their probes use them. */
@Timeout(60)
class PoolTlsTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();

    private final List<AutoCloseable> open = new ArrayList<>();

    /** What origins have served. */
    private final BlockingQueue<String> served = new LinkedBlockingQueue<>();

    @AfterEach
    void close() throws Exception {
        for (int i = open.size(); i > 0; i--) {
            open.get(i - 1).close();
        }
    }

    /** An origin that serves only clients with a certificate; its port. */
    private int serving(String... names) {
        ProxyServer origin = ProxyServer.builder()
                .tls(AUTHORITY.server(names).toBuilder()
                        .trust(AUTHORITY.trust())
                        .clientCertificate(TlsSettings.ClientCertificate.REQUIRED)
                        .build())
                .addRoute("/**", request -> {
                    served.add(request.target().path());
                    return ProxyResponse.of(200, whoAsks(request));
                })
                .build()
                .start();
        open.add(origin);
        return origin.address().getPort();
    }

    private static String whoAsks(ProxyRequest request) {
        return String.valueOf(request.exchange().client().certificate().getSubjectX500Principal());
    }

    private static TlsSettings.Builder gateway() {
        return AUTHORITY.client().toBuilder().addCertificate(AUTHORITY.certificate("gateway"));
    }

    private UpstreamPool pool(UpstreamPool.Builder builder) {
        UpstreamPool pool = builder.build();
        open.add(pool);
        return pool;
    }

    static Stream<Transport> transports() {
        return Stream.of(DirectTransport.shared(), JdkTransport.shared());
    }

    @ParameterizedTest
    @MethodSource("transports")
    void membersAndProbesUseTheSettingsOfThePool(Transport transport) throws Exception {
        int port = serving("localhost");
        UpstreamPool pool = pool(UpstreamPool.builder()
                .transport(transport)
                .tls(gateway().build())
                .addMember("https://localhost:" + port)
                .health(HealthCheck.http("/probe").build()));

        assertThat(served.poll(30, TimeUnit.SECONDS)).isEqualTo("/probe");
        assertThat(TestClient.of(ReverseProxy.to(pool)).get("/request").text()).isEqualTo("CN=gateway");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aProbeAtAnotherPortUsesTheSettingsOfTheMember(boolean ofTheCaller) throws Exception {
        int traffic = serving("shop.internal");
        int admin = serving("shop.internal");
        TlsSettings settings = gateway().serverName("shop.internal").build();
        UpstreamPool.Builder builder = UpstreamPool.builder()
                .health(HealthCheck.http("/admin").port(admin).build());
        String url = "https://127.0.0.1:" + traffic;
        if (ofTheCaller) {
            Upstream own = DirectTransport.shared().upstream("own", URI.create(url), settings);
            pool(builder.addMember(Member.of(own.with((request, next) -> next.handle(request)))));
        } else {
            pool(builder.tls(settings).addMember(url));
        }
        assertThat(served.poll(30, TimeUnit.SECONDS)).isEqualTo("/admin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pool", "member", "filtered member"})
    void aTlsCheckUsesTheSettingsOfTheMember(String owner) throws Exception {
        String url = "https://127.0.0.1:" + serving("shop.internal");
        TlsSettings settings = gateway().serverName("shop.internal").build();
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        UpstreamPool.Builder builder = UpstreamPool.builder()
                .health(HealthCheck.tls().beginsUp(false).build())
                .addListener(event -> {
                    if (event.kind() == PoolEvent.Kind.UP) {
                        events.add(event.reason());
                    }
                });
        Upstream own = DirectTransport.shared().upstream("own", URI.create(url), settings);
        switch (owner) {
            case "pool" -> builder.tls(settings).addMember(url);
            case "member" -> builder.addMember(Member.of(own));
            default -> builder.addMember(Member.of(own.with((request, next) -> next.handle(request))));
        }
        pool(builder);
        assertThat(events.poll(30, TimeUnit.SECONDS)).contains("handshake completed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pool", "transport", "member"})
    void aTlsCheckUsesTheSettingsAlsoWithTheJdksClient(String owner) throws Exception {
        String url = "https://localhost:" + serving("localhost");
        TlsSettings settings = gateway().build();
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        UpstreamPool.Builder builder = UpstreamPool.builder()
                .health(HealthCheck.tls().beginsUp(false).build())
                .addListener(event -> {
                    if (event.kind() == PoolEvent.Kind.UP) {
                        events.add(event.reason());
                    }
                });
        switch (owner) {
            case "pool" ->
                builder.transport(JdkTransport.shared()).tls(settings).addMember(url);
            case "transport" -> {
                JdkTransport own = JdkTransport.builder().tls(settings).build();
                open.add(own);
                builder.transport(own).addMember(url);
            }
            default -> builder.addMember(Member.of(JdkTransport.shared().upstream("own", URI.create(url), settings)));
        }
        pool(builder);
        assertThat(events.poll(30, TimeUnit.SECONDS)).contains("handshake completed");
    }

    @Test
    void aProbesHostIsTheNameForTlsIfThatFollowsTheHost() throws Exception {
        pool(UpstreamPool.builder()
                .tls(gateway().serverNameFromHost(true).build())
                .health(HealthCheck.http("/probe").host("shop.test").build())
                .addMember("https://127.0.0.1:" + serving("shop.test")));
        assertThat(served.poll(30, TimeUnit.SECONDS)).isEqualTo("/probe");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aMemberThatReplacesAnotherIsProbedAndWarmedUpWithTheSettings(Transport transport) throws Exception {
        UpstreamPool pool = pool(UpstreamPool.builder()
                .transport(transport)
                .tls(gateway().build())
                .slowStart(SlowStart.over(Duration.ofMillis(1)))
                .health(HealthCheck.http("/probe")
                        .beginsUp(false)
                        .interval(Duration.ofMillis(100))
                        .build())
                .addMember("https://localhost:" + serving("localhost")));
        String old = pool.snapshot().members().get(0).id();
        assertThat(served.poll(30, TimeUnit.SECONDS)).isEqualTo("/probe");

        String fresh = "localhost:" + serving("localhost");
        pool.replace(old, Member.at("https://" + fresh)).toCompletableFuture().get(40, TimeUnit.SECONDS);

        assertThat(pool.snapshot().members())
                .singleElement()
                .satisfies(member -> assertThat(member.id()).isEqualTo(fresh));
        assertThat(TestClient.of(ReverseProxy.to(pool)).get("/request").text()).isEqualTo("CN=gateway");
    }

    @Test
    void aMemberWhoseCertificateIsNotTrustedReplacesNone() throws Exception {
        String old = "localhost:" + serving("localhost");
        UpstreamPool pool = pool(UpstreamPool.builder()
                .tls(gateway().build())
                .health(HealthCheck.http("/probe")
                        .beginsUp(false)
                        .interval(Duration.ofMillis(100))
                        .build())
                .addMember("https://" + old));
        assertThat(served.poll(30, TimeUnit.SECONDS)).isEqualTo("/probe");
        ProxyServer foreign = ProxyServer.builder()
                .tls(TestAuthority.create().server("localhost"))
                .addRoute("/**", request -> ProxyResponse.of(200))
                .build()
                .start();
        open.add(foreign);

        Replacement policy = new Replacement(Duration.ofMillis(500), Drain.within(Duration.ofSeconds(1)));
        assertThatThrownBy(() -> pool.replace(
                                old,
                                Member.at(
                                        "https://localhost:" + foreign.address().getPort()),
                                policy)
                        .toCompletableFuture()
                        .get(40, TimeUnit.SECONDS))
                .hasCauseInstanceOf(IllegalStateException.class);
        assertThat(pool.snapshot().members())
                .singleElement()
                .satisfies(member -> assertThat(member.id()).isEqualTo(old));
    }

    /** HTTP/1.0 allows it. */
    private String withoutHost(ProxyHandler handler) throws Exception {
        ProxyServer server =
                ProxyServer.builder().addRoute("/**", handler).build().start();
        open.add(server);
        try (RawConnection connection = RawConnection.connect(server.address())) {
            connection.write("GET / HTTP/1.0\r\n\r\n");
            return connection.readAll();
        }
    }

    @Test
    void aNameThatAClientHasChosenTakesNoMemberOut() throws Exception {
        UpstreamPool pool = pool(UpstreamPool.builder()
                .tls(gateway().serverNameFromHost(true).build())
                .ejection(EjectionPolicy.builder().failures(1).build())
                .addMember("https://127.0.0.1:" + serving("a.test"))
                .addMember("https://127.0.0.1:" + serving("a.test")));
        TestClient client =
                TestClient.of(ReverseProxy.builder(pool).preserveHost(true).build());

        // Also the address of a member.
        for (String host : List.of("evil.test", "127.0.0.1")) {
            for (int i = 0; i < 4; i++) {
                assertThatThrownBy(() -> client.send("GET", "/", Headers.of("Host", host), new byte[0]))
                        .isInstanceOfSatisfying(
                                ProxyException.class,
                                why -> assertThat(why.status()).isEqualTo(421));
            }
        }
        assertThat(withoutHost(ReverseProxy.builder(pool).preserveHost(true).build()))
                .startsWith("HTTP/1.1 421 ");
        assertThat(pool.snapshot().members()).allMatch(member -> member.condition() == PoolSnapshot.Condition.UP);
        assertThat(client.send("GET", "/", Headers.of("Host", "a.test"), new byte[0])
                        .text())
                .isEqualTo("CN=gateway");
    }

    @Test
    void settingsThatATransportOrAMemberCannotUseAreRefused() {
        TlsSettings named = gateway().serverName("shop.internal").build();
        assertThatThrownBy(() -> UpstreamPool.builder()
                        .tls(named)
                        .addMember("http://a.test")
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("its URI is not https://…: http://a.test");
        UpstreamPool pool = pool(UpstreamPool.builder().tls(named).addMember("https://a.test"));
        ProxyServer.Builder server =
                ProxyServer.builder().transport(JdkTransport.shared()).addRoute("/**", ReverseProxy.to(pool));
        assertThatThrownBy(server::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("serverName cannot be shop.internal");
    }
}
