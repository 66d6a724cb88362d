package dev.sluice.proxy.contract;

import static dev.sluice.proxy.contract.Message.http;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.testing.RawConnection;
import java.util.function.UnaryOperator;

/** The methods that the cases of all subjects use. */
interface Contract {
    /** An ordinary request. */
    String GET = http("""
            GET / HTTP/1.1
            Host: a.test

            """);

    /** The halves that the cases run against. */
    Pairing pairing();

    /** Returns whether a half of this pairing has this limitation. */
    default boolean lacks(Limitation limitation) {
        return pairing().has(limitation);
    }

    /** Skips a case of what HTTP/2 does not have, where the proxy speaks that with clients: only the bridge would be tested. */
    default void ofHttp1Clients() {
        assumeTrue(pairing().listener() != Half.HTTP2, "a rule of HTTP/1.1");
    }

    /** The same where the proxy speaks HTTP/2 with origins. */
    default void ofHttp1Origins() {
        assumeTrue(pairing().upstream() != Half.HTTP2, "a rule of HTTP/1.1");
    }

    default Proxied.Builder proxied() {
        return Proxied.of(pairing());
    }

    /** The request as the origin gets it. */
    default Message sent(String request) throws Exception {
        return sent(request, rules -> rules);
    }

    default Message sent(String request, UnaryOperator<ReverseProxy.Builder> rules) throws Exception {
        try (Proxied proxied = proxied().rules(rules).start()) {
            Message response = proxied.ask(request);
            if (response.status() != 200) {
                throw new AssertionError("answered with " + response);
            }
            return proxied.sent();
        }
    }

    /** The response that the client gets to a plain GET. */
    default Message received(String response) throws Exception {
        return received(response, rules -> rules);
    }

    default Message received(String response, UnaryOperator<ReverseProxy.Builder> rules) throws Exception {
        try (Proxied proxied = proxied().answers(response).rules(rules).start()) {
            return proxied.ask(GET);
        }
    }

    /** The status of the client's response. */
    default int status(String request) throws Exception {
        try (Proxied proxied = proxied().start()) {
            return proxied.ask(request).status();
        }
    }

    /** Asserts that the request gets this status, that the connection is closed, and that the origin gets nothing. */
    default void assertRefused(String request, int status) throws Exception {
        try (Proxied proxied = proxied().start();
                RawConnection client = proxied.connect()) {
            Message received = Proxied.ask(client, request);

            assertThat(received.status()).isEqualTo(status);
            assertThat(Proxied.serves(client))
                    .as("the connection can be used again")
                    .isFalse();
            assertThat(proxied.atOrigin()).isEmpty();
        }
    }
}
