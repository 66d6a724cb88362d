package dev.sluice.proxy.contract;

import static dev.sluice.proxy.contract.Message.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.header.Via;
import org.junit.jupiter.api.Test;

/** {@code Via}, and loops of proxies. */
interface ViaCases extends Contract {
    @Test
    @Section("RFC 9110 §7.6.3")
    default void aRequestGetsAnEntryWithTheVersionThatItWasReceivedWith() throws Exception {
        String request = http("""
                GET / HTTP/1.0
                Host: a.test
                Via: 1.1 far

                """);

        assertThat(sent(request, rules -> rules.via(Via.of("me"))).field("Via"))
                .isEqualTo("1.1 far, " + pairing().fromClient("1.0") + " me");
        assertThat(sent(GET, rules -> rules.via(Via.of("me"))).field("Via"))
                .isEqualTo(pairing().fromClient("1.1") + " me");
    }

    @Test
    @Section("RFC 9110 §7.6.3")
    default void aResponseGetsAnEntryWithTheVersionThatItWasReceivedWith() throws Exception {
        String response = http("""
                HTTP/1.0 200 OK
                Via: 1.1 far
                Content-Length: 0

                """);

        String seen = lacks(Limitation.VERSION_OF_RESPONSES) ? "1.1" : "1.0";
        assertThat(received(response, rules -> rules.via(Via.of("me"))).field("Via"))
                .isEqualTo("1.1 far, " + pairing().fromOrigin(seen) + " me");
    }

    @Test
    @Section("RFC 5842 §7.2")
    default void aRequestWithOurOwnEntryIsALoop() throws Exception {
        try (Proxied proxied = proxied().rules(rules -> rules.via(Via.of("me"))).start()) {
            Message received = proxied.ask(http("""
                    GET / HTTP/1.1
                    Host: a.test
                    Via: 1.0 far, 1.1 ME (a comment)

                    """));

            assertThat(received.status()).isEqualTo(508);
            assertThat(proxied.atOrigin()).isEmpty();
        }
    }

    @Test
    @Section("RFC 9110 §7.6.3")
    default void aResponseWithOurOwnEntryIsNotALoop() throws Exception {
        Message received = received(http("""
                        HTTP/1.1 200 OK
                        Via: 1.1 me
                        Content-Length: 0

                        """), rules -> rules.via(Via.of("me")));

        assertThat(received.status()).isEqualTo(200);
    }

    @Test
    @Section("RFC 9110 §7.6.3")
    default void viaCanBeSwitchedOffInBothDirections() throws Exception {
        try (Proxied proxied = proxied().rules(rules -> rules.via(Via.OFF)).start()) {
            assertThat(proxied.ask(GET).headers().has("Via")).isFalse();
            assertThat(proxied.sent().headers().has("Via")).isFalse();
        }
    }

    @Test
    @Section("RFC 9110 §7.6.3")
    default void theDefaultNameIsUniqueToThisRunningProxy() throws Exception {
        String one = sent(GET).field("Via");
        String other = sent(GET).field("Via");

        String name = pairing().fromClient("1.1") + " sluice-";
        assertThat(one).startsWith(name);
        assertThat(other).startsWith(name).isNotEqualTo(one);
    }

    @Test
    @Section("RFC 9110 §7.6.3")
    default void aNeutralNameHidesOtherEntriesAndDetectsNoLoop() throws Exception {
        String request = http("""
                GET / HTTP/1.1
                Host: a.test
                Via: 1.0 inner.example (secret), 1.1 proxy

                """);
        String response = http("""
                HTTP/1.1 200 OK
                Via: 1.0 inner.example (secret)
                Content-Length: 0

                """);

        assertThat(sent(request, rules -> rules.via(Via.neutral("proxy"))).field("Via"))
                .isEqualTo("1.0 proxy, 1.1 proxy, " + pairing().fromClient("1.1") + " proxy");
        assertThat(received(response, rules -> rules.via(Via.neutral("proxy"))).field("Via"))
                .isEqualTo("1.0 proxy, " + pairing().fromOrigin("1.1") + " proxy");
    }
}
