package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of a server's routes holds for tables that routes lead to, for handlers behind filters, and later. */
class NestedRoutesTest {
    private static final ProxyFilter PASSING = (request, next) -> next.handle(request);
    private static final ProxyHandler OK = request ->
            ProxyResponse.builder(request.upgrade() == null ? 200 : 201).build();
    private static final ProxyHandler GUARD =
            request -> ProxyResponse.builder(403).build();

    private static Routes guarded() {
        return Routes.of(Route.path("/admin/**").to(GUARD), Route.path("/**").to(OK));
    }

    private static Route nested(boolean filtered) {
        ProxyHandler inner = filtered ? guarded().with(PASSING) : guarded();
        return Route.path("/**").to(inner);
    }

    private static int status(Pipeline pipeline, String path) throws Exception {
        return TestClient.of(pipeline).get(path).status();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void pathsOfATableWithinAreComparedAsTheServerSays(boolean filtered) throws Exception {
        Pipeline pipeline = Pipeline.builder()
                .addRoute(nested(filtered))
                .ignoreCase(true)
                .normalizePaths(true)
                .build();
        assertThat(status(pipeline, "/ADMIN/x")).isEqualTo(403);
        assertThat(status(pipeline, "//admin/x")).isEqualTo(403);

        Pipeline strict = Pipeline.builder().addRoute(nested(filtered)).build();
        assertThat(status(strict, "/ADMIN/x")).isEqualTo(200);
        assertThat(status(strict, "//admin/x")).isEqualTo(400);
    }

    @Test
    void aTableThatIsPutIntoEffectLaterIsComparedAlike() throws Exception {
        Pipeline pipeline = Pipeline.builder()
                .addRoute("/**", OK)
                .ignoreCase(true)
                .normalizePaths(true)
                .build();
        pipeline.routes(guarded());
        assertThat(status(pipeline, "/ADMIN/x")).isEqualTo(403);
        assertThat(status(pipeline, "//admin/x")).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatATableWithinNeedsIsAskedOfTheTransport(boolean filtered) {
        for (Route.Builder needy : List.of(
                Route.path("/ws").allowUpgrade("websocket"), Route.path("/ws").allowTrailers("X-Sum"))) {
            Routes inner = Routes.of(needy.to(OK));
            ProxyServer.Builder server = ProxyServer.builder()
                    .transport(JdkTransport.shared())
                    .addRoute("/**", filtered ? inner.with(PASSING) : inner);
            assertThatIllegalArgumentException()
                    .isThrownBy(server::build)
                    .withMessageContaining("transport is jdk, but route /** needs ");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theRoutesOfATableWithinDecideOnUpgrades(boolean filtered) throws Exception {
        Routes inner = Routes.of(
                Route.path("/ws").allowUpgrade("websocket").to(OK),
                Route.path("/**").to(OK));
        Pipeline pipeline = Pipeline.builder()
                .addRoute("/**", filtered ? inner.with(PASSING) : inner)
                .build();
        TestClient client = TestClient.of(pipeline);
        assertThat(client.send("GET", "/ws", request -> request.upgrade("websocket"))
                        .status())
                .isEqualTo(201);
        assertThat(client.send("GET", "/x", request -> request.upgrade("websocket"))
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whomAReverseProxyBehindAFilterTrustsIsBelieved(boolean nested) throws Exception {
        ProxyHandler trusting = ReverseProxy.builder(FakeUpstream.named("origin"))
                .forwarding(Forwarding.builder().trust("0.0.0.0/0", "::/0").build())
                .build()
                .with(PASSING);
        Pipeline pipeline = Pipeline.builder()
                .addRoute("/**", nested ? Routes.of(Route.any().to(trusting)).with(PASSING) : trusting)
                .build();
        assertThat(pipeline.trusts(InetAddress.getLoopbackAddress())).isTrue();
    }
}
