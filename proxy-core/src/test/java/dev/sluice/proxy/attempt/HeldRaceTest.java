package dev.sluice.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Responses of parallel attempts that are held until they are complete. Holding is part of the attempt. */
class HeldRaceTest {
    private final SimulatedTime time = new SimulatedTime();
    private final FakeUpstream a = FakeUpstream.named("a");
    private final FakeUpstream b = FakeUpstream.named("b");

    private HedgingSource source(Upstream... upstreams) {
        return new HedgingSource(time, upstreams).holds();
    }

    private TestResponse get(HedgingSource source) throws Exception {
        return time.run(() -> TestClient.of(ReverseProxy.to(source), time).get("/"));
    }

    private static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }

    @Test
    void aSecondAttemptOvertakesOneWhoseBodyIsSlow() throws Exception {
        a.answer(Slow.body(millis(3_000), 2));
        HedgingSource source = source(a, b);
        TestResponse response = get(source);

        assertThat(response.text()).isEqualTo("b");
        assertThat(source.told)
                .containsExactly(
                        "head a 200", "slow a true at 1 s", "head b 200", "end b COMPLETED", "end a ABANDONED");
        assertThat(response.record().attempts().get(0)).satisfies(lost -> {
            assertThat(lost.outcome()).isEqualTo(Outcome.ABANDONED);
            assertThat(lost.failure()).hasMessageContaining("given up for attempt 2 at b");
        });
        assertThat(response.record().endNanos() - response.record().beginNanos())
                .isEqualTo(millis(1_000).toNanos());
    }

    @Test
    void theFirstCompleteResponseWins() throws Exception {
        a.answer(Slow.body(millis(800), 2));
        b.answer(Slow.body(millis(3_000), 2));
        HedgingSource source = source(a, b);

        assertThat(get(source).text()).isEqualTo("xx");
        assertThat(source.told)
                .containsExactly(
                        "head a 200", "slow a true at 1 s", "head b 200", "end a COMPLETED", "end b ABANDONED");
    }

    @Test
    void aBodyThatIsWholeInTimeIsNotCalledSlow() throws Exception {
        a.answer(Slow.body(millis(400), 2));
        HedgingSource source = source(a, b);

        assertThat(get(source).text()).isEqualTo("xx");
        assertThat(source.told).containsExactly("head a 200", "end a COMPLETED");
    }

    @Test
    void aBodyThatCameWithTheHeadNeedsNoTask() throws Exception {
        Thread[] reader = new Thread[1];
        a.answer(request -> ProxyResponse.builder(200)
                .body(Body.of(new NotedReader(reader), 2))
                .build());

        assertThat(get(source(a, b)).text()).isEqualTo("xx");
        assertThat(reader[0]).isSameAs(Thread.currentThread());
    }

    @Test
    void afterAHeldResponseBreaksOffTheOtherIsAwaitedAndThenTheNextIsSent() throws Exception {
        a.answer(Slow.body(millis(800), 10));
        b.answer(Slow.body(millis(800), 10));
        FakeUpstream c = FakeUpstream.named("c");
        HedgingSource source = source(a, b, c).slowAfter(millis(1_200));

        assertThat(get(source).text()).isEqualTo("c");
        assertThat(source.told)
                .containsSubsequence(
                        "head a 200",
                        "slow a true at 1 s",
                        "head b 200",
                        "failed a BODY_FAILED ANSWERED true",
                        "slow b true at 2 s",
                        "head c 200",
                        "end c COMPLETED",
                        "end b ABANDONED");
    }

    @Test
    void aLongBodyGoesToTheClientAtOnceAndBreaksOffHeldResponses() throws Exception {
        a.answer(Slow.body(millis(3_000), 2));
        b.answer(request -> ProxyResponse.builder(200)
                .body(Slow.body(millis(2_000), Body.UNKNOWN).handle(request).body())
                .build());
        HedgingSource source = source(a, b);

        assertThat(get(source).text()).isEqualTo("xx");
        assertThat(source.told).endsWith("head b 200", "end a ABANDONED", "end b COMPLETED");
    }

    @Test
    void theTimeLimitAlsoAppliesToAResponseThatIsHeldBesideAnother() throws Exception {
        a.answer(Slow.body(millis(3_000), 2));
        b.answer(Slow.head(millis(5_000), "b"));
        HedgingSource source = source(a, b).limit(millis(2_000));

        assertThatThrownBy(() -> get(source)).isInstanceOf(ProxyException.class);
        assertThat(source.told)
                .containsSubsequence(
                        "head a 200",
                        "slow a true at 1 s",
                        "failed a BODY_TIMEOUT ANSWERED true",
                        "failed b HEAD_TIMEOUT SENT_UNKNOWN true");
    }

    /** Notes which thread reads it. All bytes are available at once. */
    private static final class NotedReader extends ByteArrayInputStream {
        private final Thread[] reader;

        private NotedReader(Thread[] reader) {
            super(new byte[] {'x', 'x'});
            this.reader = reader;
        }

        @Override
        public synchronized int read(byte[] target, int offset, int length) {
            reader[0] = Thread.currentThread();
            return super.read(target, offset, length);
        }
    }
}
