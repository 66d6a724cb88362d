package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Awaited;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadinessTest {
    private final ManualTime time = new ManualTime();
    private final AtomicBoolean shop = new AtomicBoolean(true);
    private final AtomicBoolean warm = new AtomicBoolean(true);
    private final CountDownLatch hang = new CountDownLatch(1);

    @AfterEach
    void goOn() {
        hang.countDown();
    }

    private Readiness.Builder both() {
        return Readiness.builder().addCondition("shop", shop::get).addStartCondition("warm-up", warm::get);
    }

    private TestClient client(ProxyHandler handler) {
        return TestClient.of(
                Pipeline.builder().time(time).addRoute("/**", handler).build());
    }

    private static void isAnswer(TestResponse response, int status, String text) {
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.text()).isEqualTo(text);
        assertThat(response.headers().all("Cache-Control")).containsExactly("no-store");
    }

    @ParameterizedTest
    @CsvSource({
        "true,  true,  200, ready",
        "false, true,  503, not ready: shop",
        "true,  false, 503, not ready: warm-up",
        "false, false, 503, 'not ready: shop, warm-up'"
    })
    void itIsReadyIfAllConditionsAreMet(boolean first, boolean second, int status, String line) throws Exception {
        shop.set(first);
        warm.set(second);

        TestResponse response = client(both().build()).get("/ready");

        isAnswer(response, status, line + "\n");
        assertThat(response.headers().all("Content-Type")).containsExactly("text/plain; charset=utf-8");
    }

    @Test
    void withoutConditionsItIsReady() throws Exception {
        isAnswer(client(Readiness.builder().build()).get("/"), 200, "ready\n");
    }

    @Test
    void eachProbeAsksAgainButAConditionOfTheStartIsMetForGood() throws Exception {
        warm.set(false);
        TestClient client = client(both().build());

        isAnswer(client.get("/"), 503, "not ready: warm-up\n");
        warm.set(true);
        isAnswer(client.get("/"), 200, "ready\n");
        warm.set(false);
        shop.set(false);
        isAnswer(client.get("/"), 503, "not ready: shop\n");
        shop.set(true);
        isAnswer(client.get("/"), 200, "ready\n");
    }

    @Test
    void whoAsksLearnsOfEachCondition() throws Exception {
        warm.set(false);
        TestClient client =
                client(both().addCondition("keys", ReadinessTest::fails).build());

        isAnswer(client.get("/?a=b&verbose"), 503, """
                not ready
                shop: met
                warm-up: not met
                keys: failed
                """);
        TestResponse json = client.send("GET", "/", Headers.of("Accept", "application/json"), new byte[0]);
        isAnswer(json, 503, """
                {"status":"not ready","conditions":{"shop":"met","warm-up":"not met","keys":"failed"}}""");
        assertThat(json.headers().all("Content-Type")).containsExactly("application/json");
        isAnswer(client(both().build()).get("/?verbose=1"), 503, """
                not ready
                shop: met
                warm-up: not met
                """);
    }

    @Test
    void whoeverIsReadySaysNothingElseUnlessAsked() throws Exception {
        TestClient client = client(both().build());

        isAnswer(client.get("/?verbosely"), 200, "ready\n");
        isAnswer(
                client.send("GET", "/", Headers.of("Accept", "application/json;q=0, */*"), new byte[0]),
                200,
                "ready\n");
        isAnswer(client.get("/?verbose"), 200, "ready\nshop: met\nwarm-up: met\n");
    }

    @ParameterizedTest
    @CsvSource({"false, 503, not ready", "true, 200, ready"})
    void namesMayBeHidden(boolean up, int status, String word) throws Exception {
        shop.set(up);
        TestClient client = client(both().names(false).build());

        isAnswer(client.get("/"), status, word + "\n");
        isAnswer(client.get("/?verbose"), status, word + "\n");
        isAnswer(
                client.send("GET", "/", Headers.of("Accept", "application/json"), new byte[0]),
                status,
                "{\"status\":\"" + word + "\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "OPTIONS", "DELETE"})
    void anotherMethodIsNotAllowed(String method) throws Exception {
        for (ProxyHandler handler : new ProxyHandler[] {both().build(), Liveness.DEFAULT}) {
            TestResponse response = client(handler).send(method, "/", Headers.empty(), new byte[0]);
            assertThat(response.status()).isEqualTo(405);
            assertThat(response.headers().all("Allow")).containsExactly("GET, HEAD");
        }
    }

    @Test
    void livenessDependsOnNothing() throws Exception {
        isAnswer(client(Liveness.DEFAULT).get("/?verbose"), 200, "alive\n");
    }

    private static boolean fails() {
        throw new IllegalStateException("a mistake");
    }

    @Test
    void aConditionThatThrowsCountsAsNotMet() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        TestClient client = client(Readiness.builder()
                .addCondition("keys", () -> {
                    if (calls.incrementAndGet() < 3) {
                        throw new AssertionError("an error");
                    }
                    return true;
                })
                .build());

        isAnswer(client.get("/"), 503, "not ready: keys\n");
        isAnswer(client.get("/"), 503, "not ready: keys\n");
        isAnswer(client.get("/"), 200, "ready\n");
    }

    @Test
    void aConditionThatHangsCountsAsNotMetAndIsNotAskedAgainMeanwhile() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        Readiness readiness = Readiness.builder()
                .addStartCondition("shop", shop::get)
                .addStartCondition("warm-up", warm::get)
                .addCondition("stuck", () -> {
                    if (calls.incrementAndGet() > 1) {
                        Awaited.latch(hang);
                    }
                    return true;
                })
                .timeout(Duration.ofMillis(700))
                .build();
        TestClient client = client(readiness);
        // From now on the others are met for good: whoever waits, waits for the one that hangs.
        isAnswer(client.get("/"), 200, "ready\n");
        CompletableFuture<TestResponse> first = get(client);
        time.awaitWaiters(1);
        time.advance(Duration.ofMillis(699));
        time.awaitWaiters(1);
        assertThat(first).isNotDone();
        time.advance(Duration.ofMillis(1));

        isAnswer(first.join(), 503, "not ready: stuck\n");
        isAnswer(client.get("/?verbose"), 503, "not ready\nshop: met\nwarm-up: met\nstuck: no answer\n");
        assertThat(calls).hasValue(2);
        hang.countDown();
        Awaited.isTrue(() -> client.get("/").status() == 200);
        assertThat(calls).hasValueGreaterThan(2);
    }

    @Test
    void theSecondOfTwoProbesSharesTheAnswerOfTheFirst() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        TestClient client = client(Readiness.builder()
                .addCondition("slow", () -> {
                    calls.incrementAndGet();
                    Awaited.latch(hang);
                    return true;
                })
                .build());
        CompletableFuture<TestResponse> first = get(client);
        time.awaitWaiters(1);
        CompletableFuture<TestResponse> second = get(client);
        time.awaitWaiters(2);
        hang.countDown();

        isAnswer(first.join(), 200, "ready\n");
        isAnswer(second.join(), 200, "ready\n");
        assertThat(calls).hasValue(1);
    }

    private static CompletableFuture<TestResponse> get(TestClient client) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return client.get("/");
                    } catch (Exception failure) {
                        throw new IllegalStateException(failure);
                    }
                },
                task -> new Thread(task).start());
    }

    @Test
    void badOptionsAreRefused() {
        Readiness.Builder builder = Readiness.builder().addCondition("shop", shop::get);

        assertThatThrownBy(() -> builder.addStartCondition("shop", shop::get))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("condition is there twice: \"shop\"");
        assertThatThrownBy(() -> builder.addCondition("server", shop::get))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("condition \"server\" is that of servers");
        assertThatThrownBy(() -> builder.addCondition(" ", shop::get))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("condition must be printable ASCII: ");
        assertThatThrownBy(() -> builder.addCondition("a\nb", shop::get))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("condition must be printable ASCII: ");
        assertThatThrownBy(() -> builder.timeout(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("timeout must be positive: 0 s");
    }
}
