package dev.sluice.proxy.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.direct.Http2;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.SubstituteLoggingEvent;

/** What a log has of real connections. */
@Timeout(60)
class LogOnTheWireTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();

    private final Queue<SubstituteLoggingEvent> events = new ConcurrentLinkedQueue<>();

    private String line(Transport transport, HttpClient.Version version) throws Exception {
        AccessLog log = AccessLog.builder()
                .log(LoggedExchange.logger(events))
                .format(
                        "{version} {tls_version} {tls_cipher} {status} {response.ETag} {response_bytes} {request.x-team}")
                .build();
        try (ProxyServer server = ProxyServer.builder()
                .transport(transport)
                .tls(AUTHORITY.server("localhost"))
                .addListener(log)
                .addRoute(
                        "/**",
                        request -> ProxyResponse.of(200, "hello").toBuilder()
                                .header("ETag", "7")
                                .build())
                .build()
                .start()) {
            HttpClient client = HttpClient.newBuilder()
                    .sslContext(AUTHORITY.client().context())
                    .version(version)
                    .build();
            URI uri = URI.create("https://localhost:" + server.address().getPort() + "/");
            client.send(HttpRequest.newBuilder(uri).header("X-Team", "blue").build(), BodyHandlers.discarding());
            Awaited.isTrue(() -> !events.isEmpty());
        }
        return String.valueOf(events.remove().getArguments().get(0));
    }

    @Test
    void theVersionOfTlsIsThatOfTheConnection() throws Exception {
        assertThat(line(DirectTransport.shared(), HttpClient.Version.HTTP_1_1))
                .matches("HTTP/1\\.1 TLSv1\\.3 TLS_\\w+ 200 7 5 blue");
        try (DirectTransport http2 =
                DirectTransport.builder().http2(Http2.DEFAULT).build()) {
            assertThat(line(http2, HttpClient.Version.HTTP_2)).matches("HTTP/2\\.0 TLSv1\\.3 TLS_\\w+ 200 7 5 blue");
        }
        assertThat(line(JdkTransport.shared(), HttpClient.Version.HTTP_1_1))
                .matches("HTTP/1\\.1 TLSv1\\.3 TLS_\\w+ 200 7 5 blue");
    }
}
