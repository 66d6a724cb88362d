package dev.sluice.proxy.route;

import static dev.sluice.proxy.route.Requests.ECHO;
import static dev.sluice.proxy.route.Requests.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.ExchangeRecord.Decision;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.Timeouts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutesTest {
    @Test
    void theFirstRouteThatMatchesIsTaken() throws Exception {
        Routes routes = Routes.of(
                Route.path("/a/**").to(answering("wide")), Route.path("/a/b").to(answering("narrow")));

        assertThat(answer(routes, Requests.get("/a/b"))).isEqualTo("wide");
    }

    @Test
    void routesAreTriedByOrderAndThenAsDeclared() throws Exception {
        Routes routes = Routes.of(
                Route.path("/c").name("c").to(ECHO),
                Route.path("/d").name("d").to(ECHO),
                Route.path("/e").name("e").order(1).to(ECHO),
                Route.path("/a").name("a").order(Integer.MIN_VALUE).to(ECHO),
                Route.path("/b").name("b").order(-1).to(ECHO));

        assertThat(routes.routes()).extracting(Route::name).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void aRequestWithoutARouteGets404() {
        Routes routes = Routes.of(Route.path("/a").methods("PUT").to(ECHO));
        ProxyRequest request = Requests.get("/a");

        assertThatThrownBy(() -> routes.handle(request)).isInstanceOfSatisfying(ProxyException.class, refusal -> {
            assertThat(refusal.outcome()).isEqualTo(Outcome.NO_ROUTE);
            assertThat(refusal.status()).isEqualTo(404);
        });
        assertThat(request.exchange().record().route()).isNull();
        assertThat(RouteMatch.of(request.exchange())).isNull();
    }

    @Test
    void anAmbiguousPathIsRefusedBeforeAnyRouteIsTried() {
        Routes routes = Routes.of(Route.any().to(ECHO));

        assertThatThrownBy(() -> routes.handle(Requests.get("/a/%2e%2e/b")))
                .isInstanceOfSatisfying(
                        ProxyException.class,
                        refusal -> assertThat(refusal.outcome()).isEqualTo(Outcome.BAD_REQUEST));
    }

    @Test
    void filtersAndHandlerCanReadWhatWasMatched() throws Exception {
        Route route = Route.path("/users/{id}/orders/{order}")
                .name("orders")
                .literalSlashes(true)
                .to(request -> ProxyResponse.of(200, match(request).variable("id")));
        ProxyRequest request = Requests.get("/users/%6aoe/orders/a%2fb");

        assertThat(answer(Routes.of(route), request)).isEqualTo("joe");
        assertThat(match(request).route()).isSameAs(route);
        assertThat(match(request).variables()).isEqualTo(Map.of("id", "joe", "order", "a%2Fb"));
        assertThat(request.exchange().record().route()).isEqualTo("orders");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> match(request).variable("name"))
                .withMessage("route orders has no path variable \"name\"");
    }

    @Test
    void variablesOfATableWithinATableAreAllThere() throws Exception {
        Routes inner = Routes.of(Route.path("/x/{b}").to(ECHO));
        Routes outer = Routes.of(Route.path("/{a}/**").stripSegments(1).to(inner));
        ProxyRequest request = Requests.get("/1/x/2");
        outer.handle(request).close();

        assertThat(match(request).variables()).isEqualTo(Map.of("a", "1", "b", "2"));
    }

    @Test
    void anExchangeInFlightKeepsItsTable() throws Exception {
        AtomicReference<Routes> inEffect = new AtomicReference<>();
        ProxyHandler proxy = request -> inEffect.get().handle(request);
        Routes after = Routes.of(Route.path("/new").to(answering("after")));
        Route swapping = Route.path("/old")
                .addFilter((request, next) -> {
                    inEffect.set(after);
                    return next.handle(request);
                })
                .to(answering("before"));
        inEffect.set(Routes.of(swapping));

        ProxyRequest inFlight = Requests.get("/old");
        ProxyResponse response = proxy.handle(inFlight);

        assertThat(answer(proxy, Requests.get("/new"))).isEqualTo("after");
        assertThatThrownBy(() -> proxy.handle(Requests.get("/old"))).isInstanceOf(ProxyException.class);
        assertThat(new String(response.body().readAll(100), StandardCharsets.UTF_8))
                .isEqualTo("before");
        assertThat(match(inFlight).route()).isSameAs(swapping);
        assertThat(inFlight.exchange().cancelled()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"websocket,websocket", "WebSocket,WebSocket", "tls/1.0,tls/1.0", "h2c,none"})
    void anUpgradeGoesOnOnlyWhereTheRouteAllowsIt(String asked, String sent) throws Exception {
        Routes routes = Routes.of(Route.any()
                .allowUpgrade("websocket", "TLS/1.0")
                .to(request -> ProxyResponse.of(200, Objects.requireNonNullElse(request.upgrade(), "none"))));

        assertThat(answer(routes, Requests.request("GET", "/").upgrade(asked).build()))
                .isEqualTo(sent);
    }

    @Test
    void anUpgradeIsNotAllowedByDefaultAndTheRecordSaysSo() throws Exception {
        ProxyRequest request = Requests.request("GET", "/").upgrade("websocket").build();
        Routes routes = Routes.of(Route.path("/**").to(received -> {
            assertThat(received.upgrade()).isNull();
            return ProxyResponse.of(200);
        }));
        routes.handle(request).close();

        assertThat(request.exchange().record().decisions())
                .extracting(Decision::explain)
                .containsExactly("upgrade: to websocket is not allowed by route /**, went on without");
    }

    @Test
    void timeoutsOfTheRouteReplaceTheServers() throws Exception {
        Timeouts servers = Timeouts.builder().head(Duration.ofSeconds(1)).build();
        Timeouts own = Timeouts.builder().head(Duration.ofSeconds(2)).build();
        Routes routes = Routes.of(
                Route.path("/own").timeouts(own).to(ECHO), Route.path("/plain").to(ECHO));
        ProxyRequest toOwn = Requests.get("/own");
        ProxyRequest toPlain = Requests.get("/plain");
        for (ProxyRequest request : new ProxyRequest[] {toOwn, toPlain}) {
            request.exchange().put(Timeouts.class, servers);
            routes.handle(request).close();
        }

        assertThat(Timeouts.of(toOwn.exchange())).isEqualTo(own);
        assertThat(Timeouts.of(toPlain.exchange())).isEqualTo(servers);
    }

    private static RouteMatch match(ProxyRequest request) {
        return Objects.requireNonNull(RouteMatch.of(request.exchange()));
    }

    private static ProxyHandler answering(String text) {
        return request -> ProxyResponse.of(200, text);
    }
}
