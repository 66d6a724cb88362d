package dev.sluice.balancer.split;

import dev.sluice.balancer.internal.RequestCookies;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.ExchangeRecord.Decision;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.origin.Origin;
import dev.sluice.proxy.spi.Attempts;
import dev.sluice.proxy.spi.Openable;
import dev.sluice.proxy.spi.UpstreamOpener;
import dev.sluice.proxy.spi.UpstreamSource;
import dev.sluice.proxy.syntax.KeyName;
import dev.sluice.proxy.transport.url.OwnTransport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Splits requests between several sources of upstreams, usually pools: for a canary, or to go from blue to green. Rules
 * come first, in order. All other requests are split by share.
 *
 * <pre>{@code
 * TrafficSplit split = TrafficSplit.builder("shop")
 *         .addSource("stable", stablePool, 95)
 *         .addSource("canary", canaryPool, 5)
 *         .whenHeader("X-Canary", "yes", "canary")
 *         .stickyBy(request -> request.headers().first("X-Account").orElse(null))
 *         .fallback("stable")
 *         .build();
 * ReverseProxy proxy = ReverseProxy.to(split);
 * split.move("canary", 20);
 * }</pre>
 *
 * <p>The sources belong to the caller, who closes them. You can change the shares at any time; requests that already
 * have a source stay there. Safe for use by many threads.
 */
public final class TrafficSplit implements UpstreamSource, Openable<UpstreamSource> {
    private static final Logger LOG = LoggerFactory.getLogger(TrafficSplit.class);

    private final String name;
    private final OwnTransport transport;
    private final List<SplitSource> sources;
    private final List<SplitRule> rules;
    private final Function<ProxyRequest, @Nullable String> key;
    private final @Nullable SplitSource fallback;
    private final RandomGenerator random;
    private final Object lock = new Object();
    private volatile Shares shares;

    TrafficSplit(
            String name,
            OwnTransport transport,
            List<SplitSource> sources,
            int[] shares,
            List<SplitRule> rules,
            Function<ProxyRequest, @Nullable String> key,
            @Nullable SplitSource fallback,
            RandomGenerator random) {
        this.name = name;
        this.transport = transport;
        this.sources = List.copyOf(sources);
        this.shares = new Shares(name, this.sources, shares);
        this.rules = List.copyOf(rules);
        this.key = key;
        this.fallback = fallback;
        this.random = random;
    }

    /**
     * A builder.
     *
     * @param name names the split in records and logs
     */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /** What all of the sources can do. */
    @Override
    public Set<Capability> capabilities() {
        Set<Capability> common = EnumSet.allOf(Capability.class);
        sources.forEach(source -> common.retainAll(source.source().capabilities()));
        return Collections.unmodifiableSet(common);
    }

    /**
     * From now on this transport is used for servers that are given as URLs; pools do the same with their members.
     *
     * @return this split
     * @throws IllegalArgumentException if the transport cannot reach one, or the split or a pool in it already uses the
     *     transport of another server; the message names it
     */
    @Override
    public TrafficSplit openedBy(UpstreamOpener opener) {
        sources.forEach(source -> Openable.open(source.source(), opener));
        transport.settle(opener);
        return this;
    }

    @Override
    public Attempts attempts(ProxyRequest request) {
        SplitSource chosen = choose(request);
        Attempts attempts = begin(chosen, request);
        SplitSource other = fallback;
        return other == null || other.equals(chosen)
                ? attempts
                : new SplitAttempts(attempts, () -> fallback(chosen, other, request));
    }

    private SplitSource choose(ProxyRequest request) {
        for (int i = 0; i < rules.size(); i++) {
            SplitRule rule = rules.get(i);
            if (rule.condition().test(request)) {
                return noted(rule.source(), rule.note(), request);
            }
        }
        Shares now = shares;
        String value = key.apply(request);
        if (value == null || value.isEmpty()) {
            int drawn = now.draw(random);
            return noted(drawn, now.byChance(drawn), request);
        }
        int owner = now.of(value);
        return noted(owner, now.byKey(owner), request);
    }

    private SplitSource noted(int index, Decision why, ProxyRequest request) {
        request.exchange().notes().note(why);
        return sources.get(index);
    }

    private Attempts fallback(SplitSource chosen, SplitSource other, ProxyRequest request) {
        request.exchange()
                .notes()
                .note(() -> name + ": " + other.name() + ", as " + chosen.name() + " has no upstream");
        return begin(other, request);
    }

    private static Attempts begin(SplitSource source, ProxyRequest request) {
        Attempts begun = source.source().attempts(request);
        source.requests().increment();
        return begun;
    }

