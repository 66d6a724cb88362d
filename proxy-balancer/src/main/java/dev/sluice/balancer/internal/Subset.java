package dev.sluice.balancer.internal;

import dev.sluice.proxy.internal.Require;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Which members of a large fleet this proxy uses, so that a thousand proxies in front of a thousand members do not hold
 * a million connections. The proxies need not talk to each other: each knows its number. The proxies come in rounds. In
 * a round the members are shuffled, in the same way for all proxies, and divided among the proxies of the round. The
 * next round has another shuffle. So each round gives each member to one proxy, except for a remainder, which differs
 * each time.
 *
 * <p>Take a size at which a subset still carries the load when some of it fail: 20 to 100. The shuffle uses hashes of
 * ids, so a member that is added or removed shifts the others by one place instead of a new division, as long as the
 * number of subsets stays.
 *
 * <p>Source: "Site Reliability Engineering" (Beyer et al., O'Reilly 2016), chapter 20, "A Subset Selection Algorithm:
 * Deterministic Subsetting". Immutable.
 *
 * @param client this proxy's number: from 0, each taken once, without large gaps
 * @param size how many members it uses; all if there are no more
 */
public record Subset(int client, int size) {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if client is negative, or size less than 1
     */
    public Subset {
        Require.notNegative("subset client", client);
        Require.atLeast("subset size", 1, size);
    }

    /**
     * The ids that this proxy uses; the same for the same ids, in whatever order they come.
     *
     * @param ids of all members, each once
     */
    public Set<String> of(Collection<String> ids) {
        if (ids.size() <= size) {
            return Set.copyOf(ids);
        }
        int subsets = ids.size() / size;
        int from = client % subsets * size;
        return Set.copyOf(shuffled(ids, client / subsets).subList(from, from + size));
    }

    /** In the order of a hash of round and id; ids whose hashes are the same stay in their own order. */
    private static List<String> shuffled(Collection<String> ids, int round) {
        String[] sorted = ids.toArray(new String[0]);
        Arrays.sort(sorted);
        long seed = KeyHash.mix(round + 1L);
        Arrays.sort(
                sorted,
                (one, other) -> Long.compare(KeyHash.mix(seed, KeyHash.of(one)), KeyHash.mix(seed, KeyHash.of(other))));
        return List.of(sorted);
    }
}
