package dev.sluice.balancer.pick;

import dev.sluice.balancer.topology.LiveMember;
import dev.sluice.balancer.topology.Topology;
import dev.sluice.proxy.time.TimeSource;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The members that have had one request, and the time until which each does not get it again. For one thread at a time.
 */
public final class Tried {
    private static final @Nullable LiveMember[] NOBODY = {};
    private static final long[] NO_TIMES = {};

    private @Nullable LiveMember[] members = NOBODY;
    private long[] untilNanos = NO_TIMES;
    private int count;

    /** The request goes to this member, and not again before {@link #hold} says so. */
    void add(LiveMember member) {
        if (count == members.length) {
            members = Arrays.copyOf(members, count + 3);
            untilNanos = Arrays.copyOf(untilNanos, count + 3);
        }
        members[count] = member;
        untilNanos[count++] = TimeSource.NEVER;
    }

    /** The member gets the request again at this time, but not before. */
    public void hold(LiveMember member, long nanos) {
        for (int i = 0; i < count; i++) {
            if (members[i] == member) {
                untilNanos[i] = nanos;
            }
        }
    }

    /** The first time at which a member may get the request again, or NEVER. */
    public long nextNanos() {
        long next = TimeSource.NEVER;
        for (int i = 0; i < count; i++) {
            next = Math.min(next, untilNanos[i]);
        }
        return next;
    }

    /** Forgets the members whose time has come; returns whether there were any. */
    public boolean forget(long nanos) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (untilNanos[i] > nanos) {
                members[kept] = members[i];
                untilNanos[kept++] = untilNanos[i];
            }
        }
        boolean forgotten = kept < count;
        Arrays.fill(members, kept, count, null);
        count = kept;
        return forgotten;
    }

    boolean contains(LiveMember member) {
        for (int i = 0; i < count; i++) {
            if (members[i] == member) {
                return true;
            }
        }
        return false;
    }

    /** The rest of {@code all}; the same set if none is missing. */
    BitSet left(Topology topology, BitSet all) {
        if (count == 0) {
            return all;
        }
        BitSet left = (BitSet) all.clone();
        for (int i = 0; i < count; i++) {
            LiveMember state = members[i];
            int index = state == null ? -1 : topology.indexOf(state);
            if (index >= 0) {
                left.clear(index);
            }
        }
        return left;
    }

    /** The members as they are now, for a record. */
    @Nullable
    LiveMember[] copy() {
        return count == 0 ? NOBODY : Arrays.copyOf(members, count);
    }
}
