package dev.sluice.proxy.cache.rule;

import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the user has chosen where RFC 9111 leaves a choice, or where he knows more than the origin says. Immutable: each
 * {@code with} method returns a copy.
 */
public final class Policy {
    /** The strictest choices: explicit freshness only, nothing stale without the origin's leave, no targeted field. */
    public static final Policy STRICT = new Policy();

    private List<String> targets = List.of();
    private @Nullable Duration maxHeuristic;
    private IntFunction<@Nullable Duration> lifetime = status -> null;
    private IntFunction<@Nullable Duration> maxLifetime = status -> null;
    private Duration grace = Duration.ZERO;
    private boolean ignoreRequest;
    private boolean obeyMaxStale;
    private boolean staleBesideSMaxage;

    private Policy() {}

    private Policy(Policy other) {
        this.targets = other.targets;
        this.maxHeuristic = other.maxHeuristic;
        this.lifetime = other.lifetime;
        this.maxLifetime = other.maxLifetime;
        this.grace = other.grace;
        this.ignoreRequest = other.ignoreRequest;
        this.obeyMaxStale = other.obeyMaxStale;
        this.staleBesideSMaxage = other.staleBesideSMaxage;
    }

    /** The targeted fields that count, the most important first (RFC 9213 §2.2). */
    public Policy withTargets(List<String> names) {
        Policy copy = new Policy(this);
        copy.targets = List.copyOf(names);
        return copy;
    }

    /**
     * Heuristic freshness: 10 % of the time between {@code Last-Modified} and {@code Date} (RFC 9111 §4.2.2).
     *
     * @param max the longest time that is assumed; null for no heuristics
     */
    public Policy withHeuristics(@Nullable Duration max) {
        Policy copy = new Policy(this);
        copy.maxHeuristic = max;
        return copy;
    }

    /**
     * How long responses are fresh by their status, whatever their own times say; null for a status whose responses say
     * it themselves. What forbids storing or using them still counts.
     */
    public Policy withLifetime(IntFunction<@Nullable Duration> byStatus) {
        Policy copy = new Policy(this);
        copy.lifetime = byStatus;
        return copy;
    }

    /** How long responses are fresh at most, by their status; null for no limit. */
    public Policy withMaxLifetime(IntFunction<@Nullable Duration> byStatus) {
        Policy copy = new Policy(this);
        copy.maxLifetime = byStatus;
        return copy;
    }

    /** How long a stale response may be used while it is refreshed, and if the origin fails, though it does not say so. */
    public Policy withGrace(Duration time) {
        Policy copy = new Policy(this);
        copy.grace = time;
        return copy;
    }

    /** Whether the directives of requests have no effect. */
    public Policy withIgnoredRequests(boolean on) {
        Policy copy = new Policy(this);
        copy.ignoreRequest = on;
        return copy;
    }

    /** Whether a client may ask for stale responses with {@code max-stale} (RFC 9111 §5.2.1.2). */
    public Policy withMaxStale(boolean on) {
        Policy copy = new Policy(this);
        copy.obeyMaxStale = on;
        return copy;
    }

    /**
     * Whether {@code stale-while-revalidate} and {@code stale-if-error} count beside {@code s-maxage}, which forbids what is
     * stale (RFC 9111 §5.2.2.10).
     */
    public Policy withStaleBesideSMaxage(boolean on) {
        Policy copy = new Policy(this);
        copy.staleBesideSMaxage = on;
        return copy;
    }

    List<String> targets() {
        return targets;
    }

    @Nullable
    Duration maxHeuristic() {
        return maxHeuristic;
    }

    @Nullable
    Duration lifetime(int status) {
        return lifetime.apply(status);
    }

    @Nullable
    Duration maxLifetime(int status) {
        return maxLifetime.apply(status);
    }

    Duration grace() {
        return grace;
    }

    boolean ignoreRequest() {
        return ignoreRequest;
    }

    boolean obeyMaxStale() {
        return obeyMaxStale;
    }

    boolean staleBesideSMaxage() {
        return staleBesideSMaxage;
    }
}
