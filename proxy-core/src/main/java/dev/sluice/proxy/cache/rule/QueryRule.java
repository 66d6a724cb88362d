package dev.sluice.proxy.cache.rule;

import dev.sluice.proxy.syntax.QueryNames;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a query belongs to a key. Names are compared decoded and with case; one that ends with an asterisk stands
 * for all that begin so. Immutable.
 */
public final class QueryRule {
    /** The query as it is. */
    public static final QueryRule ALL = new QueryRule(false, Set.of(), false);

    /** No query. */
    public static final QueryRule NONE = new QueryRule(true, Set.of(), false);

    private final boolean only;
    private final Set<String> names;
    private final boolean sorted;
    private final @Nullable Predicate<String> dropped;

    private QueryRule(boolean only, Collection<String> names, boolean sorted) {
        this.only = only;
        this.names = Set.copyOf(names);
        this.sorted = sorted;
        Predicate<String> named = anyOf(this.names);
        this.dropped = only ? named.negate() : names.isEmpty() ? null : named;
    }

    /** Without these parameters. */
    public static QueryRule without(Collection<String> names) {
        return new QueryRule(false, names, false);
    }

    /** With these parameters alone. */
    public static QueryRule only(Collection<String> names) {
        return new QueryRule(true, names, false);
    }

    /** The same, with the parameters in the order of their names; those of one name keep theirs. */
    public QueryRule sorted() {
        return new QueryRule(only, names, true);
    }

    private static Predicate<String> anyOf(Collection<String> names) {
        Set<String> whole = new TreeSet<>();
        Set<String> beginnings = new TreeSet<>();
        for (String name : names) {
            if (name.endsWith("*")) {
                beginnings.add(name.substring(0, name.length() - 1));
            } else {
                whole.add(name);
            }
        }
        return name -> whole.contains(name) || beginnings.stream().anyMatch(name::startsWith);
    }

    /** What belongs to the key; null if nothing does, which is not the same as an empty query. */
    @Nullable
    String of(@Nullable String query) {
        String kept = dropped == null ? query : QueryNames.without(query, dropped);
        return kept == null || !sorted ? kept : QueryNames.sorted(kept);
    }

    /** Returns whether it makes the same keys, as it names the same parameters. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof QueryRule rule
                && only == rule.only
                && sorted == rule.sorted
                && names.equals(rule.names);
    }

    @Override
    public int hashCode() {
        return Objects.hash(only, sorted, names);
    }
}
