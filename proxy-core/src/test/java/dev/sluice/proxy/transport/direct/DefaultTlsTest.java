package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.wire.TestTls;
import java.net.URI;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

class DefaultTlsTest {
    @Test
    void theDefaultContextIsAskedForAtTheFirstHandshakeAndNotWhenTheTransportIsBuilt() throws Exception {
        SSLContext before = SSLContext.getDefault();
        try (ProxyServer origin = ProxyServer.builder()
                        .tls(TestTls.server("localhost"))
                        .addRoute("/**", request -> ProxyResponse.of(200, "hello"))
                        .build()
                        .start();
                DirectTransport direct = DirectTransport.builder().build()) {
            URI uri = URI.create("https://localhost:" + origin.address().getPort());
            SSLContext.setDefault(TestTls.client("localhost"));

            assertThat(TestClient.of(ReverseProxy.to(direct.upstream("origin", uri)))
                            .get("/")
                            .text())
                    .isEqualTo("hello");
        } finally {
            SSLContext.setDefault(before);
        }
    }
}
