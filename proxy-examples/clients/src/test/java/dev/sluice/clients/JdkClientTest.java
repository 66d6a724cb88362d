package dev.sluice.clients;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

class JdkClientTest extends RealClientContract {
    private final HttpClient client =
            HttpClient.newBuilder().sslContext(gateway.clientTls()).build();

    @Override
    String get(URI uri) throws Exception {
        return send(HttpRequest.newBuilder(uri));
    }

    @Override
    String post(URI uri, String body) throws Exception {
        return send(HttpRequest.newBuilder(uri).header("X-Tenant", "7").POST(BodyPublishers.ofString(body)));
    }

    private String send(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }
}
