package dev.sluice.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.breaker.BreakerPolicy;
import dev.sluice.examples.pages.ExampleOrigin;
import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.testing.RefusingPort;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The recipes for servers that fail or are slow. */
class FailureRecipesTest extends RecipeRun {
    @Test
    void aSecondServerAnswersForOneThatIsSlow() throws Exception {
        CountDownLatch answers = one.hold();
        RecordingListener log = new RecordingListener();
        try (ProxyServer proxy = RetriesAndHedges.start(0, log, one.url(), two.url())) {
            await("a hedge", () -> {
                assertThat(get(proxy.address(), "/").body()).isEqualTo("two GET /");
                return !one.heads().isEmpty();
            });
            await(
                    "the record of a hedge",
                    () -> log.records().stream()
                            .anyMatch(record -> record.attempts().size() == 2
                                    && record.explain().contains("hedge")));
            answers.countDown();
        }
    }

    @Test
    void aGetThatFailsGoesToTheOtherServer() throws Exception {
        one.status(503);
        try (ProxyServer proxy = RetriesAndHedges.start(0, ExchangeListener.NONE, one.url(), two.url())) {
            await("a retry", () -> {
                assertThat(get(proxy.address(), "/").body()).isEqualTo("two GET /");
                return !one.heads().isEmpty();
            });
        }
    }

    @Test
    void aPostThatFailsIsNotSentTwice() throws Exception {
        one.status(503);
        two.status(503);
        try (ProxyServer proxy = RetriesAndHedges.start(0, ExchangeListener.NONE, one.url(), two.url())) {
            HttpRequest.Builder order = request(proxy.address(), "/").POST(BodyPublishers.ofString("order"));
            assertThat(send(order).statusCode()).isEqualTo(503);
            assertThat(one.heads().size() + two.heads().size()).isEqualTo(1);
        }
    }

    @Test
    void theRouteGetsNoRequestsAfterFiveFailuresAndIsTriedAgain() throws Exception {
        BreakerPolicy policy = BreakerPolicy.builder()
                .openFor(Duration.ofHours(1))
                .maxOpenFor(Duration.ofHours(1))
                .build();
        one.status(500);
        try (ProxyServer proxy = CircuitBreakers.start(0, policy, one.url(), two.url(), two.url() + "/other")) {
            for (int i = 0; i < 5; i++) {
                assertThat(get(proxy.address(), "/orders/1").statusCode()).isEqualTo(500);
            }
            HttpResponse<String> refused = get(proxy.address(), "/orders/1");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(one.heads()).hasSize(5);
            assertThat(get(proxy.address(), "/shop").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aRecoveredServiceIsUsedAgain() throws Exception {
        BreakerPolicy policy =
                BreakerPolicy.builder().openFor(Duration.ofMillis(1)).build();
        one.status(500);
        try (ProxyServer proxy = CircuitBreakers.start(0, policy, one.url(), two.url(), two.url() + "/other")) {
            for (int i = 0; i < 10; i++) {
                get(proxy.address(), "/orders/1");
            }
            one.status(200);
            await("an answer", () -> get(proxy.address(), "/orders/1").statusCode() == 200);
        }
    }

    @Test
    void aServerThatFailsIsLeftOut() throws Exception {
        two.status(500);
        int errors = 0;
        try (ExampleOrigin three = new ExampleOrigin("three");
                ProxyServer proxy = CircuitBreakers.start(0, one.url(), two.url(), three.url())) {
            for (int i = 0; i < 100; i++) {
                errors += get(proxy.address(), "/shop").statusCode() == 500 ? 1 : 0;
            }
        }
        assertThat(errors).isLessThanOrEqualTo(5);
    }

    @Test
    void aPoolWhoseServersAllFailAnswersAtOnce() throws Exception {
        BreakerPolicy policy = BreakerPolicy.builder()
                .openFor(Duration.ofHours(1))
                .maxOpenFor(Duration.ofHours(1))
                .build();
        two.status(500);
        try (ExampleOrigin three = new ExampleOrigin("three");
                ProxyServer proxy = CircuitBreakers.start(0, policy, one.url(), two.url(), three.url())) {
            three.status(500);
            for (int i = 0; i < 10; i++) {
                assertThat(get(proxy.address(), "/shop").statusCode()).isEqualTo(500);
            }
            assertThat(get(proxy.address(), "/shop").statusCode()).isEqualTo(503);
            assertThat(two.heads()).hasSize(5);
            assertThat(three.heads()).hasSize(5);
        }
    }

    @Test
    void requestsWaitWhileTheOnlyServerRestarts() throws Exception {
        RefusingPort down = new RefusingPort();
        UpstreamPool pool = ParkedRequests.pool(down.uri().toString());
        try (down;
                ProxyServer proxy = ParkedRequests.start(0, pool)) {
            var waiting = sendAsync(request(proxy.address(), "/").POST(BodyPublishers.ofString("order")));
            await("a request that waits", () -> pool.snapshot().parked() == 1);
            down.close();
            try (ExampleOrigin back =
                    new ExampleOrigin("back", null, new InetSocketAddress("127.0.0.1", down.number()))) {
                assertThat(waiting.get(20, TimeUnit.SECONDS).body()).isEqualTo("back POST /");
                assertThat(back.heads()).hasSize(1);
            }
        }
    }

    @Test
    void failuresHaveTheSitesPageAndErrorsOfTheServerKeepTheirOwn() throws Exception {
        try (ProxyServer proxy = ErrorPages.start(0, one.url())) {
            one.status(500);
            assertThat(get(proxy.address(), "/").body()).isEqualTo("one GET /");
            one.close();
            HttpResponse<String> failed = get(proxy.address(), "/");
            assertThat(failed.statusCode()).isEqualTo(502);
            assertThat(failed.body()).contains("We will be back soon");
            assertThat(failed.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        }
    }

    @Test
    void eachResponseHasTheFieldEvenForAnInvalidRequest() throws Exception {
        try (ProxyServer proxy = ErrorPages.start(0, one.url());
                RawConnection client = RawConnection.connect(proxy.address())) {
            client.write("GET / HTTP/1.1\r\nno field\r\n\r\n");
            assertThat(client.readAll())
                    .startsWith("HTTP/1.1 400 ")
                    .contains("X-Content-Type-Options: nosniff")
                    .doesNotContain("back soon");
        }
    }
}
