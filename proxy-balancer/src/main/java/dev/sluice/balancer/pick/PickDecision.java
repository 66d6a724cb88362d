package dev.sluice.balancer.pick;

import dev.sluice.balancer.topology.LiveMember;
import dev.sluice.balancer.topology.PoolView;
import dev.sluice.balancer.topology.Topology;
import dev.sluice.proxy.ExchangeRecord.Decision;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Which member was picked, and why others were left out: references to the view and to the members that were tried. */
final class PickDecision implements Decision {
    /** Picked for the session that the request belongs to. */
    static final int SESSION = -1;
    /** Picked to be tried. */
    static final int TRIAL = -2;
    /** Picked although it is ejected. */
    static final int LAST_UP = -3;
    /** Picked although it is down. */
    static final int LAST_ALL = -4;

    private final String pool;
    private final PoolView view;
    private final int from;
    private final @Nullable BitSet full;
    private final @Nullable BitSet open;
    private final @Nullable LiveMember[] tried;
    private final int picked;
    private final int inFlight;

    /**
     * The decision that a pick led to.
     *
     * @param from the tier that it was picked from, or one of the constants
     * @param pick the pick, if the strategy was asked
     * @param tried by this request before
     * @param picked the member's index
     * @param inFlight what the picked member had in flight before
     */
    PickDecision(String pool, PoolView view, int from, @Nullable PoolPick pick, Tried tried, int picked, int inFlight) {
        this.pool = pool;
        this.view = view;
        this.from = from;
        this.full = pick == null ? null : pick.full();
        this.open = pick == null ? null : pick.open();
        this.tried = tried.copy();
        this.picked = picked;
        this.inFlight = inFlight;
    }

    @Override
    public String explain() {
        Topology topology = view.topology();
        StringBuilder text = new StringBuilder(pool)
                .append(": ")
                .append(topology.member(picked).id());
        text.append(" (in flight ").append(inFlight).append(") by ").append(how());
        text.append(" of ").append(topology.size());
        String separator = "; left out: ";
        for (int i = 0; i < topology.size(); i++) {
            String why = i == picked ? null : whyNot(i);
            if (why != null) {
                text.append(separator)
                        .append(topology.member(i).id())
                        .append(' ')
                        .append(why);
                separator = ", ";
            }
        }
        return text.append(note()).toString();
    }

    private String how() {
        return switch (from) {
            case SESSION -> "its session";
            case TRIAL -> "a trial";
            default -> view.topology().strategy().toString();
        };
    }

    private String note() {
        return switch (from) {
            case SESSION, TRIAL -> "";
            case LAST_UP -> "; no other is left, so the ejected ones are used";
            case LAST_ALL -> "; none that is up is left, so all are used";
            default ->
                (view.panic() ? "; too few are well, so all are used" : "")
                        + (view.tiers().count() > 1 ? "; " + view.tiers().name(from) : "");
        };
    }

    private @Nullable String whyNot(int index) {
        LiveMember member = view.topology().member(index).live();
        for (LiveMember before : tried) {
            if (before == member) {
                return "tried";
            }
        }
        if (view.draining(index)) {
            return "draining";
        }
        if (full != null && full.get(index)) {
            return "full";
        }
        if (open != null && open.get(index)) {
            return "open";
        }
        boolean used = from >= 0 ? view.tiers().members(from).get(index) : from == LAST_ALL;
        return used ? null : outOfUse(index);
    }

    private @Nullable String outOfUse(int index) {
        if (view.down(index)) {
            return "down";
        }
        if (view.ejected(index)) {
            return from == LAST_UP ? null : "ejected";
        }
        return from >= 0 ? "of another tier" : null;
    }
}
