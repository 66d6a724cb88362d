package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A malformed target may contain a password. Neither the error page nor the log shows it. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SecretTargetTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "CONNECT u:SECRET@h:443 HTTP/1.1|a",
                "CONNECT u:SECRET HTTP/1.1|a",
                "CONNECT SECRET@ HTTP/1.1|a",
                "GET user:SECRET@h/ HTTP/1.1|a",
                "GET SECRET@h HTTP/1.1|a",
                "GET http:u:SECRET@h/ HTTP/1.1|a",
                "GET http://u:SECRET@h/ HTTP/1.1|a",
                "GET ftp://u:SECRET@h/ HTTP/1.1|a",
                "GET http://u:SECRET HTTP/1.1|a",
                "GET http://u:SECRET/x@h/ HTTP/1.1|a",
                "GET / HTTP/1.1|u:SECRET@h",
                "GET u:SECRET@h/ HTTP/1.0|a",
                "GET u:SECRET@h/ HTTP/3.9|a",
                "GET u:SECRET@h/|a"
            })
    void itIsShownNowhere(String lines) throws Exception {
        RecordingListener exchanges = new RecordingListener();
        String[] parts = lines.split("\\|");
        try (ProxyServer server = ProxyServer.builder()
                        .transport(DirectTransport.shared())
                        .addListener(exchanges)
                        .addRoute("/**", request -> ProxyResponse.of(200, "served"))
                        .build()
                        .start();
                RawConnection client = RawConnection.connect(server.address())) {
            client.write(parts[0] + "\r\nHost: " + parts[1] + "\r\n\r\n");
            client.shutdownOutput();
            assertThat(client.readAll()).matches("(?s)HTTP/1.1 (400|505) .*").doesNotContain("SECRET");
            assertThat(exchanges.awaitEnded(1).get(0).failure()).message().doesNotContain("SECRET");
        }
    }
}
