package dev.sluice.proxy.log;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.internal.Printable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The fields that a form can name: those that every log has, and those that users add. Immutable. */
final class Fields {
    private static final String REQUEST = "request.";
    private static final String RESPONSE = "response.";
    private static final String TAG = "tag.";

    /** Those of which a JSON object consists, in their order. */
    private static final List<Field> WHOLE = List.of(
            Field.of("time", entry -> entry.time().toString()),
            Field.of("client", LogEntry::client),
            Field.of("peer", LogEntry::peer),
            Field.of("user", LogEntry::user),
            Field.of("request_id", LogEntry::requestId),
            Field.of("traceparent", LogEntry::traceparent),
            Field.of("trace_id", LogEntry::traceId),
            Field.of("span_id", LogEntry::spanId),
            Field.of("method", LogEntry::method),
            Field.of("scheme", LogEntry::scheme),
            Field.of("host", LogEntry::host),
            Field.of("prefix", LogEntry::prefix),
            Field.of("target", LogEntry::target),
            Field.of("version", LogEntry::version),
            Field.of("tls_version", LogEntry::tlsVersion),
            Field.of("status", LogEntry::status),
            Field.of("outcome", LogEntry::outcome),
            Field.of("route", LogEntry::route),
            Field.of("cache", LogEntry::cache),
            Field.of("upstream", LogEntry::upstream),
            Field.of("tags", LogEntry::tags),
            Field.of("attempts", LogEntry::attempts),
            Field.of("upstream_status", LogEntry::upstreamStatus),
            Field.of("upstream_head_ms", LogEntry::upstreamHeadMillis),
            Field.of("upstream_ms", LogEntry::upstreamMillis),
            Field.of("head_ms", LogEntry::headMillis),
            Field.of("total_ms", LogEntry::totalMillis),
            Field.of("request_bytes", LogEntry::requestBytes),
            Field.of("response_bytes", LogEntry::responseBytes),
            Field.of("referer", entry -> entry.requestField("Referer")),
            Field.of("user_agent", entry -> entry.requestField("User-Agent")));

    /** Those that repeat a part of the others, in another form. */
    private static final List<Field> PARTS = List.of(
            new Field("apache_time", true, LogEntry::apacheTime),
            Field.of("request_line", LogEntry::requestLine),
            Field.of("path", LogEntry::path),
            Field.of("query", LogEntry::query),
            Field.of("tls_cipher", LogEntry::tlsCipher));

    private static final Map<String, Field> STANDARD = byName();

    private final Map<String, Field> own = new LinkedHashMap<>();

    /**
     * The standard ones and these.
     *
     * @throws IllegalArgumentException if one has the name of another
     */
    Fields(List<Field> added) {
        for (Field field : added) {
            String name = field.name();
            if (STANDARD.containsKey(name) || ofMessage(name) != null || own.put(name, field) != null) {
                throw new IllegalArgumentException("field \"" + name + "\" is there already: give it another name");
            }
        }
    }

    private static Map<String, Field> byName() {
        Map<String, Field> all = new LinkedHashMap<>();
        WHOLE.forEach(field -> all.put(field.name(), field));
        PARTS.forEach(field -> all.put(field.name(), field));
        return Collections.unmodifiableMap(all);
    }

    /** The names of the standard ones. */
    static Set<String> names() {
        return STANDARD.keySet();
    }

    /** Those that were added, in their order. */
    List<Field> own() {
        return List.copyOf(own.values());
    }

    /** What a JSON object has unless its fields are named. */
    List<Field> whole() {
        List<Field> all = new ArrayList<>(WHOLE);
        all.addAll(own.values());
        return all;
    }

    /**
     * The field with this name.
     *
     * @throws IllegalArgumentException if there is none; the message has the names that there are
     */
    Field named(String name) {
        Field found = STANDARD.containsKey(name) ? STANDARD.get(name) : own.get(name);
        found = found == null ? ofMessage(name) : found;
        if (found != null) {
            return found;
        }
        List<String> names = new ArrayList<>(names());
        names.addAll(own.keySet());
        throw new IllegalArgumentException("unknown field \"" + Printable.of(name) + "\": there are "
                + String.join(", ", names)
                + ", and request.<field>, response.<field>, tag.<name>, such as request.User-Agent");
    }

    private static @Nullable Field ofMessage(String name) {
        if (name.startsWith(REQUEST) && Headers.isToken(name.substring(REQUEST.length()))) {
            return field(name, REQUEST, LogEntry::requestField);
        }
        if (name.startsWith(RESPONSE) && Headers.isToken(name.substring(RESPONSE.length()))) {
            return field(name, RESPONSE, LogEntry::responseField);
        }
        return name.startsWith(TAG) && name.length() > TAG.length() ? field(name, TAG, LogEntry::tag) : null;
    }

    private static Field field(String name, String prefix, Reader reader) {
        String own = name.substring(prefix.length());
        return Field.of(name, entry -> reader.read(entry, own));
    }

    private interface Reader {
        @Nullable
        String read(LogEntry entry, String name);
    }
}
