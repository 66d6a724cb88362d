package dev.sluice.examples.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import java.util.List;

/** What the examples of {@code tracing.md} do. */
final class TracingExamples {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "traceparent: 00-" + TRACE + "-00f067aa0ba902b7-01";

    private TracingExamples() {}

    static void theTraceGoesOn(Example example) throws Exception {
        ExampleClient client = example.run().started();
        assertThat(client.get("/", PARENT, "tracestate: rojo=1")).startsWith("HTTP/1.1 200 ");
        String head = example.origin("http://pool").heads().get(0);
        assertThat(head)
                .containsPattern("\ntraceparent: 00-" + TRACE + "-[0-9a-f]{16}-01\n")
                .doesNotContain("00f067aa0ba902b7")
                .contains("\ntracestate: rojo=1\n");
        assertThat(client.send("no method", "/"))
                .containsPattern("\ntraceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-0[23]\n");
    }

    static void onlyATrustedPeerIsBelieved(Example example) throws Exception {
        ExampleClient client = example.run().started();
        client.get("/", PARENT, "tracestate: rojo=1");
        assertThat(example.origin("http://pool").heads().get(0))
                .contains("\ntraceparent: 00-")
                .doesNotContain(TRACE)
                .doesNotContain("rojo");
    }

    static void theSpansAreTold(Example example) throws Exception {
        example.replace("System.err.println(span", "told.add(span")
                .replace("SpanListener slow", "List<String> told = new CopyOnWriteArrayList<>();\nSpanListener slow");
        ExampleClient client = example.run().started();
        example.origin("http://pool").status(500);
        client.get("/", PARENT);
        List<?> told = example.value("told", List.class);
        LimitExamples.await(() -> told.size() == 2);
        assertThat(told.toString())
                .contains("CLIENT GET 00-" + TRACE)
                .contains("SERVER GET /** 00-" + TRACE)
                .contains("http.response.status_code=500");
    }

    static void eachAttemptPassesTheFilter(Example example) throws Exception {
        example.run();
        UpstreamPool pool = example.value("pool", UpstreamPool.class);
        ExampleClient client = example.behind(Routes.of(Route.any().to(pool)));
        assertThat(client.get("/")).startsWith("HTTP/1.1 200 ");
    }
}
