package dev.sluice.balancer.affinity;

import dev.sluice.proxy.Headers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The cookie's name and attributes, and what it adds to a response. Immutable.
 *
 * @param maxAge null for a cookie that ends with the browser
 * @param secure null when it depends on the client's connection
 */
record CookieForm(
        String name,
        String path,
        @Nullable String domain,
        @Nullable Duration maxAge,
        @Nullable Boolean secure,
        String sameSite,
        boolean markPrivate) {
    /** How far the clocks of two proxies may be apart. */
    private static final long SKEW_SECONDS = 300;

    /** The line that sets the cookie (RFC 6265 §4.1). */
    private String line(String value, boolean overTls) {
        StringBuilder line = new StringBuilder(160);
        line.append(name).append('=').append(value).append("; Path=").append(path);
        if (domain != null) {
            line.append("; Domain=").append(domain);
        }
        if (maxAge != null) {
            line.append("; Max-Age=").append(maxAge.toSeconds());
        }
        line.append("; HttpOnly; SameSite=").append(sameSite);
        boolean only = secure != null ? secure : overTls;
        return line.append(only ? "; Secure" : "").toString();
    }

    /** The response's fields with the cookie, instead of whatever the server set under its name. */
    Headers marked(Headers response, String value, boolean overTls) {
        Headers.Builder fields = unmarked(response).toBuilder().add("Set-Cookie", line(value, overTls));
        boolean shared =
                !response.hasToken("Cache-Control", "private") && !response.hasToken("Cache-Control", "no-store");
        if (markPrivate && shared) {
            fields.add("Cache-Control", "private");
        }
        return fields.build();
    }

    /** The response's fields without a cookie of this name. */
    Headers unmarked(Headers response) {
        for (int i = 0; i < response.size(); i++) {
            if (setsIt(response.name(i), response.value(i))) {
                return response.toBuilder().removeIf(this::setsIt).build();
            }
        }
        return response;
    }

    private boolean setsIt(String field, String value) {
        if (!field.equalsIgnoreCase("Set-Cookie") || !value.startsWith(name)) {
            return false;
        }
        int at = name.length();
        while (at < value.length() && (value.charAt(at) == ' ' || value.charAt(at) == '\t')) {
            at++;
        }
        return at < value.length() && value.charAt(at) == '=';
    }

    /** Returns whether a cookie of that age is accepted. */
    boolean accepts(long ageSeconds) {
        return maxAge == null || (ageSeconds <= maxAge.toSeconds() && ageSeconds >= -SKEW_SECONDS);
    }

    /** Returns whether a cookie of that age must be set again. */
    boolean isOld(long ageSeconds) {
        return maxAge != null && ageSeconds > maxAge.toSeconds() / 2;
    }
}
