package dev.sluice.proxy.route;

import dev.sluice.proxy.syntax.QueryNames;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Conditions of routes about a query. */
final class QueryParameters {
    private QueryParameters() {}

    /** Returns whether {@code query} has a parameter of this name and, unless that is null, of this value. */
    static boolean has(@Nullable String query, String name, @Nullable String value) {
        List<String> values = QueryNames.values(query, name::equals);
        return value == null ? !values.isEmpty() : values.contains(value);
    }
}
