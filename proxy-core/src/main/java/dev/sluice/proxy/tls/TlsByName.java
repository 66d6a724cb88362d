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
    static String requireNameOrWildcard(String given, String withoutWildcard) {
        String name = normal(withoutWildcard);
        if (!isName(name)) {
            throw new IllegalArgumentException("name must be of a host, such as shop.example or *.shop.example, and no"
                    + " address: \"" + given + "\"");
        }
        return name;
    }

    /** The name of one host, in the same form. */
    static String requireName(String option, String given) {
        String name = normal(given);
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    option + " must be the name of a host, such as shop.example, and no address: \"" + given + "\"");
        }
        return name;
    }

    private static String normal(String name) {
        return HostName.withoutRootDot(name.toLowerCase(Locale.ROOT));
    }

    private static boolean isName(String name) {
        return NAME.matcher(name).matches() && !HostName.endsWithNumber(name);
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
