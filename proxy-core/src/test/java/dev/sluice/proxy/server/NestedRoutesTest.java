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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rules of a server's routes also apply to tables within routes, to handlers behind filters, and to tables that
 * come later.
 */
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
    void aLaterTableIsComparedInTheSameWay() throws Exception {
        Pipeline pipeline = Pipeline.builder()
                .addRoute("/**", OK)
                .ignoreCase(true)
                .normalizePaths(true)
                .build();
        pipeline.routes(guarded());
        assertThat(status(pipeline, "/ADMIN/x")).isEqualTo(403);
        assertThat(status(pipeline, "//admin/x")).isEqualTo(403);
    }

    /** The routes below /v; names of packages have escaped slashes if literal. */
    private static Route packages(boolean literal, ProxyFilter filter) {
        Route.Builder names = Route.path("/v/packages/{name}");
        Routes inner = Routes.of(
                Route.path("/v/admin/**").to(GUARD),
                names.literalSlashes(literal)
                        .to(request -> ProxyResponse.builder(202).build()),
                Route.path("/v/**").to(OK));
        return Route.path("/v/**").addFilter(filter).to(inner);
    }

    /** The table is replaced while a request is in the outer route. The request keeps its own table. */
    @ParameterizedTest
    @CsvSource({
        "true, true, /V/PACKAGES/@a%2fb, 202, 404",
        "true, true, /V/ADMIN/x, 403, 404",
        "true, true, /v/packages/@a%2fb, 202, 400",
        "true, true, /v/packages//admin, 400, 400",
        "true, true, /v/%2fADMIN/x, 400, 200",
        "true, false, /V/packages/@a%2fb, 400, 404",
        "false, true, /v/PACKAGES/@a%2fb, 200, 200",
        "false, true, /v/packages/@a%2fb, 202, 400",
        "false, true, /v/ADMIN/x, 200, 200"
    })
    void aRequestStaysWithTheTablesAndTheRulesThatItBeganWith(
            boolean ignoresCase, boolean literal, String path, int before, int after) throws Exception {
        Pipeline pipeline = Pipeline.builder().addRoute("/**", OK).build();
        ProxyFilter swaps = (request, next) -> {
            pipeline.routes(Routes.of(packages(false, PASSING)));
            return next.handle(request);
        };
        Routes first = Routes.of(packages(literal, swaps));
        pipeline.routes(first.withIgnoreCase(ignoresCase));
        assertThat(status(pipeline, path)).isEqualTo(before);
        pipeline.routes(Routes.of(packages(false, PASSING)));
        assertThat(status(pipeline, path)).isEqualTo(after);
    }

    /** In the other direction: a request that has begun is not affected by the rules of the next table. */
    @ParameterizedTest
    @CsvSource({"/v/packages/@a%2fb, 400, 202", "/v/PACKAGES/@a%2fb, 200, 202", "/v/ADMIN/x, 200, 403"})
    void aRequestKnowsNothingOfTheNextTable(String path, int before, int after) throws Exception {
        Pipeline pipeline = Pipeline.builder().addRoute("/**", OK).build();
        ProxyFilter swaps = (request, next) -> {
            pipeline.routes(Routes.of(packages(true, PASSING)).withIgnoreCase(true));
            return next.handle(request);
        };
        pipeline.routes(Routes.of(packages(false, swaps)));
        assertThat(status(pipeline, path)).isEqualTo(before);
        assertThat(status(pipeline, path)).isEqualTo(after);
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
