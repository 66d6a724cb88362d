package dev.sluice.balancer.retry;

import dev.sluice.proxy.internal.Require;
import java.time.Duration;

/**
 * How requests wait when no member is available: each in a bounded queue, in the order of arrival, until a member is
 * back or its time is over. So a server behind the proxy restarts and its clients see a pause instead of an error. To
 * make this work, even the last member is taken out if it cannot be reached, whatever the ejection policy says, and one
 * of the requests soon tries it again. Immutable.
 *
 * @param maxWait the longest time that a request waits in total; the exchange's deadline counts too
 * @param queue the greatest number of requests that wait; the next one does not wait, and ends as it would without
 *     parking
 */
public record Parking(Duration maxWait, int queue) {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is out of range; the message names it and its value
     */
    public Parking {
        Require.aboveZero("parking maxWait", Duration.ofHours(1), maxWait);
        Require.atLeast("parking queue", 1, queue);
    }

    /** Up to 1,000 requests wait, each at most this long. */
    public static Parking upTo(Duration maxWait) {
        return new Parking(maxWait, 1_000);
    }

    /** The same with another length of the queue; throws as the constructor does. */
    public Parking withQueue(int requests) {
        return new Parking(maxWait, requests);
    }
}
