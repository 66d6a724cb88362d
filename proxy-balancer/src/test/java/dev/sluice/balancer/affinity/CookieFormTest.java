package dev.sluice.balancer.affinity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.proxy.Client;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The cookie's line as the client gets it, through a whole reverse proxy. */
class CookieFormTest {
    private final FakeUpstream a = FakeUpstream.named("a");

    private ReverseProxy proxy(Affinity.CookieBuilder affinity) {
        return ReverseProxy.to(new StickySource(affinity.build(), List.of(a)));
    }

    private static Client client(boolean tls) throws NoSuchAlgorithmException {
        InetSocketAddress here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 443);
        return new Client(
                here, here, tls ? SSLContext.getDefault().createSSLEngine().getSession() : null);
    }

    /** What follows the value. */
    private static String attributes(TestResponse response) {
        List<String> lines = response.headers().all("Set-Cookie");
        assertThat(lines).hasSize(1);
        return lines.get(0).replaceFirst("=[A-Za-z0-9_-]{76};", "=V;");
    }

    static Stream<Arguments> forms() {
        return Stream.of(
                form("srv", false, b -> b, "srv=V; Path=/; HttpOnly; SameSite=Lax"),
                form("srv", true, b -> b, "srv=V; Path=/; HttpOnly; SameSite=Lax; Secure"),
                form("srv", false, b -> b.secure(true), "srv=V; Path=/; HttpOnly; SameSite=Lax; Secure"),
                form("srv", false, b -> b.secure(false), "srv=V; Path=/; HttpOnly; SameSite=Lax"),
                form(
                        "srv",
                        false,
                        b -> b.path("/shop").domain("example.com"),
                        "srv=V; Path=/shop; Domain=example.com; HttpOnly; SameSite=Lax"),
                form(
                        "srv",
                        false,
                        b -> b.maxAge(Duration.ofMinutes(90)),
                        "srv=V; Path=/; Max-Age=5400; HttpOnly; SameSite=Lax"),
                form(
                        "srv",
                        false,
                        b -> b.sameSite(Affinity.SameSite.STRICT),
                        "srv=V; Path=/; HttpOnly; SameSite=Strict"),
                form(
                        "srv",
                        false,
                        b -> b.sameSite(Affinity.SameSite.NONE),
                        "srv=V; Path=/; HttpOnly; SameSite=None; Secure"),
                form("__Host-srv", false, b -> b, "__Host-srv=V; Path=/; HttpOnly; SameSite=Lax; Secure"),
                form(
                        "__Secure-srv",
                        false,
                        b -> b.path("/x"),
                        "__Secure-srv=V; Path=/x; HttpOnly; SameSite=Lax; Secure"));
    }

    private static Arguments form(
            String name, boolean tls, UnaryOperator<Affinity.CookieBuilder> setup, String expected) {
        return Arguments.of(name, tls, setup, expected);
    }

    @ParameterizedTest
    @MethodSource("forms")
    void theCookieHasTheAttributesThatWereAskedFor(
            String name, boolean tls, UnaryOperator<Affinity.CookieBuilder> setup, String expected) throws Exception {
        TestResponse response = TestClient.of(proxy(setup.apply(Affinity.cookie(name))))
                .from(client(tls))
                .get("/");

        assertThat(attributes(response)).isEqualTo(expected);
    }

    @Test
    void behindATrustedProxyTheClientsSchemeCounts() throws Exception {
        ReverseProxy behind = ReverseProxy.builder(
                        new StickySource(Affinity.cookie("srv").build(), List.of(a)))
                .forwarding(Forwarding.builder().trust("127.0.0.0/8", "::1/128").build())
                .build();
        TestResponse response = TestClient.of(behind)
                .from(client(false))
                .send("GET", "/", Headers.of("X-Forwarded-Proto", "https"), new byte[0]);

        assertThat(attributes(response)).isEqualTo("srv=V; Path=/; HttpOnly; SameSite=Lax; Secure");
    }

    @ParameterizedTest
    @CsvSource({
        "srv, /, /api",
        "srv, /api, /api",
        "srv, /api/v1, /api/v1",
        "__Host-srv, /, /",
    })
    void throughARouteThatStripsAPrefixThePathIsTheClients(String name, String path, String seen) throws Exception {
        Pipeline pipeline = Pipeline.builder()
                .addRoute(Route.path("/api/**")
                        .stripPrefix("/api")
                        .to(proxy(Affinity.cookie(name).path(path))))
                .build();
        TestResponse response = TestClient.of(pipeline).get("/api/x");

        assertThat(attributes(response)).contains("; Path=" + seen + ";");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "none                    | [private]",
                "public, max-age=60      | [public, max-age=60, private]",
                "max-age=60              | [max-age=60, private]",
                "private                 | [private]",
                "max-age=1, Private      | [max-age=1, Private]",
                "no-store                | [no-store]",
                "private=\"X\"           | [private=\"X\", private]"
            })
    void aResponseThatSetsTheCookieIsPrivate(String received, String seen) throws Exception {
        a.answer(request -> ProxyResponse.builder(200)
                .headers(received == null ? Headers.empty() : Headers.of("Cache-Control", received))
                .build());
        TestResponse first = TestClient.of(proxy(Affinity.cookie("srv"))).get("/");

        assertThat(first.headers().list("Cache-Control")).hasToString(seen);
    }

    @Test
    void aResponseThatDoesNotSetTheCookieIsNotChanged() throws Exception {
        TestClient client = TestClient.of(proxy(Affinity.cookie("srv")));
        String line = client.get("/").headers().first("Set-Cookie").orElseThrow();
        TestResponse second =
                client.send("GET", "/", Headers.of("Cookie", line.substring(0, line.indexOf(';'))), new byte[0]);

        assertThat(second.headers().has("Set-Cookie")).isFalse();
        assertThat(second.headers().has("Cache-Control")).isFalse();
    }

    @Test
    void cacheControlCanBeLeftUnchanged() throws Exception {
        TestResponse response =
                TestClient.of(proxy(Affinity.cookie("srv").markPrivate(false))).get("/");

        assertThat(response.headers().has("Set-Cookie")).isTrue();
        assertThat(response.headers().has("Cache-Control")).isFalse();
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                wrong(
                        "affinity path must begin with a slash, and be ASCII without semicolons: \"x\"",
                        b -> b.path("x")),
                wrong(
                        "affinity path must begin with a slash, and be ASCII without semicolons: \"/;\"",
                        b -> b.path("/;")),
                wrong(
                        "affinity path must begin with a slash, and be ASCII without semicolons: \"/ä\"",
                        b -> b.path("/ä")),
                wrong("affinity domain must be the name of a host: \"a;b\"", b -> b.domain("a;b")),
                wrong("affinity domain must be the name of a host: \".a\"", b -> b.domain(".a")),
                wrong("affinity domain must be the name of a host: \"\"", b -> b.domain("")),
                wrong("affinity maxAge must be at least 1 s: 900 ms", b -> b.maxAge(Duration.ofMillis(900))),
                wrong(
                        "affinity secure must not be false for cookie srv with SameSite=None: browsers would drop it",
                        b -> b.secure(false).sameSite(Affinity.SameSite.NONE)),
                wrong("affinity idle must be above 0 and at most 365 days: 0 s", b -> b.idle(Duration.ZERO)),
                wrong("affinity maxSessions must be at least 1: 0", b -> b.maxSessions(0)),
                wrong("affinity secret must have at least 32 bytes: it has 5", b -> b.addSecret("short")));
    }

    private static Arguments wrong(String message, UnaryOperator<Affinity.CookieBuilder> setup) {
        return Arguments.of(message, setup);
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void aValueOutOfRangeIsNamed(String message, UnaryOperator<Affinity.CookieBuilder> setup) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setup.apply(Affinity.cookie("srv")).build())
                .withMessage(message);
    }

    @ParameterizedTest
    @CsvSource({"'', ''", "a b, a b", "a;b, a;b", "a=b, a=b"})
    void aNameThatIsNoTokenIsRefused(String name, String shown) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Affinity.cookie(name))
                .withMessage("affinity cookie name must be a token: \"" + shown + "\"");
    }

    @Test
    void aCookiePrefixWithWrongAttributesIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Affinity.cookie("__Host-s").path("/x").build())
                .withMessageContaining("must have path / and no domain");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Affinity.cookie("__Host-s").domain("a.b").build())
                .withMessageContaining("must have path / and no domain");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Affinity.cookie("__Secure-s").secure(false).build())
                .withMessageContaining("affinity secure must not be false");
    }
}
