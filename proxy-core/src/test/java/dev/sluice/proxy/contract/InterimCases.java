package dev.sluice.proxy.contract;

import static dev.sluice.proxy.contract.Message.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.transport.jdk.JdkTable;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** {@code Expect: 100-continue}, and interim responses. */
interface InterimCases extends Contract {
    String HINTS = http("""
            HTTP/1.1 103 Early Hints
            Link: </a.css>; rel=preload
            Connection: X-One
            X-One: 1

            HTTP/1.1 200 OK
            Content-Length: 2

            ok""");

    String EXPECTING = http("""
            PUT / HTTP/1.1
            Host: a.test
            Expect: 100-continue
            Content-Length: 3

            """);

    @Test
    @Section("RFC 9110 §10.1.1")
    default void aWaitingClientIsAskedForTheBodyWhenItIsRead() throws Exception {
        try (Proxied proxied = proxied()
                        .plays(connection -> {
                            connection.readHead();
                            connection.write("HTTP/1.1 100 Continue\r\n\r\n");
                            String body = connection.readExactly(3);
                            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n" + body);
                            connection.readAll();
                        })
                        .start();
                RawConnection client = proxied.connect()) {
            client.write(EXPECTING);
            assertThat(client.readHead()).startsWith("HTTP/1.1 100");
            client.write("abc");

            Message received = Message.response(client, "PUT");
            assertThat(takenForFinal(received) || received.body().equals("abc")).isTrue();
        }
    }

    @Test
    @Section("RFC 9110 §10.1.1")
    default void expectIsPassedOnToTheOrigin() throws Exception {
        try (Proxied proxied = proxied()
                        .plays(connection -> {
                            connection.readHead();
                            connection.write("HTTP/1.1 100 Continue\r\n\r\n");
                            connection.readExactly(3);
                            connection.write(Proxied.OK);
                            connection.readAll();
                        })
                        .start();
                RawConnection client = proxied.connect()) {
            client.write(EXPECTING + "abc");
            Message.response(client, "PUT");

            assertThat(proxied.origin.requests().get(0).toLowerCase(Locale.ROOT).contains("expect: 100-continue\r\n"))
                    .isEqualTo(!lacks(Limitation.CONTINUE));
        }
    }

    @Test
    @Section("RFC 9110 §10.1.1")
    default void aFinalStatusInsteadOf100ReachesTheClientAndClosesTheConnection() throws Exception {
        try (Proxied proxied = proxied()
                        .plays(connection -> {
                            connection.readHead();
                            connection.write(http("""
                                    HTTP/1.1 413 Content Too Large
                                    Content-Length: 0

                                    """));
                            connection.readAll();
                        })
                        .start();
                RawConnection client = proxied.connect()) {
            client.write(EXPECTING);
            if (lacks(Limitation.CONTINUE)) {
                // The server has asked for the body, or the code that feeds a client that cannot wait.
                assertThat(client.readHead()).startsWith("HTTP/1.1 100");
                client.write("abc");
            }
            Message received = Message.response(client, "PUT");

            assertThat(received.status()).isEqualTo(413);
            if (!lacks(Limitation.CONTINUE)) {
                assertThat(received.interim()).isEmpty();
                assertThat(received.saysClose()).isTrue();
                assertThat(Proxied.serves(client)).isFalse();
            }
        }
    }

    @Test
    @Section("RFC 9110 §10.1.1")
    default void anyOtherExpectationIsRefused() throws Exception {
        assertRefused(http("""
                PUT / HTTP/1.1
                Host: a.test
                Expect: 200-maybe
                Content-Length: 0

                """), 417);
    }

    @Test
    @Section("RFC 9110 §15.2")
    default void unrequestedInterimResponsesArePassedOnWithoutConnectionFields() throws Exception {
        Message received = received(HINTS);

        assertThat(takenForFinal(received) || received.status() == 200).isTrue();
        if (lacks(Limitation.INTERIM)) {
            assertThat(received.interim()).isEmpty();
        } else {
            assertThat(received.interim()).hasSize(1);
            Message hints = received.interim().get(0);
            assertThat(hints.start()).startsWith("HTTP/1.1 103");
            assertThat(hints.field("Link")).isEqualTo("</a.css>; rel=preload");
            assertThat(hints.headers().has("X-One")).isFalse();
            assertThat(hints.headers().has("Connection")).isFalse();
            assertThat(hints.headers().has("Content-Length")).isFalse();
        }
    }

    @Test
    @Section("RFC 9110 §15.2")
    default void aClientOfHttp10GetsNoInterimResponses() throws Exception {
        try (Proxied proxied = proxied().answers(HINTS).start()) {
            Message received = proxied.ask(http("""
                    GET / HTTP/1.0
                    Host: a.test

                    """));

            assertThat(takenForFinal(received) || received.status() == 200).isTrue();
            assertThat(received.interim()).isEmpty();
        }
    }

    /** What the JDK's client of some updates does with an interim response; see {@code docs/jdk-client.md}. */
    private boolean takenForFinal(Message received) throws IOException {
        return Limitation.INTERIM.ofUpstream(pairing())
                && received.status() == 502
                && !JdkTable.of("jdk-client.md", "From update to update")
                        .own("an interim response such as 103")
                        .equals(Optional.of("left out"));
    }
}
