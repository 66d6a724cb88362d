package dev.sluice.proxy.transport.jdk;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * TLS with the given settings. Everything is set through {@link SSLParameters}: on 17 {@code setNeedClientAuth} beside
 * them is ignored.
 */
final class JdkListenerTls extends HttpsConfigurator {
    private final @Nullable SSLParameters parameters;

    /** @param failures is told of handshakes that fail */
    JdkListenerTls(SSLContext context, @Nullable SSLParameters parameters, JdkHandshakeLog failures) {
        super(new JdkListenerContext(context, failures));
        this.parameters = parameters;
    }

    @Override
    public void configure(HttpsParameters connection) {
        SSLParameters own = parameters;
        connection.setSSLParameters(own == null ? getSSLContext().getDefaultSSLParameters() : own);
    }
}