    /** The shares as they are now, by name, in the order in which the sources were given. */
    public Map<String, Integer> shares() {
        return shares.map();
    }

    /**
     * Sets all shares at once.
     *
     * @param next a share for each source; only the proportion counts, so 95 and 5 are the same as 19 and 1; 0 for no
     *     requests
     * @throws IllegalArgumentException if a source is missing or unknown, a share is negative, or all are 0; the
     *     message shows it, and nothing has changed
     */
    public void shares(Map<String, Integer> next) {
        int[] values = new int[sources.size()];
        next.forEach((source, share) -> values[indexOf(source)] = share);
        for (SplitSource source : sources) {
            if (!next.containsKey(source.name())) {
                throw new IllegalArgumentException("the share of " + source.name() + " is missing: " + next);
            }
        }
        synchronized (lock) {
            swap(values);
        }
    }

    /**
     * Gives one source a part of all requests. The others share the rest in proportion to what they had, in whole
     * numbers that add up to 100; for finer parts there is {@link #shares(Map)}.
     *
     * @param percent 0 to 100
     * @throws IllegalArgumentException if there is no such source, or percent is out of range, or several others all
     *     had 0, so that the rest cannot be divided; the message shows it, and nothing has changed
     */
    public void move(String source, int percent) {
        Require.within("percent", 0, 100, percent);
        int index = indexOf(source);
        synchronized (lock) {
            swap(shares.moved(index, percent));
        }
    }

    private void swap(int[] values) {
        Shares before = shares;
        Shares next = new Shares(name, sources, values);
        shares = next;
        LOG.info("split {}: shares {} -> {}", name, before.map(), next.map());
    }

    private int indexOf(String source) {
        return IntStream.range(0, sources.size())
                .filter(i -> sources.get(i).name().equals(source))
                .findFirst()
                .orElseThrow(() -> Builder.unknown(source, sources));
    }

    /** The split as it is now. */
    public Snapshot snapshot() {
        Shares now = shares;
        return new Snapshot(
                name,
                IntStream.range(0, sources.size())
                        .mapToObj(i -> new Snapshot.Part(
                                sources.get(i).name(),
                                now.of(i),
                                now.part(i),
                                sources.get(i).requests().sum()))
                        .toList());
    }

    /** The name and the shares. */
    @Override
    public String toString() {
        return "split " + name + " " + Arrays.toString(shares.map().entrySet().toArray());
    }

    /** Sets up a {@link TrafficSplit}. For one thread. */
    public static final class Builder {
        private final String name;
        private final OwnTransport transport;
        private final List<SplitSource> sources = new ArrayList<>();
        private final List<Integer> shares = new ArrayList<>();
        private final List<Rule> rules = new ArrayList<>();
        private Function<ProxyRequest, @Nullable String> key = request -> null;
        private @Nullable String fallback;
        private RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();

        Builder(String name) {
            this.name = Objects.requireNonNull(name, "name");
            this.transport = new OwnTransport("split \"" + name + "\"", null);
        }

        /** A rule whose source may not have been named yet. */
        private record Rule(Predicate<ProxyRequest> condition, String source, String what) {}

        /**
         * Adds a source.
         *
         * @param source its name
         * @param upstreams usually a pool
         * @param share its share of the requests, in proportion to the others; 0 for only those that a rule sends there
         */
        public Builder addSource(String source, UpstreamSource upstreams, int share) {
            sources.add(new SplitSource(
                    Objects.requireNonNull(source, "source"), Objects.requireNonNull(upstreams, "upstreams")));
            shares.add(share);
            return this;
        }

        /** Adds one upstream as a source, as {@link #addSource(String, UpstreamSource, int)} adds a pool. */
        public Builder addSource(String source, Upstream upstream, int share) {
            return addSource(source, UpstreamSource.of(upstream), share);
        }

        /**
         * Adds one server as a source.
         *
         * @param url {@code http://host[:port][/path]} or {@code https://…}; the transport of the server that has this
         *     split in a route opens it, else the direct one
         * @param share as for {@link #addSource(String, UpstreamSource, int)}
         * @throws IllegalArgumentException if the URL is not of this form; the message shows it
         */
        public Builder addSource(String source, String url, int share) {
            return addSource(source, transport.upstream(url, Origin.uri(url)), share);
        }

        /**
         * Sends requests that have a field line with exactly this value to a source, whatever its share.
         *
         * @throws IllegalArgumentException if the name is not a token, or is one of a field that no request has here, such as
         *     {@code Host}; the message shows it
         */
        public Builder whenHeader(String field, String value, String source) {
            KeyName.requireToken("split header", field);
            KeyName.requireField("split header", field);
            Objects.requireNonNull(value, "value");
            return rule(request -> hasField(request.headers(), field, value), source, "header " + field);
        }

