package dev.sluice.proxy.contract;

import static dev.sluice.proxy.contract.Message.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.header.Via;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fields that are meant for one connection only. */
interface HopByHopCases extends Contract {
    @Test
    @Section("RFC 9110 §7.6.1")
    default void everyFieldThatAnyConnectionLineOfARequestNominatesIsRemoved() throws Exception {
        Message sent = sent(http("""
                GET / HTTP/1.1
                Host: a.test
                Connection: X-One , x-TWO
                Connection: x-three
                X-One: 1
                X-Two: 2
                X-Three: 3
                X-Four: 4

                """));

        assertFourIsLeft(sent);
    }

    @Test
    @Section("RFC 9110 §7.6.1")
    default void everyFieldThatAnyConnectionLineOfAResponseNominatesIsRemoved() throws Exception {
        Message received = received(http("""
                HTTP/1.1 200 OK
                Connection: X-One , x-TWO
                Connection: x-three
                X-One: 1
                X-Two: 2
                X-Three: 3
                X-Four: 4
                Content-Length: 0

                """));

        assertFourIsLeft(received);
    }

    private static void assertFourIsLeft(Message message) {
        assertThat(message.headers().has("X-One")).isFalse();
        assertThat(message.headers().has("X-Two")).isFalse();
        assertThat(message.headers().has("X-Three")).isFalse();
        assertThat(message.field("X-Four")).isEqualTo("4");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Proxy-Connection: keep-alive",
                "Keep-Alive: timeout=5",
                "TE: gzip",
                "Upgrade: foo/1",
                "HTTP2-Settings: AAMAAABkAAQAAP__",
                "Proxy-Authenticate: Basic",
                "Proxy-Authorization: Basic YTpi",
                "Proxy-Authentication-Info: a=b",
                "Keep-Alive:",
                "TE:",
                "Proxy-Connection:"
            })
    @Section("RFC 9110 §7.6.1")
    default void aFieldOfTheConnectionDoesNotGoOnWithARequestEvenUnnominatedOrEmpty(String field) throws Exception {
        Message sent = sent(http("GET / HTTP/1.1\nHost: a.test\n" + field + "\nX-End: 1\n\n"));

        assertThat(sent.headers().has(field.substring(0, field.indexOf(':')))).isFalse();
        assertThat(sent.field("X-End")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Proxy-Connection: close",
                "Keep-Alive: timeout=5",
                "TE: trailers",
                "Upgrade: foo/1",
                "HTTP2-Settings: AAMAAABkAAQAAP__",
                "Proxy-Authenticate: Basic",
                "Proxy-Authorization: Basic YTpi",
                "Proxy-Authentication-Info: a=b",
                "Alt-Svc: h2=\":443\"",
                "Keep-Alive:",
                "Alt-Svc:"
            })
    @Section("RFC 9110 §7.6.1, RFC 7838 §3")
    default void aFieldOfTheConnectionDoesNotGoBackWithAResponseEvenUnnominatedOrEmpty(String field) throws Exception {
        Message received = received(http("HTTP/1.1 200 OK\nContent-Length: 0\n" + field + "\nX-End: 1\n\n"));

        assertThat(received.headers().has(field.substring(0, field.indexOf(':'))))
                .isFalse();
        assertThat(received.field("X-End")).isEqualTo("1");
    }

    @Test
    @Section("RFC 9110 §7.6.1")
    default void aClientDeletesNoFieldThatTheProxyAdds() throws Exception {
        Message sent = sent(http("""
                        GET / HTTP/1.1
                        Host: a.test
                        Connection: X-Forwarded-For, X-Forwarded-Host, X-Forwarded-Proto, Via, Host

                        """), rules -> rules.via(Via.of("me")));

        assertThat(sent.field("X-Forwarded-For")).isEqualTo("127.0.0.1");
        assertThat(sent.field("X-Forwarded-Host")).isEqualTo("a.test");
        assertThat(sent.field("X-Forwarded-Proto")).isEqualTo("http");
        assertThat(sent.field("Via")).isEqualTo(pairing().fromClient("1.1") + " me");
        assertThat(sent.field("Host")).isNotEmpty();
    }

    @Test
    @Section("RFC 9110 §7.6.1")
    default void anOriginDeletesNoFieldThatTheProxyAdds() throws Exception {
        Message received = received(http("""
                        HTTP/1.1 200 OK
                        Connection: Via
                        Content-Length: 0

                        """), rules -> rules.via(Via.of("me")));

        assertThat(received.field("Via")).isEqualTo(pairing().fromOrigin("1.1") + " me");
    }

    @Test
    @Section("RFC 9110 §7.6.1")
    default void endToEndFieldsOfARequestCannotBeNominated() throws Exception {
        Message sent = sent(http("""
                POST / HTTP/1.1
                Host: a.test
                Connection: Host, Content-Length, Content-Type, Cache-Control, Authorization, Cookie
                Content-Type: text/plain
                Cache-Control: no-store
                Authorization: Basic YTpi
                Cookie: a=b
                Content-Length: 1

                x"""));

        assertThat(sent.field("Content-Type")).isEqualTo("text/plain");
        assertThat(sent.field("Cache-Control")).isEqualTo("no-store");
        assertThat(sent.field("Authorization")).isEqualTo("Basic YTpi");
        assertThat(sent.field("Cookie")).isEqualTo("a=b");
        assertThat(sent.body()).isEqualTo("x");
    }

    @Test
    @Section("RFC 9110 §7.6.1")
    default void endToEndFieldsOfAResponseCannotBeNominated() throws Exception {
        Message received = received(http("""
                HTTP/1.1 200 OK
                Connection: Content-Length, Content-Type, Cache-Control, Set-Cookie
                Content-Type: text/plain
                Cache-Control: no-store
                Set-Cookie: a=b
                Content-Length: 1

                x"""));

        assertThat(received.field("Content-Type")).isEqualTo("text/plain");
        assertThat(received.field("Cache-Control")).isEqualTo("no-store");
        assertThat(received.field("Set-Cookie")).isEqualTo("a=b");
        assertThat(received.body()).isEqualTo("x");
    }

    @Test
    @Section("RFC 9110 §10.1.4")
    default void teTrailersIsPassedOnIfBothHalvesCarryTrailers() throws Exception {
        Message sent = sent(http("""
                GET / HTTP/1.1
                Host: a.test
                Connection: TE
                TE: trailers, deflate;q=0.5

                """));

        boolean carried = !lacks(Limitation.TRAILERS_OF_REQUESTS) && !lacks(Limitation.TRAILERS_OF_RESPONSES);
        assertThat(sent.headers().all("TE")).isEqualTo(carried ? java.util.List.of("trailers") : java.util.List.of());
        assertThat(sent.headers().hasToken("Connection", "TE")).isEqualTo(carried);
    }

    @Test
    @Section("RFC 9110 §10.1.4")
    default void teTrailersIsNotSentForAClientThatDidNotSendIt() throws Exception {
        assertThat(sent(GET).headers().has("TE")).isFalse();
    }
}
