package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.drain.Replacement;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A strategy of the user that fails when the old member is taken out. */
class ReplacementFaultTest {
    private final SimulatedTime time = new SimulatedTime();

    static Stream<Throwable> faults() {
        return Stream.of(new IllegalStateException("broken"), new AssertionError("broken"));
    }

    /** Fails for a pool that has the new member alone. */
    private static LoadBalancer failing(Throwable fault) {
        LoadBalancer any = Strategies.roundRobin();
        return new LoadBalancer() {
            @Override
            public int pick(Pick pick) {
                return any.pick(pick);
            }

            @Override
            public LoadBalancer over(List<? extends Candidate> members) {
                if (members.size() == 1 && members.get(0).id().equals("new")) {
                    if (fault instanceof Error error) {
                        throw error;
                    }
                    throw (RuntimeException) fault;
                }
                return this;
            }
        };
    }

    @ParameterizedTest
    @MethodSource("faults")
    void theReportTellsOfIt(Throwable fault) throws Exception {
        CompletableFuture<Replacement.Report> report = time.run(() -> {
            UpstreamPool pool = UpstreamPool.builder()
                    .time(time)
                    .strategy(failing(fault))
                    .addMember(Member.of(FakeUpstream.named("old")))
                    .build();
            CompletableFuture<Replacement.Report> told =
                    pool.replace("old", Member.of(FakeUpstream.named("new"))).toCompletableFuture();
            time.advance(Duration.ofMinutes(10));
            pool.close();
            return told;
        });
        assertThat(report)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("could not replace it: ")
                .havingRootCause()
                .isSameAs(fault);
    }
}
