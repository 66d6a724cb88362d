package dev.sluice.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The recipes of the forward proxy, over real connections. */
class ForwardProxyRecipesTest extends RecipeRun {
    @Test
    void theForwardProxyConnectsWhereAllowedAndRefusesUploads() throws Exception {
        try (ProxyServer proxy = ForwardProxyWithRules.start(0, "127.0.0.1/32")) {
            HttpClient behind = HttpClient.newBuilder()
                    .proxy(ProxySelector.of(proxy.address()))
                    .build();
            HttpRequest.Builder there = HttpRequest.newBuilder(URI.create(one.url() + "/there"));

            assertThat(behind.send(there.build(), BodyHandlers.ofString()).body())
                    .isEqualTo("one GET /there");
            assertThat(behind.send(there.POST(BodyPublishers.ofString("x")).build(), BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(403);
            assertThat(behind.send(
                                    HttpRequest.newBuilder(URI.create("http://127.0.0.2/"))
                                            .build(),
                                    BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void theForwardProxyRequiresAUserAndLogsTheName() throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        Map<String, String> passwords = Map.of("ann", "secret");
        try (ProxyServer proxy = ForwardProxyWithUsers.start(0, passwords, lines::add, AddressRule.ANY)) {
            String target = one.url() + "/there";
            assertThat(through(proxy, target, "")).startsWith("HTTP/1.1 407 ").contains("Proxy-Authenticate: Basic ");
            assertThat(through(proxy, target, "ann:guess")).startsWith("HTTP/1.1 407 ");
            assertThat(one.heads()).isEmpty();
            assertThat(through(proxy, target, "ann:secret")).endsWith("one GET /there");
            assertThat(one.heads().get(0)).doesNotContain("Proxy-Authorization");
            String host = "127.0.0.1:" + one.port();
            assertThat(lines)
                    .containsExactly("- GET " + host + " 407", "- GET " + host + " 407", "ann GET " + host + " 200");
        }
    }

    @Test
    void aUserOfTheForwardProxyReachesOnlyPublicAddresses() throws Exception {
        try (ProxyServer proxy = ForwardProxyWithUsers.start(0, Map.of("ann", "secret"), line -> {})) {
            assertThat(through(proxy, one.url() + "/", "ann:secret")).startsWith("HTTP/1.1 403 ");
        }
    }

    private static String through(ProxyServer proxy, String target, String user) throws IOException {
        String encoded = Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
        String field = user.isEmpty() ? "" : "Proxy-Authorization: Basic " + encoded + "\r\n";
        try (RawConnection client = RawConnection.connect(proxy.address())) {
            String host = URI.create(target).getRawAuthority();
            client.write("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + field + "Connection: close\r\n\r\n");
            return client.readAll();
        }
    }
}
