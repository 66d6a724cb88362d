package dev.sluice.balancer.pick;

import dev.sluice.balancer.topology.LiveMember;
import dev.sluice.balancer.topology.PoolView;

/** Why the members of a pool are not picked for a request, in words for its record. */
final class WhyNobody {
    private static final int MOST = 10;

    private WhyNobody() {}

    /** Of the first ten members. */
    static String text(PoolView view, Tried tried, long nanos) {
        int size = view.topology().size();
        StringBuilder text = new StringBuilder(size == 0 ? ", the pool has no members" : "");
        for (int i = 0; i < Math.min(size, MOST); i++) {
            text.append(i == 0 ? "; " : ", ").append(view.topology().member(i).id());
            text.append(' ').append(whyNot(view, i, tried, nanos));
        }
        return text.append(size > MOST ? " and so on" : "").toString();
    }

    private static String whyNot(PoolView view, int index, Tried tried, long nanos) {
        LiveMember member = view.topology().member(index).live();
        if (view.draining(index)) {
            return "draining";
        }
        if (view.down(index)) {
            return "down";
        }
        if (view.ejected(index)) {
            return "ejected";
        }
        if (member.isFull()) {
            return "full";
        }
        return member.isOpen(nanos) ? "open" : tried.contains(member) ? "tried" : "not picked";
    }
}
