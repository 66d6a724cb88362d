package dev.sluice.proxy.limit;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.scope.ServerLoad;
import java.io.IOException;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * When the server fills up, the least important requests are refused first, with 503 and {@code Retry-After}, so that the
 * rest finds room below {@link Limits#exchanges()}. Health checks and what you call critical are refused last.
 *
 * <pre>{@code
 * ProxyServer.builder().addFilter(Shedding.DEFAULT.withHealthCheck("/healthz"));
 * ProxyServer.builder().addFilter(
 *         Shedding.by(request -> request.headers().has("X-Batch") ? Shedding.Priority.LOW : Shedding.Priority.NORMAL));
 * }</pre>
 *
 * <p>What counts are the exchanges of the whole server, tunnels not included, as for its limit. Above that limit the
 * server refuses all. In an exchange without a server nothing is refused. Immutable but for its count of refusals, and safe
 * for use by many threads.
 */
public final class Shedding implements ProxyFilter {
    /** All requests are {@link Priority#NORMAL}, without health checks. */
    public static final Shedding DEFAULT = by(request -> Priority.NORMAL);

    private final Function<ProxyRequest, Priority> priority;
    private final Map<Priority, Double> shares;
    private final Set<String> healthChecks;
    private final LongAdder refused = new LongAdder();

    private Shedding(
            Function<ProxyRequest, Priority> priority, Map<Priority, Double> shares, Set<String> healthChecks) {
        this.priority = priority;
        this.shares = shares;
        this.healthChecks = healthChecks;
    }

    /** How important a request is, the least first, and which part of the exchanges is open to it by default. */
    public enum Priority {
        /** Half (0.5): work that can be done later, such as reports and crawlers. */
        LOW(0.5),
        /** Four fifths (0.8): what is usual. */
        NORMAL(0.8),
        /** Nine tenths (0.9): what a business lives on, such as to pay. */
        HIGH(0.9),
        /** All (1): health checks, and what administrators need to help. */
        CRITICAL(1);

        private final double share;

        Priority(double share) {
            this.share = share;
        }
    }

    /**
     * With your own function, which must neither block nor return null: then the request fails with 500. Decide by what a
     * client cannot choose, or everybody is critical.
     */
    public static Shedding by(Function<ProxyRequest, Priority> priority) {
        Map<Priority, Double> shares = new EnumMap<>(Priority.class);
        for (Priority each : Priority.values()) {
            shares.put(each, each.share);
        }
        return new Shedding(Objects.requireNonNull(priority, "priority"), shares, Set.of());
    }

    /**
     * The same with one more path, such as {@code /healthz}, at which a GET or HEAD is critical, whatever the function says.
     *
     * @throws IllegalArgumentException if it does not begin with a slash
     */
    public Shedding withHealthCheck(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("health check must be a path: \"" + path + '"');
        }
        Set<String> more = new HashSet<>(healthChecks);
        more.add(path);
        return new Shedding(priority, shares, Set.copyOf(more));
    }

    /**
     * The same with another part of {@link Limits#exchanges()} that is open to a priority: above it such a request is refused.
     *
     * @throws IllegalArgumentException if it is not above 0 and at most 1
     */
    public Shedding withShare(Priority priority, double share) {
        Map<Priority, Double> changed = new EnumMap<>(shares);
        changed.put(Objects.requireNonNull(priority, "priority"), Require.aboveZero("shedding share", 1, share));
        return new Shedding(this.priority, changed, healthChecks);
    }

    /**
     * What it has refused so far, here and at all other places that it is added to. {@link #DEFAULT} is one for all
     * servers of the process; each copy counts for itself.
     */
    public LimitStatistics statistics() {
        return LimitStatistics.of(refused.sum());
    }

    /** Before authentication, which is work too; {@code at(…)} another stage if the function needs the principal. */
    @Override
    public Stage stage() {
        return Stage.BEFORE_AUTHENTICATION;
    }

    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        Exchange exchange = request.exchange();
        ServerLoad load = exchange.get(ServerLoad.class);
        Limits limits = exchange.get(Limits.class);
        if (load != null && limits != null) {
            refuseIfFull(request, load.exchanges(), limits.exchanges());
        }
        return next.handle(request);
    }

    private void refuseIfFull(ProxyRequest request, int now, int most) throws ProxyException {
        Priority found = isHealthCheck(request)
                ? Priority.CRITICAL
                : Objects.requireNonNull(priority.apply(request), "the function of shedding gave no priority");
        int open = (int) Math.max(1, most * Objects.requireNonNull(shares.get(found)));
        if (now > open) {
            refused.increment();
            throw ProxyException.refused(
                    Outcome.OVERLOADED,
                    503,
                    "too many requests at once",
                    "priority " + found + " is refused above " + open + " of limit exchanges (" + most + ")");
        }
    }

    private boolean isHealthCheck(ProxyRequest request) {
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        return reads && healthChecks.contains(request.target().path());
    }

    /** The shares. */
    @Override
    public String toString() {
        return "Shedding" + shares;
    }
}
