package dev.sluice.proxy.connect.dial;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.origin.Origin;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The destination of a connection, which is its key in the pool. Immutable; make it once if you use it often.
 *
 * @param scheme {@code https} for TLS; {@code http} for plain TCP, also below a tunnel
 * @param authority the host, and always a port: the scheme's default if none was given
 * @param chosenByClient whether clients choose it, as with a forward proxy, and not a configuration: then the look-up
 *     of its name counts for the client, which may have a quarter of all look-ups at once
 */
public record Destination(String scheme, Authority authority, boolean chosenByClient) {
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
     * The destination of this URL; its path does not count.
     *
     * @throws IllegalArgumentException if it is not {@code http://host[:port]} or {@code https://…}; the message shows it
     */
    public static Destination of(URI uri) {
        Origin origin = Origin.of(uri);
        return new Destination(origin.scheme(), origin.authority());
    }

    /** Returns whether both lead to the same place, whoever chose it. */
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
                && chosenByClient == that.chosenByClient;
    }

    @Override
    public int hashCode() {
        return 31 * (31 * scheme.hashCode() + authority.hashCode()) + Boolean.hashCode(chosenByClient);
    }

    /** The scheme and the authority, as in a URL. */
    @Override
    public String toString() {
        return scheme + "://" + authority;
    }
}
