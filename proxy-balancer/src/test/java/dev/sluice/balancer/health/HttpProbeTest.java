package dev.sluice.balancer.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.RefusingPort;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.transport.direct.Connector;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.wire.TestTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpProbeTest {
    private final Exchange scope = TestExchange.begin();
    private final FakeUpstream upstream = FakeUpstream.named("a");

    @Test
    void methodAndFieldsAreSentAsSet() throws Exception {
        ask(HealthCheck.http("/x").method("OPTIONS").addHeader("Authorization", "secret"));
        assertThat(upstream.requests()).singleElement().satisfies(request -> {
            assertThat(request.method()).isEqualTo("OPTIONS");
            assertThat(request.headers().first("Authorization")).contains("secret");
            assertThat(request.headers().first("User-Agent")).contains("sluice-health");
        });
    }

    @Test
    void theHostCanBeThatOfASite() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                    connection.readHead();
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                });
                DirectTransport transport = DirectTransport.builder().build()) {
            URI uri = URI.create("http://127.0.0.1:" + origin.address().getPort() + "/app");
            HealthCheck check = HealthCheck.http("/x").host("shop.test:81").build();
            assertThat(check).hasToString("GET /x of shop.test:81 every 5 s");
            HealthCheck copy = check.toBuilder().build();
            assertThat(copy.ask(transport.upstream("a", uri), scope)).isEqualTo("status 200");
            assertThat(origin.requests())
                    .singleElement()
                    .asString()
                    .startsWith("GET /app/x HTTP/1.1\r\n")
                    .containsOnlyOnce("Host: shop.test:81\r\n");
        }
        for (String wrong : List.of("", "a b", "a.test:x", "http://a.test")) {
            HealthCheck.HttpBuilder builder = HealthCheck.http("/x");
            assertThatThrownBy(() -> builder.host(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aHostThatTheUpstreamCannotSendIsRefused() {
        HealthCheck check = HealthCheck.http("/x").host("shop.test").build();
        check.requireFor(FakeUpstream.named("able").capable(Capability.HOST));
        Upstream unable = FakeUpstream.named("unable").capable();
        assertThatThrownBy(() -> check.requireFor(unable))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("health check host \"shop.test\" needs an upstream that can send another Host than its own:"
                        + " \"unable\"");
    }

    @Test
    void theUserAgentCanBeSet() throws Exception {
        ask(HealthCheck.http("/x").addHeader("user-agent", "me"));
        assertThat(upstream.requests().get(0).headers().all("User-Agent")).containsExactly("me");
    }

    @Test
    void aStatusOutsideTheRangesFailsWithAnExplanation() throws Exception {
        HealthCheck.HttpBuilder check =
                HealthCheck.http("/").addStatusRange(200, 299).addStatus(401).addStatus(404);
        upstream.answer(404, "");
        assertThat(ask(check)).isEqualTo("status 404");
        upstream.answer(503, "");
        assertThatThrownBy(() -> ask(check))
                .isInstanceOf(IOException.class)
                .hasMessage("status 503, expected 200 to 299 or 401 or 404");
        assertThatThrownBy(() -> ask(HealthCheck.http("/"))).hasMessage("status 503, expected 200 to 399");
    }

    @Test
    void theBodyMustContainEveryText() throws Exception {
        upstream.answer(200, "db: ok, queue: ok — größer");
        HealthCheck.HttpBuilder check =
                HealthCheck.http("/").bodyContains("db: ok").bodyContains("größer");
        assertThat(ask(check)).isEqualTo("status 200");
        upstream.answer(200, "db: ok");
        assertThatThrownBy(() -> ask(check))
                .isInstanceOf(IOException.class)
                .hasMessage("body does not contain \"größer\"");
    }

    @Test
    void aPatternMustBeFoundInTheBody() throws Exception {
        HealthCheck.HttpBuilder check = HealthCheck.http("/").bodyMatches(Pattern.compile("\"lag\":\\s*\\d{1,2}\\b"));
        upstream.answer(200, "{\"lag\": 12}");
        assertThat(ask(check)).isEqualTo("status 200");
        upstream.answer(200, "{\"lag\": 123}");
        assertThatThrownBy(() -> ask(check)).hasMessage("body does not match \"\"lag\":\\s*\\d{1,2}\\b\"");
    }

    @Test
    void onlyTheFirst64KiBOfTheBodyAreChecked() throws Exception {
        HealthCheck.HttpBuilder check = HealthCheck.http("/").bodyContains("ok");
        upstream.answer(200, " ".repeat(64 * 1024 - 2) + "ok");
        assertThat(ask(check)).isEqualTo("status 200");
        upstream.answer(200, " ".repeat(64 * 1024 - 1) + "ok");
        assertThatThrownBy(() -> ask(check)).hasMessage("body does not contain \"ok\"");
    }

    @Test
    void atASeparatePortASeparateConnectionIsUsed() throws Exception {
        try (RefusingPort traffic = new RefusingPort();
                ScriptedOrigin admin = ScriptedOrigin.start(connection -> {
                    connection.readHead();
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nready");
                });
                DirectTransport transport = DirectTransport.builder().build()) {
            Upstream member = transport.upstream("a", URI.create("http://127.0.0.1:" + traffic.number() + "/app"));
            HealthCheck check = HealthCheck.http("/ready?deep")
                    .port(admin.address().getPort())
                    .bodyContains("ready")
                    .build();
            Upstream target = check.target(member, uri -> transport.upstream("own", uri));
            assertThat(check.ask(target, scope)).isEqualTo("status 200");
            assertThat(admin.requests())
                    .singleElement()
                    .asString()
                    .startsWith("GET /ready?deep HTTP/1.1\r\n")
                    .contains("Host: 127.0.0.1:" + admin.address().getPort());
        }
    }

    @Test
    void aSeparatePortCanBeProbedOverTls() throws Exception {
        try (SSLServerSocket server = (SSLServerSocket) TestTls.server("localhost")
                        .getServerSocketFactory()
                        .createServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
                DirectTransport transport = DirectTransport.builder()
                        .connector(Connector.builder()
                                .resolver(host -> List.of(InetAddress.getByName("127.0.0.1")))
                                .tls(TlsSettings.of(TestTls.client("localhost")))
                                .build())
                        .build()) {
            TimeSource.system().start("server", () -> answer(server));
            Upstream member = transport.upstream("a", URI.create("http://localhost:1"));
            HealthCheck check = HealthCheck.http("/")
                    .port(server.getLocalPort())
                    .scheme("https")
                    .addStatus(204)
                    .build();
            Upstream target = check.target(member, uri -> transport.upstream("own", uri));
            assertThat(check.ask(target, scope)).isEqualTo("status 204");
        }
    }

    @Test
    void aCheckDescribesItself() {
        assertThat(HealthCheck.http("/x").method("HEAD").port(81).build()).hasToString("HEAD /x at port 81 every 5 s");
    }

    private static void answer(SSLServerSocket server) {
        try (SSLSocket socket = (SSLSocket) server.accept()) {
            socket.getInputStream().read(new byte[1_000]);
            socket.getOutputStream().write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().read();
        } catch (IOException refusedByTheProbe) {
            // The probe shows it.
        }
    }

    private String ask(HealthCheck.HttpBuilder check) throws Exception {
        return check.build().ask(upstream, scope);
    }
}
