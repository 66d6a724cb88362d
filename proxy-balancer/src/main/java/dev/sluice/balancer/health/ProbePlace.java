package dev.sluice.balancer.health;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Upstream;
import java.net.URI;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The place where a member is probed: that of its traffic, or another port of the same host.
 *
 * @param port 0 for the traffic's own
 * @param scheme what is spoken at another port; null for the traffic's own
 */
record ProbePlace(int port, @Nullable String scheme) {
    ProbePlace {
        if (scheme != null && (port == 0 || !Set.of("http", "https").contains(scheme))) {
            throw new IllegalArgumentException(
                    "health check scheme must be http or https, and go with a port: \"" + scheme + "\"");
        }
    }

    boolean own() {
        return port != 0;
    }

    /** The member itself, or an upstream for this place, if that is another one. */
    Upstream target(Upstream member, Function<URI, Upstream> connect, String check) {
        return own() ? connect.apply(uri(member, check)) : member;
    }

    /** Refuses an upstream beside which there is no such place, as {@link #authority} does. */
    void requireFor(Upstream upstream, String check) {
        if (own()) {
            authority(upstream, check);
        }
    }

    /**
     * The host, and always a port.
     *
     * @throws IllegalArgumentException if the upstream is not on the network; the message names it
     */
    Authority authority(Upstream upstream, String check) {
        Authority traffic = upstream.authority();
        if (traffic == null) {
            throw new IllegalArgumentException(
                    check + " needs an upstream with host and port: \"" + upstream.id() + "\"");
        }
        return new Authority(traffic.host(), own() ? port : traffic.portOr(upstream.scheme()));
    }

    URI uri(Upstream upstream, String check) {
        return URI.create((scheme == null ? upstream.scheme() : scheme) + "://" + authority(upstream, check));
    }
}
