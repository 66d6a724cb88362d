package dev.sluice.proxy.contract;

import static dev.sluice.proxy.contract.Message.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.header.OriginMask;
import dev.sluice.proxy.header.Via;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the origin is told about the client, and which host the request names. */
interface ForwardingCases extends Contract {
    String FORGED = http("""
            GET / HTTP/1.1
            Host: a.test:8080
            X-Forwarded-For: 192.0.2.1
            X-Forwarded-For: 192.0.2.2
            X-Forwarded-Host: forged.test
            X-Forwarded-Proto: https
            X-Forwarded-Prefix: /forged
            X-Real-IP: 192.0.2.3
            Forwarded: for=192.0.2.4

            """);

    @Test
    @Section("RFC 7239 §8.1")
    default void fieldsOfAnUntrustedPeerAreReplaced() throws Exception {
        Message sent = sent(FORGED);

        assertThat(sent.field("X-Forwarded-For")).isEqualTo("127.0.0.1");
        assertThat(sent.field("X-Forwarded-Host")).isEqualTo("a.test:8080");
        assertThat(sent.field("X-Forwarded-Proto")).isEqualTo("http");
        assertThat(sent.headers().has("X-Forwarded-Prefix")).isFalse();
        assertThat(sent.headers().has("X-Real-IP")).isFalse();
        assertThat(sent.headers().has("Forwarded")).isFalse();
    }

    @Test
    @Section("RFC 7239 §4")
    default void fieldsOfATrustedPeerArePassedOnInOneLine() throws Exception {
        Message sent = sent(
                FORGED,
                rules -> rules.forwarding(
                        Forwarding.builder().trust("127.0.0.0/8").build()));

        assertThat(sent.field("X-Forwarded-For")).isEqualTo("192.0.2.1, 192.0.2.2, 127.0.0.1");
        assertThat(sent.field("X-Forwarded-Host")).isEqualTo("forged.test");
        assertThat(sent.field("X-Forwarded-Proto")).isEqualTo("https");
        assertThat(sent.field("X-Forwarded-Prefix")).isEqualTo("/forged");
    }

    @Test
    @Section("RFC 7239 §4")
    default void forwardedQuotesValuesWithAColon() throws Exception {
        Message sent = sent(
                FORGED,
                rules -> rules.forwarding(
                        Forwarding.builder().forwarded(true).by("_edge").build()));

        assertThat(sent.field("Forwarded"))
                .contains("for=127.0.0.1")
                .contains("by=_edge")
                .contains("host=\"a.test:8080\"")
                .contains("proto=http")
                .doesNotContain("192.0.2.4");
    }

    @Test
    @Section("RFC 7239 §5")
    default void theOriginIsToldTheStrippedPrefix() throws Exception {
        try (Proxied proxied = proxied()
                .route(route -> route.path("/app/**").stripPrefix("/app"))
                .start()) {
            proxied.ask(http("""
                    GET /app/x HTTP/1.1
                    Host: a.test

                    """));

            assertThat(proxied.sent().start()).isEqualTo("GET /x HTTP/1.1");
            assertThat(proxied.sent().field("X-Forwarded-Prefix")).isEqualTo("/app");
        }
    }

    @Test
    @Section("RFC 7239 §8.3")
    default void aMaskingProxyTellsNothingAboutTheClient() throws Exception {
        Message sent = sent(FORGED, rules -> rules.forwarding(Forwarding.MASK).via(Via.neutral("proxy")));

        assertThat(sent.raw()).doesNotContainIgnoringCase("forwarded").doesNotContainIgnoringCase("x-real-ip");
        assertThat(sent.raw()).doesNotContain("192.0.2");
        assertThat(sent.field("Via")).isEqualTo(pairing().fromClient("1.1") + " proxy");
    }

    @Test
    @Section("RFC 7239 §4")
    default void responsesHaveNoForwardingFields() throws Exception {
        Message received = received(Proxied.OK, rules -> rules.originMask(OriginMask.DEFAULT));

        assertThat(received.raw()).doesNotContainIgnoringCase("forwarded");
    }

    @Test
    @Section("RFC 9110 §7.2")
    default void hostIsTheUpstreamsAndTheClientsHostIsForwarded() throws Exception {
        try (Proxied proxied = proxied().start()) {
            proxied.ask(GET);

            assertThat(proxied.sent().field("Host")).isEqualTo(proxied.authority());
            assertThat(proxied.sent().field("X-Forwarded-Host")).isEqualTo("a.test");
        }
    }

    @Test
    @Section("RFC 9110 §7.2")
    default void hostIsTheClientsIfPreserved() throws Exception {
        assertThat(sent(GET, rules -> rules.preserveHost(true)).field("Host")).isEqualTo("a.test");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\n\n",
                "GET / HTTP/1.1\nHost: a.test\nHost: a.test\n\n",
                "GET / HTTP/1.1\nHost: a.test\nHost: b.test\n\n",
                "GET / HTTP/1.0\nHost: a.test\nHost: b.test\n\n",
                "GET http://a.test/ HTTP/1.1\n\n",
                "GET / HTTP/1.1\nHost: a b\n\n",
                "GET / HTTP/1.1\nHost: a@b\n\n",
                "GET / HTTP/1.1\nHost: a/b\n\n"
            })
    @Section("RFC 9112 §3.2")
    default void aMissingRepeatedOrInvalidHostIsRefusedAndTheConnectionClosed(String request) throws Exception {
        assertRefused(http(request), 400);
    }

    @Test
    @Section("RFC 9112 §3.2")
    default void http10MayHaveNoHost() throws Exception {
        ofHttp1Clients();
        Message sent = sent(http("""
                GET / HTTP/1.0

                """));

        assertThat(sent.headers().has("X-Forwarded-Host")).isFalse();
        assertThat(sent.field("Host")).startsWith("127.0.0.1:");
    }
}
