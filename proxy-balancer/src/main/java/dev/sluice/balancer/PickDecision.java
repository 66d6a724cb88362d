package dev.sluice.balancer;

import dev.sluice.proxy.Decision;
import org.jspecify.annotations.Nullable;

/** Which member was picked, and why others were left out: references to the view and to what had been tried. */
final class PickDecision implements Decision {
    private final String pool;
    private final PoolView view;
    private final PoolView.Tier tier;
    private final @Nullable MemberState[] tried;
    private final int count;
    private final int picked;
    private final int inFlight;

    /**
     * The decision that a pick led to.
     *
     * @param tried by this request, of which the first {@code count} were tried before this pick
     * @param picked the member's index, or -1 for none
     * @param inFlight what the picked member had in flight before
     */
    PickDecision(String pool, PoolPick pick, @Nullable MemberState[] tried, int count, int picked, int inFlight) {
        this.pool = pool;
        this.view = pick.view();
        this.tier = pick.tier();
        this.tried = tried;
        this.count = count;
        this.picked = picked;
        this.inFlight = inFlight;
    }

    @Override
    public String explain() {
        Topology topology = view.topology();
        StringBuilder text =
                new StringBuilder(pool).append(": pick ").append(count + 1).append(" by ");
        text.append(topology.strategy()).append(" of ").append(topology.size()).append(": ");
        if (picked < 0) {
            text.append("none");
        } else {
            text.append(topology.member(picked).id())
                    .append(" (in flight ")
                    .append(inFlight)
                    .append(')');
        }
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
        return text.append(tier.note).toString();
    }

    private @Nullable String whyNot(int index) {
        for (int i = 0; i < count; i++) {
            if (tried[i] == view.topology().member(index).state()) {
                return "tried";
            }
        }
        boolean used = view.members(tier, tried, 0).get(index);
        return used ? null : view.down(index) ? "down" : "ejected";
    }
}
