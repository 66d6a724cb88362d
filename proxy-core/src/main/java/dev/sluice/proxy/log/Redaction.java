package dev.sluice.proxy.log;

import dev.sluice.proxy.syntax.QueryNames;
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
        return text.substring(0, mark + 1) + QueryNames.hidden(text.substring(mark + 1), this::isSecret);
    }

    private boolean isSecret(String name) {
        return parameters.contains(name.strip().toLowerCase(Locale.ROOT));
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
}
