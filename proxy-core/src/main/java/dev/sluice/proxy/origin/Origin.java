package dev.sluice.proxy.origin;

import dev.sluice.proxy.Authority;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Objects;

/**
 * Where an upstream is.
 *
 * @param scheme {@code http} or {@code https}
 * @param authority its host, and its port unless that is the scheme's own
 * @param basePath what its paths begin with: empty, or beginning with a slash and not ending with one
 */
public record Origin(String scheme, Authority authority, String basePath) {
    /**
     * Reads the text of an upstream's URL.
     *
     * @throws IllegalArgumentException if it is not a URL, or has no scheme; the message shows it and says what to
     *     write
     */
    public static URI uri(String url) {
        Objects.requireNonNull(url, "url");
        if (url.indexOf("://") < 0 && !url.startsWith("http:") && !url.startsWith("https:")) {
            String shown = withoutUserinfo(url);
            throw new IllegalArgumentException("upstream URI has no scheme: write \"http://" + shown
                    + "\" or \"https://" + shown + "\" instead of \"" + shown + "\"");
        }
        try {
            return new URI(url);
        } catch (URISyntaxException malformed) {
            // Its message has the URL, which may have a password in it, and is another one on other JDKs.
            throw new IllegalArgumentException(
                    "upstream URI must be http://host[:port][/path] or https://…: \"" + withoutUserinfo(url) + "\"");
        }
    }

    /** What may be shown of a URL, even a malformed one: what comes before an at sign may be a password. */
    public static String withoutUserinfo(String url) {
        return url.substring(url.lastIndexOf('@') + 1);
    }

    /**
     * Reads {@code http://host[:port][/path]} or {@code https://…}.
     *
     * @throws IllegalArgumentException if it is not of this form; the message shows it, but no userinfo
     */
    public static Origin of(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        String authority = uri.getRawAuthority();
        if (authority != null && authority.indexOf('@') >= 0) {
            throw new IllegalArgumentException("upstream URI must not have userinfo: write \"" + scheme + "://"
                    + withoutUserinfo(authority) + "\", and set Authorization in a rewrite");
        }
        if ((!scheme.equals("http") && !scheme.equals("https")) || authority == null) {
            throw new IllegalArgumentException(
                    "upstream URI must be http://host[:port][/path] or https://…: " + withoutUserinfo(uri.toString()));
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("upstream URI must have neither query nor fragment: " + uri);
        }
        Authority parsed = authority(uri);
        if (parsed.portOr(scheme) == 0) {
            throw new IllegalArgumentException("upstream URI must have a port of 1 to 65535: " + uri);
        }
        int end = uri.getRawPath().length();
        while (end > 0 && uri.getRawPath().charAt(end - 1) == '/') {
            end--;
        }
        return new Origin(scheme, parsed, uri.getRawPath().substring(0, end));
    }

    private static Authority authority(URI uri) {
        try {
            return Authority.parse(uri.getRawAuthority());
        } catch (IllegalArgumentException fault) {
            throw new IllegalArgumentException(
                    "upstream URI must have a host, and a port if any, as [::1]:8080: " + uri + ", "
                            + fault.getMessage(),
                    fault);
        }
    }

    /** The URL. */
    @Override
    public String toString() {
        return scheme + "://" + authority + basePath;
    }
}
