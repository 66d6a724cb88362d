package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.PoolSnapshot.Condition;
import dev.sluice.balancer.drain.Drain;
import dev.sluice.balancer.drain.Replacement;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.health.SlowStart;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A replacement with every combination of its options, of what can happen to the new member, and of the stage when it
 * happens. The members at the time of the report are still the same ten minutes later, although timers of earlier
 * stages may fire.
 */
class ReplacementTest {
    private static final Duration UP_WITHIN = Duration.ofSeconds(20);
    private static final Duration STEP = Duration.ofMillis(100);

    /** What happens to the new member. */
    private enum Fate {
        UP,
        NEVER_UP,
        DOWN_AGAIN,
        REMOVED,
        CLOSED
    }

    /** When it happens, if that matters. */
    private enum Stage {
        COMING_UP,
        WARMING,
        DRAINING,
        OVER
    }

    /** One row of the table. */
    record Row(boolean probes, boolean slowStart, Fate fate, Stage at, boolean longDrain) {
        boolean possible() {
            return switch (fate) {
                case UP, NEVER_UP -> at == Stage.COMING_UP;
                case DOWN_AGAIN -> probes && at != Stage.COMING_UP && reached();
                case REMOVED, CLOSED -> reached();
            };
        }

        private boolean reached() {
            return switch (at) {
                case COMING_UP -> probes;
                case WARMING -> slowStart;
                case DRAINING, OVER -> true;
            };
        }

        boolean succeeds() {
            return fate == Fate.UP || (fate == Fate.NEVER_UP ? !probes : at == Stage.OVER);
        }

        List<String> members() {
            if (fate == Fate.CLOSED || (fate == Fate.REMOVED && at == Stage.OVER)) {
                return List.of();
            }
            Condition left = fate == Fate.DOWN_AGAIN && at == Stage.OVER ? Condition.DOWN : Condition.UP;
            return List.of((succeeds() ? "new " : "old ") + left);
        }

        Duration drain() {
            return longDrain ? UP_WITHIN.multipliedBy(3) : UP_WITHIN.dividedBy(4);
        }
    }

    static Stream<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            for (Fate fate : Fate.values()) {
                for (Stage at : Stage.values()) {
                    rows.add(new Row((i & 1) != 0, (i & 2) != 0, fate, at, (i & 4) != 0));
                }
            }
        }
        return rows.stream().filter(Row::possible);
    }

    private final SimulatedTime time = new SimulatedTime();
    private final FakeUpstream fresh = FakeUpstream.named("new");

    @ParameterizedTest
    @MethodSource("rows")
    void theMembersAtTheReportAreTheSameTenMinutesLater(Row row) throws Exception {
        time.run(() -> {
            UpstreamPool pool = pool(row);
            PoolDriver driver = new PoolDriver(pool, time);
            Lease last = driver.call("GET").begin();
            boolean begins = row.fate != Fate.NEVER_UP && row.at != Stage.COMING_UP;
            if (!begins && row.fate != Fate.UP) {
                fresh.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
            }
            Replacement policy = new Replacement(UP_WITHIN, Drain.within(Duration.ofMinutes(5)));
            CompletableFuture<Replacement.Report> replaced =
                    pool.replace("old", Member.of(fresh), policy).toCompletableFuture();
            play(row, pool, last, replaced);
            assertThat(replaced.isCompletedExceptionally()).isEqualTo(!row.succeeds());
            assertThat(members(pool)).isEqualTo(row.members());
            time.advance(Duration.ofMinutes(10));
            assertThat(members(pool)).as("ten minutes later").isEqualTo(row.members());
            pool.close();
            return null;
        });
    }

    /** Waits until the replacement is over and the pool has noticed what happened. */
    private void play(Row row, UpstreamPool pool, Lease last, CompletableFuture<Replacement.Report> replaced)
            throws InterruptedException {
        boolean struck = false;
        boolean leaving = false;
        for (int i = 0; i < 2_000 && !(replaced.isDone() && (struck || row.fate == Fate.UP)); i++) {
            Stage stage = stage(pool, replaced);
            if (stage == Stage.DRAINING && !leaving) {
                leaving = true;
                time.schedule(row.drain(), () -> last.end(Outcome.COMPLETED, time.nanos()));
            }
            if (stage == row.at && !struck) {
                struck = true;
                strike(row, pool);
            }
            time.advance(STEP);
        }
        assertThat(replaced).isDone();
        time.advance(Duration.ofSeconds(5));
    }

    private void strike(Row row, UpstreamPool pool) {
        switch (row.fate) {
            case DOWN_AGAIN -> fresh.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
            case REMOVED -> pool.remove("new");
            case CLOSED -> pool.close();
            default -> {}
        }
    }

    private static Stage stage(UpstreamPool pool, CompletableFuture<Replacement.Report> replaced) {
        if (replaced.isDone()) {
            return Stage.OVER;
        }
        PoolSnapshot now = pool.snapshot();
        if (now.member("old").orElseThrow().condition() == Condition.DRAINING) {
            return Stage.DRAINING;
        }
        return now.member("new").orElseThrow().condition() == Condition.UP ? Stage.WARMING : Stage.COMING_UP;
    }

    private UpstreamPool pool(Row row) {
        UpstreamPool.Builder builder =
                UpstreamPool.builder().time(time).addMember(Member.of(FakeUpstream.named("old")));
        if (row.probes) {
            builder.health(HealthCheck.http("/health")
                    .interval(Duration.ofSeconds(1))
                    .jitter(0)
                    .build());
        }
        if (row.slowStart) {
            builder.slowStart(SlowStart.over(UP_WITHIN.dividedBy(2)));
        }
        return builder.build();
    }

    private static List<String> members(UpstreamPool pool) {
        return pool.snapshot().members().stream()
                .map(member -> member.id() + " " + member.condition())
                .toList();
    }
}
