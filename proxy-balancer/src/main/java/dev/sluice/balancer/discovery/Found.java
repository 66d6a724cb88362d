package dev.sluice.balancer.discovery;

import dev.sluice.balancer.Member;
import dev.sluice.proxy.internal.Require;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a {@link Discovery}. Immutable.
 *
 * @param members all that there are, in any order
 * @param goodFor after this time the answer is to be asked for anew; null for the interval of the feed
 */
public record Found(List<Member> members, @Nullable Duration goodFor) {
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
