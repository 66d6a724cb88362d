package dev.sluice.proxy.transport.jdk;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.transport.Origin;
import java.net.URI;
import java.net.URISyntaxException;
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
        Origin origin = Origin.of(uri);
        requireHost(uri, origin.authority());
        return new JdkUpstreamOrigin(origin.scheme(), origin.authority(), origin.basePath());
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

    private static void requireHost(URI uri, Authority authority) {
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("upstream URI has a host that java.net.http.HttpClient cannot reach"
                    + (authority.host().indexOf('_') >= 0 ? ", as its name has an underscore: " : ": ")
                    + uri);
        }
    }
}
