package dev.sluice.balancer.strategy;

import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.spi.LoadBalancer.Pick;

/** Each member in turn, as {@link Strategies#roundRobin} says. Safe for use by many threads. */
final class RoundRobin implements LoadBalancer {
    RoundRobin() {}

    @Override
    public int pick(Pick pick) {
        int eligible = 0;
        boolean warming = false;
        for (int i = 0; i < pick.size(); i++) {
            if (pick.eligible(i)) {
                eligible++;
                warming |= pick.weight(i) < pick.candidate(i).weight();
            }
        }
        int turn = eligible == 0 ? -1 : at(pick, Math.floorMod(pick.ticket(), eligible));
        return warming && turn >= 0 ? byPart(pick, turn) : turn;
    }

    /**
     * The member whose turn it is, with a probability of its part divided by the greatest part; else one at random, by
     * part.
     */
    private static int byPart(Pick pick, int turn) {
        if (WarmUp.part(pick, turn) >= WarmUp.greatestPart(pick) * pick.random().nextDouble()) {
            return turn;
        }
        double sum = 0;
        for (int i = 0; i < pick.size(); i++) {
            sum += pick.eligible(i) ? WarmUp.part(pick, i) : 0;
        }
        double left = sum * pick.random().nextDouble();
        int last = turn;
        for (int i = 0; i < pick.size() && left >= 0; i++) {
            if (pick.eligible(i)) {
                last = i;
                left -= WarmUp.part(pick, i);
            }
        }
        return last;
    }

    /** The eligible member after this number of others, or the last one if there are fewer now. */
    private static int at(Pick pick, int before) {
        int left = before;
        int last = -1;
        for (int i = 0; i < pick.size(); i++) {
            if (pick.eligible(i)) {
                last = i;
                if (left-- == 0) {
                    return i;
                }
            }
        }
        return last;
    }

    /** The strategy's name, as records show it. */
    @Override
    public String toString() {
        return "round robin";
    }
}
