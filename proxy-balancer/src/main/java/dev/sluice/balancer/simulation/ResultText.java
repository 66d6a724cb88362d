package dev.sluice.balancer.simulation;

import dev.sluice.balancer.PoolEvent;
import dev.sluice.balancer.simulation.SimulationResult.Interval;
import dev.sluice.balancer.simulation.SimulationResult.MemberResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Formatter;
import java.util.Locale;
import java.util.Map;

/** A result as tables of text. */
final class ResultText {
    private static final double[] PERCENTILES = {50, 90, 99, 99.9};

    private final SimulationResult result;
    private final StringBuilder text = new StringBuilder();
    private final Formatter out = new Formatter(text, Locale.ROOT);

    ResultText(SimulationResult result) {
        this.result = result;
    }

    String all() {
        addTotals();
        text.append('\n');
        addTimeline();
        text.append('\n');
        addEvents();
        return text.toString();
    }

    String totals() {
        addTotals();
        return text.toString();
    }

    String timeline() {
        addTimeline();
        return text.toString();
    }

    private void addTotals() {
        long requests = result.requests();
        out.format(
                "requests  %d in %s, seed %d\n",
                requests, seconds(result.setup().durationNanos()), seed());
        out.format("errors    %d (%s)\n", result.errors(), percent(part(result.errors(), requests)));
        if (result.unfinished() > 0) {
            out.format("open      %d at the end\n", result.unfinished());
        }
        out.format("attempts  %d: %d retries, %d hedges\n", result.attempts(), result.retries(), result.hedges());
        SimulationResult.Latencies latency = result.latency();
        text.append("latency   mean ").append(millis(latency.mean()));
        for (double percentile : PERCENTILES) {
            String name = percentile == Math.rint(percentile) ? "%.0f" : "%.1f";
            out.format(", p" + name + " %s", percentile, millis(latency.percentile(percentile)));
        }
        out.format(", max %s\n", millis(latency.max()));
        out.format("outcomes  %s\n", counts(result.outcomes()));
        out.format("statuses  %s\n", counts(result.statuses()));
        text.append('\n');
        addMembers();
    }

    private void addMembers() {
        int width = width();
        out.format("%-" + width + "s %10s %8s %10s\n", "member", "attempts", "share", "failures");
        for (MemberResult member : result.members()) {
            out.format(
                    "%-" + width + "s %10d %8s %10d\n",
                    member.id(),
                    member.attempts(),
                    percent(member.share()),
                    member.failures());
        }
    }

    private void addTimeline() {
        out.format("%9s %9s %7s %11s %11s", "from", "requests", "errors", "p50", "p99");
        for (MemberResult member : result.members()) {
            out.format(" %8s", member.id());
        }
        text.append('\n');
        for (Interval interval : result.timeline()) {
            out.format(
                    "%9s %9d %7d %11s %11s",
                    seconds(interval.from().toNanos()),
                    interval.requests(),
                    interval.errors(),
                    millis(interval.latency().percentile(50)),
                    millis(interval.latency().percentile(99)));
            for (MemberResult member : result.members()) {
                out.format(" %8s", percent(interval.share(member.id())));
            }
            text.append('\n');
        }
    }

    private void addEvents() {
        for (PoolEvent event : result.events()) {
            String at = seconds(Duration.between(Instant.EPOCH, event.at()).toNanos());
            out.format("%9s %s %s: %s\n", at, event.member(), event.kind(), event.reason());
        }
    }

    private long seed() {
        return result.setup().seed();
    }

    private int width() {
        int width = "member".length();
        for (MemberResult member : result.members()) {
            width = Math.max(width, member.id().length());
        }
        return width;
    }

    private static String counts(Map<?, Long> counts) {
        StringBuilder text = new StringBuilder();
        counts.forEach((what, count) ->
                text.append(text.isEmpty() ? "" : ", ").append(what).append(' ').append(count));
        return text.toString();
    }

    private static double part(long count, long of) {
        return of == 0 ? 0 : (double) count / of;
    }

    private static String percent(double part) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * part);
    }

    private static String millis(Duration time) {
        return String.format(Locale.ROOT, "%.2f ms", time.toNanos() / 1e6);
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.3f s", nanos / 1e9);
    }
}
