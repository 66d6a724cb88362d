package dev.sluice.proxy.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.time.OtherTime;
import dev.sluice.proxy.time.TimeSource;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WatchTest {
    private final CountingTime time = new CountingTime();
    private final Watch watch = Watch.of(time);
    private final List<Long> millis = new ArrayList<>();
    private final Watch.Watched watched = nanos -> millis.add(nanos / 1_000_000);

    @Test
    void aClockHasOneWatch() {
        assertThat(Watch.of(time)).isSameAs(watch);
        assertThat(Watch.of(new ManualTime())).isNotSameAs(watch);
        assertThat(Watch.of(TimeSource.system())).isSameAs(Watch.of(TimeSource.system()));
        assertThat(watch.time()).isSameAs(time);
    }

    @Test
    void registeredObjectsAreCheckedEvery100Milliseconds() {
        watch.add(watched);
        watch.add(watched);
        time.turned.advance(Duration.ofMillis(99));
        assertThat(millis).isEmpty();
        time.turned.advance(Duration.ofMillis(250));

        assertThat(millis).containsExactly(100L, 200L, 300L);
    }

    @Test
    void withNothingRegisteredNothingIsScheduled() {
        watch.add(watched);
        time.turned.advance(Duration.ofMillis(100));
        watch.remove(watched);
        watch.remove(watched);
        time.turned.advance(Duration.ofMinutes(1));

        assertThat(millis).containsExactly(100L);
        assertThat(time.scheduled).isEqualTo(2);

        watch.add(watched);
        time.turned.advance(Duration.ofMillis(100));
        assertThat(millis).containsExactly(100L, 60_200L);
    }

    @Test
    void oneSweepServesAll() {
        watch.add(watched);
        watch.add(nanos -> millis.add(-1L));
        watch.add(nanos -> {
            throw new IllegalStateException("thrown on purpose");
        });
        time.turned.advance(Duration.ofMillis(200));

        assertThat(millis).containsExactlyInAnyOrder(100L, -1L, 200L, -1L);
        assertThat(time.scheduled).isEqualTo(3);
    }

    @Test
    void anErrorDoesNotEndTheSweeps() {
        watch.add(watched);
        watch.add(nanos -> {
            throw new OutOfMemoryError("thrown on purpose");
        });
        time.turned.advance(Duration.ofMillis(200));

        assertThat(millis).containsExactly(100L, 200L);
    }

    @Test
    void aClockThatCouldNotScheduleIsAskedAgain() {
        time.fails = true;
        assertThatThrownBy(() -> watch.add(watched)).isInstanceOf(OutOfMemoryError.class);
        time.fails = false;
        watch.add(watched);
        time.turned.advance(Duration.ofMillis(100));

        assertThat(millis).containsExactly(100L);
    }

    @Test
    void aWatchedObjectMayRemoveItself() {
        Watch.Watched[] once = new Watch.Watched[1];
        once[0] = nanos -> {
            millis.add(nanos);
            watch.remove(once[0]);
        };
        watch.add(once[0]);
        time.turned.advance(Duration.ofSeconds(1));

        assertThat(millis).hasSize(1);
    }

    @Test
    void anUnreachableClockIsNotHeld() {
        WeakReference<Watch> forgotten = forgottenWatch();

        Awaited.isTrue(() -> {
            System.gc();
            return forgotten.get() == null;
        });
    }

    private static WeakReference<Watch> forgottenWatch() {
        Watch used = Watch.of(new ManualTime());
        used.add(nanos -> {});
        return new WeakReference<>(used);
    }

    /** Counts the scheduled tasks. */
    private static final class CountingTime extends OtherTime {
        private final ManualTime turned;
        private int scheduled;
        private boolean fails;

        private CountingTime() {
            this(new ManualTime());
        }

        private CountingTime(ManualTime turned) {
            super(turned);
            this.turned = turned;
        }

        @Override
        public Scheduled schedule(Duration delay, Runnable task) {
            if (fails) {
                throw new OutOfMemoryError("thrown on purpose");
            }
            scheduled++;
            return super.schedule(delay, task);
        }
    }
}
