package dev.sluice.balancer.strategy;

import dev.sluice.balancer.internal.KeyHash;
import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.spi.LoadBalancer.Candidate;
import dev.sluice.proxy.spi.LoadBalancer.Pick;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Maps a request's key to a member that may be picked. Each key has a sequence of members: the owner of its hash, the
 * owner of the next hash that follows from it, and so on. The first that may be picked is taken. So the keys of a
 * member that is out go to all others by their weight, and no other key moves. In the usual way the neighbour on the
 * ring would get all of them, and with bounded load its surplus would go to its own neighbour (Chen, Coleman,
 * Shrivastava, "Revisiting Consistent Hashing with Bounded Loads", AAAI 2021). Immutable, except for the state of the
 * strategy for requests without a key.
 */
final class HashChoice {
    /** After this number of misses in a row few members are left, and {@link HighestWeight} finds them in one scan. */
    private static final int STEPS = 32;

    private final HashPolicy policy;
    private final LoadBalancer keyless;
    private final Roster roster;
    private final @Nullable KeyTable table;

    /** Without a table. */
    HashChoice(HashPolicy policy) {
        this(policy, policy.keyless(), Roster.EMPTY, null);
    }

    private HashChoice(HashPolicy policy, LoadBalancer keyless, Roster roster, @Nullable KeyTable table) {
        this.policy = policy;
        this.keyless = keyless;
        this.roster = roster;
        this.table = table;
    }

    /** The same over a topology, without a table. */
    HashChoice over(List<? extends Candidate> members) {
        return new HashChoice(policy, keyless.over(members), Roster.over(members), null);
    }

    /** The same over a topology, with the present table if it fits, else with a new one. */
    HashChoice over(List<? extends Candidate> members, KeyTable.Builder builder) {
        Roster next = Roster.over(members);
        KeyTable fitting = table != null && next.sameAs(roster) ? table : builder.build(next);
        return new HashChoice(policy, keyless.over(members), next, fitting);
    }

    /** The table in use, or null. */
    @Nullable
    KeyTable table() {
        return table;
    }

    int pick(Pick pick) {
        String key = policy.key().of(pick.request());
        if (key == null || key.isEmpty()) {
            return keyless.pick(pick);
        }
        long hash = KeyHash.of(key);
        if (table != null && roster.size() == pick.size() && roster.size() > 0) {
            int owner = roster.index(table.owner(hash));
            // Among all members the average is never higher than among the eligible, whose weight takes a scan to know.
            if (pick.eligible(owner)
                    && WarmUp.part(pick, owner) >= 1
                    && LoadBound.of(policy.boundedLoad(), pick, roster.weight()).hasRoom(pick, owner)) {
                return owner;
            }
            return search(pick, hash, table);
        }
        return scan(pick, hash, bound(pick));
    }

    private int search(Pick pick, long hash, KeyTable owners) {
        LoadBound bound = bound(pick);
        double greatest = 0;
        for (int step = 0; step < STEPS; step++) {
            int index = roster.index(owners.owner(step == 0 ? hash : KeyHash.nth(hash, step)));
            if (pick.eligible(index) && bound.hasRoom(pick, index)) {
                double part = WarmUp.part(pick, index);
                greatest = part < 1 && greatest == 0 ? WarmUp.greatestPart(pick) : greatest;
                // Decided by the hash: a key that a member that is warmed up has been given stays with it.
                if (part >= 1 || KeyHash.unit(KeyHash.mix(hash, roster.hashAt(index))) * greatest < part) {
                    return index;
                }
            }
        }
        return scan(pick, hash, bound);
    }

    /** Counts change while they are read. If no member seems to have room, the bound is ignored. */
    private int scan(Pick pick, long hash, LoadBound bound) {
        int best = HighestWeight.pick(pick, hash, roster, bound);
        return best < 0 && !bound.unlimited() ? HighestWeight.pick(pick, hash, roster, LoadBound.NONE) : best;
    }

    private LoadBound bound(Pick pick) {
        double factor = policy.boundedLoad();
        boolean unlimited = factor == Double.POSITIVE_INFINITY;
        return unlimited ? LoadBound.NONE : LoadBound.of(factor, pick, WarmUp.eligibleWeight(pick));
    }
}
