package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.retry.HedgePolicy;
import dev.sluice.balancer.retry.Parking;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.limit.RateLimit;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.testing.gateway.Answer;
import dev.sluice.proxy.testing.gateway.FakeGateway;
import dev.sluice.proxy.testing.gateway.Fault;
import dev.sluice.proxy.testing.gateway.ReceivedRequest;
import dev.sluice.proxy.testing.gateway.RequestMatch;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A proxy with all that waits, before a fake gateway without a socket and on simulated time: each test takes milliseconds. */
class GatewayWithoutSocketTest {
    private final SimulatedTime time = new SimulatedTime();
    private final FakeGateway gateway = FakeGateway.withoutSocket();

    @BeforeEach
    void answer() {
        gateway.on("/**").answersBy(request -> Answer.ok(request.header("Host").orElseThrow()));
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private UpstreamPool.Builder pool(String... members) {
        UpstreamPool.Builder pool = UpstreamPool.builder().time(time).strategy(Strategies.roundRobin());
        List.of(members).forEach(name -> pool.addMember(Member.of(gateway.upstream(name))));
        return pool;
    }

    private TestClient client(UpstreamPool.Builder pool) {
        return client(Route.path("/**").to(pool.build()));
    }

    private TestClient client(Route route) {
        return TestClient.of(Pipeline.builder().time(time).addRoute(route).build());
    }

    private static RequestMatch to(String member) {
        return RequestMatch.any().header("Host", member + ".test");
    }

    private Duration passed() {
        return Duration.ofNanos(time.nanos());
    }

    @Test
    void anotherMemberGetsTheRequest() throws Exception {
        gateway.on(to("a")).fails(Fault.RESET);
        TestClient client = client(pool("a", "b"));
        assertThat(time.run(() -> client.get("/")).text()).isEqualTo("b.test");
        gateway.verifyOrder(to("a"), to("b"));
    }

    @Test
    void aRetryAtTheSameMemberBacksOff() throws Exception {
        Duration pause = Duration.ofSeconds(2);
        gateway.on("GET /").fails(2, Fault.RESET).then("hello");
        TestClient client = client(pool("a")
                .retry(RetryPolicy.builder().minBackoff(pause).maxBackoff(pause).build()));
        assertThat(time.run(() -> client.get("/")).text()).isEqualTo("hello");
        assertThat(passed()).isEqualTo(pause.multipliedBy(2));
        gateway.verify(3, "GET /");
    }

    @Test
    void aRequestParksUntilTheServiceIsBack() throws Exception {
        gateway.refuse();
        time.schedule(Duration.ofSeconds(40), gateway::listen);
        TestClient client = client(pool("a").parking(Parking.upTo(Duration.ofMinutes(1))));
        assertThat(time.run(() -> client.post("/", "kept")).status()).isEqualTo(200);
        assertThat(passed()).isBetween(Duration.ofSeconds(40), Duration.ofSeconds(41));
        gateway.verify(1, RequestMatch.of("POST /").body("kept"));
    }

    @Test
    void anAnswerThatBreaksOffIsMended() throws Exception {
        Answer answer = Answer.ok("0123456789");
        gateway.on("/").answers(answer.with(Fault.RESET.inBody(4)), answer.with(Fault.LENGTH_TOO_LONG), answer);
        TestClient client =
                client(pool("a").retry(RetryPolicy.builder().maxAttempts(3).build()));
        assertThat(time.run(() -> client.get("/")).text()).isEqualTo("0123456789");
        gateway.verify(3, "GET /");
    }

    @Test
    void aHedgeOvertakesASlowMember() throws Exception {
        gateway.on(to("a")).answers(Answer.ok("slow").delay(Duration.ofSeconds(9)));
        TestClient client = client(pool("a", "b").hedge(HedgePolicy.after(Duration.ofSeconds(1))));
        assertThat(time.run(() -> client.get("/")).text()).isEqualTo("b.test");
        assertThat(passed()).isEqualTo(Duration.ofSeconds(1));
        gateway.verify(2, "GET /");
    }

    @Test
    void aMemberThatFailsItsChecksGetsNothing() throws Exception {
        HealthCheck check = HealthCheck.http("/health")
                .interval(Duration.ofMinutes(1))
                .jitter(0)
                .build();
        gateway.on(RequestMatch.of("/health").header("Host", "a.test")).answers(503);
        try (UpstreamPool pool = pool("a", "b").health(check).build()) {
            TestClient client = client(Route.path("/**").to(pool));
            time.run(() -> {
                time.advance(Duration.ofHours(1));
                return client.get("/one").text() + client.get("/two").text();
            });
            gateway.verify(
                    2, to("b").when("no check", request -> !request.path().equals("/health")));
            gateway.verifyAtLeast(60, RequestMatch.of("GET /health").header("Host", "a.test"));
        }
    }

    @Test
    void aMemberThatFailsIsEjectedForAWhile() throws Exception {
        gateway.on(to("a")).fails(3, Fault.RESET).then("back");
        TestClient client = client(
                pool("a", "b").ejection(EjectionPolicy.builder().failures(3).build()));
        time.together(20, () -> client.get("/"));
        gateway.verify(3, to("a"));
        time.run(() -> {
            time.advance(Duration.ofHours(1));
            return client.get("/").text() + client.get("/").text();
        });
        gateway.verify(4, to("a"));
    }

    @Test
    void whatIsCachedForYearsAges() throws Exception {
        gateway.on("GET /logo").answers(Answer.ok("old").header("Cache-Control", "max-age=31536000"), Answer.ok("new"));
        Cache cache = Cache.builder().time(time).build();
        TestClient client = client(Route.path("/**").cache(cache).to(gateway.upstream("a")));
        time.run(() -> {
            client.get("/logo");
            time.advance(Duration.ofDays(364));
            TestResponse kept = client.get("/logo");
            assertThat(kept.headers().first("Age")).hasValue("31449600");
            time.advance(Duration.ofDays(2));
            return assertThat(client.get("/logo").text()).isEqualTo("new");
        });
        gateway.verify(2, "GET /logo");
    }

    @Test
    void aRateIsLimitedAndRecovers() throws Exception {
        ReverseProxy proxy = ReverseProxy.to(gateway.upstream("a"));
        TestClient client =
                client(Route.path("/**").addFilter(RateLimit.perMinute(2)).to(proxy));
        List<TestResponse> burst = time.together(5, () -> client.get("/"));
        assertThat(burst).extracting(TestResponse::status).containsExactly(200, 200, 429, 429, 429);
        time.run(() -> {
            time.advance(Duration.ofMinutes(1));
            return assertThat(client.get("/").status()).isEqualTo(200);
        });
        gateway.verify(3, "GET /");
    }

    @Test
    void aDripTakesItsTime() throws Exception {
        gateway.on("GET /").answers(Answer.ok("x".repeat(601)).rate(1));
        TestClient client = client(pool("a"));
        assertThat(time.run(() -> client.get("/")).body()).hasSize(601);
        assertThat(passed()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void aSilentServiceIsGivenUp() throws Exception {
        gateway.on("GET /head").fails(Fault.SILENT);
        gateway.on("GET /body").answers(Answer.ok("hello").with(Fault.SILENT.inBody(3)));
        Timeouts timeouts = Timeouts.builder()
                .head(Duration.ofMinutes(5))
                .idle(Duration.ofMinutes(2))
                .build();
        TestClient client = client(Route.path("/**").timeouts(timeouts).to(gateway.upstream("a")));
        assertThat(time.run(() -> client.get("/head")).status()).isEqualTo(504);
        assertThat(passed()).isEqualTo(Duration.ofMinutes(5));
        TestResponse cut = time.run(() -> client.get("/body"));
        assertThat(cut.text()).isEqualTo("hel");
        assertThat(cut.failure()).extracting("outcome").isEqualTo(Outcome.BODY_TIMEOUT);
        assertThat(passed()).isEqualTo(Duration.ofMinutes(7));
    }

    @Test
    void manyClientsWaitForOneFill() throws Exception {
        gateway.on("GET /")
                .answers(Answer.ok("hello").header("Cache-Control", "max-age=9").delay(Duration.ofSeconds(3)));
        Cache cache = Cache.builder().time(time).build();
        TestClient client = client(Route.path("/**").cache(cache).to(gateway.upstream("a")));
        assertThat(time.together(50, () -> client.get("/")))
                .extracting(TestResponse::text)
                .containsOnly("hello");
        gateway.verify(1, "GET /");
        assertThat(passed()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void whatAHandlerReceivesIsRecorded() throws Exception {
        ProxyHandler own = request -> ProxyResponse.of(200, "own");
        gateway.reset();
        gateway.on("GET /stubbed").answers("stub");
        TestClient client = client(Route.path("/**").to(gateway.recording(own)));
        assertThat(client.post("/a", "text").text()).isEqualTo("own");
        assertThat(client.get("/stubbed").text()).isEqualTo("stub");
        gateway.verify(RequestMatch.of("POST /a").body("text"));
        assertThat(gateway.received()).extracting(ReceivedRequest::line).containsExactly("POST /a", "GET /stubbed");
    }
}
