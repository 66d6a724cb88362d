package dev.sluice.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.examples.pages.ExampleOrigin;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** Two real servers behind a recipe, and a client that uses real connections. */
abstract class RecipeRun {
    final ExampleOrigin one = new ExampleOrigin("one");
    final ExampleOrigin two = new ExampleOrigin("two");
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void closeOrigins() throws IOException {
        one.close();
        two.close();
    }

    final HttpResponse<String> get(InetSocketAddress address, String path) throws IOException, InterruptedException {
        return send(request(address, path));
    }

    final HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    final CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest.Builder request) {
        return client.sendAsync(request.build(), BodyHandlers.ofString());
    }

    static HttpRequest.Builder request(InetSocketAddress address, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path));
    }

    /** Checks the condition repeatedly until it is true, for at most 30 s. */
    static void await(String what, Callable<Boolean> condition) throws Exception {
        long begin = System.nanoTime();
        while (!condition.call()) {
            assertThat(System.nanoTime() - begin).as(what).isLessThan(TimeUnit.SECONDS.toNanos(30));
            Thread.onSpinWait();
        }
    }
}
