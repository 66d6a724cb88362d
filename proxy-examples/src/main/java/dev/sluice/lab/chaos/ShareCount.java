package dev.sluice.lab.chaos;

import dev.sluice.balancer.PoolSnapshot;
import dev.sluice.balancer.PoolSnapshot.Condition;
import dev.sluice.balancer.PoolSnapshot.MemberSnapshot;
import dev.sluice.balancer.UpstreamPool;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * How the requests after a recovery were divided among the members.
 *
 * @param shares the requests of each member and the number that its weight asks for, in words
 * @param worst the largest relative difference between the two
 * @param good whether that difference is allowed
 */
record ShareCount(String shares, double worst, boolean good) {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** Waits until the pool has its whole weight again and has no more events, and then counts the next requests. */
    static ShareCount afterRecovery(Stage stage) throws InterruptedException {
        UpstreamPool pool = stage.front().pool();
        long calmNanos = TimeUnit.MILLISECONDS.toNanos(stage.options().settleMillis);
        // A request that was sent during the fault may fail later, and then take a member out.
        long earliestNanos = System.nanoTime() + calmNanos;
        long giveUpNanos = System.nanoTime() + PATIENCE_NANOS;
        PoolSnapshot before = pool.snapshot();
        while (System.nanoTime() < earliestNanos
                || !recovered(before)
                || stage.timeline().calmNanos() < calmNanos) {
            if (System.nanoTime() > giveUpNanos) {
                return new ShareCount("the pool has not recovered: " + before, 1, false);
            }
            TimeUnit.MILLISECONDS.sleep(20);
            before = pool.snapshot();
        }
        PoolSnapshot after = pool.snapshot();
        while (requests(after) - requests(before) < stage.options().shareRequests) {
            if (System.nanoTime() > giveUpNanos) {
                return new ShareCount("too few requests: " + (requests(after) - requests(before)), 1, false);
            }
            TimeUnit.MILLISECONDS.sleep(10);
            after = pool.snapshot();
        }
        return between(before, after, stage.options().pool.shareTolerance());
    }

    /** Counts the requests between two snapshots of the same members. */
    static ShareCount between(PoolSnapshot before, PoolSnapshot after, double tolerance) {
        double requests = requests(after) - requests(before);
        double weights =
                after.members().stream().mapToInt(MemberSnapshot::weight).sum();
        StringBuilder shares = new StringBuilder();
        double worst = 0;
        for (int i = 0; i < after.members().size(); i++) {
            MemberSnapshot member = after.members().get(i);
            double given = member.requests() - before.members().get(i).requests();
            double due = requests * member.weight() / weights;
            worst = Math.max(worst, Math.abs(given / due - 1));
            shares.append(String.format(Locale.ROOT, "%s %.0f of %.0f, ", member.id(), given, due));
        }
        return new ShareCount(shares.substring(0, shares.length() - 2), worst, worst <= tolerance);
    }

    /** Makes one check of all recoveries of a run. */
    static Check check(List<ShareCount> counts, int requests, double tolerance) {
        String what = "after each recovery the shares of the next " + requests + " requests are within "
                + Math.round(100 * tolerance) + " % of the weights";
        long good = counts.stream().filter(ShareCount::good).count();
        double worst = counts.stream().mapToDouble(ShareCount::worst).max().orElse(1);
        String found = String.format(
                Locale.ROOT, "%d of %d recoveries, at most %.1f %% off", good, counts.size(), 100 * worst);
        return new Check(what, good == counts.size(), found);
    }

    private static boolean recovered(PoolSnapshot pool) {
        return pool.members().stream()
                .allMatch(each -> each.condition() == Condition.UP && each.weightInEffect() == each.weight());
    }

    private static long requests(PoolSnapshot pool) {
        return pool.members().stream().mapToLong(MemberSnapshot::requests).sum();
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "recovered; shares %s: %.1f %% off", shares, 100 * worst);
    }
}
