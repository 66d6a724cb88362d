package dev.sluice.balancer.discovery;

import dev.sluice.balancer.Member;
import dev.sluice.proxy.internal.Require;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the members of a pool. A registry's client needs only this one method. A {@link DiscoveryFeed} calls it again
 * and again, never twice at once.
 *
 * <pre>{@code
 * Discovery registry = () -> Discovery.Found.of(client.healthy("orders").stream()
 *         .map(node -> Member.at("http://" + node.address()).withId(node.id()))
 *         .toList());
 * }</pre>
 *
 * <p>A member stays the same member as long as it is equal. Those made of upstreams are equal only with the same upstream
 * object, so a discovery that makes upstreams, such as for HTTP/2, keeps those that it has made.
 */
@FunctionalInterface
public interface Discovery {
    /**
     * The present members. May block, but must end by itself: it is not interrupted. A discovery may wait until
     * something has changed and return an answer that is good for {@link java.time.Duration#ZERO}: then it is asked
     * again at once.
     *
     * @throws IOException if the look-up fails; its message goes into the log. After this or any other exception the
     *     members found before stay in use
     * @throws InterruptedException if the thread is interrupted
     */
    Found find() throws IOException, InterruptedException;

    /**
     * The longest time from a failure to the next question, if asking is so cheap that the feed need not ask less and
     * less often. Null, the default, means {@link DiscoveryFeed.Builder#maxBackoff the feed's own} pauses.
     */
    default @Nullable Duration maxBackoff() {
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
     * Reads the members from a file, in UTF-8, one on a line, every 5 seconds:
     *
     * <pre>
     * # URL, then options, in any order
     * http://10.0.0.1:8080  id=blue  weight=3
     * http://10.0.0.2:8080  id=green  priority=1  tag.zone=a
     * </pre>
     *
     * <p>A {@code #} at the start of a line or after a space begins a comment. If there is no id, it is the URL without its
     * scheme. Weight, priority and tags are those of a {@link Member}. A file above 4 MiB is refused.
     *
     * <p>The file is read whole at intervals, and its content compared with what was there before: times of modification
     * are too coarse, and stay the same when an older file is put in place. Write a new file beside it and move that over
     * it in one step, as {@code mv} does: a file that is half written is a fault, or a shorter list. A fault anywhere makes
     * the whole answer a failure; its message names the file, the line and the fault. A missing file is a failure too. A
     * file without members is an answer without members. After a failure the file is read at the same interval, or
     * sooner. Safe for use by many threads.
     */
    static Discovery file(Path file) {
        return file(file, Duration.ofSeconds(5));
    }

    /**
     * Reads the members from a file as {@link #file(Path)} does, at another interval.
     *
     * @throws IllegalArgumentException if the interval is not positive
     */
    static Discovery file(Path file, Duration interval) {
        return new FileDiscovery(file, interval);
    }

    /**
     * The answer of a {@link Discovery}. Immutable.
     *
     * @param members all members, in any order
     * @param goodFor after this time the feed asks again; null for the interval of the feed
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

        /** These members; the feed asks again after its interval. Throws as the constructor does. */
        public static Found of(List<Member> members) {
            return new Found(members, null);
        }

        /** These members; the feed asks again after this time. Throws as the constructor does. */
        public static Found of(List<Member> members, Duration goodFor) {
            return new Found(members, goodFor);
        }
    }
}
