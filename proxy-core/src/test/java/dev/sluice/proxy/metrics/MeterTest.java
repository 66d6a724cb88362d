package dev.sluice.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MeterTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "9a", "a-b", "a b", "a_total", "a_bucket", "a_count", "a_sum", "a_created", "a_info"})
    void aNameIsOneOfOpenMetrics(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Meter.counter(name, "help"))
                .withMessage("meter has a name that it cannot have: \"" + name + '"');
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "9a", "a-b", "a:b", "__a", "le", "twice"})
    void aLabelIsOneOfOpenMetricsAndNamedOnce(String label) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Meter.gauge("a", "help", "twice", label))
                .withMessage("meter a has a label that it cannot have: \"" + label + '"');
    }

    @Test
    void theBoundsOfAHistogramGrow() {
        for (List<Double> bounds : List.of(
                List.<Double>of(), List.of(1.0, 1.0), List.of(2.0, 1.0), List.of(Double.NaN), List.of(1.0 / 0))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Meter.histogram("a", "help", bounds))
                    .withMessage("meter a has bounds that it cannot have: " + bounds);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Meter(Meter.Kind.COUNTER, "a", "help", List.of(), List.of(1.0)));
        assertThat(Meter.histogram("a", "help", Meter.SECONDS).bounds()).isEqualTo(Meter.SECONDS);
    }

    @ParameterizedTest
    @CsvSource({"a_seconds, seconds", "a_bytes, bytes", "a_requests, ''", "seconds, seconds"})
    void theUnitIsTheEndOfTheName(String name, String unit) {
        assertThat(Meter.gauge(name, "help").unit()).isEqualTo(unit);
    }
}
