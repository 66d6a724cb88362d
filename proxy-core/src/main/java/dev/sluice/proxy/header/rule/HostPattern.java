package dev.sluice.proxy.header.rule;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.syntax.HostName;
import org.jspecify.annotations.Nullable;

/**
 * A name that hosts are compared with: {@code example.com} for only that name, {@code *.example.com} for all names
 * below it, at any depth; or an address. Compared without case and port. Immutable.
 *
 * @param name in lower case, as {@link Authority#host()} has it
 * @param below whether it stands for the names below that one, but not for itself
 */
public record HostPattern(String name, boolean below) {
    /**
     * Reads a pattern.
     *
     * @param option that the text was given to, which messages name
     * @throws IllegalArgumentException if the text is not a name, {@code *.name} or an address; the message shows it
     */
    public static HostPattern parse(String option, String text) {
        boolean below = text.startsWith("*.");
        String name = HostName.withoutRootDot(below ? text.substring(2) : text);
        if (name.indexOf('*') >= 0) {
            throw new IllegalArgumentException(option + " may have * only as *. at its beginning: \"" + text + "\"");
        }
        Authority authority;
        try {
            authority = Authority.parse(name);
        } catch (IllegalArgumentException fault) {
            throw new IllegalArgumentException(
                    option + " must be a name, *.name or an address: \"" + text + "\"", fault);
        }
        if (authority.port() >= 0) {
            throw new IllegalArgumentException(option + " must have no port, as none is compared: \"" + text + "\"");
        }
        return new HostPattern(authority.host(), below);
    }

    // Written out: the JDK keeps the last record class that it has made these for, and so its class loader.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HostPattern that && name.equals(that.name) && below == that.below;
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Boolean.hashCode(below);
    }

    /** Returns whether the host matches; null does not. */
    public boolean matches(@Nullable Authority authority) {
        return authority != null && matches(authority.host());
    }

    /** Returns whether the host, in lower case, matches. */
    public boolean matches(String received) {
        String host = HostName.withoutRootDot(received);
        int rest = host.length() - name.length();
        return below ? rest > 1 && host.endsWith(name) && host.charAt(rest - 1) == '.' : host.equals(name);
    }

    /** The pattern as it was given. */
    @Override
    public String toString() {
        return below ? "*." + name : name;
    }
}
