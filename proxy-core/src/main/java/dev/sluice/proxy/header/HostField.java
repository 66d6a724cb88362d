package dev.sluice.proxy.header;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@code Host} field of a request (RFC 9110 §7.2, RFC 9112 §3.2). Pure functions, for any number of threads. */
public final class HostField {
    private HostField() {}

    /**
     * What the field says, for {@link dev.sluice.proxy.RequestTarget#parse}: an authority, or the empty text, which a
     * client sends when its target has none. Null when there is no field, as HTTP/1.0 allows.
     *
     * @throws ProxyException if it is missing in HTTP/1.1, is there more than once, or is not an authority, even where
     *     the target is in absolute form and the field does not count: BAD_REQUEST
     */
    public static @Nullable String value(HttpVersion version, Headers received) throws ProxyException {
        List<String> values = received.all("Host");
        if (values.size() > 1) {
            throw ProxyException.refused(Outcome.BAD_REQUEST, "more than one Host");
        }
        if (values.isEmpty()) {
            if (version == HttpVersion.HTTP_1_1) {
                throw ProxyException.refused(Outcome.BAD_REQUEST, "no Host");
            }
            return null;
        }
        String host = values.get(0);
        if (!host.isEmpty()) {
            requireAuthority(host);
        }
        return host;
    }

    private static void requireAuthority(String host) throws ProxyException {
        try {
            Authority.parse(host);
        } catch (IllegalArgumentException fault) {
            // The message is for the client, and what it sent is not repeated in it.
            throw ProxyException.refused(Outcome.BAD_REQUEST, "Host is not an authority");
        }
    }
}
