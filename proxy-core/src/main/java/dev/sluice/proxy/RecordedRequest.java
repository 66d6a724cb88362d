package dev.sluice.proxy;

import dev.sluice.proxy.syntax.FieldSet;
import dev.sluice.proxy.syntax.QueryNames;
import dev.sluice.proxy.syntax.Redaction;
import dev.sluice.proxy.syntax.SecretNames;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The request in a record: without body and scope, and with {@code ***} for what lets somebody enter. Records go to logs
 * and to listeners, which have no use for credentials. Safe for use by many threads.
 */
final class RecordedRequest implements RequestRecord {
    /** Made once, not for each request. */
    private static final FieldSet NONE = FieldSet.of();

    private final String method;
    private final RequestTarget target;
    private final HttpVersion version;
    private final Headers headers;
    private final @Nullable String upgrade;
    private volatile FieldSet fields = NONE;
    private volatile Set<String> parameters = Set.of();

    RecordedRequest(RequestRecord received) {
        this.method = received.method();
        this.target = received.target();
        this.version = received.version();
        this.headers = received.headers();
        this.upgrade = received.upgrade();
    }

    /** Hides a field too. */
    synchronized void hideField(String name) {
        if (!fields.hasAsCgi(name)) {
            fields = fields.and(FieldSet.of(name));
        }
    }

    /** Hides a parameter of the query too. */
    synchronized void hideParameter(String name) {
        if (!parameters.contains(name)) {
            parameters = Stream.concat(parameters.stream(), Stream.of(name)).collect(Collectors.toUnmodifiableSet());
        }
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public RequestTarget target() {
        return shown(target);
    }

    /** A target without what is hidden. */
    RequestTarget shown(RequestTarget other) {
        String query = other.query();
        return query == null || parameters.isEmpty() ? other : other.withQuery(hidden(query));
    }

    @Override
    public HttpVersion version() {
        return version;
    }

    @Override
    public Headers headers() {
        Headers shown = HiddenFields.of(headers, name -> SecretNames.isField(name) || fields.hasAsCgi(name));
        return parameters.isEmpty()
                ? shown
                : shown.toBuilder().replace("Referer", this::withHiddenQuery).build();
    }

    private String withHiddenQuery(String url) {
        int mark = url.indexOf('?');
        return mark < 0 ? url : url.substring(0, mark + 1) + hidden(url.substring(mark + 1));
    }

    private String hidden(String query) {
        return QueryNames.hidden(query, parameters::contains);
    }

    @Override
    public @Nullable String upgrade() {
        return upgrade;
    }

    @Override
    public String toString() {
        return method + ' ' + Redaction.DEFAULT.url(target.withQuery(null).toString());
    }
}
