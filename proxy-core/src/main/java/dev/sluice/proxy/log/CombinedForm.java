package dev.sluice.proxy.log;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The combined log format of the Apache web server, with named values behind it. */
final class CombinedForm {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);

    private CombinedForm() {}

    static String render(LogEntry entry) {
        String method = entry.method();
        String line = method == null ? "-" : method + ' ' + entry.target() + ' ' + entry.version();
        return entry.client() + " - " + user(entry.user()) + " [" + TIME.format(entry.time()) + "] " + quoted(line)
                + ' '
                + (entry.status() == 0 ? "-" : String.valueOf(entry.status())) + ' '
                + entry.record().responseBytes() + ' ' + quoted(entry.referer()) + ' ' + quoted(entry.userAgent())
                + " outcome=" + entry.outcome()
                + " upstream=" + dash(entry.upstream())
                + " attempts=" + entry.attempts()
                + " head_ms=" + dash(entry.headMillis())
                + " total_ms=" + entry.totalMillis()
                + " request_bytes=" + entry.record().requestBytes()
                + " peer=" + entry.peer()
                + " scheme=" + dash(entry.scheme())
                + " host=" + dash(entry.host())
                + " prefix=" + dash(entry.prefix())
                + " request_id=" + dash(entry.requestId())
                + " cache=" + dash(entry.cache())
                // Last, and only where there are traces: programs read these lines by the place of a value.
                + (entry.traceparent() == null ? "" : " traceparent=" + entry.traceparent());
    }

    private static String dash(@Nullable String value) {
        return value == null ? "-" : escape(value);
    }

    /** One word, and none that could be taken for a missing value. */
    private static String user(@Nullable String name) {
        return "-".equals(name) ? "\\x2d" : dash(name).replace(" ", "\\x20");
    }

    private static String quoted(@Nullable String value) {
        return '"' + dash(value) + '"';
    }

    /** As Apache does it: a backslash before quote and backslash, and {@code \xhh} for what cannot be printed. */
    private static String escape(String value) {
        StringBuilder text = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                text.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }
}
