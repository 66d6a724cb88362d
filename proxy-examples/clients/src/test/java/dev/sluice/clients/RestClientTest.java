package dev.sluice.clients;

import java.net.URI;
import java.net.http.HttpClient;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.web.client.RestClient;

class RestClientTest extends RealClientContract {
    private final RestClient client = RestClient.builder()
            .requestFactory(new JdkClientHttpRequestFactory(
                    HttpClient.newBuilder().sslContext(gateway.clientTls()).build()))
            .build();

    @Override
    String get(URI uri) {
        return client.get().uri(uri).exchange((request, response) -> text(response));
    }

    @Override
    String post(URI uri, String body) {
        return client.post().uri(uri).header("X-Tenant", "7").body(body).exchange((request, response) -> text(response));
    }

    private static String text(ClientHttpResponse response) throws java.io.IOException {
        return response.getStatusCode().value() + " " + new String(response.getBody().readAllBytes());
    }
}
