package dev.sluice.proxy.answer;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.internal.Printable;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The place that a {@link Redirect} leads to, as its class describes it. Immutable.
 *
 * @param host scheme and host of a URL, such as {@code https://shop.example}; empty for the client's own
 * @param path without the {@code /**} at its end
 * @param rest whether the path of the request follows
 * @param query with the question mark; empty for none
 * @param fragment with the number sign; empty for none
 */
record RedirectTarget(String host, String path, boolean rest, String query, String fragment) {
    private static final Pattern FORM = Pattern.compile("(?:(https?://)([^/?#]*))?(/[^?#]*)?(\\?[^#]*)?(#.*)?");
    private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]+)}");
    private static final String REST = "/**";

    // Written out: the JDK keeps the last record class that it has made these for, and so its class loader.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RedirectTarget that && toString().equals(that.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    static RedirectTarget parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || !text.chars().allMatch(c -> c > ' ' && c <= '~' && c != '\\')) {
            throw wrong("must be a path that begins with a slash, or a URL of http or https, without spaces", text);
        }
        String host = form.group(1) == null ? "" : form.group(1) + host(form.group(2), text);
        String path = or(form.group(3));
        if (host.isEmpty() && (!path.startsWith("/") || path.startsWith("//"))) {
            throw wrong("must begin with one slash, or name its host with http:// or https://", text);
        }
        boolean rest = path.endsWith(REST);
        String before = rest ? path.substring(0, path.length() - REST.length()) : path;
        if (before.contains("*")) {
            throw wrong("may have * only as /** at the end of its path", text);
        }
        for (String part : new String[] {before, or(form.group(4))}) {
            String fixed = VARIABLE.matcher(part).replaceAll("");
            if (fixed.contains("{") || fixed.contains("}")) {
                throw wrong("may have braces only as {name}", text);
            }
        }
        return new RedirectTarget(host, before, rest, or(form.group(4)), or(form.group(5)));
    }

    private static String host(String text, String whole) {
        try {
            if (text.indexOf('{') < 0) {
                return Authority.parse(text).toString();
            }
        } catch (IllegalArgumentException fault) {
            throw new IllegalArgumentException(message("must be a URL with a host", whole), fault);
        }
        throw wrong("must have a host without a variable, as clients choose what is in it", whole);
    }

    /**
     * The value of {@code Location}.
     *
     * @param prefix of the client's paths, if a proxy in front has removed it
     * @param requestPath what follows at {@code /**}
     * @param requestQuery what follows in the query, without the question mark, or null
     * @param variables the value of each variable, with its escapes
     */
    String location(String prefix, String requestPath, @Nullable String requestQuery, UnaryOperator<String> variables) {
        StringBuilder place = new StringBuilder(host.isEmpty() ? prefix : "");
        place.append(filled(path, variables));
        if (rest) {
            place.append(requestPath.startsWith("/") ? requestPath : "/");
        }
        // Two slashes would begin with another host (RFC 3986 §4.2), and browsers read a backslash as a slash.
        while (host.isEmpty() && place.length() > 1 && "/\\".indexOf(place.charAt(1)) >= 0) {
            place.deleteCharAt(1);
        }
        place.insert(0, host).append(filled(query, name -> inQuery(variables.apply(name))));
        if (requestQuery != null) {
            place.append(query.isEmpty() ? '?' : '&').append(requestQuery);
        }
        return place.append(fragment).toString();
    }

    /** The names of all variables. */
    Set<String> variables() {
        return VARIABLE.matcher(path + query)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** A segment of a path may have characters that separate the parameters of a query. */
    private static String inQuery(String segment) {
        return segment.replace("&", "%26").replace("+", "%2B").replace(";", "%3B");
    }

    private static String filled(String text, UnaryOperator<String> variables) {
        return text.indexOf('{') < 0
                ? text
                : VARIABLE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(variables.apply(found.group(1))));
    }

    private static String or(@Nullable String part) {
        return part == null ? "" : part;
    }

    private static IllegalArgumentException wrong(String rule, String text) {
        return new IllegalArgumentException(message(rule, text));
    }

    private static String message(String rule, String text) {
        return "target " + rule + ": \"" + Printable.of(text) + "\"";
    }

    /** The place as it was given. */
    @Override
    public String toString() {
        return host + path + (rest ? REST : "") + query + fragment;
    }
}
