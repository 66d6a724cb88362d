package dev.sluice.proxy.route;

import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.header.rule.HostPattern;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The conditions for a route to take a request. Immutable.
 *
 * @param methods empty for any
 * @param hosts empty for any
 * @param path null for any
 * @param ignoreCase whether the path's letters are compared without case
 * @param literalSlashes whether an escaped slash is always part of a segment
 * @param others header fields, query parameters and the user's own conditions
 */
record RouteConditions(
        Set<String> methods,
        Set<HostPattern> hosts,
        @Nullable PathPattern path,
        boolean ignoreCase,
        boolean literalSlashes,
        List<Predicate<ProxyRequest>> others) {
    RouteConditions {
        methods = Set.copyOf(methods);
        hosts = Set.copyOf(hosts);
        others = List.copyOf(others);
    }

    // Written out: the JDK keeps the last record class that it has made these for, and so its class loader.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RouteConditions that
                && methods.equals(that.methods)
                && hosts.equals(that.hosts)
                && Objects.equals(path, that.path)
                && ignoreCase == that.ignoreCase
                && literalSlashes == that.literalSlashes
                && Set.copyOf(others).equals(Set.copyOf(that.others));
    }

    @Override
    public int hashCode() {
        return Objects.hash(methods, hosts, path, ignoreCase, literalSlashes, Set.copyOf(others));
    }

    /**
     * The variables of the path, or null if the request does not meet the conditions.
     *
     * @param read the request, with its path in the reading that is tried
     * @param ignoreAnyCase whether the table compares all paths without case
     */
    @Nullable
    Map<String, String> match(ProxyRequest read, boolean ignoreAnyCase) {
        RequestTarget target = read.target();
        if (!methods.isEmpty() && !methods.contains(read.method())) {
            return null;
        }
        if (!hosts.isEmpty() && hosts.stream().noneMatch(host -> host.matches(target.authority()))) {
            return null;
        }
        Map<String, String> variables =
                path == null ? Map.of() : path.match(target.path(), ignoreCase || ignoreAnyCase);
        if (variables == null) {
            return null;
        }
        for (Predicate<ProxyRequest> condition : others) {
            if (!condition.test(read)) {
                return null;
            }
        }
        return variables;
    }

    /** The names of the path's variables. */
    Set<String> variables() {
        return path == null ? Set.of() : path.variables();
    }

    /** Returns whether every request that meets {@code later} also meets this, as far as can be known. */
    boolean cover(RouteConditions later) {
        return (methods.isEmpty() || (!later.methods.isEmpty() && methods.containsAll(later.methods)))
                && (hosts.isEmpty()
                        || (!later.hosts.isEmpty() && later.hosts.stream().allMatch(this::coversHost)))
                && coversPath(later)
                && later.others.containsAll(others);
    }

    private boolean coversHost(HostPattern other) {
        return hosts.contains(other)
                || hosts.stream()
                        .anyMatch(host -> host.below()
                                && (host.matches(other.name())
                                        || (other.below() && host.name().equals(other.name()))));
    }

    private boolean coversPath(RouteConditions later) {
        if (path == null || later.path == null) {
            return path == null;
        }
        boolean takesEachCase = ignoreCase || !later.ignoreCase || path.isOpen();
        return takesEachCase && path.covers(later.path, ignoreCase);
    }
}
