package dev.sluice.balancer.split;

import java.util.List;

/**
 * A split as it is at one moment. Immutable.
 *
 * @param name the split's
 * @param parts the sources, in the order in which they were given
 */
public record SplitSnapshot(String name, List<Part> parts) {
    /** Copies the list. */
    public SplitSnapshot {
        parts = List.copyOf(parts);
    }

    /**
     * One source.
     *
     * @param name the source's
     * @param share its share
     * @param part the part of all shares that this is, from 0 to 1
     * @param requests how many requests have been given to it, by a rule, by share or as a fall-back
     */
    public record Part(String name, int share, double part, long requests) {}
}
