package dev.sluice.balancer.simulation;

import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.internal.Nanos;
import dev.sluice.proxy.internal.Require;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long a simulated server works on a request: a distribution. The time that the request waits for a free place is
 * added. Your own implementation must use only the given generator for chance, otherwise the results are not
 * repeatable.
 */
@FunctionalInterface
public interface Latency {
    /** Draws one, in nanoseconds; 0 or more. */
    long nanos(RandomGenerator random);

    /**
     * Always the same.
     *
     * @throws IllegalArgumentException if the time is negative; so do the others
     */
    static Latency fixed(Duration time) {
        long nanos = Nanos.of(Require.notNegative("latency", time));
        return random -> nanos;
    }

    /** Any time between these two, all equally likely. */
    static Latency uniform(Duration least, Duration most) {
        long from = Nanos.of(Require.notNegative("least latency", least));
        long width = Nanos.of(Require.notNegative("most latency", most)) - from;
        if (width < 0) {
            throw new IllegalArgumentException(
                    "most latency must be at least " + DurationText.of(least) + ": " + DurationText.of(most));
        }
        return random -> from + Math.round(random.nextDouble() * width);
    }

    /** An exponential distribution with this mean, as is common in queueing theory. */
    static Latency exponential(Duration mean) {
        long nanos = Nanos.of(Require.notNegative("mean latency", mean));
        return random -> Math.round(random.nextExponential() * nanos);
    }

    /** A normal distribution; values below 0 are drawn again. The mean must be positive. */
    static Latency normal(Duration mean, Duration deviation) {
        long middle = Nanos.of(Require.positive("mean latency", mean));
        long sigma = Nanos.of(Require.notNegative("deviation of latency", deviation));
        return random -> {
            long nanos;
            do {
                nanos = Math.round(middle + random.nextGaussian() * sigma);
            } while (nanos < 0);
            return nanos;
        };
    }

    /**
     * A log-normal distribution, which is close to many real services: half of the requests take less than the median,
     * one in a hundred more than {@code p99}.
     */
    static Latency logNormal(Duration median, Duration p99) {
        long middle = Nanos.of(Require.positive("median latency", median));
        long high = Nanos.of(Require.notNegative("p99 latency", p99));
        if (high < middle) {
            throw new IllegalArgumentException(
                    "p99 latency must be at least " + DurationText.of(median) + ": " + DurationText.of(p99));
        }
        // 2.3263 is where the standard normal distribution has 99 % below it.
        double sigma = StrictMath.log((double) high / middle) / 2.3263478740408408;
        return random -> Math.round(middle * StrictMath.exp(sigma * random.nextGaussian()));
    }

    /**
     * A mixture: this share of the requests takes as long as {@code other} says.
     *
     * @param share 0 to 1
     */
    default Latency mixed(double share, Latency other) {
        Require.within("share of latency", 0, 1, share);
        return random -> random.nextDouble() < share ? other.nanos(random) : nanos(random);
    }
}
