package dev.sluice.proxy.cache;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.cache.rule.Policy;
import dev.sluice.proxy.cache.rule.Statuses;
import dev.sluice.proxy.cache.serve.CacheSetup;
import dev.sluice.proxy.content.Compression;
import dev.sluice.proxy.internal.Require;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a route, or a forward proxy, uses a {@link Cache}. The {@linkplain #DEFAULT default} is a shared cache that does
 * what RFC 9111 says, and stores only what the origin gives a time for. Immutable.
 */
public final class CacheRules {
    private static final Duration FOREVER = Duration.ofSeconds(Integer.MAX_VALUE);

    /** What RFC 9111 says for a shared cache, without heuristics. */
    public static final CacheRules DEFAULT = builder().build();

    private final @Nullable String partition;
    private final CacheKey key;
    private final boolean heuristics;
    private final Duration maxFreshness;
    private final boolean bypassCookies;
    private final Duration grace;
    private final boolean ignoreRequestDirectives;
    private final boolean staleBesideSMaxage;
    private final boolean statusField;
    private final @Nullable Compression compression;
    private final Duration maxWait;
    private final Duration passFor;
    private final Duration finishFor;
    private final Map<Integer, Duration> freshness;
    private final List<Predicate<ProxyRequest>> bypasses;
    private final List<String> targetedFields;
    private final List<String> tagFields;

    private CacheRules(Builder setup) {
        this.partition = setup.partition;
        this.key = setup.key;
        this.heuristics = setup.heuristics;
        this.maxFreshness = setup.maxFreshness;
        this.bypassCookies = setup.bypassCookies;
        this.grace = setup.grace;
        this.ignoreRequestDirectives = setup.ignoreRequestDirectives;
        this.staleBesideSMaxage = setup.staleBesideSMaxage;
        this.statusField = setup.statusField;
        this.compression = setup.compression;
        this.maxWait = setup.maxWait;
        this.passFor = setup.passFor;
        this.finishFor = setup.finishFor;
        this.freshness = Map.copyOf(setup.freshness);
        this.bypasses = List.copyOf(setup.bypasses);
        this.targetedFields = List.copyOf(setup.targetedFields);
        this.tagFields = List.copyOf(setup.tagFields);
    }

    /** A builder that begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with these rules. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.partition = partition;
        builder.key = key;
        builder.heuristics = heuristics;
        builder.maxFreshness = maxFreshness;
        builder.bypassCookies = bypassCookies;
        builder.grace = grace;
        builder.ignoreRequestDirectives = ignoreRequestDirectives;
        builder.staleBesideSMaxage = staleBesideSMaxage;
        builder.statusField = statusField;
        builder.compression = compression;
        builder.maxWait = maxWait;
        builder.passFor = passFor;
        builder.finishFor = finishFor;
        builder.freshness.putAll(freshness);
        builder.bypasses.addAll(bypasses);
        builder.targetedFields = targetedFields;
        builder.tagFields = tagFields;
        return builder;
    }

    /** The name that routes share their stored responses by, or null if each has its own. */
    public @Nullable String partition() {
        return partition;
    }

    /** What requests have in common that get the same stored response. */
    public CacheKey key() {
        return key;
    }

    /** Whether responses without a time of their own are stored. */
    public boolean heuristics() {
        return heuristics;
    }

    /** How long a response is fresh at most. */
    public Duration maxFreshness() {
        return maxFreshness;
    }

    /** Whether messages with cookies go past the cache. */
    public boolean bypassCookies() {
        return bypassCookies;
    }

    /** How long a stale response may be used. */
    public Duration grace() {
        return grace;
    }

    /** Whether directives of requests count for nothing. */
    public boolean ignoreRequestDirectives() {
        return ignoreRequestDirectives;
    }

    /** Whether stale responses may be used despite {@code s-maxage}. */
    public boolean staleBesideSMaxage() {
        return staleBesideSMaxage;
    }

    /** Whether responses get a {@code Cache-Status}. */
    public boolean statusField() {
        return statusField;
    }

    /** How responses are compressed before they are stored, or null if they are stored as they come. */
    public @Nullable Compression compression() {
        return compression;
    }

    /** How long a request waits at most for another one's response. */
    public Duration maxWait() {
        return maxWait;
    }

    /** How long requests do not wait for each other after a response that could not be shared. */
    public Duration passFor() {
        return passFor;
    }

    /** How long a response is read on when no client needs it any more. */
    public Duration finishFor() {
        return finishFor;
    }

    /** How long responses of these statuses are fresh, whatever the origin says. */
    public Map<Integer, Duration> freshness() {
        return freshness;
    }

    /** Returns whether a request goes past the cache by a condition of yours. */
    public boolean bypasses(ProxyRequest request) {
        for (Predicate<ProxyRequest> bypass : bypasses) {
            if (bypass.test(request)) {
                return true;
            }
        }
        return false;
    }

    /** The fields of responses that have directives for this cache before all others, the first one first. */
    public List<String> targetedFields() {
        return targetedFields;
    }

    /** The fields of responses that have the tags for a purge. */
    public List<String> tagFields() {
        return tagFields;
    }

    CacheSetup setup() {
        Duration longest = heuristics ? Duration.ofDays(1) : null;
        Policy policy = Policy.STRICT
                .withTargets(targetedFields)
                .withHeuristics(longest)
                .withLifetime(freshness::get)
                .withMaxLifetime(status -> maxFreshness)
                .withGrace(grace)
                .withIgnoredRequests(ignoreRequestDirectives)
                .withMaxStale(true)
                .withStaleBesideSMaxage(staleBesideSMaxage);
        return new CacheSetup(
                partition == null ? "" : partition,
                policy,
                key.query(),
                key.more(),
                this::bypasses,
                bypassCookies,
                tagFields,
                statusField,
                compression,
                maxWait,
                passFor,
                finishFor);
    }

    /** Collects {@link CacheRules}. For one thread. */
    public static final class Builder {
        private @Nullable String partition;
        private CacheKey key = CacheKey.DEFAULT;
        private boolean heuristics;
        private Duration maxFreshness = FOREVER;
        private boolean bypassCookies;
        private Duration grace = Duration.ZERO;
        private boolean ignoreRequestDirectives;
        private boolean staleBesideSMaxage;
        private boolean statusField;
        private @Nullable Compression compression;
        private Duration maxWait = Duration.ofSeconds(5);
        private Duration passFor = Duration.ofSeconds(10);
        private Duration finishFor = Duration.ofSeconds(30);
        private final Map<Integer, Duration> freshness = new TreeMap<>();
        private final List<Predicate<ProxyRequest>> bypasses = new ArrayList<>();
        private List<String> targetedFields = List.of("CDN-Cache-Control");
        private List<String> tagFields = List.of("Surrogate-Key", "Cache-Tag");

        private Builder() {}

        /**
         * Sets the name that routes share their stored responses by, if they have the same cache and upstreams; by
         * default each route has its own.
         *
         * @throws IllegalArgumentException if it is empty
         */
        public Builder partition(String name) {
            this.partition = Require.name("cache partition", name);
            return this;
        }

        /** Sets what requests have in common that get the same stored response; {@link CacheKey#DEFAULT} by default. */
        public Builder key(CacheKey key) {
            this.key = Objects.requireNonNull(key, "cache key");
            return this;
        }

        /**
         * Whether a response without a time of its own is fresh for a tenth of the time since it was last modified, but
         * a day at most (RFC 9111 §4.2.2); off by default.
         */
        public Builder heuristics(boolean on) {
            this.heuristics = on;
            return this;
        }

        /**
         * Sets how long a response is fresh at most, whatever the origin says; without a limit by default.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder maxFreshness(Duration time) {
            this.maxFreshness = Require.notNegative("cache maxFreshness", time);
            return this;
        }

        /**
         * Whether requests with a {@code Cookie}, and responses with a {@code Set-Cookie}, go past the cache; off by
         * default, as RFC 9111 §7.3 has it.
         */
        public Builder bypassCookies(boolean on) {
            this.bypassCookies = on;
            return this;
        }

        /**
         * Sets how long a stale response may be used while it is refreshed in the background, and if the origin fails,
         * where the origin does not say so itself by {@code stale-while-revalidate} or {@code stale-if-error} (RFC
         * 5861); zero by default. It never counts beside {@code no-cache}, {@code must-revalidate}, {@code
         * proxy-revalidate} or {@code s-maxage}.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder grace(Duration time) {
            this.grace = Require.notNegative("cache grace", time);
            return this;
        }

        /**
         * Whether {@code Cache-Control} and {@code Pragma} of requests count for nothing, so that no client can make
         * the proxy ask the origin; off by default.
         */
        public Builder ignoreRequestDirectives(boolean on) {
            this.ignoreRequestDirectives = on;
            return this;
        }

        /**
         * Whether {@code stale-while-revalidate} and {@code stale-if-error} count beside {@code s-maxage}, which
         * forbids them by RFC 9111 §5.2.2.10; off by default.
         */
        public Builder staleBesideSMaxage(boolean on) {
            this.staleBesideSMaxage = on;
            return this;
        }

        /** Whether responses get a {@code Cache-Status} (RFC 9211); off by default. */
        public Builder statusField(boolean on) {
            this.statusField = on;
            return this;
        }

        /**
         * Sets how responses are compressed before they are stored, so that it is done once and not for each client; none by
         * default. The compressed form is a variant of its own, with a weak entity tag, and clients that do not accept it, or
         * ask for a part, get the plain one: the origin is asked for each of both. What it is told to accept is the coding of
         * the variant alone. A {@link Compression} before the cache leaves alone what has been compressed here.
         */
        public Builder compression(Compression compression) {
            this.compression = Objects.requireNonNull(compression, "cache compression");
            return this;
        }

        /**
         * Sets how long a request waits at most for a response that another one has already asked for, before it asks
         * itself; 5 s by default.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder maxWait(Duration time) {
            this.maxWait = Require.notNegative("cache maxWait", time);
            return this;
        }

        /**
         * Sets how long requests do not wait for each other after a response that could not be shared; 10 s by default.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder passFor(Duration time) {
            this.passFor = Require.notNegative("cache passFor", time);
            return this;
        }

        /**
         * Sets how long a response is read on when no client needs it any more, so that it is stored; 30 s by default,
         * zero to stop at once.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder finishFor(Duration time) {
            this.finishFor = Require.notNegative("cache finishFor", time);
            return this;
        }

        /**
         * Adds a time for which responses of these statuses are fresh, whatever the origin says, such as 10 s for 404; none
         * by default. {@code no-store}, {@code private} and {@code no-cache} still count. An error with such a time
         * replaces what was stored, as any answer does: a stale page is not used in its place. Clients get the fields of the
         * origin unchanged.
         *
         * @throws IllegalArgumentException if the time is negative, if there is no status, or if one is not 200 to 999, or
         *     is one that is never stored, such as 206, 304 or 429
         */
        public Builder addFreshness(Duration time, int... statuses) {
            Require.notNegative("cache freshness", time);
            for (int status : Require.some("cache freshness", statuses)) {
                if (status < 200 || status > 999 || Statuses.isNeverStored(status)) {
                    throw new IllegalArgumentException(
                            "cache freshness status must be 200 to 999, and one that is stored: " + status);
                }
                freshness.put(status, time);
            }
            return this;
        }

        /** Lets requests that meet this condition go past the cache, and those of earlier calls; none by default. */
        public Builder whenBypassed(Predicate<ProxyRequest> condition) {
            bypasses.add(Objects.requireNonNull(condition, "cache whenBypassed"));
            return this;
        }

        /**
         * Sets the fields with directives for this cache (RFC 9213): the first of them that a response has counts instead of
         * {@code Cache-Control} and {@code Expires}. {@code CDN-Cache-Control} by default; none at a forward proxy.
         *
         * @throws IllegalArgumentException if one is not the name of a field
         */
        public Builder targetedFields(String... names) {
            this.targetedFields = names("cache targetedFields", names);
            return this;
        }

        /**
         * Sets the fields of responses that have tags for a purge; {@code Surrogate-Key} (tags between blanks) and {@code
         * Cache-Tag} (between commas) by default.
         *
         * @throws IllegalArgumentException if one is not the name of a field
         */
        public Builder tagFields(String... names) {
            this.tagFields = names("cache tagFields", names);
            return this;
        }

        private static List<String> names(String option, String[] names) {
            for (String name : Objects.requireNonNull(names, option)) {
                if (!Headers.isToken(Objects.requireNonNull(name, option))) {
                    throw new IllegalArgumentException(option + " must be names of fields: " + name);
                }
            }
            return List.of(names);
        }

        /** The rules. */
        public CacheRules build() {
            return new CacheRules(this);
        }
    }
}
