package dev.sluice.balancer.strategy;

import dev.sluice.balancer.internal.KeyHash;
import java.util.Arrays;

/**
 * A table of slots; a hash belongs to the owner of its slot. Each member prefers the slots in its own order, and in
 * turns each takes the first one that is still free (Eisenbud et al. 2016, §3.4, listing 1). Weights are not in the
 * listing: as in Envoy, the heaviest member takes part in every round, the others in a part of the rounds by their
 * weight.
 */
final class MaglevTable implements KeyTable {
    private final int[] slots;

    MaglevTable(Roster roster, int size) {
        slots = new int[size];
        Arrays.fill(slots, -1);
        int[] next = new int[roster.size()];
        int[] skip = new int[roster.size()];
        int heaviest = 0;
        for (int rank = 0; rank < roster.size(); rank++) {
            next[rank] = (int) Long.remainderUnsigned(KeyHash.nth(roster.hash(rank), 1), size);
            skip[rank] = 1 + (int) Long.remainderUnsigned(KeyHash.nth(roster.hash(rank), 2), size - 1);
            heaviest = Math.max(heaviest, roster.weight(rank));
        }
        fill(roster, next, skip, heaviest);
    }

    private void fill(Roster roster, int[] next, int[] skip, int heaviest) {
        int filled = 0;
        long[] credit = new long[next.length];
        while (filled < slots.length && heaviest > 0) {
            for (int rank = 0; rank < next.length && filled < slots.length; rank++) {
                credit[rank] += roster.weight(rank);
                if (credit[rank] >= heaviest) {
                    credit[rank] -= heaviest;
                    // A size that is prime leads through all slots.
                    while (slots[next[rank]] >= 0) {
                        next[rank] = (next[rank] + skip[rank]) % slots.length;
                    }
                    slots[next[rank]] = rank;
                    filled++;
                }
            }
        }
    }

    @Override
    public int owner(long hash) {
        return slots[(int) ((hash >>> 1) % slots.length)];
    }

    /** The owner of each slot. */
    int[] slots() {
        return slots.clone();
    }
}
