package dev.sluice.proxy.wire;

import dev.sluice.proxy.syntax.HostName;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** The name of a server within TLS (RFC 6066 §3). */
final class ServerNames {
    private ServerNames() {}

    /** A client's: asks for {@code host} by name, and checks that the certificate is for it, unless told otherwise. */
    static SSLParameters forHost(SSLParameters parameters, String host) {
        SNIHostName name = serverName(host);
        if (parameters.getServerNames() == null && name != null) {
            parameters.setServerNames(List.of(name));
        }
        if (parameters.getEndpointIdentificationAlgorithm() == null) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        return parameters;
    }

    /** RFC 6066 §3: an IP address is not one. Nor are names that the JDK refuses, such as those with an underscore. */
    private static @Nullable SNIHostName serverName(String host) {
        if (host.isEmpty() || isAddress(host)) {
            return null;
        }
        try {
            return new SNIHostName(host);
        } catch (IllegalArgumentException noHostName) {
            return null;
        }
    }

    /** Nothing else has a colon, or ends with a number. */
    static boolean isAddress(String host) {
        return host.indexOf(':') >= 0 || HostName.endsWithNumber(host);
    }
}
