package dev.sluice.proxy.route;

import dev.sluice.proxy.ProxyRequest;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A condition on a header field or a query parameter, with equality.
 *
 * @param kind which of the two
 * @param name of the field or the parameter
 * @param value that it must have, or null for any
 */
record FieldCondition(Kind kind, String name, @Nullable String value) implements Predicate<ProxyRequest> {
    enum Kind {
        HEADER,
        TOKEN,
        QUERY
    }

    /** Names of fields and tokens are compared without case. */
    FieldCondition {
        name = kind == Kind.QUERY ? name : name.toLowerCase(Locale.ROOT);
        value = kind == Kind.TOKEN && value != null ? value.toLowerCase(Locale.ROOT) : value;
    }

    // Written out: the JDK keeps the last record class that it has made these for, and so its class loader.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FieldCondition that
                && kind == that.kind
                && name.equals(that.name)
                && Objects.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, name, value);
    }

    @Override
    public boolean test(ProxyRequest request) {
        return switch (kind) {
            case HEADER ->
                value == null
                        ? request.headers().has(name)
                        : request.headers().all(name).contains(value);
            case TOKEN -> value != null && request.headers().hasToken(name, value);
            case QUERY -> QueryParameters.has(request.target().query(), name, value);
        };
    }
}
