package dev.sluice.proxy.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Awaited;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each filter of a gateway beside each other one, on a server and on a route. */
class GatesTogetherTest {
    private static final String TEXT = "what the origin sends, ".repeat(200);

    private final FakeUpstream origin = FakeUpstream.named("origin")
            .answer(request -> ProxyResponse.builder(200)
                    .header("Content-Type", "text/plain; charset=utf-8")
                    .header("Vary", "Accept-Language")
                    .body(Body.of(TEXT.getBytes(UTF_8)))
                    .build());

    static Stream<Arguments> pairs() {
        return Arrays.stream(Gate.values())
                .flatMap(one -> Arrays.stream(Gate.values()).map(other -> Arguments.of(one, other)));
    }

    /** The first on the server, the second on the route; a gate with itself is one on both. */
    @ParameterizedTest
    @MethodSource("pairs")
    void twoOfThemDoTheirWork(Gate one, Gate other) throws Exception {
        passes(List.of(one), List.of(other));
    }

    /** Added in the wrong order: they stand by their stages. */
    @ParameterizedTest
    @MethodSource("pairs")
    void twoOfThemOnOneServerDoTheirWork(Gate one, Gate other) throws Exception {
        passes(one == other ? List.of(one) : List.of(other, one), List.of());
    }

    @Test
    void allOfThemDoTheirWork() throws Exception {
        List<Gate> all = new ArrayList<>(List.of(Gate.values()));
        for (int i = 0; i < 10; i++) {
            Collections.rotate(all, 3);
            passes(all, List.of());
            passes(List.of(), all);
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aFailureOfTheOriginIsAPageThatEachOfThemKnows(Gate one, Gate other) throws Exception {
        origin.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        Pipeline pipeline = pipeline(List.of(one), List.of(other));
        TestResponse page = send(pipeline, List.of(one, other));
        assertThat(page.status()).isEqualTo(502);
        one.onEveryAnswer(page.headers());
        other.onEveryAnswer(page.headers());
        awaitEnd(pipeline);
    }

    private void passes(List<Gate> server, List<Gate> route) throws Exception {
        Pipeline pipeline = pipeline(server, route);
        List<Gate> all = Stream.concat(server.stream(), route.stream()).toList();
        int before = origin.requests().size();
        TestResponse answer = send(pipeline, all);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        String expected = TEXT;
        for (Gate gate : all) {
            expected = gate.text(expected);
        }
        assertThat(Gate.text(answer.headers(), answer.body())).isEqualTo(expected);
        assertThat(origin.requests()).hasSize(before + 1);
        FakeUpstream.ReceivedRequest received = origin.requests().get(before);
        assertThat(received.text()).isEqualTo(Gate.UPLOAD);
        for (Gate gate : all) {
            gate.onAnswer(answer.headers());
            gate.atOrigin(received.headers());
        }
        if (all.contains(Gate.BASIC)) {
            assertThat(answer.record().principal()).hasToString("anna");
        }
        awaitEnd(pipeline);
    }

    private Pipeline pipeline(List<Gate> server, List<Gate> route) {
        Route.Builder to = Route.any();
        route.forEach(gate -> to.addFilter(gate.filter()));
        Pipeline.Builder pipeline = Pipeline.builder().trust("127.0.0.0/8");
        server.forEach(gate -> pipeline.addFilter(gate.filter()));
        return pipeline.addRoute(to.to(ReverseProxy.to(origin))).build();
    }

    /** A copy for a mirror may still be under way. */
    private static void awaitEnd(Pipeline pipeline) throws Exception {
        Awaited.isTrue(() -> pipeline.inFlight() == 0);
    }

    private static TestResponse send(Pipeline pipeline, List<Gate> gates) throws Exception {
        return TestClient.of(pipeline).send("POST", "/", request -> {
            request.headers(Headers.of("X-Forwarded-Proto", "https")).body(Body.of(Gate.UPLOAD.getBytes(UTF_8)));
            gates.forEach(gate -> gate.passing(request));
            return request;
        });
    }
}
