package dev.sluice.clients;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

class WebClientTest extends RealClientContract {
    private final WebClient client = WebClient.builder()
            .clientConnector(
                    new ReactorClientHttpConnector(HttpClient.create().secure(tls -> tls.sslContext(context()))))
            .build();

    @Override
    String get(URI uri) {
        return client.get().uri(uri).exchangeToMono(WebClientTest::text).block(Duration.ofSeconds(20));
    }

    @Override
    String post(URI uri, String body) {
        return client.post()
                .uri(uri)
                .header("X-Tenant", "7")
                .bodyValue(body)
                .exchangeToMono(WebClientTest::text)
                .block(Duration.ofSeconds(20));
    }

    private SslContext context() {
        try (InputStream trusted = new ByteArrayInputStream(gateway.pem().getBytes())) {
            return SslContextBuilder.forClient().trustManager(trusted).build();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private static Mono<String> text(ClientResponse response) {
        return response.bodyToMono(String.class).map(body -> response.statusCode().value() + " " + body);
    }

    @Override
    boolean asksAgain() {
        return false;
    }
}
