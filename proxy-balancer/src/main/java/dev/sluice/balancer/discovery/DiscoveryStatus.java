package dev.sluice.balancer.discovery;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a {@link DiscoveryFeed} is doing. Immutable.
 *
 * @param state what came of the latest question
 * @param detail what was wrong with it; empty when nothing was
 * @param members the ids of the members in use
 * @param held those of them that the latest answer lacks: they go when they have been missing for long enough
 * @param lastAnswer when members were found last; empty before the first time
 * @param failures questions in a row that failed
 */
public record DiscoveryStatus(
        State state,
        String detail,
        List<String> members,
        List<String> held,
        Optional<Instant> lastAnswer,
        int failures) {
    /** Copies the lists. */
    public DiscoveryStatus {
        members = List.copyOf(members);
        held = List.copyOf(held);
    }

    /** What came of the latest question. */
    public enum State {
        /** Nothing yet. */
        PENDING,
        /** An answer, and it is in use. */
        GOOD,
        /** An answer that is empty or too small: it can add members, and takes none away. */
        DOUBTED,
        /** No answer, or one that cannot be used: the last good one stays in use. */
        FAILING
    }
}
