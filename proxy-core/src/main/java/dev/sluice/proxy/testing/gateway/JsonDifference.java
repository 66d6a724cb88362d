package dev.sluice.proxy.testing.gateway;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells how what a {@link JsonReader} has read differs from what is expected. Pure functions. */
final class JsonDifference {
    private JsonDifference() {}

    /**
     * How a value differs from another one, place by place.
     *
     * @return such as {@code items[0].count: expected 2, but was 3}
     */
    static List<String> of(Object expected, Object actual) {
        List<String> found = new ArrayList<>();
        compare("", expected, actual, found);
        return found;
    }

    private static void compare(String path, Object expected, Object actual, List<String> found) {
        if (expected instanceof Map<?, ?> wanted && actual instanceof Map<?, ?> members) {
            wanted.forEach((name, value) -> compareMember(path, name, value, members.get(name), found));
            members.forEach((name, value) -> {
                if (!wanted.containsKey(name)) {
                    compareMember(path, name, null, value, found);
                }
            });
        } else if (expected instanceof List<?> wanted && actual instanceof List<?> values) {
            for (int i = 0; i < Math.min(wanted.size(), values.size()); i++) {
                compare(path + "[" + i + "]", wanted.get(i), values.get(i), found);
            }
            if (wanted.size() != values.size()) {
                found.add(place(path) + "expected " + wanted.size() + " elements, but there were " + values.size());
            }
        } else if (!expected.equals(actual)) {
            found.add(place(path) + Difference.of(shown(expected), shown(actual)));
        }
    }

    private static void compareMember(
            String path, Object name, @Nullable Object expected, @Nullable Object actual, List<String> found) {
        String place = path.isEmpty() ? String.valueOf(name) : path + "." + name;
        if (expected == null) {
            found.add(place + ": not expected, but was " + shown(actual));
        } else if (actual == null) {
            found.add(place + ": " + Difference.of(shown(expected), "absent"));
        } else {
            compare(place, expected, actual, found);
        }
    }

    private static String place(String path) {
        return path.isEmpty() ? "" : path + ": ";
    }

    private static String shown(@Nullable Object value) {
        if (value instanceof String string) {
            return Quoted.brief(string);
        }
        if (value instanceof Map<?, ?> map) {
            return "an object with " + map.keySet();
        }
        if (value instanceof List<?> list) {
            return "an array of " + list.size();
        }
        return value instanceof BigDecimal number ? number.toPlainString() : String.valueOf(value);
    }
}
