package dev.sluice.proxy.cache.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FrequencySketchTest {
    private final FrequencySketch sketch = new FrequencySketch();
    private final Random random = new Random(3);

    @Test
    void countsUpToFifteen() {
        for (int i = 0; i < 40; i++) {
            assertThat(sketch.estimate(7)).isEqualTo(Math.min(i, 15));
            sketch.count(7);
        }
        assertThat(sketch.estimate(8)).isZero();
    }

    @Test
    void anEstimateIsNeverLessThanTheCount() {
        sketch.room(1_000);
        int[] counts = new int[1_000];
        long[] names = random.longs(1_000).toArray();
        for (int i = 0; i < 9_000; i++) {
            int one = (int) (1_000 * random.nextDouble() * random.nextDouble());
            counts[one]++;
            sketch.count(names[one]);
        }

        int errors = 0;
        for (int i = 0; i < 1_000; i++) {
            int estimate = sketch.estimate(names[i]);
            assertThat(estimate).isGreaterThanOrEqualTo(Math.min(15, counts[i]));
            errors += estimate - Math.min(15, counts[i]);
        }
        assertThat(errors).as("sum of all errors, of 9,000 uses").isLessThan(300);
    }

    @Test
    void countsAreHalvedInTime() {
        sketch.room(64);
        for (int i = 0; i < 12; i++) {
            sketch.count(7);
        }
        for (int i = 0; i < 640 - 13; i++) {
            sketch.count(100);
        }
        assertThat(sketch.estimate(7)).isEqualTo(12);
        sketch.count(100);
        assertThat(sketch.estimate(7)).isEqualTo(6);
        assertThat(sketch.estimate(100)).as("each counter for itself").isEqualTo(7);
        for (int i = 0; i < 320; i++) {
            sketch.count(100);
        }
        assertThat(sketch.estimate(7)).as("the second time after half as many").isEqualTo(3);
    }

    @Test
    void whatWasUsedLongAgoIsForgotten() {
        for (int i = 0; i < 15; i++) {
            sketch.count(7);
        }
        for (int i = 0; i < 640 + 4 * 320; i++) {
            sketch.count(100 + i % 3);
        }
        assertThat(sketch.estimate(7)).isZero();
    }

    @Test
    void nothingIsForgottenWhenItGrows() {
        long[] names = random.longs(50).toArray();
        for (int i = 0; i < 50; i++) {
            for (int n = 0; n <= i % 7; n++) {
                sketch.count(names[i]);
            }
        }
        int[] before = new int[50];
        for (int i = 0; i < 50; i++) {
            before[i] = sketch.estimate(names[i]);
        }

        sketch.room(10_000);
        for (int i = 0; i < 50; i++) {
            assertThat(sketch.estimate(names[i])).isEqualTo(before[i]);
        }
    }

    @Test
    void itIsAsAccurateWhenItHasGrown() {
        sketch.room(100_000);
        for (int i = 0; i < 100_000; i++) {
            sketch.count(i);
        }
        int errors = 0;
        for (int i = 0; i < 100_000; i++) {
            errors += sketch.estimate(1_000_000 + i);
        }
        assertThat(errors).as("estimates of what was never used").isLessThan(2_000);
    }
}
