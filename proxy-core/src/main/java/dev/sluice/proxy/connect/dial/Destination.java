package dev.sluice.proxy.connect.dial;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.origin.Origin;
import dev.sluice.proxy.tls.OriginTls;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The destination of a connection, whose {@link #place} is its key in the pool. Immutable; make it once if you use it
 * often.
 *
 * @param scheme {@code https} for TLS; {@code http} for plain TCP, also below a tunnel
 * @param authority the host, and always a port: the scheme's default if none was given
 * @param chosenByClient whether clients choose it, as with a forward proxy, and not a configuration: then the look-up
 *     of its name counts for the client, which may have a quarter of all look-ups at once
 * @param tls how TLS is done with it; null as the connector does
 * @param serverName the name for TLS that a request has chosen; null for that of the settings, or the host
 * @param protocols what is offered over TLS (ALPN) unless the settings say, the preferred one first; empty for nothing
 */
public record Destination(
        String scheme,
        Authority authority,
        boolean chosenByClient,
        @Nullable OriginTls tls,
        @Nullable String serverName,
        List<String> protocols) {
    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if the scheme is neither {@code http} nor {@code https}; the message shows it
     */
    public Destination {
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("scheme of a destination must be http or https: " + scheme);
        }
        if (authority.port() < 0) {
            authority = new Authority(authority.host(), authority.portOr(scheme));
        }
    }

    /**
     * A destination from a configuration.
     *
     * @throws IllegalArgumentException if the scheme is neither {@code http} nor {@code https}; the message shows it
     */
    public Destination(String scheme, Authority authority) {
        this(scheme, authority, false);
    }

    /**
     * A destination with TLS as the connector does it.
     *
     * @throws IllegalArgumentException if the scheme is neither {@code http} nor {@code https}; the message shows it
     */
    public Destination(String scheme, Authority authority, boolean chosenByClient) {
        this(scheme, authority, chosenByClient, null, null, List.of());
    }

    /**
     * The destination of this URL; its path does not count.
     *
     * @throws IllegalArgumentException if it is not {@code http://host[:port]} or {@code https://…}; the message shows it
     */
    public static Destination of(URI uri) {
        Origin origin = Origin.of(uri);
        return new Destination(origin.scheme(), origin.authority());
    }

    /** The same with its own TLS settings, if it is one for TLS. */
    public Destination with(@Nullable OriginTls settings) {
        return scheme.equals("https") && settings != null
                ? new Destination(scheme, authority, chosenByClient, settings, serverName, protocols)
                : this;
    }

    /** The same for a request that has chosen the name for TLS, in lower case and without the root's dot. */
    public Destination named(String name) {
        return new Destination(scheme, authority, chosenByClient, tls, name, protocols);
    }

    /** The same with protocols that are offered over TLS. */
    public Destination offering(List<String> names) {
        return new Destination(scheme, authority, chosenByClient, tls, serverName, names);
    }

    /** The same whatever name a request has chosen: all of them share one pool, and its limits. */
    public Destination place() {
        return serverName == null ? this : new Destination(scheme, authority, chosenByClient, tls, null, protocols);
    }

    /** Returns whether both lead to the same place, whoever chose it and however TLS is done there. */
    public boolean isAt(Destination other) {
        return scheme.equals(other.scheme) && authority.equals(other.authority);
    }

    // Not left to the JDK, which keeps a soft reference to the last class that it made such code for, and so to its
    // class loader.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Destination that
                && scheme.equals(that.scheme)
                && authority.equals(that.authority)
                && chosenByClient == that.chosenByClient
                && Objects.equals(tls, that.tls)
                && Objects.equals(serverName, that.serverName)
                && protocols.equals(that.protocols);
    }

    @Override
    public int hashCode() {
        int at = 31 * (31 * scheme.hashCode() + authority.hashCode()) + Boolean.hashCode(chosenByClient);
        at = 31 * (31 * at + Objects.hashCode(tls)) + Objects.hashCode(serverName);
        return 31 * at + protocols.hashCode();
    }

    /** The scheme and the authority, as in a URL. */
    @Override
    public String toString() {
        return scheme + "://" + authority;
    }
}
