package dev.sluice.proxy.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.connect.ProxyProtocol;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.transport.direct.Connector;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.wire.ProxyHeader;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The client's address behind a TCP load balancer in front of the direct transport. */
class DirectPeerTest {
    private static final InetSocketAddress SOURCE = new InetSocketAddress("192.0.2.7", 40_000);
    private static final InetSocketAddress DESTINATION = new InetSocketAddress("192.0.2.8", 80);

    private static Proxied believing(String block) throws IOException {
        DirectTransport listener =
                DirectTransport.builder().addProxyProtocolPeers(block).build();
        return Proxied.of(listener, DirectTransport.builder().build()).start();
    }

    @ParameterizedTest
    @EnumSource
    void aTrustedPeerTellsTheClientsAddress(ProxyProtocol version) throws Exception {
        try (Proxied proxied = believing("127.0.0.1/32");
                RawConnection client = proxied.connect()) {
            client.write(header(version, SOURCE, DESTINATION));

            assertThat(Proxied.ask(client, Contract.GET).status()).isEqualTo(200);
            assertThat(Proxied.ask(client, Contract.GET).status()).isEqualTo(200);
            assertThat(proxied.atOrigin())
                    .extracting(message -> message.field("X-Forwarded-For"))
                    .containsExactly("192.0.2.7", "192.0.2.7");
            assertThat(proxied.records.awaitEnded(1).get(0).client().address()).isEqualTo(SOURCE);
        }
    }

    @Test
    void aTrustedPeerMustSendTheHeader() throws Exception {
        try (Proxied proxied = believing("127.0.0.1/32");
                RawConnection client = proxied.connect()) {
            client.write(Contract.GET);

            assertThat(answer(client)).isEmpty();
            assertThat(proxied.atOrigin()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void fromOtherPeersTheHeaderIsAMalformedRequest(ProxyProtocol version) throws Exception {
        try (Proxied proxied = believing("192.0.2.0/24");
                RawConnection client = proxied.connect()) {
            byte[] header = header(version, SOURCE, DESTINATION);
            client.write(new String(header, StandardCharsets.ISO_8859_1) + Contract.GET);

            assertThat(answer(client)).startsWith("HTTP/1.1 400 ");
            assertThat(proxied.atOrigin()).isEmpty();
        }
    }

    private static String answer(RawConnection client) {
        try {
            return client.readAll();
        } catch (IOException reset) {
            // The connection was closed while our bytes were unread.
            return "";
        }
    }

    @Test
    void theOriginGetsAProxyHeaderIfConfigured() throws Exception {
        Connector connector =
                Connector.builder().proxyProtocol(ProxyProtocol.V1).build();
        StringBuilder header = new StringBuilder();
        try (Proxied proxied = Proxied.of(
                                DirectTransport.builder().build(),
                                DirectTransport.builder().connector(connector).build())
                        .plays(connection -> {
                            header.setLength(0);
                            while (header.indexOf("\r\n") < 0) {
                                header.append(connection.readExactly(1));
                            }
                            connection.readHead();
                            connection.write(Proxied.OK);
                            try {
                                connection.readExactly(1);
                            } catch (EOFException oneRequestAlone) {
                                // The next request may come from another client.
                            }
                        })
                        .start();
                RawConnection client = proxied.connect()) {
            assertThat(Proxied.ask(client, Contract.GET).status()).isEqualTo(200);
            assertThat(header.toString())
                    .startsWith(
                            "PROXY TCP4 127.0.0.1 127.0.0.1 " + client.address().getPort() + " ");
        }
    }

    private static byte[] header(ProxyProtocol version, InetSocketAddress source, InetSocketAddress destination) {
        return version == ProxyProtocol.V1
                ? ProxyHeader.text(source, destination)
                : ProxyHeader.binary(source, destination);
    }
}
