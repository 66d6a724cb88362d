package dev.sluice.proxy.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ManualTimeTest {
    private final ManualTime time = new ManualTime();
    private final BlockingQueue<Object> results = new LinkedBlockingQueue<>();
    private final List<String> log = new ArrayList<>();

    @Test
    void timeBeginsAtZeroAndOnlyAdvanceMovesIt() {
        assertThat(time.nanos()).isZero();
        assertThat(time.now()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));

        time.advance(Duration.ofSeconds(61));

        assertThat(time.nanos()).isEqualTo(61_000_000_000L);
        assertThat(time.now()).isEqualTo(Instant.parse("2026-01-01T00:01:01Z"));
    }

    @Test
    void dueTasksRunInOrderOfTimeThenOfRegistrationAndSeeTheirOwnTime() {
        time.schedule(Duration.ofSeconds(2), () -> log.add("b at " + seconds()));
        time.schedule(Duration.ofSeconds(1), () -> log.add("a at " + seconds()));
        time.schedule(Duration.ofSeconds(2), () -> log.add("c at " + seconds()));
        time.schedule(Duration.ofSeconds(4), () -> log.add("never"));

        time.advance(Duration.ofSeconds(3));

        assertThat(log).containsExactly("a at 1", "b at 2", "c at 2");
        assertThat(seconds()).isEqualTo(3);
    }

    @Test
    void aTaskScheduledByATaskRunsInTheSameAdvanceWhenItIsDue() {
        time.schedule(Duration.ofSeconds(1), () -> {
            log.add("first");
            time.schedule(Duration.ofSeconds(1), () -> log.add("again at " + seconds()));
            time.schedule(Duration.ZERO, () -> log.add("at once at " + seconds()));
            log.add("still first");
        });

        time.advance(Duration.ofSeconds(2));

        assertThat(log).containsExactly("first", "still first", "at once at 1", "again at 2");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void aTaskWithoutDelayRunsAtOnce(long seconds) {
        time.schedule(Duration.ofSeconds(seconds), () -> log.add("ran on " + Thread.currentThread()));

        assertThat(log).containsExactly("ran on " + Thread.currentThread());
    }

    @Test
    void aCancelledTaskDoesNotRun() {
        time.schedule(Duration.ofSeconds(1), () -> log.add("ran")).cancel();
        time.schedule(Duration.ofSeconds(Long.MAX_VALUE), () -> log.add("ran")).cancel();

        time.advance(Duration.ofDays(1));

        assertThat(log).isEmpty();
    }

    @Test
    void aTaskThatThrowsDoesNotStopTheOthers() {
        time.schedule(Duration.ofSeconds(1), () -> {
            throw new AssertionError("for the log");
        });
        time.schedule(Duration.ofSeconds(1), () -> log.add("ran"));

        time.advance(Duration.ofSeconds(1));

        assertThat(log).containsExactly("ran");
    }

    @Test
    void aTaskThatFallsDueWhileAnotherThreadRunsTasksIsNotForgotten() throws Exception {
        CountDownLatch scheduled = new CountDownLatch(1);
        CountDownLatch running = new CountDownLatch(1);
        time.schedule(Duration.ofSeconds(1), () -> {
            running.countDown();
            Awaited.latch(scheduled);
        });
        Signal advanced = time.start("advance", () -> time.advance(Duration.ofSeconds(1)));
        Awaited.latch(running);

        time.schedule(Duration.ZERO, () -> results.add("ran"));
        assertThat(results).isEmpty();
        scheduled.countDown();

        assertThat(result()).isEqualTo("ran");
        assertThat(TimeSource.system().await(advanced, TimeSource.NEVER)).isTrue();
    }

    @Test
    void aWaitEndsAtItsDeadlineAndNotBefore() throws Exception {
        startWaiter(new Signal(), Duration.ofSeconds(5));

        time.advance(Duration.ofNanos(4_999_999_999L));
        time.awaitWaiters(1);
        assertThat(results).isEmpty();
        time.advance(Duration.ofNanos(1));

        assertThat(result()).isEqualTo(false);
    }

    @Test
    void aWaitEndsWhenItsSignalFires() throws Exception {
        Signal signal = new Signal();
        startWaiter(signal, Duration.ofSeconds(Long.MAX_VALUE));
        time.awaitWaiters(1);

        signal.fire();

        assertThat(result()).isEqualTo(true);
    }

    @Test
    void aWaiterIsNoLongerCountedOnceWhatItWaitsForHasCome() throws Exception {
        Signal signal = new Signal();
        startWaiter(signal, Duration.ofSeconds(1));
        time.start("waiter", () -> awaitQuietly(signal, TimeSource.NEVER));
        time.awaitWaiters(2);

        time.advance(Duration.ofSeconds(1));
        assertThat(time.waiters()).isEqualTo(1);
        signal.fire();
        assertThat(time.waiters()).isZero();
    }

    @Test
    void aWaitForWhatHasHappenedDoesNotBlock() throws Exception {
        Signal fired = new Signal();
        fired.fire();

        assertThat(time.await(fired, TimeSource.NEVER)).isTrue();
        assertThat(time.await(fired, 0)).isTrue();
        assertThat(time.await(new Signal(), 0)).isFalse();
    }

    @Test
    void anInterruptEndsAWait() throws Exception {
        AtomicReference<Thread> thread = new AtomicReference<>();
        time.start("waiter", () -> {
            thread.set(Thread.currentThread());
            awaitQuietly(new Signal(), TimeSource.NEVER);
        });
        time.awaitWaiters(1);

        thread.get().interrupt();

        assertThat(result()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void anInterruptBeforeAWaitEndsIt() {
        Signal fired = new Signal();
        fired.fire();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> time.await(fired, TimeSource.NEVER)).isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void startedWorkRunsAtOnceBesideTheCaller() throws Exception {
        CountDownLatch going = new CountDownLatch(1);

        Signal done = time.start("work", () -> {
            results.add(Thread.currentThread().getName());
            Awaited.latch(going);
        });

        assertThat(result()).isEqualTo("sluice-work");
        assertThat(done.fired()).isFalse();
        going.countDown();
        assertThat(time.await(done, TimeSource.NEVER)).isTrue();
    }

    @Test
    void theClockIsNotAdvancedByAScheduledTask() {
        time.schedule(
                Duration.ZERO,
                () -> results.add(
                        assertThatIllegalStateException().isThrownBy(() -> time.advance(Duration.ofSeconds(1)))));

        assertThat(results).hasSize(1);
    }

    @Test
    void theClockDoesNotGoBack() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> time.advance(Duration.ofSeconds(-1)))
                .withMessageContaining("PT-1S");
        assertThatIllegalArgumentException().isThrownBy(() -> time.advance(Duration.ofSeconds(Long.MAX_VALUE)));
    }

    private void startWaiter(Signal signal, Duration timeout) throws InterruptedException {
        time.start("waiter", () -> awaitQuietly(signal, time.deadline(timeout)));
        time.awaitWaiters(1);
    }

    private void awaitQuietly(Signal signal, long deadlineNanos) {
        try {
            results.add(time.await(signal, deadlineNanos));
        } catch (InterruptedException interrupted) {
            results.add(interrupted);
        }
    }

    private Object result() throws InterruptedException {
        return results.poll(10, TimeUnit.SECONDS);
    }

    private long seconds() {
        return Duration.ofNanos(time.nanos()).toSeconds();
    }
}
