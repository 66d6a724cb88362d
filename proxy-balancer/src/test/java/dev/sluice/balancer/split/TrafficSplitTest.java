package dev.sluice.balancer.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.ExchangeRecord.Decision;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.spi.Attempts;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.testing.TestResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrafficSplitTest {
    private final FakeUpstream stable = FakeUpstream.named("stable");
    private final FakeUpstream canary = FakeUpstream.named("canary");
    private final FakeUpstream dark = FakeUpstream.named("dark");

    private TrafficSplit.Builder two(int stableShare, int canaryShare) {
        return TrafficSplit.builder("shop")
                .random(new SplittableRandom(5))
                .addSource("stable", stable, stableShare)
                .addSource("canary", canary, canaryShare);
    }

    private static TestResponse send(TrafficSplit split, String... headers) throws Exception {
        return TestClient.of(ReverseProxy.to(split)).send("GET", "/", Headers.of(headers), new byte[0]);
    }

    /** The source of each key. */
    private static Map<Integer, String> groups(TrafficSplit split, int keys) throws Exception {
        Map<Integer, String> groups = new TreeMap<>();
        for (int i = 0; i < keys; i++) {
            groups.put(i, send(split, "X-User", "user-" + i).text());
        }
        return groups;
    }

    private static double part(Map<Integer, String> groups, String source) {
        return (double) groups.values().stream().filter(source::equals).count() / groups.size();
    }

    private static TrafficSplit.Builder byUser(TrafficSplit.Builder split) {
        return split.stickyBy(request -> request.headers().first("X-User").orElse(null));
    }

    @ParameterizedTest
    @CsvSource({"95, 5", "5, 95", "1, 1", "3, 1", "0, 7", "7, 0", "2147483647, 2147483647"})
    void requestsAreSplitByShare(int stableShare, int canaryShare) throws Exception {
        TrafficSplit split = two(stableShare, canaryShare).build();
        double part = part(groups(split, 4_000), "canary");

        double expected = canaryShare / ((double) stableShare + canaryShare);
        // Four standard errors.
        assertThat(part).isCloseTo(expected, Offset.offset(4 * Math.sqrt(expected * (1 - expected) / 4_000)));
    }

    @Test
    void aKeyStaysAtItsSourceAndKeysAreSplitByShare() throws Exception {
        TrafficSplit split = byUser(two(80, 20)).build();
        Map<Integer, String> first = groups(split, 4_000);

        assertThat(groups(split, 4_000)).isEqualTo(first);
        assertThat(part(first, "canary")).isCloseTo(0.2, Offset.offset(0.026));
    }

    @Test
    void requestsWithoutTheKeyAreSplitAtRandom() throws Exception {
        TrafficSplit split = byUser(two(50, 50)).build();
        List<String> none = new ArrayList<>();
        List<String> empty = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            none.add(send(split).text());
            empty.add(send(split, "X-User", "").text());
        }

        assertThat(none).contains("stable", "canary");
        assertThat(empty).contains("stable", "canary");
    }

    @Test
    void aCanaryThatGrowsKeepsTheKeysThatItHad() throws Exception {
        TrafficSplit split = byUser(two(95, 5)).build();
        Map<Integer, String> before = groups(split, 3_000);
        for (int percent : new int[] {20, 50, 100}) {
            split.move("canary", percent);
            Map<Integer, String> after = groups(split, 3_000);

            before.forEach((user, source) -> assertThat(
                            source.equals("stable") || after.get(user).equals("canary"))
                    .as("user %d at %d %%", user, percent)
                    .isTrue());
            assertThat(part(after, "canary")).isCloseTo(percent / 100.0, Offset.offset(0.04));
            before = after;
        }
    }

    @Test
    void noKeyMovesBetweenSourcesThatDoNotGrow() throws Exception {
        TrafficSplit split = byUser(two(50, 30).addSource("dark", dark, 20)).build();
        Map<Integer, String> before = groups(split, 3_000);
        split.shares(Map.of("stable", 50, "canary", 30, "dark", 40));
        Map<Integer, String> after = groups(split, 3_000);

        before.forEach((user, source) -> assertThat(after.get(user)).isIn(source, "dark"));
        assertThat(part(after, "dark")).isCloseTo(40 / 120.0, Offset.offset(0.04));
        split.shares(Map.of("stable", 100, "canary", 60, "dark", 80));
        assertThat(groups(split, 3_000)).isEqualTo(after);
    }

    @Test
    void twoProxiesChooseTheSameSourceForAKey() throws Exception {
        TrafficSplit here = byUser(two(50, 50)).build();
        TrafficSplit there = byUser(TrafficSplit.builder("other")
                        .addSource("canary", canary, 1)
                        .addSource("stable", stable, 1))
                .build();

        assertThat(groups(there, 300)).isEqualTo(groups(here, 300));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-Canary | yes          | canary",
                "x-canary | yes          | canary",
                "X-Canary | Yes          | stable",
                "X-Canary | yes, no      | stable",
                "Cookie   | a=1; beta=on | canary",
                "Cookie   | beta=off     | stable",
                "Cookie   | a=1; dark=1  | dark",
                "X-Dark   | anything     | dark"
            })
    void aRuleSendsARequestToItsSourceWhateverTheShare(String field, String value, String source) throws Exception {
        TrafficSplit split = two(100, 0)
                .whenHeader("X-Canary", "yes", "canary")
                .whenCookie("beta", "on", "canary")
                .whenCookie("dark", "1", "dark")
                .when(request -> request.headers().has("X-Dark"), "dark")
                .addSource("dark", dark, 0)
                .build();

        assertThat(send(split, field, value).text()).isEqualTo(source);
    }

    @Test
    void theFirstMatchingRuleCounts() throws Exception {
        TrafficSplit split = byUser(two(1, 1).whenHeader("X", "1", "canary").when(request -> true, "stable"))
                .build();

        assertThat(send(split, "X", "0", "X", "1").text()).isEqualTo("canary");
        assertThat(groups(split, 30).values()).containsOnly("stable");
    }

    @Test
    void theRecordSaysWhichSourceAndWhy() throws Exception {
        TrafficSplit split = byUser(two(0, 20)).whenHeader("X", "1", "stable").build();

        assertThat(explained(send(split))).containsExactly("shop: canary, by its share of 20 in 20");
        assertThat(explained(send(split, "X-User", "u")))
                .containsExactly("shop: canary, by its share of 20 in 20 and the request's key");
        assertThat(explained(send(split, "X", "1"))).containsExactly("shop: stable, by header X");
    }

    private static List<String> explained(TestResponse response) {
        return response.record().decisions().stream().map(Decision::explain).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "'stable=95, canary=5',            canary, 20,  '{stable=80, canary=20}'",
        "'stable=95, canary=5',            stable, 0,   '{stable=0, canary=100}'",
        "'stable=100, canary=0',           canary, 100, '{stable=0, canary=100}'",
        "'stable=0, canary=7',             canary, 10,  '{stable=90, canary=10}'",
        "'stable=19, canary=1',            canary, 5,   '{stable=95, canary=5}'",
        "'stable=2, canary=1, dark=1',     canary, 25,  '{stable=50, canary=25, dark=25}'",
        "'stable=1, canary=1, dark=1',     canary, 33,  '{stable=34, canary=33, dark=33}'",
        "'stable=1, canary=5, dark=2',     canary, 0,   '{stable=33, canary=0, dark=67}'",
        "'stable=0, canary=5, dark=0',     canary, 100, '{stable=0, canary=100, dark=0}'"
    })
    void whenOneMovesTheOthersKeepTheirProportion(String before, String source, int percent, String after) {
        TrafficSplit.Builder builder = TrafficSplit.builder("shop");
        for (String share : before.split(", ")) {
            String[] parts = share.split("=");
            builder.addSource(parts[0], stable, Integer.parseInt(parts[1]));
        }
        TrafficSplit split = builder.build();
        split.move(source, percent);

        assertThat(split.shares()).hasToString(after);
    }

    @Test
    void aChangeThatIsRefusedChangesNothing() {
        TrafficSplit split = two(0, 5).addSource("dark", dark, 0).build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> split.move("canary", 101))
                .withMessage("percent must be 0 to 100: 101");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> split.move("canary", -1))
                .withMessage("percent must be 0 to 100: -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> split.move("other", 1))
                .withMessage("no source is named \"other\", but there are [stable, canary, dark]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> split.move("canary", 40))
                .withMessageContaining("no other source has a share that could become 60");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> split.shares(Map.of("canary", 1)))
                .withMessageContaining("the share of stable is missing");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> split.shares(Map.of("canary", 0, "stable", 0, "dark", 0)))
                .withMessage("shares must not all be 0: {stable=0, canary=0, dark=0}");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> split.shares(Map.of("canary", -1, "stable", 2, "dark", 0)))
                .withMessage("share of canary must not be negative: -1");
        assertThat(split.shares()).isEqualTo(Map.of("stable", 0, "canary", 5, "dark", 0));
    }

    @Test
    void anInvalidSplitIsNotBuilt() {
        assertNotBuilt("split shop must have a source", builder -> TrafficSplit.builder("shop"));
        assertNotBuilt("shares must not all be 0: {stable=0, canary=0}", builder -> two(0, 0));
        assertNotBuilt("share of stable must not be negative: -1", builder -> two(-1, 2));
        assertNotBuilt(
                "split shop must not have two sources of one name: [stable, canary, stable]",
                builder -> builder.addSource("stable", dark, 1));
        assertNotBuilt(
                "no source is named \"x\", but there are [stable, canary]",
                builder -> builder.whenHeader("A", "1", "x"));
        assertNotBuilt("no source is named \"x\", but there are [stable, canary]", builder -> builder.fallback("x"));
        assertNotBuilt("split header must be a token: \"a b\"", builder -> builder.whenHeader("a b", "1", "stable"));
        assertNotBuilt("split cookie must be a token: \"a;b\"", builder -> builder.whenCookie("a;b", "1", "stable"));
    }

    private void assertNotBuilt(String message, UnaryOperator<TrafficSplit.Builder> setup) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setup.apply(two(1, 1)).build())
                .withMessage(message);
    }

    @Test
    void aSplitCanDoWhatAllItsSourcesCan() {
        stable.capable(Capability.TUNNEL, Capability.TRAILERS);
        canary.capable(Capability.TRAILERS, Capability.HOST);

        assertThat(two(1, 1).build().capabilities()).containsExactly(Capability.TRAILERS);
    }

    @Test
    void theSnapshotCountsTheRequestsOfEachSource() throws Exception {
        TrafficSplit split = two(30, 10).whenHeader("X", "1", "canary").build();
        for (int i = 0; i < 3; i++) {
            send(split, "X", "1");
        }
        split.move("canary", 0);
        send(split);

        assertThat(split.snapshot())
                .isEqualTo(new TrafficSplit.Snapshot(
                        "shop",
                        List.of(
                                new TrafficSplit.Snapshot.Part("stable", 100, 1, 1),
                                new TrafficSplit.Snapshot.Part("canary", 0, 0, 3))));
        assertThat(split).hasToString("split shop [stable=100, canary=0]");
    }

    @Test
    void sharesThatMoveUnderLoadAreEitherTheOldOrTheNewOnes() throws Exception {
        TrafficSplit split = two(100, 0).build();
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<Integer> moves = threads.submit(() -> {
                int count = 0;
                for (; !over.get(); count++) {
                    split.move("canary", count % 2 == 0 ? 100 : 0);
                }
                return count;
            });
            for (int i = 0; i < 500; i++) {
                Map<String, Integer> seen = split.shares();
                assertThat(seen.get("stable") + seen.get("canary")).isEqualTo(100);
                assertThat(send(split).status()).isEqualTo(200);
            }
            over.set(true);
            assertThat(moves.get(30, TimeUnit.SECONDS)).isPositive();
        } finally {
            over.set(true);
            threads.shutdownNow();
        }
    }

    @Test
    void withoutAFallBackASourceThatHasNoUpstreamFailsTheRequest() {
        TrafficSplit split = TrafficSplit.builder("shop")
                .addSource("empty", new ScriptedSource(Outcome.NO_UPSTREAM, 0), 1)
                .addSource("stable", stable, 0)
                .build();

        assertThatExceptionOfType(ProxyException.class)
                .isThrownBy(() -> send(split))
                .matches(why -> why.outcome() == Outcome.NO_UPSTREAM);
    }

    @ParameterizedTest
    @CsvSource({"NO_UPSTREAM, 0, true", "NO_UPSTREAM, 1, true", "OVERLOADED, 0, false", "SHUT_DOWN, 1, false"})
    void theFallBackAnswersForASourceThatHasNoUpstream(Outcome outcome, int waits, boolean answered) throws Exception {
        TrafficSplit split = TrafficSplit.builder("shop")
                .addSource("empty", new ScriptedSource(outcome, waits), 1)
                .addSource("stable", stable, 0)
                .fallback("stable")
                .build();
        Outcome how = null;
        TestResponse response = null;
        try {
            response = send(split);
        } catch (ProxyException why) {
            how = why.outcome();
        }

        assertThat(how).isEqualTo(answered ? null : outcome);
        if (response != null) {
            assertThat(response.text()).isEqualTo("stable");
            assertThat(explained(response))
                    .containsExactly("shop: empty, by its share of 1 in 1", "shop: stable, as empty has no upstream");
            assertThat(split.snapshot().parts().get(1).requests()).isEqualTo(1);
        }
    }

    @Test
    void theFallBackItselfIsNotAskedTwice() {
        ScriptedSource empty = new ScriptedSource(Outcome.NO_UPSTREAM, 1);
        TrafficSplit same = TrafficSplit.builder("shop")
                .addSource("empty", empty, 1)
                .fallback("empty")
                .build();
        TrafficSplit both = TrafficSplit.builder("shop")
                .addSource("empty", new ScriptedSource(Outcome.NO_UPSTREAM, 0), 1)
                .addSource("empty too", empty, 0)
                .fallback("empty too")
                .build();

        assertThatExceptionOfType(ProxyException.class).isThrownBy(() -> send(same));
        assertThat(empty.asked()).isEqualTo(1);
        assertThatExceptionOfType(ProxyException.class).isThrownBy(() -> send(both));
        assertThat(empty.asked()).isEqualTo(2);
    }

    @Test
    void aFailureNamesThePoolThatHasNoMember() {
        UpstreamPool none = UpstreamPool.builder().name("none").build();
        UpstreamPool nobody = UpstreamPool.builder().name("nobody").build();
        TrafficSplit split = TrafficSplit.builder("shop")
                .addSource("none", none, 1)
                .addSource("nobody", nobody, 0)
                .fallback("nobody")
                .build();

        assertThatExceptionOfType(ProxyException.class)
                .isThrownBy(() -> send(split))
                .withMessage("no upstream is available in pool \"nobody\"");
        none.close();
        nobody.close();
    }

    @Test
    void aRequestThatWasSentIsNotGivenToTheFallBack() throws Exception {
        ScriptedSource after = ScriptedSource.failingAt(canary, Outcome.NO_UPSTREAM);
        TrafficSplit split = TrafficSplit.builder("shop")
                .addSource("canary", after, 1)
                .addSource("stable", stable, 0)
                .fallback("stable")
                .build();
        canary.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);

        assertThatExceptionOfType(ProxyException.class)
                .isThrownBy(() -> send(split))
                .matches(why -> why.outcome() == Outcome.CONNECT_FAILED);
        assertThat(stable.requests()).isEmpty();
        assertThat(canary.requests()).hasSize(1);
    }

    @Test
    void theDecisionsOfThePoolArePassedOn() {
        ScriptedSource source = ScriptedSource.failingAt(canary, Outcome.NO_UPSTREAM);
        TrafficSplit split = TrafficSplit.builder("shop")
                .addSource("canary", source, 1)
                .addSource("stable", stable, 0)
                .fallback("stable")
                .build();
        ProxyRequest request = TestExchange.request("GET", "/");
        Attempts attempts = split.attempts(request);
        attempts.start(1);
        attempts.slow(ScriptedSource.LEASE, true, 2);
        attempts.head(ScriptedSource.LEASE, 204, Headers.empty(), true, 3);

        assertThat(source.told()).isEqualTo(Set.of("slow 2", "head 204 3"));
    }
}
