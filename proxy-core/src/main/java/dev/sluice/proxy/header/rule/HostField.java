package dev.sluice.proxy.header.rule;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import org.jspecify.annotations.Nullable;

/** The {@code Host} field of a request (RFC 9110 §7.2, RFC 9112 §3.2). Pure functions, for any number of threads. */
public final class HostField {
    private HostField() {}

    /**
     * The value, for {@link dev.sluice.proxy.RequestTarget#parse}. Null if there is no field, as HTTP/1.0 allows.
     *
     * @throws ProxyException if it is missing in HTTP/1.1, is there more than once, or is not an authority, even where
     *     the target is in absolute form and the field does not count: BAD_REQUEST. An empty one is none: a target of
     *     {@code http} always has an authority (RFC 9110 §4.2.1).
     */
    public static @Nullable String value(HttpVersion version, Headers received) throws ProxyException {
        String host = only(version, received);
        if (host != null) {
            parse(host);
        }
        return host;
    }

    /**
     * The same, read: null when there is no field.
     *
     * @throws ProxyException as {@link #value} does
     */
    public static @Nullable Authority authority(HttpVersion version, Headers received) throws ProxyException {
        String host = only(version, received);
        return host == null ? null : parse(host);
    }

    private static @Nullable String only(HttpVersion version, Headers received) throws ProxyException {
        String host = null;
        for (int i = 0; i < received.size(); i++) {
            if (received.name(i).equalsIgnoreCase("Host")) {
                if (host != null) {
                    throw ProxyException.refused(Outcome.BAD_REQUEST, "more than one Host");
                }
                host = received.value(i);
            }
        }
        if (host == null && version == HttpVersion.HTTP_1_1) {
            throw ProxyException.refused(Outcome.BAD_REQUEST, "no Host");
        }
        return host;
    }

    /**
     * The authority in a value of the field.
     *
     * @throws ProxyException if it is none: BAD_REQUEST
     */
    public static Authority parse(String host) throws ProxyException {
        try {
            return Authority.parse(host);
        } catch (IllegalArgumentException fault) {
            // The message is for the client, so it does not repeat its input.
            throw ProxyException.refused(Outcome.BAD_REQUEST, "Host is not an authority");
        }
    }
}
