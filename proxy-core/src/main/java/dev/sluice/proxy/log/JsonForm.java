package dev.sluice.proxy.log;

import dev.sluice.proxy.internal.Json;
import java.util.List;
import java.util.function.Function;

/** One JSON object on each line (RFC 8259), without missing values. Immutable. */
record JsonForm(List<Field> fields) implements Function<LogEntry, String> {
    @Override
    public String apply(LogEntry entry) {
        Json json = new Json();
        for (Field field : fields) {
            Object value = field.of(entry);
            if (value != null) {
                write(json, field.name(), value);
            }
        }
        return json.toString();
    }

    private static void write(Json json, String name, Object value) {
        if (value instanceof Tags tags) {
            json.object(name, tags.all());
        } else if (value instanceof Boolean
                || (value instanceof Number number && Double.isFinite(number.doubleValue()))) {
            json.literal(name, value.toString());
        } else {
            json.text(name, value.toString());
        }
    }
}
