package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.syntax.QueryNames;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Hides the values of parameters wherever a recording has some: in URLs and in forms. Immutable. */
final class SecretParameters {
    private static final String FORM = "application/x-www-form-urlencoded";

    /** The fields that have a URL, or several of them in angle brackets. */
    private static final Set<String> WITH_URLS = Set.of("content-location", "link", "location", "referer", "refresh");

    private static final Pattern BRACKET = Pattern.compile("(?<=[<>])|(?=[<>])");

    /** In front of a parameter, and behind one. */
    private static final Pattern MARK = Pattern.compile("(?<=[&#;])|(?=[&#;])");

    private static final Pattern USER = Pattern.compile("^([A-Za-z][A-Za-z0-9+.-]*://)[^/?#@]*@");

    private final Predicate<String> hides;

    /** Those whose name meets the condition. */
    SecretParameters(Predicate<String> hides) {
        this.hides = hides;
    }

    /** A query, or what is written like one. */
    String query(String query) {
        return QueryNames.hidden(query, hides);
    }

    /** Fields, with what they have of URLs. */
    Headers fields(Headers fields) {
        Headers.Builder hidden = Headers.builder();
        fields.forEach((name, value) ->
                hidden.add(name, WITH_URLS.contains(name.toLowerCase(Locale.ROOT)) ? urls(value) : value));
        return hidden.build();
    }

    private String urls(String value) {
        StringBuilder hidden = new StringBuilder();
        for (String each : BRACKET.split(value, -1)) {
            hidden.append(url(each));
        }
        return hidden.toString();
    }

    /**
     * Everything that stands between marks and looks like a parameter: in the query, in the fragment (RFC 6749 §4.2.2), which
     * may be a path with a query of its own, and in a URL that is the value of a parameter. And what a user logs in with.
     */
    private String url(String url) {
        StringBuilder hidden = new StringBuilder();
        for (String part : MARK.split(USER.matcher(url).replaceFirst("$1***@"), -1)) {
            hidden.append(part(part));
        }
        return hidden.toString();
    }

    /** What stands between two marks: a path with a query, or a parameter, whose value may be a URL with or without escapes. */
    private String part(String part) {
        String shown = query(part);
        int mark = part.indexOf('?');
        if (!shown.equals(part) && (mark < 0 || part.indexOf('=') < mark)) {
            return shown;
        }
        if (mark >= 0) {
            return part.substring(0, mark + 1) + part(part.substring(mark + 1));
        }
        String plain = QueryNames.decode(part);
        boolean within = !plain.equals(part) && !url(plain).equals(plain);
        return within ? part.substring(0, part.indexOf('=') + 1) + "***" : part;
    }

    /** What ends in a query. */
    String behindMark(String text) {
        int mark = text.indexOf('?');
        return mark < 0 ? text : text.substring(0, mark + 1) + query(text.substring(mark + 1));
    }

    /** The body of a message with these fields; as it is unless it is a form that can be read. */
    byte[] body(Headers fields, byte[] body) {
        String type = fields.first("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        boolean form = type.equals(FORM) || type.startsWith(FORM + ";") || type.startsWith(FORM + " ");
        if (!form || fields.has("Content-Encoding")) {
            return body;
        }
        // A byte is a character, so that all others stay as they are.
        String text = new String(body, StandardCharsets.ISO_8859_1);
        return query(text).getBytes(StandardCharsets.ISO_8859_1);
    }
}
