package dev.sluice.proxy.origin;

import dev.sluice.proxy.tls.OriginTls;
import dev.sluice.proxy.tls.TlsSettings.ClientCertificate;
import org.jspecify.annotations.Nullable;

/** What TLS settings to an origin must not have. */
public final class ToOrigin {
    private ToOrigin() {}

    /**
     * Requires settings that a client can use; null has none.
     *
     * @throws IllegalArgumentException if they want a client's certificate, which only a server can
     */
    public static void require(@Nullable OriginTls tls) {
        if (tls != null && tls.settings().clientCertificate() != ClientCertificate.NONE) {
            throw new IllegalArgumentException("tls to an origin cannot have clientCertificate "
                    + tls.settings().clientCertificate() + ", which is what a server wants of its clients: "
                    + tls.settings() + "; addCertificate adds the one to show");
        }
    }
}
