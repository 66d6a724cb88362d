package dev.sluice.examples.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;

/** What the examples of {@code gateway.md} do that limit how much there is. */
final class LimitExamples {
    private LimitExamples() {}

    static void eachClientGetsItsRate(Example example) throws Exception {
        // A rate that gives nothing back while the test runs.
        ExampleClient client = example.replace("perSecond(100)", "of(1, java.time.Duration.ofDays(1))")
                .run()
                .started();
        for (int i = 0; i < 200; i++) {
            assertThat(client.get("/")).startsWith("HTTP/1.1 200 ");
        }
        assertThat(client.get("/")).startsWith("HTTP/1.1 429 ").contains("\r\nRetry-After: ");
    }

    static void aPostCostsTen(Example example) throws Exception {
        example.replace("perMinute(60)", "of(60, java.time.Duration.ofHours(60))");
        ExampleClient client = example.behind(Routes.of(example.run().value("route", Route.class)));
        assertThat(client.get("/reports/1")).contains("\r\nRateLimit: \"default\";r=59;t=212400\r\n");
        assertThat(client.send("POST", "/reports/", "Content-Length: 0"))
                .contains("\r\nRateLimit-Policy: \"default\";q=60;w=216000\r\n")
                .contains("\r\nRateLimit: \"default\";r=49;t=176400\r\n");
    }
}
