package dev.sluice.proxy.testing.gateway;

import org.jspecify.annotations.Nullable;

/** Writes events of {@code text/event-stream} (HTML Living Standard §9.2.6). Pure functions. */
final class ServerSentEvent {
    private ServerSentEvent() {}

    /**
     * One event, with the empty line that ends it.
     *
     * @throws IllegalArgumentException if the name or the id has a line end, or the id has a NUL
     */
    static String of(@Nullable String name, @Nullable String id, String data) {
        StringBuilder event = new StringBuilder(data.length() + 16);
        if (name != null) {
            field(event, "event", name);
        }
        if (id != null) {
            if (id.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("the id of an event must have no NUL: " + Quoted.of(id));
            }
            field(event, "id", id);
        }
        for (String line : data.replace("\r\n", "\n").replace('\r', '\n').split("\n", -1)) {
            event.append("data: ").append(line).append('\n');
        }
        return event.append('\n').toString();
    }

    private static void field(StringBuilder event, String field, String value) {
        if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("the " + (field.equals("event") ? "name" : field)
                    + " of an event must be one line: " + Quoted.of(value));
        }
        event.append(field).append(": ").append(value).append('\n');
    }
}
