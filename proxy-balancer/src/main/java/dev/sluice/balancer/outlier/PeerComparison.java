package dev.sluice.balancer.outlier;

import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.proxy.internal.Nanos;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Finds members that do worse than their peers over the same window. Four rules, each of which can be switched off:
 *
 * <ul>
 * <li>the failure rate, see {@link EjectionPolicy#failurePercent()};
 * <li>the success rate compared: it is below the members' mean by more than {@link EjectionPolicy#successRateFactor()}
 * standard deviations, and by more than chance explains, which is three standard deviations of a share of this number
 * of attempts. Without the second condition this is Envoy's success rate outlier detection, which takes out one of
 * several equal members. Of n members one can be at most the root of n - 1 deviations off, so the factor 1.9 needs five
 * of them;
 *   <li>the server errors compared, see {@link EjectionPolicy#compareServerErrors()}: their share is a tenth or more,
 *       above twice that of the peers, and by more than five standard deviations of chance;
 *   <li>the latency compared: its mean is above {@link EjectionPolicy#latencyFactor()} times the median of the peers'
 *       means, and above {@link EjectionPolicy#latencyFloor()}.
 * </ul>
 *
 * <p>Pure: for any thread.
 */
public final class PeerComparison {
    /** With two peers one of them is the lower median, so that two slow ones do not excuse each other. */
    private static final int LATENCY_MEMBERS = 3;
    /** So many standard deviations of a share of as many attempts are put down to chance. */
    private static final int CHANCE = 3;

    /** The least share of server errors that is compared. */
    private static final double LEAST_ERRORS = 0.1;

    private final EjectionPolicy policy;
    private final List<WindowStats> members;
    private final List<Outlier> found = new ArrayList<>();

    private PeerComparison(EjectionPolicy policy, List<WindowStats> members) {
        this.policy = policy;
        this.members = members;
    }

    /**
     * Compares members that are in use. One with fewer than {@link EjectionPolicy#minRequests()} requests is neither
     * judged nor a peer.
     *
     * @return each outlier once, in the order of the rules and then the worst first
     */
    public static List<Outlier> outliers(EjectionPolicy policy, List<WindowStats> members) {
        PeerComparison comparison = new PeerComparison(policy, members);
        comparison.failurePercent();
        comparison.successRate();
        comparison.serverErrors();
        comparison.latency();
        return List.copyOf(comparison.found);
    }

    private void failurePercent() {
        if (policy.failurePercent() == 0) {
            return;
        }
        for (int index : byFailures()) {
            WindowStats stats = members.get(index);
            if (stats.failurePercent() >= policy.failurePercent()) {
                add(index, failures(stats) + ", the limit is " + policy.failurePercent() + " %");
            }
        }
    }

    private void successRate() {
        int[] judged = byFailures();
        if (policy.successRateFactor() == 0 || judged.length < policy.minMembers()) {
            return;
        }
        double mean = IntStream.of(judged)
                .mapToDouble(i -> members.get(i).successRate())
                .average()
                .orElse(1);
        double variance = IntStream.of(judged)
                .mapToDouble(i -> Math.pow(members.get(i).successRate() - mean, 2))
                .average()
                .orElse(0);
        double least = mean - policy.successRateFactor() * Math.sqrt(variance);
        for (int index : judged) {
            WindowStats stats = members.get(index);
            // Where all are nearly equal, what is left between them is chance.
            double byChance = CHANCE * Math.sqrt(mean * (1 - mean) / stats.requests());
            boolean below = stats.successRate() < Math.min(least, mean - byChance);
            if (below && stats.failurePercent() >= policy.failureFloorPercent()) {
                add(index, failures(stats) + ", of all members on average " + percent(100 * (1 - mean)));
            }
        }
    }

    private void serverErrors() {
        if (!policy.compareServerErrors()) {
            return;
        }
        ErrorShare all = members.stream().map(WindowStats::errorShare).reduce(new ErrorShare(0, 0), ErrorShare::and);
        for (int i = 0; i < members.size(); i++) {
            ErrorShare own = members.get(i).errorShare();
            ErrorShare peers = new ErrorShare(all.errors() - own.errors(), all.answers() - own.answers());
            boolean many = own.answers() >= policy.minRequests() && own.part() >= LEAST_ERRORS;
            if (many && own.standsOutFrom(peers)) {
                String reason = percent(100 * own.part()) + " of its last " + own.answers()
                        + " answers are server errors, of its peers' answers " + percent(100 * peers.part());
                add(new Outlier(i, reason, true));
            }
        }
    }

    private void latency() {
        int[] judged = IntStream.range(0, members.size())
                .filter(i -> members.get(i).timed() >= policy.minRequests())
                .boxed()
                .sorted(Comparator.comparingLong(i -> -members.get(i).meanLatencyNanos()))
                .mapToInt(i -> i)
                .toArray();
        if (policy.latencyFactor() == 0 || judged.length < LATENCY_MEMBERS) {
            return;
        }
        for (int index : judged) {
            long mean = members.get(index).meanLatencyNanos();
            long median = medianOfPeers(judged, index);
            if (mean > policy.latencyFactor() * median && mean > Nanos.of(policy.latencyFloor())) {
                add(index, "takes " + millis(mean) + " on average, its peers " + millis(median));
            }
        }
    }

    /** The lower one of the two in the middle where their number is even. */
    private long medianOfPeers(int[] judged, int index) {
        long[] peers = IntStream.of(judged)
                .filter(i -> i != index)
                .mapToLong(i -> members.get(i).meanLatencyNanos())
                .toArray();
        Arrays.sort(peers);
        return peers[(peers.length - 1) / 2];
    }

    /** Those with enough requests, the worst first. */
    private int[] byFailures() {
        return IntStream.range(0, members.size())
                .filter(i -> members.get(i).requests() >= policy.minRequests())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> members.get(i).successRate()))
                .mapToInt(i -> i)
                .toArray();
    }

    private void add(int index, String reason) {
        add(new Outlier(index, reason, false));
    }

    private void add(Outlier another) {
        if (found.stream().noneMatch(outlier -> outlier.index() == another.index())) {
            found.add(another);
        }
    }

    private static String failures(WindowStats stats) {
        return percent(stats.failurePercent()) + " of its last " + stats.requests() + " attempts failed";
    }

    private static String percent(double value) {
        return String.format(Locale.ROOT, "%.1f %%", value);
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
    }
}
