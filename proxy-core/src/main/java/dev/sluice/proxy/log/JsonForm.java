package dev.sluice.proxy.log;

import dev.sluice.proxy.internal.Json;
import org.jspecify.annotations.Nullable;

/** One JSON object on each line (RFC 8259). */
final class JsonForm {
    private JsonForm() {}

    static String render(LogEntry entry) {
        Json json = new Json()
                .text("time", entry.time().toString())
                .text("client", entry.client())
                .text("peer", entry.peer());
        optional(json, "user", entry.user());
        optional(json, "request_id", entry.requestId());
        optional(json, "traceparent", entry.traceparent());
        optional(json, "method", entry.method());
        optional(json, "scheme", entry.scheme());
        optional(json, "host", entry.host());
        optional(json, "prefix", entry.prefix());
        optional(json, "target", entry.target());
        optional(json, "version", entry.version());
        if (entry.status() != 0) {
            json.number("status", entry.status());
        }
        json.text("outcome", entry.outcome());
        optional(json, "route", entry.route());
        optional(json, "cache", entry.cache());
        optional(json, "upstream", entry.upstream());
        json.number("attempts", entry.attempts());
        String head = entry.headMillis();
        if (head != null) {
            json.decimal("head_ms", head);
        }
        json.decimal("total_ms", entry.totalMillis())
                .number("request_bytes", entry.record().requestBytes())
                .number("response_bytes", entry.record().responseBytes());
        optional(json, "referer", entry.referer());
        optional(json, "user_agent", entry.userAgent());
        return json.toString();
    }

    private static void optional(Json json, String name, @Nullable String value) {
        if (value != null) {
            json.text(name, value);
        }
    }
}
