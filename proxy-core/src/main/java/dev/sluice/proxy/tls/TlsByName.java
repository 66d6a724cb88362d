package dev.sluice.proxy.tls;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings by name: the name itself, then a wildcard for its first label, then what is for all others. Immutable. */
final class TlsByName implements ServerTls {
    private final Map<String, ServerTls> exact;
    private final Map<String, ServerTls> below;
    private final ServerTls otherwise;

    TlsByName(Map<String, ServerTls> exact, Map<String, ServerTls> below, ServerTls otherwise) {
        this.exact = Map.copyOf(exact);
        this.below = Map.copyOf(below);
        this.otherwise = otherwise;
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
