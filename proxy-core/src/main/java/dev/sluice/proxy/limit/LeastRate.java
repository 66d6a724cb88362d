package dev.sluice.proxy.limit;

import dev.sluice.proxy.internal.Require;
import java.time.Duration;

/**
 * How fast a client must send the body of a request, and take that of a response: so that one that lets a byte through
 * now and then, which no timeout between two bytes ends, does not keep an exchange for ever. Only the time counts in
 * which the client is waited for, and no more of it than {@code grace} is forgiven: a client may pause for that long at
 * any time, and must then go on. Immutable.
 *
 * @param bytesPerSecond what must move in a second; 0 for no least rate
 * @param grace for how long in all a client may be slower, until it has made up for it
 */
public record LeastRate(long bytesPerSecond, Duration grace) {
    /** No least rate. */
    public static final LeastRate NONE = new LeastRate(0, Duration.ofSeconds(5));

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if bytesPerSecond is negative or grace not positive; the message names it and
     *     its value
     */
    public LeastRate {
        Require.notNegative("least rate bytesPerSecond", bytesPerSecond);
        Require.positive("least rate grace", grace);
    }

    @Override
    public String toString() {
        return bytesPerSecond + " bytes a second (grace " + grace + ')';
    }
}
