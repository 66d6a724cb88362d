package dev.sluice.proxy.testing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.TestClient;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Parts of a test, and the end of a gateway, in unusual orders. */
@Timeout(60)
class GatewayScopeTest {
    private final FakeGateway gateway = FakeGateway.withoutSocket();
    private final TestClient client = TestClient.of(gateway.handler());

    @Test
    void whatCameInAPartIsGoneAlsoBehindAReset() throws Exception {
        gateway.otherwise(Answer.ok());
        client.get("/before");
        client.get("/before");
        FakeGateway.Scope scope = gateway.scope();
        gateway.reset();
        gateway.otherwise(Answer.ok());
        client.get("/within");
        scope.close();
        assertThat(gateway.received()).isEmpty();
    }

    @Test
    void whatWentWrongBeforeAPartIsToldWithinIt() throws Exception {
        client.get("/before");
        FakeGateway.Scope scope = gateway.scope();
        client.get("/within");
        assertThatThrownBy(gateway::verifyMatched)
                .hasMessageContainingAll("no stub answers #1 GET /before", "no stub answers #2 GET /within");
        scope.close();
        gateway.verifyMatched();
    }

    @Test
    void aProblemFromBeforeAResetSaysThatNothingMoreCame() throws Exception {
        client.get("/before");
        gateway.reset();
        assertThatThrownBy(gateway::verifyMatched).hasMessageEndingWith("\n\nNothing more was received.");
    }

    @Test
    void aPartEndsOnce() throws Exception {
        FakeGateway.Scope scope = gateway.scope();
        scope.close();
        gateway.on("GET /a").answers("hello");
        scope.close();
        assertThat(client.get("/a").text()).isEqualTo("hello");
    }

    @Test
    void faultsThatAPartAddsToThoseBeforeItEndWithIt() throws Exception {
        gateway.otherwise(Answer.ok());
        gateway.connections().fails(2, Fault.CLOSE);
        FakeGateway.Scope scope = gateway.scope();
        gateway.connections().thenFails(5, Fault.CLOSE);
        assertThatThrownBy(() -> client.get("/1")).isInstanceOf(IOException.class);
        scope.close();
        assertThatThrownBy(() -> client.get("/2")).isInstanceOf(IOException.class);
        assertThat(client.get("/3").status()).isEqualTo(200);
    }

    @Test
    void faultsOfANameThatHaveHappenedInAPartDoNotComeAgain() throws Exception {
        gateway.otherwise(Answer.ok());
        gateway.serverName("gateway.test").fails(1, Fault.WRONG_NAME);
        FakeGateway.Scope scope = gateway.scope();
        gateway.serverName("gateway.test").thenFails(2, Fault.WRONG_NAME);
        assertThatThrownBy(() -> client.get("/1")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> client.get("/2")).isInstanceOf(IOException.class);
        scope.close();
        assertThat(client.get("/3").status()).isEqualTo(200);
    }

    @Test
    void closingTellsOnce() {
        gateway.on("GET /a");
        assertThatThrownBy(gateway::close).hasMessageContaining("the stub GET /a has no answer");
        gateway.close();
    }

    @Test
    void whatWasRefusedBeforeAPartIsRefusedBehindIt() throws Exception {
        gateway.otherwise(Answer.ok());
        gateway.refuse();
        try (FakeGateway.Scope part = gateway.scope()) {
            assertThat(part).isNotNull();
            gateway.listen();
            assertThat(client.get("/within").status()).isEqualTo(200);
        }
        assertThatThrownBy(() -> client.get("/behind")).hasMessageContaining("REFUSE");
    }

    @Test
    void webSocketsAndFaultsOfConnectionsEndWithTheirPart() throws Exception {
        try (FakeGateway started = FakeGateway.start()) {
            started.on("GET /chat").answers(Answer.webSocketEcho());
            try (RawConnection before = open(started)) {
                FakeWebSocket first = started.webSockets().get(0);
                FakeGateway.Scope part = started.scope();
                started.connections().fails(1, Fault.CLOSE).thenFails(5, Fault.RESET);
                assertThatThrownBy(() -> open(started)).isInstanceOf(IOException.class);
                started.connections().recover();
                try (RawConnection within = open(started)) {
                    assertThat(within).isNotNull();
                    assertThat(started.webSockets()).hasSize(2);
                    started.connections().fails(Fault.CLOSE);
                    part.close();
                    assertThat(started.webSockets()).containsExactly(first);
                    try (RawConnection behind = open(started)) {
                        assertThat(behind).isNotNull();
                        assertThat(started.webSockets()).hasSize(2);
                    }
                }
                before.write(new byte[] {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, 'a'});
                assertThat(before.readExactly(3)).endsWith("a");
                assertThat(first.texts()).containsExactly("a");
            }
        }
    }

    private static RawConnection open(FakeGateway gateway) throws IOException {
        RawConnection connection = RawConnection.connect(gateway.address());
        connection.write("GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        assertThat(connection.readHead()).startsWith("HTTP/1.1 101 ");
        return connection;
    }
}
