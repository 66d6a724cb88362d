package dev.sluice.proxy.log;

import java.util.function.Function;

/** The combined log format of the Apache web server, with named values behind it. Immutable. */
final class CombinedForm implements Function<LogEntry, String> {
    private static final String FORMAT =
            "{client} - {user} [{apache_time}] \"{request_line}\" {status} {response_bytes}"
                    + " \"{referer}\" \"{user_agent}\" outcome={outcome} upstream={upstream} attempts={attempts}"
                    + " head_ms={head_ms} total_ms={total_ms} request_bytes={request_bytes} peer={peer} scheme={scheme}"
                    + " host={host} prefix={prefix} request_id={request_id} cache={cache}";

    private final TextForm plain;
    private final TextForm traced;

    CombinedForm(Fields fields) {
        StringBuilder own = new StringBuilder();
        fields.own()
                .forEach(field -> own.append(' ')
                        .append(field.name())
                        .append("={")
                        .append(field.name())
                        .append('}'));
        this.plain = TextForm.of(FORMAT + own, fields);
        // Only where there are traces: programs read these lines by the place of a value.
        this.traced = TextForm.of(FORMAT + " traceparent={traceparent}" + own, fields);
    }

    @Override
    public String apply(LogEntry entry) {
        return (entry.traceparent() == null ? plain : traced).apply(entry);
    }
}
