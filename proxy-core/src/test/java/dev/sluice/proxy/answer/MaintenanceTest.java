package dev.sluice.proxy.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MaintenanceTest {
    private final ManualTime time = new ManualTime();
    private final FakeUpstream origin = FakeUpstream.named("origin");

    private TestClient client(Maintenance maintenance) {
        return TestClient.of(Pipeline.builder()
                .time(time)
                .trust("127.0.0.0/8")
                .addFilter(maintenance)
                .addRoute("/**", origin)
                .build());
    }

    private static String retryAfter(TestResponse response) {
        assertThat(response.status()).isEqualTo(503);
        return String.join("|", response.headers().all("Retry-After"));
    }

    @Test
    void theSwitchDecidesAboutEachRequest() throws Exception {
        Maintenance maintenance = Maintenance.builder().build();
        TestClient client = client(maintenance);

        assertThat(maintenance.isOn()).isFalse();
        assertThat(client.get("/").text()).isEqualTo("origin");
        maintenance.on();
        TestResponse closed = client.get("/");
        assertThat(maintenance.isOn()).isTrue();
        assertThat(retryAfter(closed)).isEqualTo("60");
        assertThat(closed.text()).isEqualTo("503 Service Unavailable: down for maintenance\n");
        assertThat(closed.headers().all("Cache-Control")).containsExactly("no-store");
        assertThat(closed.record().explain()).contains("maintenance: ");
        maintenance.off();
        assertThat(client.get("/").text()).isEqualTo("origin");
        assertThat(origin.requests()).hasSize(2);
    }

    @Test
    void clientsAreToldWhenToComeAgain() throws Exception {
        Maintenance maintenance =
                Maintenance.builder().retryAfter(Duration.ofMillis(1500)).build();
        TestClient client = client(maintenance);

        maintenance.on();
        assertThat(retryAfter(client.get("/"))).isEqualTo("2");
        maintenance.on(time.now().plus(Duration.ofMinutes(30)));
        assertThat(retryAfter(client.get("/"))).isEqualTo("1800");
        time.advance(Duration.ofMinutes(30).minusMillis(1));
        assertThat(retryAfter(client.get("/"))).isEqualTo("1");
        time.advance(Duration.ofMillis(1));
        assertThat(retryAfter(client.get("/"))).isEqualTo("2");
    }

    @Test
    void thePageIsYours() throws Exception {
        Maintenance maintenance = Maintenance.builder()
                .page(FixedAnswer.html("<h1>Back soon</h1>").withField("Retry-After", "1"))
                .build();
        maintenance.on();
        TestResponse response = client(maintenance).send("GET", "/", Headers.of("If-None-Match", "*"), new byte[0]);

        assertThat(retryAfter(response)).isEqualTo("60");
        assertThat(response.text()).isEqualTo("<h1>Back soon</h1>");
        assertThat(response.headers().first("Content-Type")).contains("text/html; charset=utf-8");
    }

    @Test
    void someAreLetThrough() throws Exception {
        Maintenance maintenance = Maintenance.builder()
                .allowClients("192.0.2.0/24", "2001:db8::/32")
                .allowPaths("/health")
                .allow(request -> request.headers().has("X-Tester"))
                .build();
        maintenance.on();
        TestClient client = client(maintenance);

        assertThat(client.get("/health?x").status()).isEqualTo(200);
        assertThat(client.get("/health/x").status()).isEqualTo(503);
        assertThat(client.get("/health/../admin").status()).isEqualTo(503);
        assertThat(client.send("GET", "/", Headers.of("X-Tester", "1"), new byte[0])
                        .status())
                .isEqualTo(200);
        assertThat(client.from(new InetSocketAddress("192.0.2.7", 1)).get("/").status())
                .isEqualTo(200);
        assertThat(client.from(new InetSocketAddress("192.0.3.7", 1)).get("/").status())
                .isEqualTo(503);
        Headers named = Headers.of("X-Forwarded-For", "192.0.2.8");
        assertThat(client.send("GET", "/", named, new byte[0]).status()).isEqualTo(200);
        assertThat(client.from(new InetSocketAddress("192.0.3.7", 1))
                        .send("GET", "/", named, new byte[0])
                        .status())
                .isEqualTo(503);
    }

    @Test
    void nobodyIsAskedWhoHeIs() throws Exception {
        ProxyFilter nobody = (request, next) -> {
            throw ProxyException.refused(Outcome.REFUSED, 401, "nobody");
        };
        Maintenance maintenance = Maintenance.builder().build();
        maintenance.on();
        Pipeline pipeline = Pipeline.builder()
                .addFilter(nobody.at(Stage.AUTHENTICATION))
                .addFilter(maintenance)
                .build();

        assertThat(TestClient.of(pipeline).get("/").status()).isEqualTo(503);
    }

    @Test
    void itMayBeForOneRoute() throws Exception {
        Maintenance maintenance = Maintenance.builder().build();
        maintenance.on();
        TestClient client = TestClient.of(Pipeline.builder()
                .addRoute(Route.path("/shop/**").addFilter(maintenance).to(origin))
                .addRoute("/**", origin)
                .build());

        assertThat(client.get("/shop/a").status()).isEqualTo(503);
        assertThat(client.get("/a").status()).isEqualTo(200);
    }

    @Test
    void whatIsWrongIsRefused() {
        Maintenance.Builder builder = Maintenance.builder();

        assertThatThrownBy(() -> builder.retryAfter(Duration.ZERO)).hasMessage("retryAfter must be positive: 0 s");
        assertThatThrownBy(() -> builder.allowClients()).hasMessage("allowClients needs at least one value");
        assertThatThrownBy(() -> builder.allowClients("10.0.0.1/8"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("allowClients: address bits beyond the prefix length");
        assertThatThrownBy(() -> builder.allowPaths("health"))
                .hasMessage("allowPaths must begin with a slash: \"health\"");
    }
}
