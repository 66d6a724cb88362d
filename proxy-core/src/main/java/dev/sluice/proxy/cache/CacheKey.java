package dev.sluice.proxy.cache;

import dev.sluice.proxy.cache.rule.QueryRule;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.key.RequestKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What requests have in common that get the same stored response: scheme, host, port, path and query, and what you add.
 * The host's case does not count, nor does a default port. Immutable.
 */
public final class CacheKey {
    /** Scheme, host, port, path, and the query as it is. */
    public static final CacheKey DEFAULT = new CacheKey(QueryRule.ALL, List.of());

    private final QueryRule query;
    private final List<RequestKey> more;

    private CacheKey(QueryRule query, List<RequestKey> more) {
        this.query = query;
        this.more = more;
    }

    /** This key without the query. */
    public CacheKey withoutQuery() {
        return new CacheKey(QueryRule.NONE, more);
    }

    /**
     * This key without these parameters of the query, such as {@code utm_source}; replaces what was said of the query.
     *
     * @param names compared decoded, with case; one that ends with an asterisk stands for all that begin so
     * @throws IllegalArgumentException if there is none, or one is empty
     */
    public CacheKey withoutParameters(String... names) {
        return new CacheKey(QueryRule.without(named("cache key withoutParameters", names)), more);
    }

    /**
     * This key with these parameters of the query alone; replaces what was said of the query.
     *
     * @param names compared decoded, with case; one that ends with an asterisk stands for all that begin so
     * @throws IllegalArgumentException if there is none, or one is empty
     */
    public CacheKey withOnlyParameters(String... names) {
        return new CacheKey(QueryRule.only(named("cache key withOnlyParameters", names)), more);
    }

    private static List<String> named(String option, String[] names) {
        for (String name : Require.some(option, names)) {
            if (Objects.requireNonNull(name, option).isEmpty()) {
                throw new IllegalArgumentException(option + " has an empty name");
            }
        }
        return List.of(names);
    }

    /** This key with the parameters of the query in order of their names; those of one name keep their order. */
    public CacheKey withSortedParameters() {
        return new CacheKey(query.sorted(), more);
    }

    /** This key and another one, such as {@code RequestKey.header("X-Country")}; a request may have none of it. */
    public CacheKey with(RequestKey key) {
        List<RequestKey> longer = new ArrayList<>(more);
        longer.add(Objects.requireNonNull(key, "cache key"));
        return new CacheKey(query, List.copyOf(longer));
    }

    QueryRule query() {
        return query;
    }

    List<RequestKey> more() {
        return more;
    }
}