        /**
         * Sends requests whose first cookie of this name has exactly this value to a source, whatever its share.
         *
         * @throws IllegalArgumentException if the name is not a token; the message shows it
         */
        public Builder whenCookie(String cookie, String value, String source) {
            KeyName.requireToken("split cookie", cookie);
            Objects.requireNonNull(value, "value");
            return rule(
                    request -> value.equals(RequestCookies.first(request.headers(), cookie)),
                    source,
                    "cookie " + cookie);
        }

        /**
         * Sends requests that meet a condition to a source, whatever its share.
         *
         * @param condition called on many threads; must not block
         */
        public Builder when(Predicate<ProxyRequest> condition, String source) {
            return rule(Objects.requireNonNull(condition, "condition"), source, "condition");
        }

        /**
         * Keeps requests with the same key, such as an account or a session id, at the same source while the shares
         * stay, and as far as possible while they change: if a source grows from 5 to 20 percent, it keeps the keys
         * that it had. By default, and if the key is null or empty, each request is split at random.
         *
         * @param key called on many threads; must not block
         */
        public Builder stickyBy(Function<ProxyRequest, @Nullable String> key) {
            this.key = Objects.requireNonNull(key, "key");
            return this;
        }

        /**
         * Gives a request to this source if the chosen one has no upstream, that is if it fails with NO_UPSTREAM before
         * anything was sent. By default the request fails. If the chosen pool lets requests wait, they wait first.
         */
        public Builder fallback(String source) {
            this.fallback = Objects.requireNonNull(source, "source");
            return this;
        }

        /** Where chance comes from; {@link ThreadLocalRandom} by default. Must be safe for use by many threads. */
        public Builder random(RandomGenerator random) {
            this.random = Objects.requireNonNull(random, "random");
            return this;
        }

        /**
         * The split.
         *
         * @throws IllegalArgumentException if there is no source, or two have one name; a share is negative, or all are
         *     0; or a rule or the fall-back names an unknown source. The message shows it
         */
        public TrafficSplit build() {
            if (sources.isEmpty()) {
                throw new IllegalArgumentException("split " + name + " must have a source");
            }
            if (sources.stream().map(SplitSource::name).distinct().count() < sources.size()) {
                throw new IllegalArgumentException(
                        "split " + name + " must not have two sources of one name: " + names(sources));
            }
            List<SplitSource> own = sources.stream()
                    .map(source -> new SplitSource(source.name(), source.source()))
                    .toList();
            return new TrafficSplit(
                    name,
                    transport,
                    own,
                    shares.stream().mapToInt(Integer::intValue).toArray(),
                    rules.stream().map(rule -> named(rule, own)).toList(),
                    key,
                    fallback == null ? null : own.get(indexOf(fallback, own)),
                    random);
        }

        private Builder rule(Predicate<ProxyRequest> condition, String source, String what) {
            rules.add(new Rule(condition, Objects.requireNonNull(source, "source"), what));
            return this;
        }

        private SplitRule named(Rule rule, List<SplitSource> own) {
            String note = name + ": " + rule.source() + ", by " + rule.what();
            return new SplitRule(rule.condition(), indexOf(rule.source(), own), () -> note);
        }

        private static int indexOf(String source, List<SplitSource> sources) {
            for (int i = 0; i < sources.size(); i++) {
                if (sources.get(i).name().equals(source)) {
                    return i;
                }
            }
            throw unknown(source, sources);
        }

        static IllegalArgumentException unknown(String source, List<SplitSource> sources) {
            return new IllegalArgumentException(
                    "no source is named \"" + source + "\", but there are " + names(sources));
        }

        private static List<String> names(List<SplitSource> sources) {
            return sources.stream().map(SplitSource::name).toList();
        }

        private static boolean hasField(Headers headers, String field, String value) {
            for (int i = 0; i < headers.size(); i++) {
                if (headers.name(i).equalsIgnoreCase(field) && headers.value(i).equals(value)) {
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * A split at one moment. Immutable.
     *
     * @param name the split's
     * @param parts the sources, in the order in which they were given
     */
    public record Snapshot(String name, List<Part> parts) {
        /** Copies the list. */
        public Snapshot {
            parts = List.copyOf(parts);
        }

        /**
         * One source.
         *
         * @param name the source's
         * @param share its share
         * @param part its part of all shares, from 0 to 1
         * @param requests how many requests it has had, by a rule, by share or as a fall-back
         */
        public record Part(String name, int share, double part, long requests) {}
    }
}
