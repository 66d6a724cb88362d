package dev.sluice.balancer.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.balancer.Member;
import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.connect.Resolver;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.ServerTls;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.transport.direct.Connector;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.wire.TestTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ResolverDiscoveryTest {
    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static Resolver finding(String... literals) {
        return host ->
                List.of(literals).stream().map(ResolverDiscoveryTest::address).toList();
    }

    private static Upstream upstream(Member member) {
        return Objects.requireNonNull(member.upstream());
    }

    @Test
    void aLookUpThatTakesTooLongFails() throws Exception {
        ManualTime time = new ManualTime();
        CountDownLatch release = new CountDownLatch(1);
        ResolverDiscovery discovery = ResolverDiscovery.addresses("slow.test", 8080)
                .resolver(host -> {
                    try {
                        release.await();
                    } catch (InterruptedException interrupt) {
                        throw new IOException(interrupt);
                    }
                    return List.of();
                })
                .timeout(Duration.ofSeconds(7))
                .time(time)
                .build();
        CompletableFuture<String> failure = new CompletableFuture<>();
        TimeSource.system().start("find", () -> {
            try {
                failure.complete(discovery.find().toString());
            } catch (IOException late) {
                failure.complete(late.getMessage());
            }
        });
        time.awaitWaiters(1);
        time.advance(Duration.ofSeconds(7));

        assertThat(failure.get(10, TimeUnit.SECONDS)).isEqualTo("slow.test: no answer within 7 s");
        release.countDown();
    }

    @Test
    void eachAddressIsAMemberForTheInterval() throws Exception {
        ResolverDiscovery discovery = ResolverDiscovery.addresses("one.test", 8080)
                .resolver(finding("10.0.0.2", "10.0.0.1", "10.0.0.2"))
                .interval(Duration.ofSeconds(9))
                .build();

        assertThat(discovery.find())
                .isEqualTo(Discovery.Found.of(
                        List.of(Member.at("http://10.0.0.1:8080"), Member.at("http://10.0.0.2:8080")),
                        Duration.ofSeconds(9)));
    }

    @Test
    void theSystemsResolverKnowsThisMachine() throws Exception {
        Discovery.Found found =
                ResolverDiscovery.addresses("localhost", 80).build().find();

        assertThat(found.members()).isNotEmpty();
        assertThat(found.goodFor()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void noAddressIsAFailure() {
        assertThatThrownBy(() -> ResolverDiscovery.addresses("one.test", 80)
                        .resolver(finding())
                        .build()
                        .find())
                .isInstanceOf(IOException.class)
                .hasMessage("no address of one.test");
    }

    @Test
    void overHttpsTheMembersHaveTheNameAndAnAddressEach() throws Exception {
        ResolverDiscovery discovery = ResolverDiscovery.addresses("one.test", 8443)
                .resolver(finding("10.0.0.1", "10.0.0.2"))
                .https(true)
                .build();
        List<Member> members = discovery.find().members();

        assertThat(members).extracting(Member::id).containsExactly("10.0.0.1:8443", "10.0.0.2:8443");
        assertThat(members).allSatisfy(member -> {
            assertThat(upstream(member).scheme()).isEqualTo("https");
            assertThat(upstream(member).authority()).isEqualTo(new Authority("one.test", 8443));
        });
        // The same upstreams: a pool does not touch members that are equal.
        assertThat(discovery.find().members()).isEqualTo(members);
    }

    @Test
    void overHttpsTheCertificateIsCheckedAgainstTheName() throws Exception {
        TlsSettings one = TlsSettings.of(TestTls.server("one.test"));
        ServerTls byName = name -> "one.test".equals(name) ? one : null;
        try (ProxyServer server = ProxyServer.builder()
                .host(InetAddress.getByName("127.0.0.1"))
                .transport(DirectTransport.shared())
                .tls(byName)
                .addRoute("/**", request -> seen(request))
                .build()
                .start()) {
            int port = server.address().getPort();

            assertThat(send("one.test", port, "one.test")).isEqualTo("one.test:" + port);
            // A trusted certificate, but of another name.
            assertThatThrownBy(() -> send("two.test", port, "one.test")).isInstanceOf(ProxyException.class);
        }
    }

    private static String send(String host, int port, String trusted) throws Exception {
        TlsSettings tls = TlsSettings.of(TestTls.client(trusted));
        Supplier<Connector.Builder> connectors = () -> Connector.builder().tls(tls);
        Member member = ResolverDiscovery.addresses(host, port)
                .resolver(finding("127.0.0.1"))
                .https(true)
                .connectors(connectors)
                .build()
                .find()
                .members()
                .get(0);
        Upstream upstream = upstream(member);
        Exchange exchange = TestExchange.begin();
        try {
            RequestTarget target = RequestTarget.of("https", upstream.authority(), "/");
            ProxyResponse response =
                    upstream.send(ProxyRequest.builder(exchange, "GET", target).build());
            return response.headers().first("Seen").orElseThrow();
        } finally {
            exchange.close();
        }
    }

    private static ProxyResponse seen(ProxyRequest request) {
        return ProxyResponse.builder(200)
                .headers(Headers.of("Seen", String.valueOf(request.target().authority())))
                .build();
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> ResolverDiscovery.addresses(" ", 80)).hasMessage("host must not be blank: \" \"");
        assertThatThrownBy(() -> ResolverDiscovery.addresses("a", 65_536)).hasMessage("port must be 1 to 65535: 65536");
    }
}
