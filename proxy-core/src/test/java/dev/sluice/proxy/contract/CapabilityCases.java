package dev.sluice.proxy.contract;

import static dev.sluice.proxy.contract.Message.http;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.tls.ServerTls;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.wire.TestTls;
import org.junit.jupiter.api.Test;

/** Abilities that not every transport has. The direct transport has all of them. */
interface CapabilityCases extends Contract {
    @Test
    @Section("RFC 9110 §5.1, §5.3")
    default void fieldNamesOfARequestKeepCaseAndOrder() throws Exception {
        String odd = "x-lower: 1\r\nX-UPPER: 2\r\nA-first: 3\r\n";

        Message sent = sent("GET / HTTP/1.1\r\nHost: a.test\r\n" + odd + "\r\n");

        assertThat(sent.raw().contains(odd)).isEqualTo(!lacks(Limitation.FIELD_NAMES));
        assertThat(sent.field("X-Lower") + sent.field("x-upper") + sent.field("a-FIRST"))
                .isEqualTo("123");
    }

    @Test
    @Section("RFC 9110 §5.1, §5.3")
    default void fieldNamesOfAResponseKeepCaseAndOrder() throws Exception {
        String odd = "x-lower: 1\r\nX-UPPER: 2\r\nA-first: 3\r\n";

        Message received = received("HTTP/1.1 200 OK\r\n" + odd + "Content-Length: 0\r\n\r\n");

        assertThat(received.raw().contains(odd)).isEqualTo(!lacks(Limitation.FIELD_NAMES));
        assertThat(received.field("X-Lower") + received.field("x-upper") + received.field("a-FIRST"))
                .isEqualTo("123");
    }

    @Test
    @Section("RFC 9110 §5.4")
    default void aResponsesHeadHasALimitOf64KiB() throws Exception {
        String rest = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: ";

        assertThat(received(rest + "y".repeat(60_000) + "\r\n\r\n").status()).isEqualTo(200);
        assertThat(received(rest + "y".repeat(100_000) + "\r\n\r\n").status())
                .isEqualTo(lacks(Limitation.RESPONSE_HEAD) ? 200 : 502);
    }

    @Test
    @Section("RFC 9112 §9.3, §9.5")
    default void aResponseMayBeginBeforeTheRequestIsSentWhole() throws Exception {
        try (Proxied proxied = proxied()
                        .plays(connection -> {
                            connection.readHead();
                            connection.write(http("""
                                    HTTP/1.1 200 OK
                                    Content-Length: 2

                                    ok"""));
                            connection.readExactly(4);
                            connection.readAll();
                        })
                        .start();
                RawConnection client = proxied.connect()) {
            client.write("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 4\r\n\r\nab");
            if (lacks(Limitation.FULL_DUPLEX)) {
                proxied.origin.awaitRequests(1);
                client.write("cd");
            }

            assertThat(Message.response(client, "POST").body()).isEqualTo("ok");
        }
    }

    @Test
    @Section("RFC 9112 §9.4")
    default void connectionsOfClientsHaveALimit() throws Exception {
        boolean lacks = lacks(Limitation.CONNECTION_LIMITS);
        Transport listener = lacks
                ? pairing().listener().transport()
                : DirectTransport.builder().maxConnections(1).build();
        try (Proxied proxied =
                        Proxied.of(listener, pairing().upstream().transport()).start();
                RawConnection first = proxied.connect()) {
            assertThat(Proxied.ask(first, GET).status()).isEqualTo(200);
            try (RawConnection second = proxied.connect()) {
                boolean served = Proxied.ask(second, GET).status() == 200;
                // The first connection is closed for it, unless it was not idle yet.
                assertThat(served && Proxied.serves(first)).isEqualTo(lacks);
            }
        }
    }

    @Test
    @Section("RFC 6066 §3")
    default void certificatesMayBeChosenByServerName() throws Exception {
        TlsSettings settings = TlsSettings.of(TestTls.server("localhost"));
        Proxied.Builder building = proxied().server(server -> server.tls(ServerTls.of(settings)));

        if (lacks(Limitation.TLS_BY_NAME)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(building::start)
                    .withMessageContaining(
                            "tls(ServerTls) needs TLS settings for each connection, by server name or from files");
        } else {
            try (Proxied proxied = building.start()) {
                assertThat(OverTls.exchange(
                                proxied.server.address(),
                                "localhost",
                                GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")))
                        .endsWith("ok");
            }
        }
    }
}
