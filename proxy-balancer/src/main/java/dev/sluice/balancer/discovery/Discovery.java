package dev.sluice.balancer.discovery;

import dev.sluice.balancer.Member;
import dev.sluice.proxy.internal.Require;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the members of a pool. This is the one method that a registry's client has to have; a {@link DiscoveryFeed}
 * asks it again and again, and never twice at once.
 *
 * <pre>{@code
 * Discovery registry = () -> Discovery.Found.of(client.healthy("orders").stream()
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

    /**
     * The answer of a {@link Discovery}. Immutable.
     *
     * @param members all that there are, in any order
     * @param goodFor after this time the answer is to be asked for anew; null for the interval of the feed
     */
    record Found(List<Member> members, @Nullable Duration goodFor) {
        /**
         * Checks the parts. A member that is listed twice with the same values counts once.
         *
         * @throws IllegalArgumentException if two members that differ have the same id, or the duration is negative; the
         *     message names the id, or the value
         */
        public Found {
            Map<String, Member> byId = new LinkedHashMap<>();
            for (Member member : members) {
                Member other = byId.putIfAbsent(member.id(), member);
                if (other != null && !other.equals(member)) {
                    throw new IllegalArgumentException("two members have the id \"" + member.id() + "\"");
                }
            }
            if (goodFor != null) {
                Require.notNegative("goodFor", goodFor);
            }
            members = List.copyOf(byId.values());
        }

        /** These members, to be asked for anew after the feed's interval; throws as the constructor does. */
        public static Found of(List<Member> members) {
            return new Found(members, null);
        }

        /** These members, to be asked for anew after this time; throws as the constructor does. */
        public static Found of(List<Member> members, Duration goodFor) {
            return new Found(members, goodFor);
        }
    }
}
