package dev.sluice.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.discovery.DnsDiscovery;
import dev.sluice.balancer.drain.Replacement;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.examples.pages.ExampleDns;
import dev.sluice.examples.pages.ExampleOrigin;
import dev.sluice.proxy.server.ProxyServer;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The recipes with several servers, each in front of real ones. */
class LoadBalancerRecipesTest extends RecipeRun {
    @Test
    void thePoolUsesAllItsMembers() throws Exception {
        try (ProxyServer proxy = LoadBalancedPool.start(0, one.url(), two.url())) {
            Set<String> answers = new HashSet<>();
            // Picks are random: the probability that one of the two is not among 200 is 2^-199.
            for (int i = 0; i < 200; i++) {
                answers.add(get(proxy.address(), "/").body());
            }
            assertThat(answers).containsExactlyInAnyOrder("one GET /", "two GET /");
        }
    }

    @Test
    void thePoolContinuesWithoutAMemberThatIsGone() throws Exception {
        try (ProxyServer proxy = LoadBalancedPool.start(0, one.url(), two.url())) {
            one.close();
            for (int i = 0; i < 20; i++) {
                assertThat(get(proxy.address(), "/").body()).isEqualTo("two GET /");
            }
        }
    }

    @Test
    void theFirstServerIsFilledFirst() throws Exception {
        try (ProxyServer proxy = OwnStrategy.start(0, 2, one.url(), two.url())) {
            for (int i = 0; i < 20; i++) {
                assertThat(get(proxy.address(), "/").body()).isEqualTo("one GET /");
            }
            CountDownLatch answers = one.hold();
            List<CompletableFuture<HttpResponse<String>>> held =
                    List.of(sendAsync(request(proxy.address(), "/held")), sendAsync(request(proxy.address(), "/held")));
            await("the first server is full", () -> one.heads().size() == 22);
            assertThat(get(proxy.address(), "/").body()).isEqualTo("two GET /");
            answers.countDown();
            for (CompletableFuture<HttpResponse<String>> each : held) {
                assertThat(each.get(10, TimeUnit.SECONDS).body()).isEqualTo("one GET /held");
            }
        }
    }

    @Test
    void thePageHasNumbersOfRequestsAndOfAttempts() throws Exception {
        try (ProxyServer proxy = new RequestMetrics(one.url(), two.url()).start(0)) {
            one.close();
            get(proxy.address(), "/a");
            await(
                    "the request is counted",
                    () -> get(proxy.address(), "/metrics")
                            .body()
                            .contains("proxy_requests{route=\"/**\",status=\"200\"} 1\n"));
            assertThat(get(proxy.address(), "/metrics").body())
                    .contains(
                            "proxy_microseconds{route=\"/**\",status=\"200\"} ",
                            "proxy_attempts{server=\"127.0.0.1:" + two.port() + "\",outcome=\"COMPLETED\"} 1\n",
                            "proxy_in_flight{server=\"127.0.0.1:" + one.port() + "\"} 0\n");
        }
    }

    @Test
    void aDeployReplacesOneServerAfterAnotherAndNoRequestFails() throws Exception {
        try (ExampleOrigin three = new ExampleOrigin("three");
                ExampleOrigin four = new ExampleOrigin("four");
                UpstreamPool pool = UpstreamPool.builder()
                        .addMember(Member.at(one.url()).withId("one"))
                        .addMember(Member.at(two.url()).withId("two"))
                        .health(HealthCheck.http("/")
                                .interval(Duration.ofMillis(50))
                                .build())
                        .build();
                ProxyServer proxy =
                        ProxyServer.builder().addRoute("/**", pool).build().start()) {
            Map<String, String> successors = new LinkedHashMap<>();
            successors.put("one", three.url());
            successors.put("two", four.url());
            CompletableFuture<Replacement.Report> deployed =
                    RollingDeploy.deploy(pool, successors).toCompletableFuture();
            while (!deployed.isDone()) {
                assertThat(get(proxy.address(), "/").statusCode()).isEqualTo(200);
            }
            assertThat(deployed.get().removed().member()).isEqualTo("two");
            assertThat(get(proxy.address(), "/").body()).isIn("three GET /", "four GET /");
        }
    }

    @Test
    void theCanaryGetsTestersFirstAndThenAllUsers() throws Exception {
        try (UpstreamPool stable = UpstreamPool.builder().addMember(one.url()).build();
                UpstreamPool canary =
                        UpstreamPool.builder().addMember(two.url()).build()) {
            CanaryRelease release = new CanaryRelease(stable, canary);
            try (ProxyServer proxy = release.start(0)) {
                assertThat(send(request(proxy.address(), "/").header("X-Tester", "yes"))
                                .body())
                        .isEqualTo("two GET /");
                release.percent(0);
                assertThat(send(request(proxy.address(), "/").header("X-User", "ann"))
                                .body())
                        .isEqualTo("one GET /");
                release.percent(100);
                assertThat(send(request(proxy.address(), "/").header("X-User", "ann"))
                                .body())
                        .isEqualTo("two GET /");
            }
        }
    }

