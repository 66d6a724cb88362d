package dev.sluice.balancer;

import dev.sluice.proxy.Upstream;
import java.util.Map;

/**
 * What the user says about a member of a pool. Immutable.
 *
 * @param upstream where its requests go; its id names the member
 * @param weight 1 to {@value #MAX_WEIGHT}: twice the weight means twice the share, with a strategy that heeds weights
 * @param tags the user's own labels, such as a zone
 */
public record Member(Upstream upstream, int weight, Map<String, String> tags) {
    /** The greatest weight. */
    public static final int MAX_WEIGHT = 1_000_000;

    /**
     * Checks the weight, and copies the tags.
     *
     * @throws IllegalArgumentException if the weight is out of range; the message names the member and the value
     */
    public Member {
        if (weight < 1 || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException(
                    "weight of member \"" + upstream.id() + "\" must be 1 to " + MAX_WEIGHT + ": " + weight);
        }
        tags = Map.copyOf(tags);
    }

    /** A member with weight 1 and without tags. */
    public static Member of(Upstream upstream) {
        return new Member(upstream, 1, Map.of());
    }

    /** The upstream's id. */
    public String id() {
        return upstream.id();
    }

    /** The same with another weight; throws as the constructor does. */
    public Member withWeight(int newWeight) {
        return new Member(upstream, newWeight, tags);
    }

    /** The same with other tags. */
    public Member withTags(Map<String, String> newTags) {
        return new Member(upstream, weight, newTags);
    }
}
