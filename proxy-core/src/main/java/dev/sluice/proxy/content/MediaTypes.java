package dev.sluice.proxy.content;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.internal.Printable;
import dev.sluice.proxy.internal.Require;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Media types, some of them with a wildcard, such as {@code text/*} and {@code application/*+json}. Immutable. */
final class MediaTypes {
    /** Forms of text, and fonts and pictures that are not compressed themselves. */
    static final MediaTypes COMPRESSIBLE = of(
            "mediaTypes",
            "text/*",
            "application/json",
            "application/*+json",
            "application/xml",
            "application/*+xml",
            "application/javascript",
            "application/x-javascript",
            "application/x-ndjson",
            "application/wasm",
            "application/vnd.ms-fontobject",
            "font/otf",
            "font/ttf",
            "image/svg+xml",
            "image/bmp",
            "image/x-icon",
            "image/vnd.microsoft.icon");

    /** What is text for sure, if it is valid in its charset. */
    static final MediaTypes TEXT = of(
            "mediaTypes",
            "text/*",
            "application/json",
            "application/*+json",
            "application/xml",
            "application/*+xml",
            "application/javascript",
            "application/x-javascript",
            "image/svg+xml");

    static final MediaTypes JSON = of("mediaTypes", "application/json", "application/*+json");

    /** A stream without an end. */
    static final String EVENTS = "text/event-stream";

    private static final Pattern CHARSET =
            Pattern.compile("(?i);[ \\t]*charset=(?:([^ \\t;\",]+)|\"([^\"\\\\]*)\")[ \\t]*(?:;|$)");

    private final List<String> names;
    private final Set<String> whole = new HashSet<>();
    private final List<Wildcard> wildcards = new ArrayList<>();

    private record Wildcard(String prefix, String suffix) {
        private boolean matches(String type) {
            return type.length() >= prefix.length() + suffix.length()
                    && type.startsWith(prefix)
                    && type.endsWith(suffix);
        }
    }

    private MediaTypes(String option, List<String> names) {
        this.names = List.copyOf(names);
        for (String name : this.names) {
            add(option, name.toLowerCase(Locale.ROOT));
        }
    }

    /**
     * These types.
     *
     * @throws IllegalArgumentException if there is none, or one has another form; the message names the option
     */
    static MediaTypes of(String option, String... names) {
        return new MediaTypes(option, List.of(Require.some(option, names)));
    }

    /** These types and one more. */
    MediaTypes and(String option, String name) {
        List<String> more = new ArrayList<>(names);
        more.add(name);
        return new MediaTypes(option, more);
    }

    private void add(String option, String name) {
        int slash = name.indexOf('/');
        int star = name.indexOf('*', slash + 1);
        boolean wild = star == slash + 1;
        String rest = wild ? name.substring(star + 1) : name.substring(slash + 1);
        boolean formed = slash > 0
                && Headers.isToken(name.substring(0, slash))
                && name.indexOf('*') == (wild ? star : -1)
                && (wild ? rest.isEmpty() || (rest.startsWith("+") && Headers.isToken(rest)) : Headers.isToken(rest));
        if (!formed) {
            throw new IllegalArgumentException(
                    option + " must be like text/html, text/* or application/*+json: " + Printable.of(name));
        }
        if (wild) {
            wildcards.add(new Wildcard(name.substring(0, slash + 1), rest));
        } else {
            whole.add(name);
        }
    }

    /** Returns whether the type of a message is one of them; without a type it is not. */
    boolean has(Headers fields) {
        String type = of(fields);
        return whole.contains(type) || wildcards.stream().anyMatch(wildcard -> wildcard.matches(type));
    }

    /** Returns whether this very type was named. */
    boolean names(String type) {
        return whole.contains(type);
    }

    /** A message's type in lower case, without parameters (RFC 9110 §8.3.1); empty if it has none. */
    static String of(Headers fields) {
        String value = fields.first("Content-Type").orElse("");
        int semicolon = value.indexOf(';');
        return (semicolon < 0 ? value : value.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    }

    /** The charset that a message names for its body (RFC 9110 §8.3.2); empty if it names none. */
    static String charset(Headers fields) {
        Matcher found = CHARSET.matcher(fields.first("Content-Type").orElse(""));
        if (!found.find()) {
            return "";
        }
        return found.group(1) != null ? found.group(1) : found.group(2);
    }

    @Override
    public String toString() {
        return names.toString();
    }
}
