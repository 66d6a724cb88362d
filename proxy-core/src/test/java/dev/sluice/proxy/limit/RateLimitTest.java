package dev.sluice.proxy.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.limit.Counters.Grant;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Signal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class RateLimitTest {
    private final ManualTime time = new ManualTime();
    private final FakeUpstream origin = FakeUpstream.named("origin").answer(200, "ok");

    private Pipeline.Builder server(ProxyFilter... filters) {
        Pipeline.Builder server = Pipeline.builder().time(time).addRoute("/**", origin);
        for (ProxyFilter filter : filters) {
            server.addFilter(filter);
        }
        return server;
    }

    private TestClient client(ProxyFilter... filters) {
        return TestClient.of(server(filters).build());
    }

    private static TestClient at(TestClient client, String address) throws IOException {
        return client.from(new InetSocketAddress(InetAddress.getByName(address), 1234));
    }

    /** How many of ten requests go through. */
    private static int through(TestClient client, UnaryOperator<ProxyRequest.Builder> change) throws Exception {
        int through = 0;
        for (int i = 0; i < 10; i++) {
            through += client.send("GET", "/", change).status() == 200 ? 1 : 0;
        }
        return through;
    }

    private static int through(TestClient client) throws Exception {
        return through(client, request -> request);
    }

    @Test
    void aClientGetsItsBurstAndThenItsRate() throws Exception {
        TestClient client = client(RateLimit.perSecond(2).withBurst(5));
        assertThat(through(client)).isEqualTo(5);
        time.advance(Duration.ofMillis(1_500));
        assertThat(through(client)).isEqualTo(3);
        assertThat(origin.requests()).hasSize(8);
    }

    @Test
    void aRefusalSaysWhenToComeAgainAndIsToldFromAServerThatIsFull() throws Exception {
        TestClient client = client(RateLimit.of(1, Duration.ofMillis(2_500)));
        assertThat(client.get("/").headers().has("Retry-After")).isFalse();
        TestResponse refused = client.get("/");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.text()).isEqualTo("429 Too Many Requests: too many requests\n");
        assertThat(refused.headers().all("Retry-After")).containsExactly("3");
        assertThat(refused.headers().has("RateLimit")).isFalse();
        assertThat(refused.record().outcome()).isEqualTo(Outcome.OVERLOADED);
        assertThat(refused.record().explain())
                .contains("failed: too many requests: limit \"default\" of 1 in 2500 ms, at most 1 at once,"
                        + " by client network /32 or /64");
        time.advance(Duration.ofMillis(1_500));
        assertThat(client.get("/").headers().all("Retry-After")).containsExactly("1");
        time.advance(Duration.ofMillis(1_000));
        assertThat(client.get("/").status()).isEqualTo(200);
    }

    @Test
    void aPageOfYourOwnHasTheFieldsOfTheRefusalToo() throws Exception {
        TestClient client = TestClient.of(server(RateLimit.of(1, Duration.ofSeconds(9)))
                .onError((request, why) -> ProxyResponse.of(why.status(), "slow down"))
                .build());
        client.get("/");
        TestResponse refused = client.get("/");
        assertThat(refused.text()).isEqualTo("slow down");
        assertThat(refused.headers().all("Retry-After")).containsExactly("9");
        TestClient own = TestClient.of(server(RateLimit.of(1, Duration.ofSeconds(9)))
                .onError((request, why) -> ProxyResponse.of(429).toBuilder()
                        .header("Retry-After", "60")
                        .build())
                .build());
        own.get("/");
        assertThat(own.get("/").headers().all("Retry-After")).containsExactly("60");
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.2, 4",
        "192.0.2.1, ::ffff:192.0.2.1, 2",
        "2001:db8::1, 2001:db8:0:0:ffff::1, 2",
        "2001:db8::1, 2001:db8:0:1::1, 4"
    })
    void eachClientCountsForItself(String one, String other, int through) throws Exception {
        TestClient client = client(RateLimit.perSecond(2));
        assertThat(through(at(client, one)) + through(at(client, other))).isEqualTo(through);
    }

    @Test
    void aTrustedPeersClientsCountForThemselves() throws Exception {
        TestClient client = TestClient.of(
                server(RateLimit.perSecond(2)).trust("127.0.0.0/8").build());
        UnaryOperator<ProxyRequest.Builder> one = request -> request.addHeader("X-Forwarded-For", "192.0.2.1");
        UnaryOperator<ProxyRequest.Builder> other = request -> request.addHeader("X-Forwarded-For", "192.0.2.2");
        assertThat(through(client, one) + through(client, other)).isEqualTo(4);
        TestClient stranger = at(client, "198.51.100.1");
        assertThat(through(stranger, one) + through(stranger, other)).isEqualTo(2);
    }

    @Test
    void aLimitByPrincipalStandsBehindAuthentication() throws Exception {
        ProxyFilter authentication = (request, next) -> {
            String user = request.headers().first("User").orElse(null);
            if (user != null) {
                request.exchange().notes().principal(Principal.of(user));
            }
            return next.handle(request);
        };
        TestClient client =
                client(RateLimit.perSecond(2).withKey(RequestKey.principal()), authentication.at(Stage.AUTHENTICATION));
        assertThat(through(client, request -> request.addHeader("User", "ann"))).isEqualTo(2);
        assertThat(through(client, request -> request.addHeader("User", "bob"))).isEqualTo(2);
        // Those without a principal share one bucket.
        assertThat(through(at(client, "192.0.2.1")) + through(at(client, "192.0.2.2")))
                .isEqualTo(2);
    }

    @Test
    void aRequestWithoutAKeyIsCountedOrLetThroughOrRefused() throws Exception {
        RateLimit limit = RateLimit.perSecond(2).withKey(RequestKey.header("Api-Key"));
        assertThat(through(client(limit))).isEqualTo(2);
        assertThat(through(client(limit.withName("b")), request -> request.addHeader("Api-Key", "")))
                .isEqualTo(2);
        assertThat(through(client(limit.withNoKey(NoKey.UNLIMITED)))).isEqualTo(10);
        TestResponse refused = client(limit.withNoKey(NoKey.REFUSED)).get("/");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.record().explain()).contains("the request lacks the key of a limit: header Api-Key");
    }

    @Test
    void aRequestMayCostMoreOrNothing() throws Exception {
        RateLimit limit = RateLimit.perSecond(10)
                .withCost(request ->
                        Integer.parseInt(request.headers().first("Cost").orElse("1")));
        assertThat(through(client(limit), request -> request.addHeader("Cost", "4")))
                .isEqualTo(2);
        assertThat(through(client(limit.withName("b")), request -> request.addHeader("Cost", "0")))
                .isEqualTo(10);
        // It could never pass if it counted in full.
        assertThat(through(client(limit.withName("c")), request -> request.addHeader("Cost", "1000")))
                .isEqualTo(1);
        TestResponse faulty = client(limit).send("GET", "/", request -> request.addHeader("Cost", "-1"));
        assertThat(faulty.status()).isEqualTo(500);
        assertThat(faulty.record().failure()).hasMessageContaining("cost of a request must be positive: -1");
    }

    @Test
    void aRefusalOfAnExpensiveRequestSaysWhenThatOneMayCome() throws Exception {
        RateLimit limit = RateLimit.perSecond(1).withBurst(60).withCost(request -> 50);
        TestClient client = client(limit.withDraft11Fields(true));
        client.get("/");
        TestResponse refused = client.get("/");
        assertThat(refused.headers().all("Retry-After")).containsExactly("40");
        assertThat(refused.headers().all("RateLimit")).containsExactly("\"default\";r=0;t=40");
    }

    @Test
    void responsesTellOfTheLimit() throws Exception {
        origin.answer(request -> ProxyResponse.builder(200)
                .header("RateLimit-Policy", "\"daily\";q=9;w=86400")
                .header("RateLimit", "\"daily\";r=8;t=60")
                .build());
        TestClient client = client(
                RateLimit.perMinute(30).withBurst(3).withName("a \"small\" one").withDraft11Fields(true));
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            TestResponse response = client.get("/");
            fields.add(response.status() + " "
                    + String.join(", ", response.headers().all("RateLimit")));
            assertThat(response.headers().all("RateLimit-Policy"))
                    .endsWith("\"a \\\"small\\\" one\";q=30;w=60")
                    .hasSize(response.status() == 200 ? 2 : 1);
        }
        // Two seconds for each of those that are left: who spreads them over that time keeps to the rule.
        assertThat(fields)
                .containsExactly(
                        "200 \"daily\";r=8;t=60, \"a \\\"small\\\" one\";r=2;t=4",
                        "200 \"daily\";r=8;t=60, \"a \\\"small\\\" one\";r=1;t=2",
                        "200 \"daily\";r=8;t=60, \"a \\\"small\\\" one\";r=0;t=2",
                        "429 \"a \\\"small\\\" one\";r=0;t=2");
    }

    @ParameterizedTest
    @CsvSource({"100, PT0.1S, 1000, 1", "7, PT1.5S, 9, 2", "1000000000, PT8760H, 1000000000, 31536000"})
    void aPolicyHasAWindowOfWholeSeconds(int count, Duration period, long quota, long window) throws Exception {
        TestResponse response =
                client(RateLimit.of(count, period).withDraft11Fields(true)).get("/");
        assertThat(response.headers().all("RateLimit-Policy"))
                .containsExactly("\"default\";q=" + quota + ";w=" + window);
    }

    @Test
    void whatIsLeftIsExactAlsoIfATokenTakesNoWholeNanoseconds() throws Exception {
        TestClient client =
                client(RateLimit.of(3, Duration.ofSeconds(1)).withBurst(2).withDraft11Fields(true));

        assertThat(client.get("/").headers().all("RateLimit")).containsExactly("\"default\";r=1;t=1");
        assertThat(client.get("/").headers().all("RateLimit")).containsExactly("\"default\";r=0;t=1");
        assertThat(client.get("/").status()).isEqualTo(429);
    }

    @Test
    void noKeyOfOneLimitIsOneOfAnotherWithTheSameCounters() {
        Counters shared = Counters.inMemory(10);

        assertThatThrownBy(() -> RateLimit.perSecond(1).withName("api:login").withCounters(shared))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(": api:login");
        assertThatThrownBy(() -> RateLimit.perSecond(1).withCounters(shared).withName("api:login"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void oneObjectCountsForAllItsPlacesAndACopyForItself() throws Exception {
        RateLimit limit = RateLimit.perSecond(3);
        Pipeline pipeline = Pipeline.builder()
                .time(time)
                .addRoute(Route.path("/a").addFilter(limit).to(origin))
                .addRoute(Route.path("/b").addFilter(limit).to(origin))
                .addRoute(Route.path("/c").addFilter(limit.withName("c")).to(origin))
                .build();
        TestClient client = TestClient.of(pipeline);
        List<Integer> statuses = new ArrayList<>();
        for (String path : List.of("/a", "/b", "/a", "/b", "/c", "/c", "/c", "/c")) {
            statuses.add(client.get(path).status());
        }
        assertThat(statuses).containsExactly(200, 200, 200, 429, 200, 200, 200, 429);
    }

    @Test
    void limitsWithSharedCountersAreKeptApartByTheirNames() throws Exception {
        List<String> keys = new ArrayList<>();
        Counters memory = Counters.inMemory(100);
        Counters noting = (key, rule, count, clock) -> {
            keys.add(key);
            return memory.take(key, rule, count, clock);
        };
        RateLimit limit = RateLimit.perSecond(2).withKey(RequestKey.path()).withCounters(noting);
        assertThat(through(client(limit.withName("one")))).isEqualTo(2);
        assertThat(through(client(limit.withName("two")))).isEqualTo(2);
        assertThat(keys).contains("one:/", "two:/");
        keys.clear();
        client(limit).get("/" + "x".repeat(8_000));
        assertThat(keys.get(0)).startsWith("default:").hasSize("default:".length() + 44);
    }

    @ParameterizedTest
    @CsvSource({"LOCAL, 2, 429, counted in this process", "UNLIMITED, 10, 200, not limited", "REFUSED, 0, 503, refused"
    })
    void countersThatCannotBeAskedAreADecision(NoCounters without, int through, int last, String told)
            throws Exception {
        Counters away = (key, rule, count, clock) -> {
            throw new IOException("the store is away");
        };
        Counters broken = (key, rule, count, clock) -> {
            throw new IllegalStateException("the library says it so");
        };
        for (Counters counters : List.of(away, broken)) {
            RateLimit limit = RateLimit.perSecond(2)
                    .withCounters(counters)
                    .withNoCounters(without)
                    .withBurst(2);
            TestClient client = client(limit);
            assertThat(through(client)).isEqualTo(through);
            TestResponse response = client.get("/");
            assertThat(response.status()).isEqualTo(last);
            assertThat(response.text()).doesNotContain("store");
            assertThat(response.record().explain())
                    .contains("rate limit \"default\": its counters cannot be asked, " + told);
        }
    }

    @Test
    void countersThatCannotBeAskedAreThoseOfThisProcessByDefault() throws Exception {
        List<Boolean> away = new ArrayList<>(List.of(true));
        Counters shared = Counters.inMemory(10);
        TestClient client = client(RateLimit.perSecond(1).withCounters((key, rule, count, clock) -> {
            if (!away.isEmpty()) {
                throw new IOException("the store is away");
            }
            return shared.take(key, rule, count, clock);
        }));
        assertThat(through(client)).isEqualTo(1);
        away.clear();
        assertThat(through(client)).isEqualTo(1);
        Counters open = (key, rule, count, clock) -> new Grant(true, 0, 0);
        assertThat(through(client(RateLimit.perSecond(1).withCounters(open)))).isEqualTo(10);
    }

    @Test
    void aroundAnUpstreamItCountsAttempts() throws Exception {
        TestClient client = TestClient.of(Pipeline.builder()
                .time(time)
                .addRoute("/**", origin.with(RateLimit.perSecond(4)))
                .build());
        assertThat(through(client)).isEqualTo(4);
        assertThat(client.get("/").headers().all("Retry-After")).containsExactly("1");
    }

    /** Each of 64 clients asks again after 1 to 40 ms of thought, in all about three times as often as it may. */
    @ParameterizedTest
    @CsvSource({"1000, 1000", "1000, 20", "300, 50"})
    void overTenSecondsSixtyFourConnectionsGetWhatTheRuleSays(int rate, int burst) throws Exception {
        SimulatedTime simulated = new SimulatedTime();
        Pipeline pipeline = Pipeline.builder()
                .time(simulated)
                .addFilter(RateLimit.perSecond(rate).withBurst(burst))
                .addRoute("/**", request -> ProxyResponse.of(200))
                .build();
        TestClient client = TestClient.of(pipeline);
        AtomicInteger through = new AtomicInteger();
        simulated.run(() -> {
            List<Signal> done = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                Random thought = new Random(i);
                done.add(simulated.start(
                        "client",
                        () -> quietly(() -> {
                            while (simulated.nanos() < 10_000_000_000L) {
                                through.addAndGet(client.get("/").status() == 200 ? 1 : 0);
                                simulated.advance(Duration.ofMillis(1 + thought.nextInt(40)));
                            }
                            return null;
                        })));
            }
            for (Signal each : done) {
                simulated.await(each, Long.MAX_VALUE);
            }
            return null;
        });
        double rule = burst + 10.0 * rate;
        assertThat(through.get()).isBetween((int) (rule * 0.99), (int) (rule * 1.01));
    }

    private static void quietly(Callable<?> work) {
        try {
            work.call();
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void badOptionsAreRefusedWithTheirNameAndValue() {
        RateLimit limit = RateLimit.perSecond(1);
        assertThatThrownBy(() -> RateLimit.perSecond(0)).hasMessage("rate tokens must be positive: 0");
        assertThatThrownBy(() -> RateLimit.perMinute(-7)).hasMessage("rate tokens must be positive: -7");
        assertThatThrownBy(() -> limit.withBurst(0)).hasMessage("rate burst must be positive: 0");
        assertThatThrownBy(() -> RateLimit.of(1, Duration.ZERO))
                .hasMessage("rate period must be above 0 and at most 366 days: 0 s");
        assertThatThrownBy(() -> RateLimit.of(1, Duration.ofDays(367)))
                .hasMessage("rate period must be above 0 and at most 366 days: 8808 h");
        assertThatThrownBy(() -> RateLimit.of(1_001, Duration.ofNanos(1_000)))
                .hasMessage("rate tokens must be at most one a nanosecond: 1001 in PT0.000001S");
        assertThatThrownBy(() -> RateLimit.of(1, Duration.ofDays(366)).withBurst(11))
                .hasMessage("rate burst must come back within 3660 days: 11");
        assertThatThrownBy(() -> limit.withName(" ")).hasMessage("rate limit name must be printable ASCII: \" \"");
        assertThatThrownBy(() -> limit.withName("a\nb")).hasMessage("rate limit name must be printable ASCII: \"a?b\"");
        assertThatThrownBy(() -> Counters.inMemory(0)).hasMessage("counters keys must be positive: 0");
        assertThatThrownBy(() -> limit.withKey(null)).hasMessage("key");
        assertThatThrownBy(() -> limit.withNoKey(null)).hasMessage("without key");
        assertThatThrownBy(() -> limit.withCost(null)).hasMessage("cost");
        assertThatThrownBy(() -> limit.withCounters(null)).hasMessage("counters");
    }

    @Test
    void itSaysWhatItDoes() {
        assertThat(RateLimit.perSecond(100).withBurst(200).withKey(RequestKey.principal()))
                .hasToString("RateLimit[default: 100 in 1 s, at most 200 at once, by principal]")
                .extracting(RateLimit::rule)
                .isEqualTo(new TokenBucket(100, Duration.ofSeconds(1), 200));
    }
}
