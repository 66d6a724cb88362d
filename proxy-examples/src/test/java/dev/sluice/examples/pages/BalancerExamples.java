package dev.sluice.examples.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.PoolSnapshot.MemberSnapshot;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.discovery.DiscoveryFeed;
import dev.sluice.balancer.simulation.SimulationResult;
import dev.sluice.balancer.split.TrafficSplit;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.spi.UpstreamSource;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The checks of the examples about pools, strategies and the simulator. */
final class BalancerExamples {
    private static final int MANY = 100;

    private BalancerExamples() {}

    static void theOtherMemberAnswersForOneThatFails(Example example) throws Exception {
        UpstreamPool pool = example.run().value("pool", UpstreamPool.class);
        ExampleClient client = serving(example, pool);
        assertThat(answers(client))
                .containsExactlyInAnyOrder("http://10.0.0.1:8080 GET /a", "http://10.0.0.2:8080 GET /a");
        // One of the statuses after which a request is repeated.
        example.origin("http://10.0.0.2:8080").status(503);
        assertThat(answers(client)).containsExactly("http://10.0.0.1:8080 GET /a");
    }

    static void theZoneIsKeptAndTheKeyStays(Example example) throws Exception {
        UpstreamPool pool = example.run().value("pool", UpstreamPool.class);
        ExampleClient client = serving(example, pool);
        Set<String> east = Set.of("http://10.0.0.1:8080 GET /a", "http://10.0.0.2:8080 GET /a");
        Set<String> used = new HashSet<>();
        for (int account = 0; account < 50; account++) {
            String answer = client.body("/a", "X-Account: " + account);
            used.add(answer);
            assertThat(client.body("/a", "X-Account: " + account)).isEqualTo(answer);
        }
        assertThat(used).isEqualTo(east);
    }

    static void theMembersChangeWithoutALostRequest(Example example) throws Exception {
        UpstreamPool pool = UpstreamPool.builder()
                .addMember(Member.at(example.origin("http://blue").url()).withId("blue"))
                .addMember(Member.at(example.origin("http://green").url()).withId("green"))
                .build();
        example.give("pool", pool);
        ExampleClient client = serving(example, pool);
        example.run();
        assertThat(pool.snapshot().members()).extracting(MemberSnapshot::id).contains("green-2");
        assertThat(answers(client)).contains("http://10.0.0.4:8080 GET /a");
    }

    static void theCanaryGetsItsShare(Example example) throws Exception {
        TrafficSplit split = example.run().value("split", TrafficSplit.class);
        ExampleClient client = serving(example, split);
        assertThat(client.body("/a", "X-Canary: yes")).isEmpty();
        assertThat(answers(client)).containsExactlyInAnyOrder("http://pool GET /a", "");
        assertThat(split.snapshot().parts())
                .extracting(TrafficSplit.Snapshot.Part::share)
                .containsExactly(80, 20);
    }

    static void theMemberComesFromTheDns(Example example) throws Exception {
        ExampleOrigin origin = example.origin("http://shop.internal:8080");
        ExampleDns dns = example.closing(new ExampleDns());
        UpstreamPool pool = UpstreamPool.builder().build();
        example.give("pool", pool);
        example.replace(
                "8080).build()",
                origin.port() + ").servers(new InetSocketAddress(\"127.0.0.1\", "
                        + dns.address().getPort() + ")).build()");
        DiscoveryFeed feed = example.run().value("feed", DiscoveryFeed.class);
        feed.firstAnswer().toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertThat(serving(example, pool).body("/a")).isEqualTo("http://shop.internal:8080 GET /a");
    }

    static void bothMembersAreUsed(Example example) throws Exception {
        ExampleClient client = serving(example, example.run().value("pool", UpstreamPool.class));
        assertThat(answers(client))
                .containsExactlyInAnyOrder("http://10.0.0.1:8080 GET /a", "http://10.0.0.2:8080 GET /a");
    }

    static void theSimulationShowsNoError(Example example) throws Exception {
        example.replace("System.out.println(result);", "String shown = result.toString();");
        SimulationResult result = example.run().value("result", SimulationResult.class);
        assertThat(result.errors()).isZero();
        assertThat(result.latency().percentile(99).toMillis()).isLessThan(200);
        assertThat(example.value("shown", String.class)).contains("a EJECTED", "a UP");
    }

    private static ExampleClient serving(Example example, UpstreamSource source) {
        return example.behind(Routes.of(Route.any().to(source)));
    }

    /** The different bodies of many answers. There are enough answers that none of two members is missing by chance. */
    private static Set<String> answers(ExampleClient client) throws IOException {
        Set<String> answers = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            answers.add(client.body("/a"));
        }
        return answers;
    }
}
