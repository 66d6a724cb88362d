package dev.sluice.proxy.limit;

import java.util.OptionalInt;

/**
 * What a limit does now, and has done so far. Immutable.
 *
 * @param refused requests that it has refused so far
 * @param waiting requests that wait for a place now, of all keys; 0 for a limit without a queue
 * @param atOnce how many requests of each key may be in progress at once now; empty for a limit that counts something else
 */
public record LimitStatistics(long refused, int waiting, OptionalInt atOnce) {
    /** Of a limit that only refuses. */
    static LimitStatistics of(long refused) {
        return new LimitStatistics(refused, 0, OptionalInt.empty());
    }
}