    @Test
    void aUserStaysWithAVersionAndKeepsTheNewOneWhenTheShareGrows() throws Exception {
        try (UpstreamPool stable = UpstreamPool.builder().addMember(one.url()).build();
                UpstreamPool canary =
                        UpstreamPool.builder().addMember(two.url()).build()) {
            CanaryRelease release = new CanaryRelease(stable, canary);
            try (ProxyServer proxy = release.start(0)) {
                release.percent(30);
                Set<String> few = usersOfTheNewVersion(proxy);
                assertThat(usersOfTheNewVersion(proxy)).isEqualTo(few);
                release.percent(60);
                assertThat(usersOfTheNewVersion(proxy))
                        .hasSizeGreaterThan(few.size())
                        .containsAll(few);
            }
        }
    }

    private Set<String> usersOfTheNewVersion(ProxyServer proxy) throws Exception {
        Set<String> users = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            String user = "user-" + i;
            if (send(request(proxy.address(), "/").header("X-User", user))
                    .body()
                    .equals("two GET /")) {
                users.add(user);
            }
        }
        return users;
    }

    @Test
    void theLargeServerGetsThreeTimesAsMuchUntilTheWeightsChange() throws Exception {
        WeightedServers servers = new WeightedServers(one.url(), two.url());
        try (ProxyServer proxy = servers.start(0)) {
            for (int i = 0; i < 400; i++) {
                get(proxy.address(), "/");
            }
            // Picks are random: 300 on average, and 61 more or fewer with a probability of 2e-12.
            assertThat(one.heads().size()).isBetween(240, 360);
            servers.weight("small", 27);
            for (int i = 0; i < 400; i++) {
                get(proxy.address(), "/");
            }
            // 360 of the second 400 on average.
            assertThat(two.heads().size()).isBetween(40 + 310, 160 + 400);
        }
    }

    @Test
    void theCookieLeadsToTheSameServerThroughEachProxyWithTheSecret() throws Exception {
        String secret = "0123456789abcdef0123456789abcdef";
        try (ProxyServer proxy = StickySessions.start(0, secret, one.url(), two.url());
                ProxyServer other = StickySessions.start(0, secret, one.url(), two.url())) {
            HttpResponse<String> first = get(proxy.address(), "/");
            String cookie =
                    first.headers().firstValue("Set-Cookie").orElseThrow().split(";", -1)[0];
            for (int i = 0; i < 20; i++) {
                for (ProxyServer asked : List.of(proxy, other)) {
                    assertThat(send(request(asked.address(), "/").header("Cookie", cookie))
                                    .body())
                            .isEqualTo(first.body());
                }
            }
            assertThat(one.heads()).noneMatch(head -> head.contains("Cookie"));
            assertThat(two.heads()).noneMatch(head -> head.contains("Cookie"));
        }
    }

    @Test
    void aSessionWhoseServerIsGoneMoves() throws Exception {
        String secret = "0123456789abcdef0123456789abcdef";
        try (ProxyServer proxy = StickySessions.start(0, secret, one.url(), two.url())) {
            HttpResponse<String> first = get(proxy.address(), "/");
            String cookie =
                    first.headers().firstValue("Set-Cookie").orElseThrow().split(";", -1)[0];
            boolean wasOne = first.body().startsWith("one");
            (wasOne ? one : two).close();
            HttpResponse<String> moved = send(request(proxy.address(), "/").header("Cookie", cookie));
            assertThat(moved.body()).isEqualTo(wasOne ? "two GET /" : "one GET /");
            assertThat(moved.headers().firstValue("Set-Cookie")).isPresent();
        }
    }

    @Test
    void requestsWaitForTheFirstAnswerOfTheDnsAndUseNewAddresses() throws Exception {
        try (ExampleDns dns = new ExampleDns();
                ExampleOrigin second =
                        new ExampleOrigin("second", null, new InetSocketAddress("127.0.0.2", one.port()))) {
            dns.addresses();
            DnsDiscovery discovery = DnsDiscovery.addresses("shop.internal", one.port())
                    .servers(dns.address())
                    .minTtl(Duration.ofMillis(1))
                    .maxTtl(Duration.ofMillis(50))
                    .build();
            try (ProxyServer proxy = MembersFromDns.start(0, discovery)) {
                var waiting = sendAsync(request(proxy.address(), "/"));
                dns.addresses(1);
                assertThat(waiting.get(20, TimeUnit.SECONDS).body()).isEqualTo("one GET /");
                dns.addresses(1, 2);
                await("a request at the new address", () -> {
                    get(proxy.address(), "/");
                    return !second.heads().isEmpty();
                });
            }
        }
    }
}
