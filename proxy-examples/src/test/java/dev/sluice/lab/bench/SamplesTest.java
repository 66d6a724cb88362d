package dev.sluice.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SamplesTest {
    @Test
    void theMedianIsTheOneInTheMiddleOrTheMeanOfTwo() {
        assertThat(Samples.median(9, 1, 5)).isEqualTo(5);
        assertThat(Samples.median(4, 1, 3, 2)).isEqualTo(2.5);
        assertThat(Samples.median()).isNaN();
    }

    @Test
    void eachFigureHasItsOwnMedian() {
        Samples samples = new Samples("nginx");
        samples.add(sample(100, 30, ""));
        samples.add(sample(300, 10, ""));
        samples.add(sample(200, 20, ""));
        assertThat(samples.perSecond()).isEqualTo(200);
        assertThat(samples.cpuMicros()).isEqualTo(20);
        assertThat(samples.errors()).isEmpty();
    }

    @Test
    void oneRoundWithErrorsMakesAllNotValid() {
        Samples samples = new Samples("nginx");
        samples.add(sample(100, 30, ""));
        samples.add(sample(300, 10, "7 not 2xx"));
        assertThat(Lab.validity(samples.errors())).isEqualTo("not valid: 7 not 2xx");
    }

    private static Sample sample(double perSecond, double cpu, String errors) {
        return new Sample(new LoadResult(1, perSecond, 1, 2, errors), cpu, new ProcessUsage(1, 2, 3, 1));
    }
}
