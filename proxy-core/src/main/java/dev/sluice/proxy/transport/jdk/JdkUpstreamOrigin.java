package dev.sluice.proxy.transport.jdk;

import dev.sluice.proxy.Authority;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where an upstream is.
 *
 * @param scheme {@code http} or {@code https}
 * @param authority its host, and its port unless that is the scheme's own
 * @param basePath what its paths begin with: empty, or beginning with a slash and not ending with one
 */
record JdkUpstreamOrigin(String scheme, Authority authority, String basePath) {
    /**
     * Reads {@code http://host[:port][/path]} or {@code https://…}.
     *
     * @throws IllegalArgumentException if it is not of this form, or has a host that {@link URI} cannot hold; the
     *     message shows it, but no userinfo
     */
    static JdkUpstreamOrigin of(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        String authority = uri.getRawAuthority();
        if (authority != null && authority.indexOf('@') >= 0) {
            throw new IllegalArgumentException("upstream URI must not have userinfo: scheme " + scheme);
        }
        if ((!scheme.equals("http") && !scheme.equals("https")) || authority == null) {
            throw new IllegalArgumentException("upstream URI must be http://host[:port][/path] or https://…: " + uri);
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("upstream URI must have neither query nor fragment: " + uri);
        }
        Authority parsed = Authority.parse(authority);
        requireHost(uri, scheme, parsed);
        int end = uri.getRawPath().length();
        while (end > 0 && uri.getRawPath().charAt(end - 1) == '/') {
            end--;
        }
        return new JdkUpstreamOrigin(scheme, parsed, uri.getRawPath().substring(0, end));
    }

    /**
     * The URI that the client connects to and takes the request's target from.
     *
     * @return null when {@link URI} cannot hold the path or the query
     */
    @Nullable
    URI at(String pathAndQuery) {
        try {
            return new URI(scheme + "://" + authority + pathAndQuery);
        } catch (URISyntaxException outside) {
            return null;
        }
    }

    private static void requireHost(URI uri, String scheme, Authority authority) {
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("upstream URI has a host that java.net.http.HttpClient cannot reach"
                    + (authority.host().indexOf('_') >= 0 ? ", as its name has an underscore: " : ": ")
                    + uri);
        }
        if (authority.portOr(scheme) == 0) {
            throw new IllegalArgumentException("upstream URI must have a port of 1 to 65535: " + uri);
        }
    }
}
