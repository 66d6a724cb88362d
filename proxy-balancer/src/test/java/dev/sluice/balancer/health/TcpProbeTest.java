package dev.sluice.balancer.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.connect.Connector;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.RefusingPort;
import dev.sluice.proxy.testing.TestExchange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class TcpProbeTest {
    private static final Connector CONNECTOR = Connector.builder().build();

    private final Exchange scope = TestExchange.begin();

    @Test
    void aPortThatAcceptsPasses() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertThat(new TcpProbe(CONNECTOR).ask(at(server.getLocalPort()), scope))
                    .isEqualTo("connected");
        }
    }

    @Test
    void aPortThatNobodyListensAtFails() {
        try (RefusingPort port = new RefusingPort()) {
            assertThatThrownBy(() -> new TcpProbe(CONNECTOR).ask(at(port.number()), scope))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void whenTheTimeIsOverTheProbeIsBrokenOff() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            scope.cancel(Outcome.TOTAL_TIMEOUT);
            assertThatThrownBy(() -> new TcpProbe(CONNECTOR).ask(at(server.getLocalPort()), scope))
                    .isInstanceOf(IOException.class)
                    .hasMessage("not connected in time");
        }
    }

    @Test
    void anUpstreamWithoutHostAndPortIsRefused() {
        Upstream function = Upstream.of("f", request -> ProxyResponse.of(200));
        assertThatThrownBy(() -> HealthCheck.tcp().build().requireFor(function))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a TCP health check needs an upstream with host and port: \"f\"");
    }

    private static Upstream at(int port) {
        return FakeUpstream.named("a").at("127.0.0.1:" + port);
    }
}
