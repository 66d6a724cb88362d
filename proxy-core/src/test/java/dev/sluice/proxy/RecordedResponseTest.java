package dev.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What a record knows of the response, and of what was put into the exchange. */
class RecordedResponseTest {
    private record Tenant(String name) {}

    @Test
    void theFieldsAreThoseThatTheClientGotWithoutSecrets() throws Exception {
        for (Transport transport : List.of(DirectTransport.shared(), JdkTransport.shared())) {
            RecordingListener records = new RecordingListener();
            try (ProxyServer server = ProxyServer.builder()
                            .transport(transport)
                            .addListener(records)
                            .onResponse((request, response) -> response.toBuilder()
                                    .addHeader("X-Last", "1")
                                    .build())
                            .addRoute(
                                    "/**",
                                    request -> ProxyResponse.builder(200)
                                            .addHeader("Set-Cookie", "s=5pHlDzVJ8v")
                                            .addHeader("X-Reset-Token", "5pHlDzVJ8v")
                                            .addHeader("ETag", "\"7\"")
                                            .build())
                            .build()
                            .start();
                    RawConnection client = RawConnection.connect(server.address())) {
                client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.readHead()).containsIgnoringCase("Set-Cookie: s=5pHlDzVJ8v");

                Headers headers = records.awaitEnded(1).get(0).responseHeaders();
                assertThat(headers.first("ETag")).contains("\"7\"");
                assertThat(headers.first("X-Last")).contains("1");
                assertThat(headers.all("Set-Cookie")).containsExactly("***");
                assertThat(headers.all("X-Reset-Token")).containsExactly("***");
            }
        }
    }

    @Test
    void withoutAHeadThereAreNoFields() {
        Exchange exchange = Exchange.builder(new ManualTime()).begin();
        exchange.end(Outcome.CLIENT_LEFT);

        assertThat(exchange.record().responseHeaders().isEmpty()).isTrue();
    }

    @Test
    void aListenerReadsWhatAFilterHasPutIntoTheExchangeUntilItHasEnded() throws Exception {
        AtomicReference<Tenant> atTheEnd = new AtomicReference<>();
        Pipeline pipeline = Pipeline.builder()
                .addListener(new ExchangeListener() {
                    @Override
                    public void ended(ExchangeRecord record) {
                        atTheEnd.set(record.get(Tenant.class));
                    }
                })
                .addFilter((request, next) -> {
                    request.exchange().put(Tenant.class, new Tenant("acme"));
                    assertThat(request.exchange().record().get(Tenant.class)).isEqualTo(new Tenant("acme"));
                    return next.handle(request);
                })
                .addRoute("/**", request -> ProxyResponse.of(200))
                .build();
        ExchangeRecord record = TestClient.of(pipeline).get("/").record();

        assertThat(atTheEnd).hasValue(new Tenant("acme"));
        assertThat(record.get(Tenant.class)).isNull();
    }
}
