package dev.sluice.proxy.wire;

import dev.sluice.proxy.syntax.HostName;
import dev.sluice.proxy.tls.ServerTls;
import dev.sluice.proxy.tls.TlsSettings;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a connection's TLS settings were chosen.
 *
 * @param names where they were taken from
 * @param serverName the name that the client has asked for, or null when it has named none
 * @param settings the chosen ones
 */
record ChosenTls(
        @Nullable ServerTls names,
        @Nullable String serverName,
        @Nullable TlsSettings settings) {
    /** On a client's side, without a choice. */
    static final ChosenTls ANY = new ChosenTls(null, null, null);

    boolean serves(String host) {
        if (names == null || settings == null || host.equals(serverName)) {
            return true;
        }
        String name = nameOf(host);
        if (Objects.equals(name, serverName)) {
            return true;
        }
        try {
            TlsSettings others = names.settings(name);
            return others != null && settings.sameAs(others);
        } catch (RuntimeException | Error fault) {
            // Without these settings no connection for this name can exist.
            return false;
        }
    }

    /**
     * As a client would ask for it, or null for an address or nothing, which none asks for. A name with characters that
     * no server name has, such as {@code !}, stays a name: one below {@code admin.example} matches {@code
     * *.admin.example} whatever it is spelled with.
     */
    private static @Nullable String nameOf(String host) {
        String name = HostName.withoutRootDot(host.toLowerCase(Locale.ROOT));
        return name.isEmpty() || ServerNames.isAddress(name) ? null : name;
    }
}
