package dev.sluice.proxy.header.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HopByHopTest {
    private static final String[] HOP_BY_HOP = {
        "Connection", "Proxy-Connection", "Keep-Alive", "TE", "Transfer-Encoding", "Upgrade", "HTTP2-Settings"
    };

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection",
                "Proxy-Connection",
                "Keep-Alive",
                "TE",
                "Transfer-Encoding",
                "Upgrade",
                "HTTP2-Settings",
                "Proxy-Authenticate",
                "Proxy-Authorization",
                "Proxy-Authentication-Info",
                "kEEP-aLIVE"
            })
    void aHopByHopFieldEndsHereInBothDirectionsEvenWhenEmpty(String name) {
        for (String value : List.of("x", "")) {
            Headers received = Headers.of("A", "1", name, value, "B", "2", name, "y");

            assertThat(HopByHop.request(received, false)).isEqualTo(Headers.of("A", "1", "B", "2"));
            assertThat(HopByHop.response("GET", 200, received, false)).isEqualTo(Headers.of("A", "1", "B", "2"));
        }
    }

    /** An origin with CGI names takes these two fields for the same one (RFC 3875 §4.1.18). */
    @ParameterizedTest
    @ValueSource(
            strings = {"Content_Length", "transfer_encoding", "Proxy_Authorization", "HTTP2_Settings", "Keep_Alive"})
    void aRequestsFieldEndsHereWithUnderscoresToo(String name) {
        Headers received = Headers.of("A_B", "1", name, "5", "C", "2");

        assertThat(HopByHop.request(received, false)).isEqualTo(Headers.of("A_B", "1", "C", "2"));
    }

    @Test
    void endToEndFieldsKeepOrderCaseAndDuplicates() {
        Headers received = Headers.of("accept", "a", "X-B", "1", "Trailer", "X-T", "x-b", "", "Connection", "close");

        Headers sent = HopByHop.request(received, false);

        assertThat(lines(sent)).containsExactly("accept: a", "X-B: 1", "Trailer: X-T", "x-b: ");
    }

    @Test
    void unchangedFieldsAreNotCopied() {
        Headers clean = Headers.of("Accept", "*/*", "X-A", "1");

        assertThat(HopByHop.request(clean, false)).isSameAs(clean);
        assertThat(HopByHop.response("GET", 200, clean, false)).isSameAs(clean);
    }

    @Test
    void aRequestsOwnPartsAreNotAmongItsFields() {
        Headers received = Headers.of("Host", "a", "Content-Length", "3", "Expect", "100-continue", "X-A", "1");

        assertThat(HopByHop.request(received, false)).isEqualTo(Headers.of("X-A", "1"));
    }

    @Nested
    class Nominations {
        @ParameterizedTest
        @ValueSource(strings = {"X-Secret", "x-secret", "close, X-Secret", " , X-Secret ,", "keep-alive,x-SECRET"})
        void aNominatedFieldIsRemovedWhateverTheCase(String connection) {
            Headers received = Headers.of("X-Secret", "1", "Connection", connection, "X-Other", "2", "x-Secret", "");

            assertThat(HopByHop.request(received, false)).isEqualTo(Headers.of("X-Other", "2"));
            assertThat(HopByHop.response("GET", 200, received, false)).isEqualTo(Headers.of("X-Other", "2"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"close", "keep-alive"})
        void whatIsSaidAboutTheConnectionItselfNominatesNothing(String option) {
            Headers received = Headers.of("Connection", option, "Close", "1");

            assertThat(HopByHop.request(received, false)).isEqualTo(Headers.of("Close", "1"));
        }

        @Test
        void everyConnectionLineCounts() {
            Headers received = Headers.of("Connection", "X-A", "X-A", "1", "connection", "X-B", "X-B", "2", "X-C", "3");

            assertThat(HopByHop.request(received, false)).isEqualTo(Headers.of("X-C", "3"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Content-Type",
                    "Content-Encoding",
                    "Cache-Control",
                    "Authorization",
                    "Cookie",
                    "Set-Cookie",
                    "Forwarded",
                    "X-Forwarded-For",
                    "X-Forwarded-Anything",
                    "X-Real-IP",
                    "Client-Cert",
                    "Client-Cert-Chain",
                    "Via",
                    "Max-Forwards",
                    "Range",
                    "If-None-Match",
                    "Origin",
                    "ETag",
                    "Vary",
                    "WWW-Authenticate",
                    "Strict-Transport-Security"
                })
        void aNominationOfAFieldForAllRecipientsIsIgnored(String name) {
            Headers received = Headers.of(name, "1", "Connection", "close, " + name);

            assertThat(HopByHop.request(received, false)).isEqualTo(Headers.of(name, "1"));
            assertThat(HopByHop.response("GET", 200, received, false)).isEqualTo(Headers.of(name, "1"));
        }

        @Test
        void aNominationOfContentLengthDoesNotTakeItFromTheAnswerToHead() {
            Headers received = Headers.of("Content-Length", "5", "Connection", "Content-Length");

            assertThat(HopByHop.response("HEAD", 200, received, false)).isEqualTo(Headers.of("Content-Length", "5"));
        }
    }

    @Nested
    class ProxyAuthentication {
        @Test
        void proxyAuthenticationIsKeptOnRequest() {
            Headers request = Headers.of("Proxy-Authorization", "Basic eA==", "Proxy-Connection", "close");
            Headers response = Headers.of("Proxy-Authenticate", "Basic", "Proxy-Authentication-Info", "x", "TE", "");

            assertThat(HopByHop.request(request, true)).isEqualTo(Headers.of("Proxy-Authorization", "Basic eA=="));
            assertThat(HopByHop.response("GET", 407, response, true))
                    .isEqualTo(Headers.of("Proxy-Authenticate", "Basic", "Proxy-Authentication-Info", "x"));
        }
    }

    @Nested
    class Responses {
        @Test
        void altSvcOfTheOriginDoesNotReachTheClient() {
            Headers received = Headers.of("Alt-Svc", "h3=\":443\"", "X-A", "1");

            assertThat(HopByHop.response("GET", 200, received, false)).isEqualTo(Headers.of("X-A", "1"));
            assertThat(HopByHop.request(received, false)).isEqualTo(received);
        }

        @ParameterizedTest
        @CsvSource({
            "GET, 200, false",
            "POST, 500, false",
            "GET, 204, false",
            "GET, 103, false",
            "CONNECT, 200, false",
            "GET, 304, true",
            "HEAD, 200, true",
            "HEAD, 404, true",
            "HEAD, 304, true",
            "HEAD, 204, false",
            "HEAD, 103, false"
        })
        void contentLengthStaysOnlyAsInformationAboutABodyThatIsNotSent(String method, int status, boolean stays) {
            Headers sent = HopByHop.response(method, status, Headers.of("Content-Length", "5"), false);

            assertThat(sent.has("Content-Length")).isEqualTo(stays);
        }
    }

    @Nested
    class Upgrades {
        @ParameterizedTest
        @CsvSource(
                nullValues = "none",
                delimiter = '|',
                value = {
                    "HTTP_1_1 | Upgrade              | websocket          | websocket",
                    "HTTP_1_1 | keep-alive, upgrade  | websocket          | websocket",
                    "HTTP_1_1 | Upgrade              | IRC/6.9, websocket | IRC/6.9",
                    "HTTP_1_1 | Upgrade              | h2c, websocket     | websocket",
                    "HTTP_1_1 | Upgrade              | H2C                | none",
                    "HTTP_1_1 | Upgrade              | a b                | none",
                    "HTTP_1_1 | Upgrade              | a/                 | none",
                    "HTTP_1_1 | Upgrade              | ''                 | none",
                    "HTTP_1_1 | keep-alive           | websocket          | none",
                    "HTTP_1_1 | upgrades             | websocket          | none",
                    "HTTP_1_0 | Upgrade              | websocket          | none",
                    "HTTP_2   | Upgrade              | websocket          | none"
                })
        void theProtocolCountsOnlyTogetherWithTheConnectionOption(
                HttpVersion version, String connection, String upgrade, String protocol) {
            Headers received = Headers.of("Connection", connection, "Upgrade", upgrade);

            assertThat(HopByHop.upgrade(version, received)).isEqualTo(protocol);
        }

        @Test
        void withoutTheFieldThereIsNoUpgrade() {
            assertThat(HopByHop.upgrade(HttpVersion.HTTP_1_1, Headers.of("Connection", "upgrade")))
                    .isNull();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "trailers       | true",
                "gzip, Trailers | true",
                "''             | false",
                "gzip           | false",
                "trailers;q=1   | false"
            })
    void trailersAreWelcomeOnlyWhenTheSenderSaysSo(String te, boolean welcome) {
        assertThat(HopByHop.acceptsTrailers(Headers.of("TE", te))).isEqualTo(welcome);
        assertThat(HopByHop.acceptsTrailers(Headers.empty())).isFalse();
    }

    @Test
    void noHopByHopFieldIsPassedOnAndASecondRunChangesNothing() {
        Random random = new Random(42);
        for (int run = 0; run < 2_000; run++) {
            Headers received = randomHeaders(random);

            Headers sent = HopByHop.request(received, false);

            for (String name : HOP_BY_HOP) {
                assertThat(sent.has(name)).isFalse();
            }
            assertThat(HopByHop.request(sent, false)).isSameAs(sent);
            assertThat(sent.all("Cookie")).isEqualTo(received.all("Cookie"));
            if (!received.hasToken("Connection", "X-A")) {
                assertThat(sent.all("X-A")).isEqualTo(received.all("X-A"));
            } else {
                assertThat(sent.has("X-A")).isFalse();
            }
        }
    }

    private static Headers randomHeaders(Random random) {
        List<String> names = new ArrayList<>(List.of(HOP_BY_HOP));
        names.addAll(List.of("X-A", "Cookie", "Accept", "X-B"));
        Headers.Builder headers = Headers.builder();
        for (int i = random.nextInt(8); i >= 0; i--) {
            String value = names.get(random.nextInt(names.size()));
            String separator = random.nextBoolean() ? "," : " ,, ";
            headers.add(
                    names.get(random.nextInt(names.size())),
                    value + separator + names.get(random.nextInt(names.size())).toLowerCase(Locale.ROOT));
        }
        return headers.build();
    }

    private static List<String> lines(Headers headers) {
        List<String> lines = new ArrayList<>();
        headers.forEach((name, value) -> lines.add(name + ": " + value));
        return lines;
    }

    @Test
    void theProxyFieldThatCgiScriptsReadIsNotPassedOn() {
        Headers received = Headers.of("Proxy", "http://evil.test", "Proxy-Status", "kept");

        assertThat(HopByHop.request(received, true)).isEqualTo(Headers.of("Proxy-Status", "kept"));
    }
}
