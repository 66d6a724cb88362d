package dev.sluice.examples.demo;

import dev.sluice.balancer.PoolSnapshot;
import dev.sluice.balancer.PoolSnapshot.MemberSnapshot;
import dev.sluice.balancer.UpstreamPool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Makes the frames that the screen shows, one each second. For one thread. */
final class Dashboard {
    private static final int BAR = 20;

    private final UpstreamPool pool;
    private final List<OriginProcess> origins;
    private final Tally tally;
    private final EventLog events;
    private final Map<String, Long> before = new HashMap<>();
    private long answeredBefore;

    Dashboard(UpstreamPool pool, List<OriginProcess> origins, Tally tally, EventLog events) {
        this.pool = pool;
        this.origins = origins;
        this.tally = tally;
        this.events = events;
    }

    /**
     * The content of a frame.
     *
     * @param table for a terminal, replacing the previous frame
     * @param fresh the events since the previous frame
     * @param line the table in one line, for a log
     */
    record Frame(List<String> table, List<String> fresh, String line) {}

    /** The frame of this second. Rates are measured since the previous frame. */
    Frame frame(int second) {
        PoolSnapshot snapshot = pool.snapshot();
        Map<String, Long> rates = new HashMap<>();
        snapshot.members().forEach(member -> rates.put(member.id(), rate(member)));
        long rate = tally.answered() - answeredBefore;
        answeredBefore += rate;
        return new Frame(
                table(snapshot.members(), rates, rate), events.drain(), line(second, snapshot.members(), rates, rate));
    }

    private long rate(MemberSnapshot member) {
        Long earlier = before.put(member.id(), member.requests());
        return member.requests() - (earlier == null ? 0 : earlier);
    }

    private List<String> table(List<MemberSnapshot> members, Map<String, Long> rates, long rate) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(String.format("%-20s %-8s %-7s %7s %5s  share", "member", "health", "process", "req/s", "open"));
        long all = sum(rates);
        members.forEach(member -> lines.add(row(member, rates.getOrDefault(member.id(), 0L), all)));
        lines.add("");
        lines.add(String.format(
                Locale.ROOT,
                "answered %,d   %,d/s   mended %,d   failed %,d",
                tally.answered(),
                rate,
                mended(members),
                tally.failed()));
        lines.add("");
        lines.addAll(events.latest());
        return lines;
    }

    private String row(MemberSnapshot member, long rate, long all) {
        double share = share(rate, all);
        return String.format(
                Locale.ROOT,
                "%-20.20s %-8s %-7s %,7d %5d  %-" + BAR + "s %3.0f %%",
                member.id(),
                member.condition(),
                process(member.id()),
                rate,
                member.inFlight(),
                "#".repeat((int) Math.round(share * BAR)),
                100 * share);
    }

    private String line(int second, List<MemberSnapshot> members, Map<String, Long> rates, long rate) {
        long all = sum(rates);
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "%4d s  answered %d  %d/s  mended %d  failed %d",
                second,
                tally.answered(),
                rate,
                mended(members),
                tally.failed()));
        members.forEach(member -> line.append(String.format(
                Locale.ROOT,
                "  %s %s %.0f %%",
                member.id(),
                member.condition(),
                100 * share(rates.getOrDefault(member.id(), 0L), all))));
        return line.toString();
    }

    /** Attempts that failed at a member, and that the client did not notice. */
    private long mended(List<MemberSnapshot> members) {
        return Math.max(0, members.stream().mapToLong(MemberSnapshot::failures).sum() - tally.failed());
    }

    private String process(String id) {
        return origins.stream()
                .filter(origin -> origin.name().equals(id))
                .map(origin -> origin.running() ? "runs" : "killed")
                .findFirst()
                .orElse("");
    }

    private static long sum(Map<String, Long> rates) {
        return rates.values().stream().mapToLong(Long::longValue).sum();
    }

    private static double share(long rate, long all) {
        return all == 0 ? 0 : (double) rate / all;
    }
}
