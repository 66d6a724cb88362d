package dev.sluice.proxy.log;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Takes secrets out of a URL or a request target: userinfo, the values of query parameters by name, and the fragment.
 */
final class Redaction {
    private final Set<String> parameters;

    Redaction(Set<String> parameters) {
        this.parameters =
                parameters.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    String apply(String url) {
        int hash = url.indexOf('#');
        String text = withoutUserinfo(hash < 0 ? url : url.substring(0, hash));
        int mark = text.indexOf('?');
        if (mark < 0) {
            return text;
        }
        StringBuilder result = new StringBuilder(text.substring(0, mark + 1));
        String separator = "";
        for (String parameter : text.substring(mark + 1).split("&", -1)) {
            int equals = parameter.indexOf('=');
            boolean secret = equals >= 0 && parameters.contains(name(parameter.substring(0, equals)));
            result.append(separator).append(secret ? parameter.substring(0, equals + 1) + "***" : parameter);
            separator = "&";
        }
        return result.toString();
    }

    private static String withoutUserinfo(String url) {
        int start = url.indexOf("://");
        if (start < 0) {
            return url;
        }
        start += "://".length();
        int end = start;
        while (end < url.length() && "/?".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        int at = url.lastIndexOf('@', end - 1);
        return at < start ? url : url.substring(0, start) + url.substring(at + 1);
    }

    /** Decoded, so that an escape in the name does not get the value past. */
    private static String name(String raw) {
        try {
            return URLDecoder.decode(raw, StandardCharsets.UTF_8).strip().toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException brokenEscape) {
            return raw.toLowerCase(Locale.ROOT);
        }
    }
}
