package dev.sluice.proxy.contract;

import static dev.sluice.proxy.contract.Message.http;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Request targets, and how far a request is passed on. */
interface TargetCases extends Contract {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a/b/",
                "/a%2Fb%20c",
                "/%e4%b8%ad",
                "/a;p=1/b",
                "/a?b=c&d",
                "/a?b=c%26d?e/f",
                "/a//b",
                "//a/b",
                "/~a!$&'()*+,;=:@",
                "/a?"
            })
    @Section("RFC 9112 §3.2.1")
    default void pathAndQueryGoOnAsReceived(String target) throws Exception {
        try (Proxied proxied = proxied().start()) {
            int status = proxied.ask(http("GET " + target + " HTTP/1.1\nHost: a.test\n\n"))
                    .status();

            if (target.startsWith("//") && lacks(Limitation.LAX_REQUESTS) && status == 400) {
                // The behaviour of JDK 17, see docs/jdk-listener.md.
                return;
            }
            boolean left = target.endsWith("?") && lacks(Limitation.LONE_QUESTION_MARK);
            assertThat(proxied.sent().start())
                    .isEqualTo("GET " + (left ? target.substring(0, target.length() - 1) : target) + " HTTP/1.1");
        }
    }

    @Test
    @Section("RFC 3986 §6.2.2")
    default void routesMatchOnANormalisedCopy() throws Exception {
        try (Proxied proxied = proxied().route(route -> route.path("/app/**")).start()) {
            assertThat(proxied.ask(http("GET /%61pp/%7e HTTP/1.1\nHost: a.test\n\n"))
                            .status())
                    .isEqualTo(200);
            assertThat(proxied.sent().start()).isEqualTo("GET /%61pp/%7e HTTP/1.1");
            assertThat(proxied.ask(http("GET /app/../x HTTP/1.1\nHost: a.test\n\n"))
                            .status())
                    .isEqualTo(404);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a/%2e%2e/b", "/a/..%2fb", "/a/..%5cb", "/a/..;/b", "/a%00", "/a%zz", "/a%2"})
    @Section("RFC 3986 §6.2.2, §7.3")
    default void aPathThatServersReadDifferentlyIsRefused(String path) throws Exception {
        try (Proxied proxied = proxied().start()) {
            assertThat(proxied.ask(http("GET " + path + " HTTP/1.1\nHost: a.test\n\n"))
                            .status())
                    .isEqualTo(400);
            assertThat(proxied.atOrigin()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/a\\b, 400, 400",
        "/a{b}, 200, 400",
        "/a?b=[1]|{2}, 200, 400",
        "/a?b=<\"^`>, 200, 400",
    })
    @Section("RFC 9112 §3.2")
    default void otherCharactersGoOnWhereTheHalvesCanCarryThem(String target, int direct, int jdkListener)
            throws Exception {
        int upstream = Limitation.TARGET_CHARACTERS.ofUpstream(pairing()) && direct == 200 ? 501 : direct;
        assertThat(status(http("GET " + target + " HTTP/1.1\nHost: a.test\n\n")))
                .isEqualTo(Limitation.TARGET_CHARACTERS.ofListener(pairing()) ? jdkListener : upstream);
    }

    @Test
    @Section("RFC 9112 §3.2.2")
    default void anAbsoluteTargetsAuthorityIsUsedAndTheTargetSentInOriginForm() throws Exception {
        Message sent = sent(http("""
                GET http://b.test:81/x?y HTTP/1.1
                Host: a.test

                """));

        assertThat(sent.start()).isEqualTo("GET /x?y HTTP/1.1");
        assertThat(sent.field("X-Forwarded-Host")).isEqualTo("b.test:81");
        assertThat(sent.field("Host")).startsWith("127.0.0.1:");
    }

    @Test
    @Section("RFC 9112 §3.2.1, §3.2.2")
    default void anAbsoluteTargetWithoutAPathIsTheRoot() throws Exception {
        String request = http("""
                GET http://b.test HTTP/1.1
                Host: b.test

                """);
        if (lacks(Limitation.EMPTY_PATH)) {
            assertThat(status(request)).isEqualTo(404);
        } else {
            assertThat(sent(request).start()).isEqualTo("GET / HTTP/1.1");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://u:p@b.test/x", "http://u@b.test/x", "/x#y", "http://b.test/x#y", "x/y", "ftp://b.test/"})
    @Section("RFC 9112 §3.2, RFC 9110 §4.2.4")
    default void userinfoAFragmentAndOtherFormsAreRefused(String target) throws Exception {
        boolean relative = target.equals("x/y") && lacks(Limitation.RELATIVE_TARGET);
        assertRefused(http("GET " + target + " HTTP/1.1\nHost: a.test\n\n"), relative ? 404 : 400);
    }

    @Test
    @Section("RFC 9112 §3.2.4")
    default void optionsForTheWholeServerIsPassedOn() throws Exception {
        String request = http("""
                OPTIONS * HTTP/1.1
                Host: a.test

                """);
        if (lacks(Limitation.ASTERISK)) {
            assertThat(status(request)).isEqualTo(Limitation.ASTERISK.ofListener(pairing()) ? 404 : 501);
        } else {
            assertThat(sent(request).start()).isEqualTo("OPTIONS * HTTP/1.1");
        }
    }

    @Test
    @Section("RFC 9112 §3.2.4")
    default void optionsWithAnAbsoluteTargetWithoutPathAndQueryIsForTheWholeServer() throws Exception {
        String request = http("""
                OPTIONS http://b.test HTTP/1.1
                Host: a.test

                """);
        try (Proxied proxied = proxied().route(route -> route.path("/**")).start()) {
            Message received = proxied.ask(request);

            if (lacks(Limitation.ASTERISK)) {
                assertThat(received.status()).isEqualTo(Limitation.ASTERISK.ofListener(pairing()) ? 404 : 501);
            } else {
                assertThat(proxied.sent().start()).isEqualTo("OPTIONS * HTTP/1.1");
                assertThat(proxied.sent().field("X-Forwarded-Host")).isEqualTo("b.test");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a.example:, a.example",
        "[::1]:, [::1]",
        "[2001:DB8::0:1]:8080, [2001:db8::1]:8080",
        "A%2dB.example, a-b.example",
        "x!$&'()*+;=~_.example, x!$&'()*+;=~_.example",
        "a.example., a.example.",
        "a.example.:, a.example."
    })
    @Section("RFC 3986 §3.2.2, §3.2.3, §6.2.2.2")
    default void aHostIsReadAsTheUriSyntaxHasIt(String host, String read) throws Exception {
        Message sent = sent(http("GET / HTTP/1.1\nHost: " + host + "\n\n"));

        assertThat(sent.field("X-Forwarded-Host")).isEqualTo(read);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[::::]", "a%2fb", "a%00", "a..", ".", ":80", "a:b", "a b", "[a"})
    @Section("RFC 9110 §7.2, RFC 9112 §3.2")
    default void whatIsNoHostIsRefused(String host) throws Exception {
        assertRefused(http("GET / HTTP/1.1\nHost: " + host + "\n\n"), 400);
    }

    @Test
    @Section("RFC 3986 §3.2.3")
    default void anEmptyPortOfAnAbsoluteTargetIsTheDefaultOne() throws Exception {
        Message sent = sent(http("""
                GET http://b.test:/x HTTP/1.1
                Host: a.test

                """));

        assertThat(sent.start()).isEqualTo("GET /x HTTP/1.1");
        assertThat(sent.field("X-Forwarded-Host")).isEqualTo("b.test");
    }

    @Test
    @Section("RFC 9110 §5.5")
    default void nonAsciiValuesArePassedOnByteForByte() throws Exception {
        String request = http("""
                GET / HTTP/1.1
                Host: a.test
                X: \u00e4\u00ff

                """);
        if (lacks(Limitation.NON_ASCII)) {
            assertThat(status(request)).isEqualTo(501);
        } else {
            assertThat(sent(request).field("X")).isEqualTo("\u00e4\u00ff");
        }
    }

    @ParameterizedTest
    @CsvSource({"OPTIONS, 1, 0", "OPTIONS, 10, 9", "TRACE, 3, 2", "GET, 3, 3", "GET, 0, 0"})
    @Section("RFC 9110 §7.6.2")
    default void maxForwardsCountsForTraceAndOptionsAlone(String method, String before, String after) throws Exception {
        if (!method.equals("GET")) {
            // A bridge counts too.
            ofHttp1Clients();
            ofHttp1Origins();
        }
        Message sent = sent(
                http(method + " /x HTTP/1.1\nHost: a.test\nMax-Forwards: " + before + "\n\n"),
                rules -> rules.allowTrace(true));

        assertThat(sent.field("Max-Forwards")).isEqualTo(after);
    }

    @ParameterizedTest
    @CsvSource({"OPTIONS, 0, 200", "TRACE, 0, 405", "TRACE, 5, 405", "OPTIONS, x, 400", "OPTIONS, -1, 400"})
    @Section("RFC 9110 §7.6.2, §9.3.8")
    default void theLastRecipientAnswersAndTraceIsOff(String method, String count, int status) throws Exception {
        try (Proxied proxied = proxied().start()) {
            Message received =
                    proxied.ask(http(method + " /x HTTP/1.1\nHost: a.test\nMax-Forwards: " + count + "\n\n"));

            assertThat(received.status()).isEqualTo(status);
            assertThat(received.headers().has("Allow")).isEqualTo(status != 400);
            assertThat(proxied.atOrigin()).isEmpty();
        }
    }

    @Test
    @Section("RFC 9110 §9.3.8")
    default void traceIsAnsweredHereWithWhatWasReceived() throws Exception {
        ofHttp1Clients();
        try (Proxied proxied = proxied().rules(rules -> rules.allowTrace(true)).start()) {
            Message received = proxied.ask(http("""
                    TRACE /x HTTP/1.1
                    Host: a.test
                    Max-Forwards: 0
                    Cookie: secret

                    """));

            assertThat(received.status()).isEqualTo(200);
            assertThat(received.field("Content-Type")).isEqualTo("message/http");
            assertThat(received.body()).startsWith("TRACE /x HTTP/1.1\r\n").doesNotContain("secret");
        }
    }
}
