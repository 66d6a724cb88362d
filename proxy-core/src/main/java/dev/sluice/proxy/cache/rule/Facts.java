package dev.sluice.proxy.cache.rule;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.cache.field.Age;
import dev.sluice.proxy.cache.store.StoredHead;
import java.time.Duration;
import java.time.Instant;

/**
 * What the head of a stored response says about its age and its use, read once: after that, each use is arithmetic.
 * Immutable.
 */
public final class Facts {
    private final long lifetime;
    private final Lifetime.Source source;
    private final long initialAge;
    private final long responseAt;
    private final boolean purged;
    private final boolean noCache;
    private final boolean staleForbidden;
    private final long refreshWindow;
    private final long errorWindow;
    private final long grace;

    private Facts(int status, Headers headers, Instant requestAt, Instant responseAt, boolean purged, Policy policy) {
        Control control = Control.of(headers, policy);
        Lifetime life = Lifetime.of(status, headers, responseAt, control, policy);
        this.lifetime = life.millis();
        this.source = life.source();
        this.initialAge = initialAge(headers, requestAt, responseAt);
        this.responseAt = responseAt.toEpochMilli();
        this.purged = purged;
        this.noCache = control.directives().hasWhole("no-cache");
        this.staleForbidden = control.forbidsStale() || control.hasSharedAge();
        long grace = staleForbidden ? 0 : Lifetime.millis(policy.grace());
        boolean windows = !staleForbidden || (policy.staleBesideSMaxage() && !control.forbidsStale());
        this.refreshWindow = windows ? window(control, "stale-while-revalidate") : 0;
        this.errorWindow = Math.max(grace, windows ? window(control, "stale-if-error") : 0);
        this.grace = grace;
    }

    /** What this head says. */
    public static Facts of(StoredHead head, Policy policy) {
        return new Facts(head.status(), head.headers(), head.requestAt(), head.responseAt(), head.stale(), policy);
    }

    /** What a response says that has just come. */
    static Facts of(int status, Headers response, Instant requestAt, Instant responseAt, Policy policy) {
        return new Facts(status, response, requestAt, responseAt, false, policy);
    }

    /** RFC 9111 §4.2.3: corrected_initial_age. {@code Date} has no fractions, so apparent_age has none either. */
    private static long initialAge(Headers headers, Instant requestAt, Instant responseAt) {
        long apparent =
                responseAt.getEpochSecond() - Lifetime.date(headers, responseAt).getEpochSecond();
        long delay = Math.max(0, responseAt.toEpochMilli() - requestAt.toEpochMilli());
        return Math.max(1000 * Math.max(0, apparent), 1000 * Age.of(headers) + delay);
    }

    private static long window(Control control, String directive) {
        return 1000 * Math.max(0, control.directives().seconds(directive));
    }

    /**
     * Its age (RFC 9111 §4.2.3: current_age). If the clock was set back since its receipt, nobody knows how old it is: as
     * old as the time of its receipt is far away, so that it is not fresh until the clock comes there again.
     */
    long ageMillis(Instant now) {
        return initialAge + Math.abs(now.toEpochMilli() - responseAt);
    }

    /** The value of the field {@code Age} (RFC 9111 §5.1). */
    public String ageField(Instant now) {
        return Long.toString(ageMillis(now) / 1000);
    }

    /** How long it is fresh, counted from its making (RFC 9111 §4.2.1). */
    public Duration lifetime() {
        return Duration.ofMillis(lifetime);
    }

    /** The seconds for which it stays fresh, rounded down; negative if it is stale, also by a purge (RFC 9211 §2.4). */
    public long ttl(Instant now) {
        long left = Math.floorDiv(lifetime - ageMillis(now), 1000L);
        return purged ? Math.min(left, -1) : left;
    }

    /** Returns whether it is fresh: its age is below its lifetime, and no purge has made it stale (RFC 9111 §4.2). */
    public boolean isFresh(Instant now) {
        return !purged && lifetime > ageMillis(now);
    }

    /** For how long it has been stale; 0 if that is since a purge, as it would still be fresh without. */
    long staleMillis(Instant now) {
        return Math.max(0, ageMillis(now) - lifetime);
    }

    long lifetimeMillis() {
        return lifetime;
    }

    boolean isPurged() {
        return purged;
    }

    /** Returns whether it must be validated for each use (RFC 9111 §5.2.2.4). */
    boolean noCache() {
        return noCache;
    }

    /**
     * Returns whether it cannot be used for another request even when it has just been validated, so that nobody need wait
     * for the validation of another one.
     */
    public boolean isForEachAlone() {
        return noCache || (lifetime <= 0 && !allowsRefresh(0) && !allowsGrace(0));
    }

    /** Returns whether it must not be used stale, even if a client asks for it (RFC 9111 §4.2.4). */
    public boolean isStaleForbidden() {
        return staleForbidden;
    }

    /** Returns whether a client may ask for it though it is stale, as it has been fresh once (RFC 9111 §5.2.1.2). */
    boolean isForMaxStale() {
        return lifetime > 0 && !staleForbidden;
    }

    /** Returns whether it may be used after so long a time of being stale, while it is refreshed (RFC 5861 §3). */
    boolean allowsRefresh(long staleMillis) {
        return isWithin(staleMillis, refreshWindow);
    }

    /** The same, by the user's leave. */
    boolean allowsGrace(long staleMillis) {
        return isWithin(staleMillis, grace);
    }

    /** The same if the origin fails, by the origin's leave (RFC 5861 §4) or the user's. */
    boolean allowsError(long staleMillis) {
        return isWithin(staleMillis, errorWindow);
    }

    /** Up to the limit, and never if that is 0. */
    private static boolean isWithin(long stale, long window) {
        return window > 0 && stale <= window;
    }

    /** Returns whether the origin or the user has said how long it is fresh. */
    boolean isExplicit() {
        return source != Lifetime.Source.HEURISTIC && source != Lifetime.Source.NONE;
    }

    /** The time after which it cannot be used without a validation, if no client asks for what is stale. */
    public Instant usefulUntil() {
        long stale = Math.max(grace, Math.max(refreshWindow, errorWindow));
        return Instant.ofEpochMilli(responseAt - initialAge + lifetime + stale);
    }
}
