package dev.sluice.proxy.tls;

import dev.sluice.proxy.syntax.HostName;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Settings by name: the name itself, then a wildcard for its first label, then what is for all others. Immutable. */
final class TlsByName implements ServerTls {
    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*");

    private final Map<String, ServerTls> exact;
    private final Map<String, ServerTls> below;
    private final ServerTls otherwise;

    TlsByName(Map<String, ServerTls> exact, Map<String, ServerTls> below, ServerTls otherwise) {
        this.exact = Map.copyOf(exact);
        this.below = Map.copyOf(below);
        this.otherwise = otherwise;
    }

    /** As clients ask for it: in lower case, without the dot of the root. */
    static String requireName(String given, String withoutWildcard) {
        String name = HostName.withoutRootDot(withoutWildcard.toLowerCase(Locale.ROOT));
        if (!NAME.matcher(name).matches() || HostName.endsWithNumber(name)) {
            throw new IllegalArgumentException("name must be of a host, such as shop.example or *.shop.example, and no"
                    + " address: \"" + given + "\"");
        }
        return name;
    }

    @Override
    public @Nullable TlsSettings settings(@Nullable String serverName) {
        return found(serverName).settings(serverName);
    }

    private ServerTls found(@Nullable String name) {
        if (name == null) {
            return otherwise;
        }
        ServerTls own = exact.get(name);
        int dot = name.indexOf('.');
        if (own == null && dot > 0) {
            own = below.get(name.substring(dot + 1));
        }
        return own == null ? otherwise : own;
    }
}
