package dev.sluice.proxy.contract;

import static dev.sluice.proxy.contract.Message.http;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.testing.RawConnection;
import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that change to another protocol. */
interface UpgradeCases extends Contract {
    String UPGRADE = http("""
            GET /chat HTTP/1.1
            Host: a.test
            Connection: keep-alive, UPGRADE
            Upgrade: echo
            Sec-Key: 1

            """);

    String SWITCHED = http("""
            HTTP/1.1 101 Switching Protocols
            Connection: Upgrade
            Upgrade: echo
            Sec-Accept: 2

            """);

    /** A proxy whose route allows the upgrade; null if the start fails, because the listener cannot upgrade. */
    default Proxied upgrading(Proxied.Builder building) throws IOException {
        building.route(route -> route.allowUpgrade("echo"));
        if (Limitation.TUNNEL.ofListener(pairing())) {
            assertThatIllegalArgumentException().isThrownBy(building::start).withMessageContaining("tunnels");
            return null;
        }
        return building.start();
    }

    @Test
    @Section("RFC 9110 §7.8")
    default void anUpgradeCarriesBytesBothWays() throws Exception {
        try (Proxied proxied = upgrading(proxied().plays(connection -> {
            connection.readHead();
            connection.write(SWITCHED + "hello");
            connection.write(connection.readExactly(4).toUpperCase(Locale.ROOT));
            connection.readAll();
        }))) {
            if (proxied == null) {
                return;
            }
            try (RawConnection client = proxied.connect()) {
                client.write(UPGRADE);
                Message received = Message.response(client, "GET");
                if (lacks(Limitation.TUNNEL)) {
                    assertThat(received.status()).isEqualTo(501);
                    assertThat(proxied.origin.requests()).isEmpty();
                    return;
                }
                assertThat(received.status()).isEqualTo(101);
                assertThat(received.headers().hasToken("Connection", "upgrade")).isTrue();
                assertThat(received.field("Upgrade")).isEqualTo("echo");
                assertThat(received.field("Sec-Accept")).isEqualTo("2");
                assertThat(received.headers().has("Content-Length")).isFalse();
                client.write("ping");
                assertThat(client.readExactly(9)).isEqualTo("helloPING");
                assertThat(proxied.origin.requests().get(0).toLowerCase(Locale.ROOT))
                        .contains("connection: upgrade\r\n", "upgrade: echo\r\n", "sec-key: 1\r\n")
                        .doesNotContain("keep-alive");
            }
        }
    }

    @Test
    @Section("RFC 9110 §7.8")
    default void anUpgradeThatTheOriginDoesNotMakeIsAnOrdinaryResponse() throws Exception {
        try (Proxied proxied = upgrading(proxied().answers(Proxied.OK))) {
            if (proxied == null) {
                return;
            }
            try (RawConnection client = proxied.connect()) {
                Message received = Proxied.ask(client, UPGRADE);
                if (lacks(Limitation.TUNNEL)) {
                    assertThat(received.status()).isEqualTo(501);
                    return;
                }
                if (lacks(Limitation.UPGRADE_NOT_MADE)) {
                    assertThat(received.status()).isEqualTo(502);
                    return;
                }
                assertThat(received.status()).isEqualTo(200);
                assertThat(received.body()).isEqualTo("ok");
                assertThat(Proxied.serves(client)).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Upgrade: other", "Upgrade: echo2", "X: 1"})
    @Section("RFC 9110 §7.8")
    default void anUpgradeToWhatWasNotAskedForIsA502(String field) throws Exception {
        ofHttp1Origins();
        String response = http("HTTP/1.1 101 Switching Protocols\nConnection: Upgrade\n" + field + "\n\n");
        try (Proxied proxied = upgrading(proxied().answers(response))) {
            if (proxied == null) {
                return;
            }
            Message received = proxied.ask(UPGRADE);
            if (lacks(Limitation.TUNNEL)) {
                assertThat(received.status()).isEqualTo(501);
                return;
            }
            assertThat(received.status()).isEqualTo(502);
            assertThat(proxied.records.awaitEnded(1).get(0).failure().outcome()).isEqualTo(Outcome.BAD_RESPONSE);
        }
    }

    @Test
    @Section("RFC 9110 §15.2.2")
    default void anUnrequestedSwitchIsA502() throws Exception {
        try (Proxied proxied = proxied().answersAndCloses(SWITCHED).start()) {
            assertThat(proxied.ask(GET).status()).isEqualTo(502);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Upgrade: echo", "Connection: upgrade", "Connection: x\nUpgrade: echo"})
    @Section("RFC 9110 §7.8")
    default void withoutBothFieldsItIsAnOrdinaryRequest(String fields) throws Exception {
        try (Proxied proxied = upgrading(proxied())) {
            if (proxied == null) {
                return;
            }
            Message received = proxied.ask(http("GET / HTTP/1.1\nHost: a.test\n" + fields + "\n\n"));

            assertThat(received.status()).isEqualTo(200);
            assertThat(proxied.sent().headers().has("Upgrade")).isFalse();
        }
    }

    @Test
    @Section("RFC 9110 §7.8")
    default void anUpgradeThatTheRouteDoesNotAllowIsAnOrdinaryRequest() throws Exception {
        ofHttp1Clients();
        Message sent = sent(UPGRADE);

        assertThat(sent.headers().has("Upgrade")).isFalse();
        assertThat(sent.headers().hasToken("Connection", "upgrade")).isFalse();
        assertThat(sent.field("Sec-Key")).isEqualTo("1");
    }

    @Test
    @Section("RFC 9110 §7.8")
    default void http10HasNoUpgrade() throws Exception {
        try (Proxied proxied = upgrading(proxied())) {
            if (proxied == null) {
                return;
            }
            assertThat(proxied.ask(UPGRADE.replace("HTTP/1.1", "HTTP/1.0")).status())
                    .isEqualTo(200);
            assertThat(proxied.sent().headers().has("Upgrade")).isFalse();
        }
    }

    @Test
    @Section("RFC 9110 §9.3.6")
    default void aReverseProxyMakesNoTunnelForConnect() throws Exception {
        String request = http("""
                CONNECT a.test:443 HTTP/1.1
                Host: a.test:443

                """);
        try (Proxied proxied = proxied().start();
                RawConnection client = proxied.connect()) {
            client.write(request);
            if (lacks(Limitation.CONNECT) && Limitation.CONNECT.ofListener(pairing())) {
                assertThat(client.readAll()).isEmpty();
            } else {
                assertThat(Message.response(client, "CONNECT").status()).isEqualTo(501);
            }
            assertThat(proxied.atOrigin()).isEmpty();
        }
    }
}
