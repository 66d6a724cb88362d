package dev.sluice.proxy.route;

import dev.sluice.proxy.Authority;
import org.jspecify.annotations.Nullable;

/**
 * A host that a route is for.
 *
 * @param name in lower case, as {@link Authority#host()} has it
 * @param below whether it stands for the names below that one, and not for itself
 */
record HostPattern(String name, boolean below) {
    static HostPattern parse(String text) {
        boolean below = text.startsWith("*.");
        String name = withoutRootDot(below ? text.substring(2) : text);
        if (name.indexOf('*') >= 0) {
            throw new IllegalArgumentException("host may have * only as *. at its beginning: \"" + text + "\"");
        }
        Authority authority;
        try {
            authority = Authority.parse(name);
        } catch (IllegalArgumentException fault) {
            throw new IllegalArgumentException("host must be a name, *.name or an address: \"" + text + "\"", fault);
        }
        if (authority.port() >= 0) {
            throw new IllegalArgumentException("host must have no port, as none is compared: \"" + text + "\"");
        }
        return new HostPattern(authority.host(), below);
    }

    boolean matches(@Nullable Authority authority) {
        if (authority == null) {
            return false;
        }
        String host = withoutRootDot(authority.host());
        int rest = host.length() - name.length();
        return below ? rest > 1 && host.endsWith(name) && host.charAt(rest - 1) == '.' : host.equals(name);
    }

    @Override
    public String toString() {
        return below ? "*." + name : name;
    }

    /** {@code example.com.} is the same name as {@code example.com} (RFC 1034 §3.1). */
    private static String withoutRootDot(String host) {
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }
}
