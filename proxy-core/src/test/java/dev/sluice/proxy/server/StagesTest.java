package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.spi.Openable;
import dev.sluice.proxy.spi.UpstreamOpener;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StagesTest {
    private final List<String> called = new ArrayList<>();

    @Test
    void filtersOfAServerAndOfARouteStandInTheOrderOfTheirStages() throws Exception {
        Route.Builder route = Route.any();
        Pipeline.Builder server = Pipeline.builder();
        List<String> expected = new ArrayList<>();
        Stage[] stages = Stage.values();
        for (Stage stage : stages) {
            expected.add("server " + stage);
        }
        for (Stage stage : stages) {
            expected.add("route " + stage);
        }
        for (int i = stages.length - 1; i >= 0; i--) {
            server.addFilter(noting("server " + stages[i]).at(stages[i]));
            route.addFilter(noting("route " + stages[i]).at(stages[i]));
        }
        TestClient.of(server.addRoute(route.to(ok())).build()).get("/");
        assertThat(called).isEqualTo(expected);
    }

    @Test
    void filtersOfOneStageStandAsTheyWereAdded() throws Exception {
        Pipeline pipeline = Pipeline.builder()
                .addFilter(noting("first"))
                .addFilter(noting("outer").at(Stage.AUTHENTICATION))
                .addFilter(noting("second"))
                .addRoute("/**", ok())
                .build();
        TestClient.of(pipeline).get("/");
        assertThat(called).containsExactly("outer", "first", "second");
    }

    @Test
    void aServersFilterSeesTheRefusalOfAnotherOneAsAPage() throws Exception {
        ProxyFilter refusing = (request, next) -> {
            throw ProxyException.refused(Outcome.REFUSED, 401, "nobody");
        };
        TestResponse response = TestClient.of(Pipeline.builder()
                        .addFilter(refusing.at(Stage.AUTHENTICATION))
                        .addFilter(marking().at(Stage.DETOUR))
                        .addRoute("/**", ok())
                        .build())
                .get("/");
        assertThat(response.status()).isEqualTo(401);
        assertThat(response.headers().first("X-Mark")).contains("yes");
    }

    @Test
    void onlyTheOutermostStageSeesWhatTheServersLimitsRefuse() throws Exception {
        Pipeline pipeline = Pipeline.builder()
                .limits(Limits.builder().exchanges(1).build())
                .addFilter(marking().at(Stage.EVERY_RESPONSE))
                .addFilter(noting("filter"))
                .addRoute("/inner", ok())
                .addRoute("/outer", request -> ProxyResponse.of(200, "x"))
                .build();
        TestClient client = TestClient.of(pipeline);
        List<TestResponse> inner = new ArrayList<>();
        pipeline.routes(Routes.of(Route.any().to(request -> {
            inner.add(client.get("/inner"));
            return ProxyResponse.of(200, "outer");
        })));
        assertThat(client.get("/outer").status()).isEqualTo(200);
        assertThat(inner.get(0).status()).isEqualTo(503);
        assertThat(inner.get(0).headers().first("X-Mark")).contains("yes");
        assertThat(called).containsExactly("filter");
    }

    @Test
    void theTransportOfAServerOpensWhatItsFiltersName() throws Exception {
        try (DirectTransport transport = DirectTransport.builder().build()) {
            ProxyServer.builder()
                    .transport(transport)
                    .addFilter(new Asking().at(Stage.AUTHENTICATION))
                    .addRoute(Route.any().addFilter(new Asking()).to(ok()))
                    .build();
        }
        assertThat(opened).isEqualTo(2);
    }

    private int opened;

    /** A filter that names an upstream by its URL. */
    private final class Asking implements ProxyFilter, Openable<ProxyFilter> {
        @Override
        public ProxyFilter openedBy(UpstreamOpener transport) {
            transport.upstream("asked", URI.create("http://127.0.0.1:1"));
            opened++;
            return this;
        }

        @Override
        public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
            return next.handle(request);
        }
    }

    private ProxyFilter noting(String name) {
        return (request, next) -> {
            called.add(name);
            return next.handle(request);
        };
    }

    private static ProxyFilter marking() {
        return (request, next) ->
                next.handle(request).toBuilder().header("X-Mark", "yes").build();
    }

    private static ProxyHandler ok() {
        return request -> ProxyResponse.of(200, "ok");
    }
}
