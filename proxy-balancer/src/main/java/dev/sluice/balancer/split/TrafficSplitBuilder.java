package dev.sluice.balancer.split;

import dev.sluice.balancer.affinity.RequestCookies;
import dev.sluice.balancer.internal.KeyName;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.UpstreamSource;
import dev.sluice.proxy.transport.Origin;
import dev.sluice.proxy.transport.url.OwnTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Sets up a {@link TrafficSplit}. For one thread. */
public final class TrafficSplitBuilder {
    private final String name;
    private final OwnTransport transport;
    private final List<SplitSource> sources = new ArrayList<>();
    private final List<Integer> shares = new ArrayList<>();
    private final List<Rule> rules = new ArrayList<>();
    private Function<ProxyRequest, @Nullable String> key = request -> null;
    private @Nullable String fallBack;
    private RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();

    TrafficSplitBuilder(String name) {
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
     * @param share its share of the requests, in proportion to the others; 0 for none but those that a rule sends there
     */
    public TrafficSplitBuilder to(String source, UpstreamSource upstreams, int share) {
        sources.add(new SplitSource(
                Objects.requireNonNull(source, "source"), Objects.requireNonNull(upstreams, "upstreams")));
        shares.add(share);
        return this;
    }

    /**
     * Adds one server as a source.
     *
     * @param url {@code http://host[:port][/path]} or {@code https://…}; it is opened by the transport that a server
     *     names which is built with this split in a route, else by the direct one
     * @param share as for {@link #to(String, UpstreamSource, int)}
     * @throws IllegalArgumentException if the URL is not of this form; the message shows it
     */
    public TrafficSplitBuilder to(String source, String url, int share) {
        return to(source, transport.upstream(url, Origin.uri(url)), share);
    }

    /**
     * Sends requests that have a field line with exactly this value to a source, whatever its share.
     *
     * @throws IllegalArgumentException if the name is not a token, or is one of a field that no request has here, such as
     *     {@code Host}; the message shows it
     */
    public TrafficSplitBuilder header(String field, String value, String source) {
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
    public TrafficSplitBuilder cookie(String cookie, String value, String source) {
        KeyName.requireToken("split cookie", cookie);
        Objects.requireNonNull(value, "value");
        return rule(
                request -> value.equals(RequestCookies.first(request.headers(), cookie)), source, "cookie " + cookie);
    }

    /**
     * Sends requests that meet a condition to a source, whatever its share.
     *
     * @param condition called on many threads; must not block
     */
    public TrafficSplitBuilder when(Predicate<ProxyRequest> condition, String source) {
        return rule(Objects.requireNonNull(condition, "condition"), source, "condition");
    }

    /**
     * Keeps requests with the same key, such as an account or a session id, at the same source while the shares stay,
     * and as far as they allow while they move: when a source grows from 5 to 20 percent, the keys that it had stay
     * with it. By default, and where the key is null or empty, each request is split by chance.
     *
     * @param key called on many threads; must not block
     */
    public TrafficSplitBuilder stickyBy(Function<ProxyRequest, @Nullable String> key) {
        this.key = Objects.requireNonNull(key, "key");
        return this;
    }

    /**
     * Gives a request to this source when the one chosen for it has no upstream: when that fails with NO_UPSTREAM
     * before it was sent anywhere. By default the request fails. A pool that lets requests wait is waited for first.
     */
    public TrafficSplitBuilder fallBackTo(String source) {
        this.fallBack = Objects.requireNonNull(source, "source");
        return this;
    }

    /** Where chance comes from; {@link ThreadLocalRandom} by default. Must be safe for use by many threads. */
    public TrafficSplitBuilder random(RandomGenerator random) {
        this.random = Objects.requireNonNull(random, "random");
        return this;
    }

    /**
     * The split.
     *
     * @throws IllegalArgumentException if there is no source, or two have one name; a share is negative, or all are 0;
     *     or a rule or the fall-back names a source that there is not. The message shows it
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
                fallBack == null ? null : own.get(indexOf(fallBack, own)),
                random);
    }

    private TrafficSplitBuilder rule(Predicate<ProxyRequest> condition, String source, String what) {
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
        return new IllegalArgumentException("no source is named \"" + source + "\", but there are " + names(sources));
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
