package dev.sluice.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class HaproxyConfigTest {
    private static final Setup SETUP = Setup.to(List.of("127.0.0.1:1", "127.1.0.2:1"));

    @Test
    void eachOriginIsAServer() {
        assertThat(HaproxyConfig.proxy(SETUP, 80))
                .contains("bind 127.0.0.1:80 backlog 4096\n", "server s0 127.0.0.1:1 ", "server s1 127.1.0.2:1 ")
                .doesNotContain("ssl");
    }

    @Test
    void theLimitOfConnectionsIsEachServers() {
        assertThat(HaproxyConfig.proxy(SETUP.withOriginConnections(7), 80))
                .contains("server s0 127.0.0.1:1 maxconn 7 ", "server s1 127.1.0.2:1 maxconn 7 ");
    }

    @Test
    void clientsMayHaveToUseTls() {
        assertThat(HaproxyConfig.proxy(SETUP.withTls(new KeyFiles(Path.of("/keys"))), 80))
                .contains("bind 127.0.0.1:80 backlog 4096 ssl crt /keys/both.pem ");
    }
}
