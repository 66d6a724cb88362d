package dev.sluice.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class MetricsRegistryTest {
    private static final Meter COUNTER = Meter.counter("jobs", "Jobs \"done\".", "kind");
    private static final Meter GAUGE = Meter.gauge("room_bytes", "Room.", "place");
    private static final Meter HISTOGRAM = Meter.histogram("wait_seconds", "Waits.", List.of(0.5, 2.0));

    private final MetricsRegistry metrics = MetricsRegistry.create();

    @Test
    void openMetricsIsWrittenAsItsStandardSays() {
        metrics.recorder(COUNTER).record(2, "a\"\\\nb");
        metrics.read(GAUGE, to -> to.record(0.25, "here"));
        Metrics.Recorder waits = metrics.recorder(HISTOGRAM);
        waits.record(0.5);
        waits.record(1);
        waits.record(7);
        assertThat(metrics.openMetrics()).isEqualTo("""
                # HELP jobs Jobs \\"done\\".
                # TYPE jobs counter
                jobs_total{kind="a\\"\\\\\\nb"} 2
                # HELP room_bytes Room.
                # TYPE room_bytes gauge
                # UNIT room_bytes bytes
                room_bytes{place="here"} 0.25
                # HELP wait_seconds Waits.
                # TYPE wait_seconds histogram
                # UNIT wait_seconds seconds
                wait_seconds_bucket{le="0.5"} 1
                wait_seconds_bucket{le="2.0"} 2
                wait_seconds_bucket{le="+Inf"} 3
                wait_seconds_count 3
                wait_seconds_sum 8.5
                # EOF
                """);
    }

    @Test
    void theTextOfPrometheusNamesACounterAsItsSample() {
        metrics.recorder(COUNTER).record(1, "a");
        metrics.read(GAUGE, to -> to.record(Double.POSITIVE_INFINITY, "here"));
        assertThat(metrics.prometheus()).isEqualTo("""
                # HELP jobs_total Jobs "done".
                # TYPE jobs_total counter
                jobs_total{kind="a"} 1
                # HELP room_bytes Room.
                # TYPE room_bytes gauge
                room_bytes{place="here"} +Inf
                """);
    }

    @Test
    void whatIsReadIsReadEachTimeUntilItsEnd() {
        int[] room = {1};
        Metrics.Reading first = metrics.read(GAUGE, to -> to.record(room[0], "here"));
        Metrics.Reading second = metrics.read(GAUGE, to -> to.record(10, "here"));
        assertThat(metrics.prometheus()).contains("room_bytes{place=\"here\"} 11\n");
        room[0] = 2;
        second.close();
        assertThat(metrics.prometheus()).contains("room_bytes{place=\"here\"} 2\n");
        first.close();
        first.close();
        assertThat(metrics.prometheus()).doesNotContain("here");
    }

    @Test
    void aSourceOfSeveralMetersIsAskedOnceForEachAnswer() {
        Meter used = Meter.gauge("used_bytes", "Room in use.");
        int[] asked = {0};
        Metrics.Reading reading = metrics.read(List.of(GAUGE, used), to -> {
            asked[0]++;
            to.of(GAUGE).record(asked[0], "here");
            to.of(used).record(asked[0]);
        });
        metrics.prometheus();
        assertThat(metrics.prometheus()).contains("room_bytes{place=\"here\"} 2\n", "used_bytes 2\n");
        reading.close();
        assertThat(metrics.prometheus()).doesNotContain("used_bytes 2");
    }

    @Test
    void aSourceThatThrowsHidesNoOther() {
        Meter broken = Meter.gauge("broken", "A gauge.");
        Meter well = Meter.gauge("well", "A gauge.");
        metrics.read(broken, to -> {
            throw new IllegalStateException("a fault of a source");
        });
        metrics.read(well, to -> to.record(1));
        assertThat(metrics.prometheus()).contains("well 1\n").doesNotContain("\nbroken ");
    }

    @Test
    void aSourceGivesNumbersOnlyForItsMeters() {
        List<String> refused = new ArrayList<>();
        metrics.read(List.of(GAUGE), to -> {
            try {
                to.of(COUNTER);
            } catch (IllegalArgumentException why) {
                refused.add(why.getMessage());
            }
        });
        metrics.prometheus();
        assertThat(refused).containsExactly("the reading was begun without the meter jobs");
    }

    @Test
    void aMeterIsTheSameForEveryoneWhoRecords() {
        metrics.recorder(COUNTER).record(1, "a");
        metrics.recorder(Meter.counter("jobs", "Jobs \"done\".", "kind")).record(1, "a");
        assertThat(metrics.prometheus()).contains("jobs_total{kind=\"a\"} 2\n");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> metrics.recorder(Meter.counter("jobs", "Others.", "kind")))
                .withMessageContaining("another meter with the name jobs: ");
    }

    @Test
    void whatDoesNotFitTheMeterIsRefused() {
        Metrics.Recorder jobs = metrics.recorder(COUNTER);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> jobs.record(1))
                .withMessage("meter jobs has the labels [kind], and not []");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> jobs.record(-1, "a"))
                .withMessage("counter jobs must not become less: -1.0");
        assertThatIllegalArgumentException().isThrownBy(() -> jobs.record(Double.NaN, "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> metrics.recorder(GAUGE));
        assertThatIllegalArgumentException().isThrownBy(() -> metrics.read(HISTOGRAM, to -> {}));
    }

    @Test
    @SuppressWarnings("NullAway") // a caller without a check for null
    void aReadingWithoutASourceIsRefusedAtOnceAndNotWhenSomebodyAsks() {
        Meter other = Meter.gauge("seats", "Seats.");
        Consumer<Metrics.Recorder> one = null;
        Consumer<Metrics.Recorders> several = null;
        assertThatNullPointerException()
                .isThrownBy(() -> metrics.read(other, one))
                .withMessage("source");
        assertThatNullPointerException()
                .isThrownBy(() -> metrics.read(List.of(other), several))
                .withMessage("source");
        assertThat(metrics.prometheus()).isEmpty();
    }

    @Test
    void labelsWithoutEndTakeNoMemoryWithoutEnd() {
        Metrics.Recorder jobs = metrics.recorder(COUNTER);
        for (int i = 0; i < MetricsRegistry.MOST_SERIES + 10; i++) {
            jobs.record(1, "kind " + i);
        }
        assertThat(metrics.prometheus().lines()).hasSize(MetricsRegistry.MOST_SERIES + 3);
        assertThat(metrics.prometheus()).contains("jobs_total{kind=\"other\"} 10\n");
    }

    @Test
    void aHistogramThatIsReadWhileItGrowsIsNeverTorn() throws Exception {
        Metrics.Recorder waits = metrics.recorder(HISTOGRAM);
        waits.record(0);
        AtomicBoolean done = new AtomicBoolean();
        LongAdder written = new LongAdder();
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Thread writer = new Thread(() -> {
                for (int n = 0; !done.get(); n++) {
                    waits.record(n % 3);
                    written.increment();
                }
            });
            writers.add(writer);
            writer.start();
        }
        try {
            for (int i = 0; i < 5_000; i++) {
                long[] counts = counts();
                assertThat(counts).hasSize(4).isSorted();
                assertThat(counts[3]).isEqualTo(counts[2]);
            }
        } finally {
            done.set(true);
            for (Thread writer : writers) {
                writer.join();
            }
        }
        assertThat(counts()[3]).isEqualTo(1 + written.sum());
    }

    /** The numbers of the histogram's buckets, and its count. */
    private long[] counts() {
        return metrics.prometheus()
                .lines()
                .filter(each -> each.startsWith("wait_seconds_bucket") || each.startsWith("wait_seconds_count"))
                .mapToLong(each -> Long.parseLong(each.substring(each.indexOf(' ') + 1)))
                .toArray();
    }
}
