package dev.sluice.proxy.connect.pool;

import dev.sluice.proxy.connect.lookup.Answer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The idle connections of a pool, a stack: the most recently used is on top. Guarded by the pool's lock. Connections
 * that are removed are counted here, and the caller closes them, without the lock.
 */
final class IdleLinks {
    private final PoolCounts counts;
    private final ArrayDeque<Link> links = new ArrayDeque<>();

    IdleLinks(PoolCounts counts) {
        this.counts = counts;
    }

    /** Gives the uppermost that has the name for TLS of the place, if there is one. */
    void giveTo(Connection slot) {
        Link link = uppermost(slot.serverName());
        counts.reused += link == null ? 0 : 1;
        slot.give(link);
    }

    private @Nullable Link uppermost(@Nullable String serverName) {
        Link top = links.peekLast();
        if (top == null || top.isFor(serverName)) {
            return links.pollLast();
        }
        for (Iterator<Link> each = links.descendingIterator(); each.hasNext(); ) {
            Link link = each.next();
            if (link.isFor(serverName)) {
                each.remove();
                return link;
            }
        }
        return null;
    }

    /** Takes out of a place what was given to it and has not been used. */
    Link takeFrom(Connection slot) {
        Link unused = slot.opened();
        counts.reused--;
        slot.give(null);
        return unused;
    }

    void push(Link link) {
        links.addLast(link);
    }

    /** Leaves {@code most}; returns the others, those that were not used for the longest time. */
    List<Link> trim(int most) {
        if (links.size() <= most) {
            return List.of();
        }
        List<Link> surplus = new ArrayList<>(links.size() - most);
        while (links.size() > most) {
            surplus.add(links.removeFirst());
            counts.closed(End.SURPLUS);
        }
        return surplus;
    }

    /** Removes those that are overdue, or lead to an address that the name no longer has. */
    List<Link> takeUnusable(@Nullable Answer answer, long nowNanos) {
        List<Link> ended = new ArrayList<>();
        for (Iterator<Link> each = links.iterator(); each.hasNext(); ) {
            Link link = each.next();
            End why = link.unusable(answer, nowNanos);
            if (why != null) {
                each.remove();
                counts.closed(why);
                ended.add(link);
            }
        }
        return ended;
    }

    int size() {
        return links.size();
    }
}
