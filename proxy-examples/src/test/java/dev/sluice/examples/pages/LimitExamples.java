package dev.sluice.examples.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.limit.AdaptiveLimit;
import dev.sluice.proxy.limit.ConcurrencyLimit;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.testing.RawConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

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

    static void wrongKeysEndInA429(Example example) throws Exception {
        ExampleClient client = example.replace("perMinute(30)", "of(30, java.time.Duration.ofDays(1))")
                .run()
                .started();
        for (int i = 0; i < 30; i++) {
            assertThat(client.get("/", "X-Api-Key: wrong")).startsWith("HTTP/1.1 401 ");
        }
        assertThat(client.get("/", "X-Api-Key: 5pHlDzVJ8vXqTn3rKwYc"))
                .startsWith("HTTP/1.1 429 ")
                .contains("\r\nRetry-After: ");
    }

    static void twentyAreInProgressAndFiftyWait(Example example) throws Exception {
        ExampleClient client = example.run().started();
        ExampleOrigin origin = example.origin("http://pool");
        CountDownLatch gate = origin.hold();
        List<RawConnection> asking = ask(client, "/", 20);
        await(() -> origin.heads().size() == 20);
        asking.addAll(ask(client, "/", 50));
        ConcurrencyLimit limit = example.value("limit", ConcurrencyLimit.class);
        await(() -> limit.waiting() == 50);
        assertThat(client.get("/")).startsWith("HTTP/1.1 429 ").contains("\r\nRetry-After: ");
        assertThat(origin.heads()).hasSize(20);
        gate.countDown();
        expectAnswers(asking);
    }

    static void eachRouteHasFive(Example example) throws Exception {
        example.run();
        ExampleClient client =
                example.behind(Routes.of(example.value("reports", Route.class), example.value("shop", Route.class)));
        ExampleOrigin origin = example.origin("http://pool");
        CountDownLatch gate = origin.hold();
        List<RawConnection> asking = ask(client, "/reports/", 5);
        await(() -> origin.heads().size() == 5);
        assertThat(client.get("/reports/")).startsWith("HTTP/1.1 503 ");
        asking.addAll(ask(client, "/shop/", 5));
        await(() -> origin.heads().size() == 10);
        assertThat(client.get("/shop/")).startsWith("HTTP/1.1 503 ");
        gate.countDown();
        expectAnswers(asking);
    }

    static void theLimitIsBetweenItsBounds(Example example) throws Exception {
        ExampleClient client = example.behind(Routes.of(example.run().value("route", Route.class)));
        ExampleOrigin origin = example.origin("http://pool");
        CountDownLatch gate = origin.hold();
        AdaptiveLimit limit = example.value("limit", AdaptiveLimit.class);
        assertThat(limit.limit()).isBetween(10, 500);
        List<RawConnection> asking = ask(client, "/", limit.limit() + 100);
        await(() -> limit.waiting() == 100);
        assertThat(client.get("/")).startsWith("HTTP/1.1 503 ");
        gate.countDown();
        expectAnswers(asking);
    }

    static void aHealthCheckIsRefusedLast(Example example) throws Exception {
        String limits = "limits(dev.sluice.proxy.limit.Limits.builder().exchanges(10).clientShare(1).build())";
        ExampleClient client = example.replace(".addFilter(", '.' + limits + ".addFilter(")
                .run()
                .started();
        ExampleOrigin origin = example.origin("http://pool");
        CountDownLatch gate = origin.hold();
        List<RawConnection> asking = ask(client, "/", 5);
        await(() -> origin.heads().size() == 5);
        assertThat(client.get("/", "X-Batch: 1")).startsWith("HTTP/1.1 503 ");
        asking.addAll(ask(client, "/", 3));
        await(() -> origin.heads().size() == 8);
        assertThat(client.get("/")).startsWith("HTTP/1.1 503 ");
        asking.addAll(ask(client, "/healthz", 2));
        await(() -> origin.heads().size() == 10);
        assertThat(client.get("/healthz")).startsWith("HTTP/1.1 503 ");
        gate.countDown();
        expectAnswers(asking);
    }

    static void aDownloadTakesItsTime(Example example) throws Exception {
        // Each body has 28 bytes: 20 of all at once, and then one in 10 ms.
        ExampleClient client = example.replace("perSecond(1_000_000)", "perSecond(100).withBurst(20)")
                .behind(Routes.of(example.run().value("route", Route.class)));
        long begin = System.nanoTime();
        for (int i = 0; i < 3; i++) {
            assertThat(client.body("/downloads/x")).isEqualTo("http://pool GET /downloads/x");
        }
        assertThat(System.nanoTime() - begin).isGreaterThan(500_000_000L);
    }

    static void aLongBodyIsRefusedOnItsRoute(Example example) throws Exception {
        ExampleClient client = example.behind(Routes.of(example.run().value("route", Route.class)));
        assertThat(client.send("POST", "/uploads/x", "Content-Length: 0")).startsWith("HTTP/1.1 200 ");
        assertThat(client.send("POST", "/uploads/x", "Content-Length: 1000000001"))
                .startsWith("HTTP/1.1 413 ");
    }

    private static List<RawConnection> ask(ExampleClient client, String target, int count) throws Exception {
        List<RawConnection> asking = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            RawConnection connection = client.connect();
            connection.write(ExampleClient.head("GET", target));
            asking.add(connection);
        }
        return asking;
    }

    private static void expectAnswers(List<RawConnection> asking) throws Exception {
        for (RawConnection each : asking) {
            try (each) {
                assertThat(each.readAll()).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            Thread.yield();
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }
}
