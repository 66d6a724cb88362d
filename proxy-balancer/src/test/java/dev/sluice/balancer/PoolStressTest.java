package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.breaker.BreakerPolicy;
import dev.sluice.balancer.drain.Drain;
import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.limit.MemberLimit;
import dev.sluice.balancer.retry.Parking;
import dev.sluice.balancer.retry.RetryBudget;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.spi.Attempts.Step;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Everything that can wait, with real threads: requests park and queue while members fail, drain, leave and come. */
class PoolStressTest {
    private static final int THREADS = 8;
    private static final int REQUESTS = 3_000;
    /** Much longer than anything here should take, also on a machine that is busy with other work. */
    private static final Duration MAX_WAIT = Duration.ofMinutes(3);

    private final TimeSource time = TimeSource.system();
    private final AtomicInteger over = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();
    private final Queue<Object> wrong = new ConcurrentLinkedQueue<>();
    private final Queue<CompletableFuture<Drain.Report>> drains = new ConcurrentLinkedQueue<>();

    @Test
    void everyRequestEndsAndNothingIsLeftBehind() throws InterruptedException {
        UpstreamPool pool = pool();
        run(pool, Integer.MAX_VALUE);
        assertThat(wrong).isEmpty();
        assertDrained();
        assertThat(over).hasValue(THREADS * REQUESTS);
        assertNothingLeft(pool);
        pool.close();
    }

    @Test
    void everyRequestEndsWhenThePoolIsClosedUnderLoad() throws InterruptedException {
        UpstreamPool pool = pool();
        run(pool, THREADS * REQUESTS / 4);
        assertThat(wrong).isEmpty();
        assertDrained();
        assertNothingLeft(pool);
    }

    /** A report is delivered on a separate thread, so it may come later. */
    private void assertDrained() {
        assertThat(CompletableFuture.allOf(drains.toArray(CompletableFuture[]::new)))
                .succeedsWithin(MAX_WAIT);
    }

    private static void assertNothingLeft(UpstreamPool pool) {
        PoolSnapshot left = pool.snapshot();
        assertThat(left.inFlight()).isZero();
        assertThat(left.parked()).isZero();
        assertThat(left.members()).allMatch(member -> member.inFlight() == 0);
    }

    private UpstreamPool pool() {
        return PoolDriver.members(time, "a", "b", "c")
                .ejection(EjectionPolicy.builder()
                        .failures(2)
                        .ejectFor(Duration.ofMillis(5))
                        .maxEjectFor(Duration.ofMillis(20))
                        .build())
                .breaker(BreakerPolicy.builder()
                        .failures(3)
                        .openFor(Duration.ofMillis(5))
                        .maxOpenFor(Duration.ofMillis(10))
                        .build())
                .retry(RetryPolicy.builder()
                        .minBackoff(Duration.ofMillis(1))
                        .maxBackoff(Duration.ofMillis(3))
                        .budget(RetryBudget.of(10, 1_000_000))
                        .build())
                .limit(MemberLimit.fixed(2).toBuilder().maxWait(MAX_WAIT).build())
                .parking(Parking.upTo(MAX_WAIT))
                .build();
    }

    private void run(UpstreamPool pool, int closeAfter) throws InterruptedException {
        List<Signal> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            long seed = i;
            threads.add(time.start("requests", () -> requests(pool, new SplittableRandom(seed), closeAfter)));
        }
        threads.add(time.start("changes", () -> changes(pool)));
        for (Signal thread : threads) {
            assertThat(time.await(thread, time.deadline(MAX_WAIT)))
                    .as("all requests are over; left: %s", pool.snapshot())
                    .isTrue();
        }
    }

    private void requests(UpstreamPool pool, SplittableRandom random, int closeAfter) {
        try {
            for (int i = 0; i < REQUESTS; i++) {
                request(new PoolDriver(pool, time), random);
                if (over.incrementAndGet() == closeAfter) {
                    pool.close();
                }
            }
        } catch (InterruptedException | RuntimeException | Error fault) {
            wrong.add(fault);
        } finally {
            finished.incrementAndGet();
        }
    }

    /** Does what the attempt loop does. Some clients leave while they wait or get their answer. */
    private void request(PoolDriver driver, SplittableRandom random) throws InterruptedException {
        PoolDriver.Call call = driver.call(random.nextInt(3) == 0 ? "POST" : "GET");
        boolean leaves = random.nextInt(20) == 0;
        Step step = call.start();
        while (!(step instanceof Step.Fail)) {
            if (step instanceof Step.Wait wait) {
                if (leaves) {
                    break;
                }
                time.await(wait.signal(), wait.untilNanos());
                step = call.woke();
                continue;
            }
            Lease lease = ((Step.Send) step).lease();
            step = attempt(call, lease, leaves ? 0 : random.nextInt(6));
            if (step == null) {
                break;
            }
        }
        call.request().exchange().end(Outcome.COMPLETED);
    }

    private Step attempt(PoolDriver.Call call, Lease lease, int drawn) {
        if (drawn == 0) {
            lease.end(Outcome.CLIENT_LEFT, time.nanos());
            return null;
        }
        if (drawn == 1) {
            return call.failed(lease, Outcome.CONNECT_FAILED, Delivery.NOT_SENT, true);
        }
        if (drawn == 2) {
            return call.failed(lease, Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN, true);
        }
        Thread.yield();
        call.attempts().head(lease, 200, Headers.empty(), true, time.nanos());
        lease.end(Outcome.COMPLETED, time.nanos());
        return null;
    }

    /** Drains, removes and adds members and changes weights until all requests are over. */
    private void changes(UpstreamPool pool) {
        try {
            for (int i = 0; finished.get() < THREADS; i++) {
                String id = List.of("a", "b", "c").get(i % 3);
                pool.update(change -> change.drain(id));
                drains.add(pool.drain(id, Drain.within(Duration.ofMillis(1))).toCompletableFuture());
                pool.resume(id);
                pool.remove(id);
                pool.add(Member.of(FakeUpstream.named(id)).withWeight(1 + i % 5));
                Thread.yield();
            }
        } catch (IllegalStateException closed) {
            // One of the tests closes the pool.
            drains.add(CompletableFuture.completedFuture(null));
        } catch (RuntimeException | Error fault) {
            wrong.add(fault);
        }
    }
}
