package dev.sluice.proxy.limit;

import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.internal.Require;
import java.time.Duration;
import java.util.Objects;

/**
 * The rule of a rate: a bucket that holds {@code burst} tokens, is full at first, and gets {@code tokens} back in each
 * {@code period}, evenly. What wants to pass takes tokens out. So in any time at most {@code burst} pass at once, and
 * {@code tokens} for each period. Immutable.
 *
 * @param tokens how many come back in a period
 * @param period the time in which they come back
 * @param burst how many the bucket holds
 */
public record TokenBucket(long tokens, Duration period, long burst) {
    private static final Duration LONGEST = Duration.ofDays(366);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if tokens or burst is not positive, the period is not above zero and at most 366
     *     days, a token would come back faster than in a nanosecond, or a bucket that is empty would not be full again
     *     within 3,660 days; the message names the value
     */
    public TokenBucket {
        Require.positive("rate tokens", tokens);
        Require.positive("rate burst", burst);
        Require.aboveZero("rate period", LONGEST, period);
        if (tokens > period.toNanos()) {
            throw new IllegalArgumentException(
                    "rate tokens must be at most one a nanosecond: " + tokens + " in " + DurationText.of(period));
        }
        if ((double) burst / tokens * period.toNanos() > 10.0 * LONGEST.toNanos()) {
            throw new IllegalArgumentException("rate burst must come back within 3660 days: " + burst);
        }
    }

    /** The time in which {@code count} tokens come back, in whole nanoseconds, rounded down; exact to one of them. */
    public long nanosFor(long count) {
        long nanos = period.toNanos();
        return count * (nanos / tokens) + (long) (count * (double) (nanos % tokens) / tokens);
    }

    /** How many tokens come back in that time; only whole ones, and at most the burst. */
    long in(long nanos) {
        long about = (long) ((double) nanos * tokens / period.toNanos());
        // The time of a token is rounded down, so one more may have come back.
        return Math.min(burst, nanosFor(about + 1) <= nanos ? about + 1 : about);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenBucket that
                && tokens == that.tokens
                && burst == that.burst
                && period.equals(that.period);
    }

    @Override
    public int hashCode() {
        return Objects.hash(tokens, period, burst);
    }

    /** The rule in words, such as {@code 100 in 1s, at most 200 at once}. */
    @Override
    public String toString() {
        return tokens + " in " + DurationText.of(period) + ", at most " + burst + " at once";
    }
}
