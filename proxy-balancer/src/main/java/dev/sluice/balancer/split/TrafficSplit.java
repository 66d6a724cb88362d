package dev.sluice.balancer.split;

import dev.sluice.proxy.Attempts;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Decision;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.UpstreamOpener;
import dev.sluice.proxy.UpstreamSource;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.transport.url.OwnTransport;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Splits requests between several sources of upstreams, usually pools: for a canary, or to go from blue to green. Rules
 * come first, in their order; all other requests are split by share.
 *
 * <pre>{@code
 * TrafficSplit split = TrafficSplit.builder("shop")
 *         .to("stable", stablePool, 95)
 *         .to("canary", canaryPool, 5)
 *         .header("X-Canary", "yes", "canary")
 *         .stickyBy(request -> request.headers().first("X-Account").orElse(null))
 *         .fallBackTo("stable")
 *         .build();
 * ReverseProxy proxy = ReverseProxy.to(split);
 * split.move("canary", 20);
 * }</pre>
 *
 * <p>The sources stay the caller's, who closes them. The shares can be changed at any time; requests that have been
 * given to a source stay there. Safe for use by many threads.
 */
public final class TrafficSplit implements UpstreamSource {
    private static final Logger LOG = LoggerFactory.getLogger(TrafficSplit.class);

    private final String name;
    private final OwnTransport transport;
    private final List<SplitSource> sources;
    private final List<SplitRule> rules;
    private final Function<ProxyRequest, @Nullable String> key;
    private final @Nullable SplitSource fallBack;
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
            @Nullable SplitSource fallBack,
            RandomGenerator random) {
        this.name = name;
        this.transport = transport;
        this.sources = List.copyOf(sources);
        this.shares = new Shares(name, this.sources, shares);
        this.rules = List.copyOf(rules);
        this.key = key;
        this.fallBack = fallBack;
        this.random = random;
    }

    /**
     * A builder.
     *
     * @param name names the split in records and logs
     */
    public static TrafficSplitBuilder builder(String name) {
        return new TrafficSplitBuilder(name);
    }

    /** What all of the sources can do. */
    @Override
    public Set<Capability> capabilities() {
        Set<Capability> common = EnumSet.allOf(Capability.class);
        sources.forEach(source -> common.retainAll(source.source().capabilities()));
        return Collections.unmodifiableSet(common);
    }

    /**
     * Servers that are given as URLs go over this transport from now on; pools see to theirs.
     *
     * @return this split
     * @throws IllegalArgumentException if the transport cannot reach one, or the split or a pool in it goes over the
     *     transport of another server already; the message names it
     */
    @Override
    public TrafficSplit openedBy(UpstreamOpener opener) {
        sources.forEach(source -> source.source().openedBy(opener));
        transport.settle(opener);
        return this;
    }

    @Override
    public Attempts attempts(ProxyRequest request) {
        SplitSource chosen = choose(request);
        Attempts attempts = begin(chosen, request);
        SplitSource other = fallBack;
        return other == null || other.equals(chosen)
                ? attempts
                : new SplitAttempts(attempts, () -> fallBack(chosen, other, request));
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
        request.exchange().record().note(why);
        return sources.get(index);
    }

    private Attempts fallBack(SplitSource chosen, SplitSource other, ProxyRequest request) {
        request.exchange()
                .record()
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
     * @param next a share for each source: 0 for none, and in proportion to each other, so that 95 and 5 are the same
     *     as 19 and 1
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
     * @throws IllegalArgumentException if there is no such source, or percent is out of range, or the others are more
     *     than one and all had 0, so that it is not known who gets the rest; the message shows it, and nothing has
     *     changed
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
                .orElseThrow(() -> TrafficSplitBuilder.unknown(source, sources));
    }

    /** The split as it is now. */
    public SplitSnapshot snapshot() {
        Shares now = shares;
        return new SplitSnapshot(
                name,
                IntStream.range(0, sources.size())
                        .mapToObj(i -> new SplitSnapshot.Part(
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
}
