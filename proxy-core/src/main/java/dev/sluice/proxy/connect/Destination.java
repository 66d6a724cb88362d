package dev.sluice.proxy.connect;

import dev.sluice.proxy.Authority;

/**
 * Where a connection leads: what it is pooled by. Immutable; make it once where it is used often.
 *
 * @param scheme {@code https} for TLS; {@code http} for plain TCP, that below a tunnel included
 * @param authority the host, and always a port: the default one of the scheme where none was given
 */
public record Destination(String scheme, Authority authority) {
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

    boolean isTls() {
        return scheme.equals("https");
    }

    /** The scheme and the authority, as in a URL. */
    @Override
    public String toString() {
        return scheme + "://" + authority;
    }
}
