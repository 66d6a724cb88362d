package dev.sluice.proxy.contract;

import static dev.sluice.proxy.contract.Message.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ForwardedClient;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.header.OriginMask;
import dev.sluice.proxy.wire.TestTls;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client does not see the origin. ORIGIN stands for the origin's host and port. */
interface OriginMaskCases extends Contract {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Location         | http://ORIGIN/a?b#c       | http://a.test/a?b#c
            Location         | http://ORIGIN             | http://a.test/
            Content-Location | http://ORIGIN/a           | http://a.test/a
            Refresh          | 5; url=http://ORIGIN/a    | 5; url=http://a.test/a
            Location         | http://foreign.test/a     | http://foreign.test/a
            Location         | http://127.0.0.1:1/a      | http://127.0.0.1:1/a
            Location         | https://ORIGIN.test/a     | https://ORIGIN.test/a
            Location         | /a/b                      | /a/b
            Location         | b?c                       | b?c
            Location         | http://alias.test/a       | http://a.test/a
            """)
    @Section("RFC 9110 §10.2.2")
    default void referencesToTheOriginBecomeTheClientsAndOthersStay(String name, String value, String shown)
            throws Exception {
        try (Proxied proxied = naming(name + ": " + value)
                .rules(rules -> rules.originMask(OriginMask.DEFAULT.withAliases("alias.test")))
                .start()) {
            Message received = proxied.ask(GET);

            assertThat(received.field(name)).isEqualTo(shown.replace("ORIGIN", proxied.authority()));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Forwarded-Host: www.example.com                              | ''   | https://www.example.com/app/a
            Forwarded-Host: www.example.com~X-Forwarded-Prefix: /api     | /api | https://www.example.com/api/app/a
            Forwarded-Host: www.example.com~X-Forwarded-Port: 8443       | ''   | https://www.example.com:8443/app/a
            Forwarded-Port: 443                                          | ''   | https://gateway.test/app/a
            """)
    @Section("RFC 9110 §10.2.2")
    default void redirectsNameTheHostThatATrustedProxyWasAskedFor(String said, String prefix, String location)
            throws Exception {
        try (Proxied proxied = naming("Location: http://ORIGIN/a\nContent-Location: http://ORIGIN/a\n"
                        + "Refresh: 5; url=http://ORIGIN/a\nSet-Cookie: c=1; Path=/a")
                .route(route -> route.path("/app/**").stripPrefix("/app"))
                .rules(rules -> rules.forwarding(
                        Forwarding.builder().trust("127.0.0.0/8").build()))
                .start()) {
            Message received =
                    proxied.ask(http("GET /app/x HTTP/1.1\nHost: gateway.test:8080\nX-Forwarded-For: 203.0.113.7\n"
                            + "X-Forwarded-Proto: https\nX-" + said.replace("~", "\n") + "\n\n"));

            assertThat(received.field("Location")).isEqualTo(location);
            assertThat(received.field("Content-Location")).isEqualTo(location);
            assertThat(received.field("Refresh")).isEqualTo("5; url=" + location);
            assertThat(received.field("Set-Cookie")).isEqualTo("c=1; Path=" + prefix + "/app/a; Secure");
            assertThat(proxied.sent().field("X-Forwarded-Prefix")).isEqualTo(prefix + "/app");
            ForwardedClient client = proxied.records.awaitEnded(1).get(0).forwardedClient();
            assertThat(client.address()).isEqualTo(InetAddress.getByName("203.0.113.7"));
            assertThat(client.scheme()).isEqualTo("https");
        }
    }

    @Test
    @Section("RFC 9110 §10.2.2")
    default void theStrippedPrefixIsMappedBack() throws Exception {
        try (Proxied proxied = naming("Location: http://ORIGIN/a\nSet-Cookie: c=1; Path=/a")
                .route(route -> route.path("/app/**").stripPrefix("/app"))
                .start()) {
            Message received = proxied.ask(http("""
                    GET /app/x HTTP/1.1
                    Host: a.test

                    """));

            assertThat(received.field("Location")).isEqualTo("http://a.test/app/a");
            assertThat(received.field("Set-Cookie")).isEqualTo("c=1; Path=/app/a");
        }
    }

    @Test
    @Section("RFC 6265 §3, §5.2")
    default void cookiesLoseTheOriginsDomainAndKeepTheirLines() throws Exception {
        Message received = received(http("""
                HTTP/1.1 200 OK
                Set-Cookie: a=1; Domain=127.0.0.1; HttpOnly
                Set-Cookie: b=2; Domain=other.test
                Set-Cookie: c=3; Expires=Wed, 09 Jun 2027 10:18:14 GMT
                Content-Length: 0

                """));

        assertThat(received.headers().all("Set-Cookie"))
                .containsExactly(
                        "a=1; HttpOnly", "b=2; Domain=other.test", "c=3; Expires=Wed, 09 Jun 2027 10:18:14 GMT");
    }

    @Test
    @Section("RFC 9110 §10.2.4")
    default void theOriginsSoftwareIsNotNamed() throws Exception {
        Message received = received(http("""
                HTTP/1.1 200 OK
                Server: secret/1
                X-Powered-By: secret
                Content-Length: 0

                """));

        assertThat(received.raw()).doesNotContain("secret");
        assertThat(received.headers().has("Server")).isFalse();
    }

    @Test
    @Section("RFC 9110 §15.6")
    default void errorsOfTheOriginArePassedOnAndOursHaveOurPage() throws Exception {
        Message theirs = received(http("""
                HTTP/1.1 500 Oops
                Content-Length: 5

                theirs""".replace("Length: 5", "Length: 6")));
        assertThat(theirs.status()).isEqualTo(500);
        assertThat(theirs.body()).isEqualTo("theirs");

        Message ours = received("HTTP/1.1 200 OK\r\nContent-Length: secret\r\n\r\n");
        assertThat(ours.status()).isEqualTo(502);
        assertThat(ours.raw() + ours.body()).doesNotContain("secret").doesNotContainIgnoringCase("exception");
    }

    @Test
    @Section("RFC 9110 §6.6.1")
    default void theOriginsDateIsPassedOnAndAMissingOneIsAdded() throws Exception {
        String date = "Thu, 01 Jan 1970 00:00:00 GMT";
        Message dated = received(http("HTTP/1.1 200 OK\nContent-Length: 0\nDate: " + date + "\n\n"));

        assertThat(dated.field("Date").equals(date)).isEqualTo(!lacks(Limitation.RESPONSE_DATE));
        assertThat(received(Proxied.OK).field("Date")).isNotEmpty();
    }

    @Test
    @Section("RFC 6265 §5.2.5, RFC 7239 §5.4")
    default void overTlsCookiesAreSecureAndTheSchemeIsHttps() throws Exception {
        String request = http("""
                GET / HTTP/1.1
                Host: a.test
                Connection: close

                """);
        try (Proxied proxied = naming("Set-Cookie: a=1\nLocation: http://ORIGIN/a")
                .server(server -> tls(server))
                .start()) {
            String received = OverTls.exchange(proxied.server.address(), "localhost", request);

            assertThat(received).containsIgnoringCase("Set-Cookie: a=1; Secure\r\n");
            assertThat(received).containsIgnoringCase("Location: https://a.test/a\r\n");
            assertThat(proxied.sent().field("X-Forwarded-Proto")).isEqualTo("https");
        }
    }

    private static dev.sluice.proxy.server.ProxyServer.Builder tls(dev.sluice.proxy.server.ProxyServer.Builder server) {
        try {
            return server.tls(TestTls.server("localhost"));
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    @Section("RFC 9110 §10.1.3")
    default void originAndRefererOfARequestAreUnchanged() throws Exception {
        Message sent = sent(http("""
                GET / HTTP/1.1
                Host: a.test
                Referer: http://a.test/x
                Origin: http://a.test
                Cookie: a=1; b=2

                """));

        assertThat(sent.field("Referer")).isEqualTo("http://a.test/x");
        assertThat(sent.field("Origin")).isEqualTo("http://a.test");
        assertThat(sent.field("Cookie")).isEqualTo("a=1; b=2");
    }

    /** An origin whose response has these fields. In them ORIGIN is replaced by the request's Host. */
    private Proxied.Builder naming(String fields) {
        return proxied()
                .answers((request, connection) ->
                        connection.write(http("HTTP/1.1 200 OK\nContent-Length: 0\n" + fields + "\n\n")
                                .replace("ORIGIN", String.valueOf(request.field("Host")))));
    }
}
