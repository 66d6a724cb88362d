package dev.sluice.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.TestAuthority;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class HttpsOnlyTest {
    private static final Duration YEAR = Duration.ofDays(365);

    private static ProxyServer.Builder server(HttpsOnly rule) {
        return ProxyServer.builder()
                .addFilter(rule)
                .addRoute(
                        "/**",
                        request -> ProxyResponse.builder(200)
                                .header("Strict-Transport-Security", "max-age=1")
                                .build());
    }

    private static String send(ProxyServer server, String request) throws Exception {
        try (RawConnection client = RawConnection.connect(server.address())) {
            client.write(request + "Connection: close\r\n\r\n");
            return client.readAll();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET /a/b?c=%2F HTTP/1.1, shop.example, https://shop.example/a/b?c=%2F",
        "POST / HTTP/1.1, shop.example:8080, https://shop.example/",
        "GET //other.example/ HTTP/1.1, shop.example, https://shop.example//other.example/",
        "GET / HTTP/1.1, [::1]:8080, https://[::1]/",
        "GET http://shop.example/a HTTP/1.1, shop.example, https://shop.example/a",
        "OPTIONS * HTTP/1.1, shop.example, https://shop.example/"
    })
    void aRequestInClearIsSentToTheSamePlace(String line, String host, String location) throws Exception {
        try (ProxyServer server =
                server(HttpsOnly.DEFAULT.withMaxAge(YEAR)).build().start()) {
            assertThat(send(server, line + "\r\nHost: " + host + "\r\n"))
                    .startsWith("HTTP/1.1 308 ")
                    .contains("\r\nLocation: " + location + "\r\n")
                    .doesNotContain("Strict-Transport-Security");
        }
    }

    @Test
    void thePortMayBeAnother() throws Exception {
        try (ProxyServer server =
                server(HttpsOnly.DEFAULT.withPort(8443)).build().start()) {
            assertThat(send(server, "GET /a HTTP/1.1\r\nHost: shop.example:80\r\n"))
                    .contains("\r\nLocation: https://shop.example:8443/a\r\n");
        }
    }

    @Test
    void withoutAHostThereIsNoPlace() throws Exception {
        try (ProxyServer server = server(HttpsOnly.DEFAULT).build().start()) {
            assertThat(send(server, "GET / HTTP/1.0\r\n")).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void aTrustedPeersWordCounts() throws Exception {
        String told =
                "GET /a HTTP/1.1\r\nHost: inner\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Host: shop.example\r\n";
        HttpsOnly rule = HttpsOnly.DEFAULT.withMaxAge(YEAR).withSubdomains(true);
        try (ProxyServer trusting = server(rule).trust("127.0.0.0/8").build().start();
                ProxyServer other = server(rule).build().start()) {
            assertThat(send(trusting, told + "X-Forwarded-Proto: https\r\n"))
                    .startsWith("HTTP/1.1 200 ")
                    .containsOnlyOnce("Strict-Transport-Security: ")
                    .contains("\r\nStrict-Transport-Security: max-age=31536000; includeSubDomains\r\n");
            assertThat(send(trusting, told + "X-Forwarded-Proto: http\r\nX-Forwarded-Prefix: /x\r\n"))
                    .contains("\r\nLocation: https://shop.example/x/a\r\n");
            assertThat(send(other, told + "X-Forwarded-Proto: https\r\n"))
                    .contains("\r\nLocation: https://inner/a\r\n");
        }
    }

    @Test
    void overTlsBrowsersAreToldToStay() throws Exception {
        TestAuthority authority = TestAuthority.create();
        TlsSettings tls = authority.server("localhost");
        try (ProxyServer silent = server(HttpsOnly.DEFAULT).tls(tls).build().start();
                ProxyServer telling = server(HttpsOnly.DEFAULT.withMaxAge(YEAR))
                        .tls(tls)
                        .build()
                        .start()) {
            assertThat(overTls(silent, authority)).contains("\r\nStrict-Transport-Security: max-age=1\r\n");
            assertThat(overTls(telling, authority))
                    .contains("\r\nStrict-Transport-Security: max-age=31536000\r\n")
                    .containsOnlyOnce("Strict-Transport-Security");
        }
    }

    @Test
    void whatIsRefusedIsRememberedTooOnlyOverTls() throws Exception {
        TestAuthority authority = TestAuthority.create();
        HttpsOnly rule = HttpsOnly.DEFAULT.withMaxAge(YEAR);
        try (ProxyServer secure = server(rule)
                        .limits(Limits.builder().bodyBytes(1).build())
                        .tls(authority.server("localhost"))
                        .build()
                        .start();
                ProxyServer plain = server(rule).build().start()) {
            for (String request :
                    new String[] {"GET / HTTP/1.1\r\n", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"}) {
                assertThat(overTls(secure, authority, request))
                        .startsWith("HTTP/1.1 4")
                        .contains("\r\nStrict-Transport-Security: max-age=31536000\r\n");
            }
            assertThat(send(plain, "GET / HTTP/1.1\r\n"))
                    .startsWith("HTTP/1.1 400 ")
                    .doesNotContain("Strict-Transport-Security");
        }
    }

    @Test
    void lessThanASecondSaysNothingToBrowsers() throws Exception {
        TestAuthority authority = TestAuthority.create();
        HttpsOnly rule = HttpsOnly.DEFAULT.withMaxAge(Duration.ofMillis(999));
        try (ProxyServer server =
                server(rule).tls(authority.server("localhost")).build().start()) {
            assertThat(overTls(server, authority)).contains("\r\nStrict-Transport-Security: max-age=1\r\n");
        }
    }

    private static String overTls(ProxyServer server, TestAuthority authority) throws Exception {
        return overTls(server, authority, "GET / HTTP/1.1\r\nHost: localhost\r\n");
    }

    private static String overTls(ProxyServer server, TestAuthority authority, String request) throws Exception {
        try (SSLSocket socket = (SSLSocket) authority
                .client()
                .context()
                .getSocketFactory()
                .createSocket(server.address().getAddress(), server.address().getPort())) {
            socket.getOutputStream().write((request + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void whatIsOutOfRangeIsRefused() {
        assertThatThrownBy(() -> HttpsOnly.DEFAULT.withPort(0)).hasMessage("port must be 1 to 65535: 0");
        assertThatThrownBy(() -> HttpsOnly.DEFAULT.withMaxAge(YEAR.negated()))
                .hasMessageStartingWith("maxAge must not be negative: ");
    }
}
