package dev.sluice.proxy.tls;

import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * How one side does TLS. Immutable: parameters are copied on their way in and out.
 *
 * @param context keys and trust
 * @param parameters settings beyond the context's defaults, such as protocols, cipher suites, application protocols
 *     and, for a server, {@code needClientAuth}; null for the defaults. For a client, an endpoint identification
 *     algorithm of null means {@code HTTPS}, and an empty one that the certificate's name is not checked
 */
public record TlsSettings(SSLContext context, @Nullable SSLParameters parameters) {
    /**
     * Copies the parameters.
     *
     * @throws IllegalArgumentException if the context was not initialized, or the parameters name a protocol or a cipher
     *     suite that it does not have
     */
    public TlsSettings {
        Objects.requireNonNull(context, "context");
        parameters = parameters == null ? null : TlsParameters.copy(parameters);
        TlsParameters.require(context, parameters);
    }

    /**
     * The context with its own defaults.
     *
     * @throws IllegalArgumentException if it was not initialized
     */
    public static TlsSettings of(SSLContext context) {
        return new TlsSettings(context, null);
    }

    /** A copy of the parameters, or null for the context's defaults. */
    @Override
    public @Nullable SSLParameters parameters() {
        SSLParameters own = parameters;
        return own == null ? null : TlsParameters.copy(own);
    }

    // Written out: the JDK keeps the last record class that it has made these for, and so its class loader.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TlsSettings that
                && context.equals(that.context)
                && Objects.equals(parameters, that.parameters);
    }

    @Override
    public int hashCode() {
        return Objects.hash(context, parameters);
    }

    /** Returns whether a handshake with the other ones would have made the same demands. */
    public boolean sameAs(TlsSettings other) {
        return equals(other) || (context.equals(other.context) && TlsParameters.same(parameters, other.parameters));
    }

    /** Gives the parameters to a socket; has no effect if there are none. */
    public void apply(SSLSocket socket) {
        SSLParameters own = parameters;
        if (own != null) {
            socket.setSSLParameters(own);
        }
    }
}
