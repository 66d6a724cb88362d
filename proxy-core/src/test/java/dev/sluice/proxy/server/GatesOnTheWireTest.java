package dev.sluice.proxy.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.ConcurrencyLimit;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All filters of a gateway together, over https, with each transport; requests one after the other and at once. */
@Timeout(60)
class GatesOnTheWireTest {
    private static final String TEXT = "what the origin sends, ".repeat(2_000);
    private static final int REQUESTS = 8;
    private static final TestAuthority AUTHORITY = TestAuthority.create();

    static Stream<Transport> transports() {
        return Stream.of(DirectTransport.shared(), JdkTransport.shared());
    }

    @ParameterizedTest
    @MethodSource("transports")
    void allOfThemDoTheirWork(Transport transport) throws Exception {
        List<Headers> received = new CopyOnWriteArrayList<>();
        try (ProxyServer origin = origin(received);
                ProxyServer gateway = gateway(transport, origin)) {
            HttpClient client = HttpClient.newBuilder()
                    .sslContext(AUTHORITY.client().context())
                    .build();
            List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                answers.add(client.sendAsync(request(gateway), BodyHandlers.ofByteArray()));
            }
            for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
                check(answer.get());
            }
            assertThat(received).hasSize(REQUESTS);
            received.forEach(fields -> Arrays.stream(Gate.values()).forEach(gate -> gate.atOrigin(fields)));
            Awaited.isTrue(() -> gateway.pipeline().inFlight() == 0);
        }
    }

    private static void check(HttpResponse<byte[]> answer) throws IOException {
        Headers.Builder fields = Headers.builder();
        answer.headers().map().forEach((name, values) -> {
            // Older clients show the status of HTTP/2 as a field.
            if (!name.startsWith(":")) {
                values.forEach(value -> fields.add(name, value));
            }
        });
        String expected = TEXT;
        for (Gate gate : Gate.values()) {
            gate.onAnswer(fields.build());
            expected = gate.text(expected);
        }
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Gate.text(fields.build(), answer.body())).isEqualTo(expected);
    }

    private static HttpRequest request(ProxyServer gateway) throws IOException {
        ProxyRequest.Builder all = TestExchange.request("POST", "/").toBuilder();
        for (Gate gate : Gate.values()) {
            gate.passing(all);
        }
        ProxyRequest passing = all.build();
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.uri()).timeout(Duration.ofSeconds(30));
        passing.headers().forEach(request::header);
        return request.POST(BodyPublishers.ofByteArray(passing.body().readAll(10_000)))
                .build();
    }

    private static ProxyServer origin(List<Headers> received) {
        return ProxyServer.builder()
                .port(0)
                .addRoute("/**", request -> {
                    received.add(request.headers());
                    boolean whole = new String(request.body().readAll(10_000), UTF_8).equals(Gate.UPLOAD);
                    return ProxyResponse.builder(whole ? 200 : 400)
                            .header("Content-Type", "text/plain; charset=utf-8")
                            .body(Body.of(TEXT.getBytes(UTF_8)))
                            .build();
                })
                .build()
                .start();
    }

    private static ProxyServer gateway(Transport transport, ProxyServer origin) {
        ProxyServer.Builder gateway = ProxyServer.builder()
                .port(0)
                .transport(transport)
                .tls(AUTHORITY.server("localhost", "127.0.0.1"))
                .addRoute("/**", origin.uri().toString());
        for (Gate gate : Gate.values()) {
            // One client has one place there, and this one sends several requests at once.
            gateway.addFilter(gate == Gate.CONCURRENCY ? ConcurrencyLimit.of(1).withQueue(100) : gate.filter());
        }
        return gateway.build().start();
    }
}
