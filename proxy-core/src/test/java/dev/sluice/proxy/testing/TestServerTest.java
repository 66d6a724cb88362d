package dev.sluice.proxy.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.gateway.FakeGateway;
import dev.sluice.proxy.testing.gateway.Fault;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TestServerTest {
    /** Less than any time for draining, and much more than closing takes. */
    private static final Duration SOON = Duration.ofSeconds(4);

    private final HttpClient client = HttpClient.newHttpClient();

    private CompletableFuture<HttpResponse<String>> get(URI uri) {
        return client.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    private static Duration timeToClose(ProxyServer server) {
        long begin = System.nanoTime();
        server.close();
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    @Test
    void itServesAHandler() throws Exception {
        try (ProxyServer server = TestServer.start(request -> ProxyResponse.of(200, "hello"))) {
            assertThat(get(server.uri()).get().body()).isEqualTo("hello");
        }
    }

    @Test
    void itClosesAtOnceThoughAnUpstreamHangs() throws Exception {
        try (FakeGateway origin = FakeGateway.start()) {
            origin.on("/**").fails(Fault.SILENT);
            ProxyServer server = TestServer.start(ProxyServer.builder()
                    .addRoute("/**", ReverseProxy.to(origin.uri().toString())));
            CompletableFuture<HttpResponse<String>> answer = get(server.uri());
            origin.awaitReceived(1);
            assertThat(timeToClose(server)).isLessThan(SOON);
            assertThat(answer.get().statusCode()).isEqualTo(503);
        }
    }

    @Test
    void itClosesAtOnceThoughAHandlerHangs() throws Exception {
        Signal begun = new Signal();
        Signal never = new Signal();
        ProxyServer server = TestServer.start(request -> {
            begun.fire();
            TimeSource.system().await(never, TimeSource.NEVER);
            return ProxyResponse.of(200);
        });
        get(server.uri());
        TimeSource.system().await(begun, TimeSource.NEVER);
        assertThat(timeToClose(server)).isLessThan(SOON);
        never.fire();
    }
}
