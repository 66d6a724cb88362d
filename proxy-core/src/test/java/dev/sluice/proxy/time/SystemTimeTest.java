package dev.sluice.proxy.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SystemTimeTest {
    private final TimeSource time = TimeSource.system();

    @Test
    void timeIsMonotonicAndNeverNegative() {
        long before = time.nanos();

        assertThat(before).isNotNegative();
        assertThat(time.nanos()).isGreaterThanOrEqualTo(before);
    }

    @Test
    void aDeadlineBeyondTheRangeIsNever() {
        assertThat(time.deadline(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(TimeSource.NEVER);
        assertThat(time.deadline(Duration.ofNanos(Long.MAX_VALUE))).isEqualTo(TimeSource.NEVER);
        assertThat(time.deadline(Duration.ofSeconds(1))).isBetween(time.nanos(), time.nanos() + 1_000_000_000L);
    }

    @Test
    void aWaiterGoesOnWhenTheSignalFires() throws Exception {
        Signal signal = new Signal();
        time.schedule(Duration.ofMillis(1), signal::fire);

        assertThat(time.await(signal, TimeSource.NEVER)).isTrue();
        assertThat(time.await(signal, time.nanos())).isTrue();
    }

    @Test
    void aWaiterGoesOnAtTheDeadline() throws Exception {
        long deadline = time.deadline(Duration.ofMillis(2));

        assertThat(time.await(new Signal(), deadline)).isFalse();
        assertThat(time.nanos()).isGreaterThanOrEqualTo(deadline);
    }

    @Test
    void anInterruptedWaiterThrows() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> time.await(new Signal(), TimeSource.NEVER)).isInstanceOf(InterruptedException.class);

        Thread waiter = Thread.currentThread();
        time.schedule(Duration.ofMillis(1), waiter::interrupt);
        assertThatThrownBy(() -> time.await(new Signal(), TimeSource.NEVER)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void aTaskRunsBesideAndItsEndIsSignalled() throws Exception {
        AtomicReference<String> name = new AtomicReference<>();
        Signal done = time.start("probe", () -> name.set(Thread.currentThread().getName()));

        assertThat(time.await(done, time.deadline(Duration.ofSeconds(10)))).isTrue();
        assertThat(name).hasValue("sluice-probe");
    }

    @Test
    void theEndOfATaskThatFailsIsSignalledToo() throws Exception {
        Signal done = time.start("broken", () -> {
            throw new IllegalStateException("for the log");
        });

        assertThat(time.await(done, time.deadline(Duration.ofSeconds(10)))).isTrue();
    }

    @Test
    void aCancelledTaskDoesNotRun() throws Exception {
        CountDownLatch later = new CountDownLatch(1);
        AtomicReference<String> ran = new AtomicReference<>();
        // Long enough to be cancelled on a busy machine. It would have run before a later task has run.
        time.schedule(Duration.ofSeconds(1), () -> ran.set("taken back")).cancel();
        time.schedule(Duration.ofMillis(1_001), later::countDown);

        assertThat(later.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).hasValue(null);
    }

    @Test
    void aSignalFiresOnceAndRunsEachHookOnce() {
        Signal signal = new Signal();
        StringBuilder told = new StringBuilder();
        signal.whenFired(() -> told.append('a'));
        signal.whenFired(() -> told.append('b')).run();
        signal.whenFired(() -> told.append('c'));
        signal.fire();
        signal.fire();
        signal.whenFired(() -> told.append('d'));

        assertThat(told).hasToString("acd");
    }
}
