package dev.sluice.proxy.transport.direct.listener;

import java.util.List;
import javax.net.ssl.SSLException;

/** The usual meaning of the JDK's messages about a failed handshake. */
final class HandshakeHint {
    /** The JDK's messages for TLS 1.3 and for 1.2 if the server has no certificate to show. */
    private static final List<String> NO_KEY =
            List.of("No available authentication scheme", "no cipher suites in common");

    private HandshakeHint() {}

    /** A hint to add after the JDK's message; empty if the message is enough. */
    static String of(Throwable failure) {
        String words = String.valueOf(failure.getMessage());
        boolean noKey = failure instanceof SSLException && NO_KEY.stream().anyMatch(words::contains);
        return noKey ? " (has the SSLContext a key, and a certificate that this client takes?)" : "";
    }
}
