package dev.sluice.balancer.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.discovery.DiscoveryFeed.Status.State;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.time.OtherTime;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.time.WithoutThreads;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiscoveryFeedTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final SimulatedTime time = new SimulatedTime();
    private final List<Long> asked = new ArrayList<>();
    private final List<String> given = new ArrayList<>();
    private Discovery now = Discovery.of(List.of());

    private final Discovery discovery = () -> {
        asked.add(time.nanos() / 1_000_000);
        return now.find();
    };

    private static Member member(String id) {
        return Member.at("http://" + id + ".test").withId(id);
    }

    private static Discovery finding(String... ids) {
        return Discovery.of(List.of(ids).stream().map(DiscoveryFeedTest::member).toList());
    }

    private static Discovery failing(String message) {
        return () -> {
            throw new IOException(message);
        };
    }

    /** Without jitter. */
    private DiscoveryFeed.Builder feed() {
        RandomGenerator zero = () -> 0;
        return DiscoveryFeed.builder(discovery).time(time).random(zero);
    }

    private void run(DiscoveryFeed.Builder builder, Script script) throws Exception {
        time.run(() -> {
            try (DiscoveryFeed feed = builder.start(members ->
                    given.add(String.join(" ", members.stream().map(Member::id).toList())))) {
                script.run(feed);
            }
            return null;
        });
    }

    @Test
    void startDoesNotWaitAndTheFirstAnswerCanBeWaitedFor() throws Exception {
        now = () -> {
            time.await(new Signal(), time.deadline(SECOND));
            return finding("a", "b").find();
        };
        run(feed(), feed -> {
            assertThat(feed.status().state()).isEqualTo(State.PENDING);
            CompletableFuture<DiscoveryFeed.Status> first = feed.firstAnswer().toCompletableFuture();
            time.advance(SECOND.minusNanos(1));
            assertThat(first).isNotDone();
            time.advance(SECOND);

            assertThat(given).containsExactly("a b");
            assertThat(first).isCompletedWithValueMatching(status -> status.state() == State.GOOD);
            assertThat(feed.status().members()).containsExactly("a", "b");
            assertThat(feed.status().lastAnswer()).contains(Instant.parse("2026-01-01T00:00:01Z"));
        });
    }

    @Test
    void aDiscoveryIsAskedAgainWhenItsAnswerHasExpired() throws Exception {
        now = () -> Discovery.Found.of(finding("a").find().members(), Duration.ofSeconds(7));
        run(feed(), feed -> {
            time.advance(Duration.ofSeconds(20));
            assertThat(asked).containsExactly(0L, 7_000L, 14_000L);
        });
    }

    @Test
    void anAnswerThatDoesNotSayHowLongItIsGoodIsGoodForTheInterval() throws Exception {
        now = finding("a");
        run(feed(), feed -> {
            time.advance(Duration.ofSeconds(60));
            assertThat(asked).containsExactly(0L, 30_000L, 60_000L);
        });
    }

    @Test
    void questionsAreDelayedByUpToATenthAndNeverEarly() throws Exception {
        now = finding("a");
        RandomGenerator most = () -> -1L;
        run(feed().random(most), feed -> {
            time.advance(Duration.ofSeconds(70));
            assertThat(asked).containsExactly(0L, 33_000L, 66_000L);
        });
    }

    @Test
    void aDiscoveryThatWantsToBeAskedAtOnceIsAskedTenTimesASecondAtMost() throws Exception {
        now = () -> Discovery.Found.of(List.of(member("a")), Duration.ZERO);
        run(feed(), feed -> {
            time.advance(Duration.ofMillis(350));
            assertThat(asked).containsExactly(0L, 100L, 200L, 300L);
        });
    }

    @Test
    void thePoolIsUpdatedOnlyWhenSomethingHasChanged() throws Exception {
        now = finding("a", "b");
        run(feed(), feed -> {
            time.advance(Duration.ofSeconds(31));
            now = finding("b", "a");
            time.advance(Duration.ofSeconds(30));
            assertThat(given).containsExactly("a b");
            now = finding("b", "a", "c");
            time.advance(Duration.ofSeconds(30));
            assertThat(given).containsExactly("a b", "a b c");
        });
    }

    @Test
    void anotherWeightIsAChange() throws Exception {
        now = finding("a");
        run(feed(), feed -> {
            time.advance(SECOND);
            now = Discovery.of(List.of(member("a").withWeight(2)));
            time.advance(Duration.ofSeconds(30));
            assertThat(given).containsExactly("a", "a");
        });
    }

    @Test
    void theDiscoveryIsAskedAgainWhenAHoldDownIsOver() throws Exception {
        now = finding("a", "b");
        run(feed(), feed -> {
            time.advance(SECOND);
            now = finding("a");
            time.advance(Duration.ofSeconds(30));
            assertThat(feed.status().held()).containsExactly("b");
            time.advance(Duration.ofSeconds(9));

            assertThat(given).containsExactly("a b", "a");
            assertThat(asked).containsExactly(0L, 30_000L, 40_000L);
            assertThat(feed.status().held()).isEmpty();
        });
    }

    @Test
    void afterAFailureTheMembersStayAndQuestionsBackOff() throws Exception {
        now = finding("a");
        run(feed(), feed -> {
            time.advance(SECOND);
            now = failing("registry is away");
            time.advance(Duration.ofSeconds(149));

            assertThat(asked)
                    .containsExactly(0L, 30_000L, 31_000L, 33_000L, 37_000L, 45_000L, 61_000L, 91_000L, 121_000L);
            assertThat(given).containsExactly("a");
            DiscoveryFeed.Status status = feed.status();
            assertThat(status.state()).isEqualTo(State.FAILING);
            assertThat(status.detail()).isEqualTo("registry is away");
            assertThat(status.failures()).isEqualTo(8);
            assertThat(status.members()).containsExactly("a");

            now = finding("b");
            time.advance(SECOND);
            assertThat(feed.status().state()).isEqualTo(State.GOOD);
            assertThat(feed.status().failures()).isZero();
            assertThat(given).containsExactly("a", "a b");
        });
    }

    @Test
    void aHoldDownDoesNotEndDuringFailures() throws Exception {
        now = finding("a", "b");
        run(feed(), feed -> {
            time.advance(SECOND);
            now = finding("a");
            time.advance(Duration.ofSeconds(30));
            now = failing("away");
            time.advance(Duration.ofMinutes(10));
            assertThat(given).containsExactly("a b");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"bug", "error", "null", "interrupt"})
    void whateverADiscoveryDoesIsAFailureAndItIsAskedAgain(String what) throws Exception {
        now = () -> switch (what) {
            case "bug" -> throw new IllegalStateException(what);
            case "error" -> throw new NoClassDefFoundError(what);
            case "interrupt" -> throw new InterruptedException(what);
            default -> nothing();
        };
        run(feed(), feed -> {
            time.advance(Duration.ZERO);
            assertThat(feed.status().state()).isEqualTo(State.FAILING);
            now = finding("a");
            time.advance(SECOND);
            assertThat(given).containsExactly("a");
        });
    }

    @SuppressWarnings("NullAway")
    private static Discovery.Found nothing() {
        return null;
    }

    @Test
    void twoMembersWithOneIdAreAFailure() throws Exception {
        now = () -> Discovery.Found.of(List.of(member("a"), member("a").withWeight(2)));
        run(feed(), feed -> {
            time.advance(Duration.ZERO);
            assertThat(feed.status().detail()).contains("two members have the id \"a\"");
            assertThat(given).isEmpty();
        });
        assertThat(Discovery.Found.of(List.of(member("a"), member("a"))).members())
                .containsExactly(member("a"));
    }

    @Test
    void anEmptyAnswerIsDoubtedAndIsNotAFirstAnswer() throws Exception {
        run(feed(), feed -> {
            time.advance(SECOND);
            assertThat(feed.status().state()).isEqualTo(State.DOUBTED);
            assertThat(feed.firstAnswer().toCompletableFuture()).isNotDone();
            assertThat(given).isEmpty();
            now = finding("a");
            time.advance(Duration.ofSeconds(30));
            now = finding();
            time.advance(Duration.ofMinutes(30));

            assertThat(given).containsExactly("a");
            assertThat(feed.status().detail()).isEqualTo("no members were found");
        });
    }

    @Test
    void anEmptyAnswerEmptiesThePoolIfAllowed() throws Exception {
        now = finding("a");
        run(feed().allowEmpty(true), feed -> {
            time.advance(SECOND);
            now = finding();
            time.advance(Duration.ofSeconds(39));
            assertThat(given).containsExactly("a", "");
        });
    }

    @Test
    void anUpdateThatThePoolRefusesIsAFailureAndIsRepeated() throws Exception {
        now = finding("a");
        AtomicInteger refusals = new AtomicInteger(2);
        time.run(() -> {
            try (DiscoveryFeed feed = feed().start(members -> {
                if (refusals.getAndDecrement() > 0) {
                    throw new IllegalArgumentException("not that one");
                }
                given.add("all");
            })) {
                time.advance(SECOND);
                assertThat(feed.status().detail()).contains("not that one");
                time.advance(Duration.ofSeconds(2));
                assertThat(given).containsExactly("all");
                assertThat(feed.status().state()).isEqualTo(State.GOOD);
            }
            return null;
        });
    }

    @Test
    void aQuestionThatCannotBeStartedIsAFailureAndIsRepeated() throws Exception {
        now = finding("a");
        AtomicInteger failures = new AtomicInteger(1);
        TimeSource exhausted = WithoutThreads.on(time, name -> failures.getAndDecrement() > 0);
        run(feed().time(exhausted), feed -> {
            assertThat(feed.status().state()).isEqualTo(State.FAILING);
            time.advance(SECOND);
            assertThat(given).containsExactly("a");
        });
    }

    @Test
    void refreshAsksNowOrAgainAfterARunningQuestion() throws Exception {
        now = finding("a");
        run(feed(), feed -> {
            time.advance(Duration.ofSeconds(5));
            feed.refresh();
            time.advance(SECOND);
            now = () -> {
                time.await(new Signal(), time.deadline(SECOND));
                return finding("a").find();
            };
            feed.refresh();
            time.advance(Duration.ofMillis(500));
            feed.refresh();
            feed.refresh();
            time.advance(Duration.ofSeconds(20));
            assertThat(asked).containsExactly(0L, 5_000L, 6_000L, 7_000L);
        });
    }

    @Test
    void aClosedFeedAsksNoMoreAndDropsALateAnswer() throws Exception {
        now = () -> {
            time.await(new Signal(), time.deadline(SECOND));
            return finding("a").find();
        };
        run(feed(), feed -> {
            time.advance(Duration.ofMillis(500));
            feed.close();
            feed.close();
            feed.refresh();
            time.advance(Duration.ofMinutes(5));
            assertThat(asked).containsExactly(0L);
            assertThat(given).isEmpty();
            assertThatThrownBy(() -> feed.firstAnswer().toCompletableFuture().getNow(null))
                    .hasRootCauseInstanceOf(CancellationException.class);
        });
    }

    @Test
    void aFeedIsCalledLikeItsPoolUnlessItHasAName() {
        UpstreamPool pool = UpstreamPool.builder()
                .name("orders")
                .addMember("http://seed.test")
                .build();
        assertThat(whyItEnds(feed().start(pool))).endsWith("the feed orders is closed");
        assertThat(whyItEnds(feed().name("registry").start(pool))).endsWith("the feed registry is closed");
        assertThat(whyItEnds(feed().start(members -> {}))).endsWith("the feed members is closed");
        pool.close();
    }

    private static String whyItEnds(DiscoveryFeed feed) {
        feed.close();
        return feed.firstAnswer()
                .handle((status, why) -> String.valueOf(why.getMessage()))
                .toCompletableFuture()
                .join();
    }

    @Test
    void aPoolHasTheMembersThatAreFoundAndThoseWithoutAChangeAreNotTouched() throws Exception {
        FakeUpstream a = FakeUpstream.named("a");
        FakeUpstream b = FakeUpstream.named("b");
        List<String> events = new ArrayList<>();
        UpstreamPool pool = UpstreamPool.builder()
                .time(time)
                .addMember("http://seed.test")
                .addListener(event -> events.add(event.kind() + " " + event.member()))
                .build();
        now = Discovery.of(List.of(Member.of(a)));
        time.run(() -> {
            try (DiscoveryFeed feed = feed().start(pool)) {
                time.advance(SECOND);
                now = Discovery.of(List.of(Member.of(b), Member.of(a)));
                time.advance(Duration.ofSeconds(30));
                now = Discovery.of(List.of(Member.of(b)));
                time.advance(Duration.ofSeconds(40));
                assertThat(feed.status().members()).containsExactly("b");
            }
            return null;
        });
        assertThat(pool.snapshot().members()).extracting(member -> member.id()).containsExactly("b");
        assertThat(events)
                .containsExactlyInAnyOrder("ADDED seed.test", "REMOVED seed.test", "ADDED a", "ADDED b", "REMOVED a");
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> feed().interval(Duration.ZERO)).hasMessage("interval must be positive: 0 s");
        assertThatThrownBy(() -> feed().minBackoff(Duration.ZERO)).hasMessage("minBackoff must be positive: 0 s");
        assertThatThrownBy(() ->
                        feed().minBackoff(SECOND).maxBackoff(Duration.ZERO).start(members -> {}))
                .hasMessage("maxBackoff must be at least minBackoff (1 s): 0 s");
        assertThatThrownBy(() -> feed().holdDown(SECOND.negated())).hasMessage("holdDown must not be negative: -1 s");
        assertThatThrownBy(
                        () -> feed().holdDown(SECOND).maxHoldDown(Duration.ZERO).start(members -> {}))
                .hasMessage("maxHoldDown must be at least holdDown (1 s): 0 s");
        assertThatThrownBy(() -> feed().minShare(1.1)).hasMessage("minShare must be 0 to 1: 1.1");
        assertThatThrownBy(() -> feed().minShare(Double.NaN)).hasMessage("minShare must be 0 to 1: NaN");
        assertThatThrownBy(() -> Discovery.Found.of(List.of(), SECOND.negated()))
                .hasMessage("goodFor must not be negative: -1 s");
    }

    private interface Script {
        void run(DiscoveryFeed feed) throws Exception;
    }

    @Test
    void aCheapDiscoveryIsNotAskedLessOftenAfterFailures() throws Exception {
        Discovery cheap = new Discovery() {
            @Override
            public Discovery.Found find() throws IOException {
                asked.add(time.nanos() / 1_000_000);
                throw new IOException("half written");
            }

            @Override
            public Duration maxBackoff() {
                return SECOND.multipliedBy(3);
            }
        };
        RandomGenerator zero = () -> 0;
        run(DiscoveryFeed.builder(cheap).time(time).random(zero), feed -> time.advance(SECOND.multipliedBy(12)));
        assertThat(asked).containsExactly(0L, 1_000L, 3_000L, 6_000L, 9_000L, 12_000L);
    }

    @Test
    void aTimerThatWasCancelledTooLateDoesNotDoubleTheQuestions() throws Exception {
        now = finding("a");
        RandomGenerator zero = () -> 0;
        FirstCancelTooLate late = new FirstCancelTooLate(time);
        run(DiscoveryFeed.builder(discovery).time(late).random(zero), feed -> {
            time.advance(SECOND);
            feed.refresh();
            time.advance(SECOND.multipliedBy(120));
        });
        assertThat(asked).containsExactly(0L, 1_000L, 30_000L, 60_000L, 90_000L, 120_000L);
    }

    /** A clock whose first scheduled task has already begun when it is cancelled. */
    private static final class FirstCancelTooLate extends OtherTime {
        private boolean scheduledOne;

        private FirstCancelTooLate(TimeSource time) {
            super(time);
        }

        @Override
        public Scheduled schedule(Duration delay, Runnable task) {
            Scheduled scheduled = super.schedule(delay, task);
            boolean first = !scheduledOne;
            scheduledOne = true;
            return first ? () -> {} : scheduled;
        }
    }
}
