package dev.sluice.proxy.transport.direct.listener;

import java.util.List;
import javax.net.ssl.SSLException;

/** What the JDK's words about a failed handshake mostly mean. */
final class HandshakeHint {
    /** The JDK's words for TLS 1.3 and for 1.2 when the server has nothing to show. */
    private static final List<String> NO_KEY =
            List.of("No available authentication scheme", "no cipher suites in common");

    private HandshakeHint() {}

    /** What to look at, to be put behind the JDK's words; empty where they say it. */
    static String of(Throwable failure) {
        String words = String.valueOf(failure.getMessage());
        boolean noKey = failure instanceof SSLException && NO_KEY.stream().anyMatch(words::contains);
        return noKey ? " (has the SSLContext a key, and a certificate that this client takes?)" : "";
    }
}
