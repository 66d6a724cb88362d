package dev.sluice.balancer.discovery;

import dev.sluice.balancer.Member;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the members of a pool. This is the one method that a registry's client has to have; a {@link DiscoveryFeed}
 * asks it again and again, and never twice at once.
 *
 * <pre>{@code
 * Discovery registry = () -> Found.of(client.healthy("orders").stream()
 *         .map(node -> Member.at("http://" + node.address()).named(node.id()))
 *         .toList());
 * }</pre>
 */
@FunctionalInterface
public interface Discovery {
    /**
     * The members that there are now. May block, but must end by itself: it is not broken off. One that waits until
     * something has changed, and then says that its answer is good for {@link java.time.Duration#ZERO}, is asked again
     * at once.
     *
     * @throws IOException if they could not be found out; its message goes into the log. The members that were found
     *     before stay in use then, and after any other exception too
     * @throws InterruptedException if the thread is interrupted
     */
    Found find() throws IOException, InterruptedException;

    /**
     * After a failure, how long at most until the next question, where asking costs so little that the feed need not ask
     * less and less often; null, as by default, for {@link DiscoveryFeed.Builder#retry the feed's own} pauses.
     */
    default @Nullable Duration longestRetry() {
        return null;
    }

    /**
     * A discovery that always finds these.
     *
     * @throws IllegalArgumentException as {@link Found#of(List)} does
     */
    static Discovery of(List<Member> members) {
        Found found = Found.of(members);
        return () -> found;
    }
}
