package dev.sluice.balancer.topology;

import dev.sluice.balancer.live.PoolSettings;
import dev.sluice.balancer.tier.ZonePreference;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The members in use of a view, by tier: by priority, and within one by zone, the near one first. Each tier has a share
 * of the requests. A tier also gets, in this order, requests for which the earlier ones have no member left. Immutable.
 */
public final class Tiers {
    private final List<BitSet> members = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    /** Running sums of the shares; the last is 1, or 0 when nobody is in use. */
    private final double[] sums;

    Tiers(Topology topology, BitSet inRotation, BitSet used, PoolSettings settings) {
        List<BitSet> whole = new ArrayList<>();
        byPriority(topology, inRotation).forEach((priority, all) -> {
            BitSet near = near(topology, all, used, settings.zone());
            if (near.isEmpty()) {
                whole.add(all);
                names.add("priority " + priority);
            } else {
                BitSet far = (BitSet) all.clone();
                far.andNot(near);
                whole.add(near);
                whole.add(far);
                names.add("priority " + priority + ", near");
                names.add("priority " + priority + ", far");
            }
        });
        long[] available = new long[whole.size()];
        long[] total = new long[whole.size()];
        for (int i = 0; i < total.length; i++) {
            BitSet inUse = (BitSet) whole.get(i).clone();
            inUse.and(used);
            members.add(inUse);
            available[i] = topology.weight(inUse);
            total[i] = topology.weight(whole.get(i));
        }
        this.sums = settings.overflow().shares(available, total);
        for (int i = 1; i < sums.length; i++) {
            sums[i] += sums[i - 1];
        }
    }

    /** How many tiers there are. */
    public int count() {
        return members.size();
    }

    /** The members in use of a tier; not to be changed. */
    public BitSet members(int tier) {
        return members.get(tier);
    }

    /** The tier's name, as records show it. */
    public String name(int tier) {
        return names.get(tier);
    }

    /** Draws a tier by the shares; 0 when nobody is in use. */
    public int choose(RandomGenerator random) {
        if (sums.length < 2 || sums[0] >= 1) {
            return 0;
        }
        double drawn = random.nextDouble();
        int tier = 0;
        while (tier < sums.length - 1 && sums[tier] <= drawn) {
            tier++;
        }
        return tier;
    }

    private static Map<Integer, BitSet> byPriority(Topology topology, BitSet inRotation) {
        Map<Integer, BitSet> byPriority = new TreeMap<>();
        for (int i = inRotation.nextSetBit(0); i >= 0; i = inRotation.nextSetBit(i + 1)) {
            byPriority
                    .computeIfAbsent(topology.member(i).priority(), p -> new BitSet())
                    .set(i);
        }
        return byPriority;
    }

    /** Those of the near zone, if enough of them are in use. */
    private static BitSet near(Topology topology, BitSet all, BitSet used, @Nullable ZonePreference zone) {
        BitSet near = new BitSet();
        if (zone == null) {
            return near;
        }
        int inUse = 0;
        for (int i = all.nextSetBit(0); i >= 0; i = all.nextSetBit(i + 1)) {
            if (isNear(zone, topology.member(i).tags())) {
                near.set(i);
                inUse += used.get(i) ? 1 : 0;
            }
        }
        return inUse >= zone.min() ? near : new BitSet();
    }

    /** Returns whether a member with these tags is in the preferred zone. */
    static boolean isNear(ZonePreference zone, Map<String, String> tags) {
        return zone.zone().equals(tags.get(zone.tag()));
    }
}
