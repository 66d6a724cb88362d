package dev.sluice.examples.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.metrics.MetricsRegistry;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;

/** What the examples of {@code metrics.md} do. */
final class MetricsExamples {
    private MetricsExamples() {}

    static void theNumbersAreShown(Example example) throws Exception {
        ExampleClient client = example.run().started();
        client.body("/a");
        assertThat(client.body("/metrics"))
                .contains(
                        "sluice_requests_total{route=\"/**\",method=\"GET\",status=\"2xx\",outcome=\"completed\"} 1\n",
                        "sluice_member_requests_total{",
                        "sluice_client_connections_opened_total{server=\"main\"} ",
                        "sluice_origin_connections{transport=\"main\",state=\"active\"} ");
    }

    static void anOrderIsCounted(Example example) throws Exception {
        MetricsRegistry metrics = MetricsRegistry.create();
        example.give("metrics", metrics);
        example.origin("http://pool").status(201);
        ExampleClient client = example.behind(Routes.of(example.run().value("shop", Route.class)));
        client.send("POST", "/orders");
        assertThat(metrics.prometheus()).contains("shop_orders_total{country=\"de\"} 1\n");
    }
}
