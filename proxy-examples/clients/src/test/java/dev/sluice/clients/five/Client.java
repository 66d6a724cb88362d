package dev.sluice.clients.five;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** What the five tests test: a client of orders. */
final class Client {
    private final HttpClient client = HttpClient.newHttpClient();
    private final URI base;

    Client(String base) {
        this.base = URI.create(base);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(base.resolve(path)));
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(base.resolve(path))
                .header("X-Tenant", "7")
                .POST(BodyPublishers.ofString(body)));
    }

    /** Tries again as long as it gets 503. */
    String patient(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = get(path);
        while (response.statusCode() == 503) {
            response = get(path);
        }
        return response.body();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.timeout(Duration.ofMillis(800)).build(), BodyHandlers.ofString());
    }
}
