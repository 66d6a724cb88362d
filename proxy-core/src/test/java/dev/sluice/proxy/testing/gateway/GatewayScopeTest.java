package dev.sluice.proxy.testing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
}
