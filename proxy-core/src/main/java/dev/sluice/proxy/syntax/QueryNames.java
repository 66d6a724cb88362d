package dev.sluice.proxy.syntax;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks for parameters in a raw query, read as forms write it: {@code name=value&name}, with + for a space, and escapes of
 * UTF-8. Names are compared decoded, so that an escape does not get one past; all other bytes stay as they are.
 */
public final class QueryNames {
    private QueryNames() {}

    /** Returns whether there is a parameter whose name meets the condition. */
    public static boolean has(@Nullable String query, Predicate<String> name) {
        return query != null && !values(query, name).isEmpty();
    }

    /** The values, decoded, of all parameters whose name meets the condition; empty for one without. */
    public static List<String> values(@Nullable String query, Predicate<String> name) {
        List<String> values = new ArrayList<>(1);
        each(query, (parameter, equals) -> {
            if (name.test(nameOf(parameter, equals))) {
                values.add(equals < 0 ? "" : decode(parameter.substring(equals + 1)));
            }
        });
        return values;
    }

    /** The value, decoded, of the first parameter of this name; null if there is none, or it has no equals sign. */
    public static @Nullable String first(@Nullable String query, String name) {
        int equals = -1;
        for (int from = 0; query != null && from <= query.length(); ) {
            int next = query.indexOf('&', from);
            int end = next < 0 ? query.length() : next;
            if (equals < from) {
                int found = query.indexOf('=', from);
                equals = found < 0 ? query.length() : found;
            }
            if (equals < end && decode(query.substring(from, equals)).equals(name)) {
                return decode(query.substring(equals + 1, end));
            }
            from = end + 1;
        }
        return null;
    }

    /** The query without all parameters whose name meets the condition; null if none is left. */
    public static @Nullable String without(@Nullable String query, Predicate<String> name) {
        List<String> kept = new ArrayList<>();
        each(query, (parameter, equals) -> {
            if (!name.test(nameOf(parameter, equals))) {
                kept.add(parameter);
            }
        });
        return kept.isEmpty() ? null : String.join("&", kept);
    }

    /** The query with its parameters in the order of their decoded names; those of one name keep their order. */
    public static String sorted(String query) {
        Map<String, List<String>> byName = new TreeMap<>();
        each(
                query,
                (parameter, equals) -> byName.computeIfAbsent(nameOf(parameter, equals), name -> new ArrayList<>())
                        .add(parameter));
        List<String> parameters = new ArrayList<>();
        byName.values().forEach(parameters::addAll);
        return String.join("&", parameters);
    }

    /** The query with {@code ***} instead of the values of all parameters whose name meets the condition. */
    public static String hidden(String query, Predicate<String> name) {
        List<String> shown = new ArrayList<>();
        each(query, (parameter, equals) -> {
            boolean secret = equals >= 0 && name.test(nameOf(parameter, equals));
            shown.add(secret ? parameter.substring(0, equals + 1) + "***" : parameter);
        });
        return String.join("&", shown);
    }

    /** Calls {@code action} with each parameter and where its equals sign is, or -1. */
    private static void each(@Nullable String query, BiConsumer<String, Integer> action) {
        if (query != null) {
            for (String parameter : query.split("&", -1)) {
                action.accept(parameter, parameter.indexOf('='));
            }
        }
    }

    private static String nameOf(String parameter, int equals) {
        return decode(equals < 0 ? parameter : parameter.substring(0, equals));
    }

    /** A name or a value without its escapes; as it is if one of them is broken. */
    public static String decode(String text) {
        try {
            return text.indexOf('%') < 0 && text.indexOf('+') < 0
                    ? text
                    : URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException brokenEscape) {
            // A query has no syntax of its own (RFC 3986 §3.4), so this is text like any other.
            return text;
        }
    }
}
