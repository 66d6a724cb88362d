package dev.sluice.proxy.http1;

import dev.sluice.proxy.Headers;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which fields may come behind the content. Those that are needed before it, for framing, routing, authentication, as
 * modifiers of the request, as control of the response or to understand the content, may not (RFC 9110 §6.5.1): who has
 * decided without them must not find them among the fields later, where a filter took care that they are not. They are
 * dropped, as a recipient may (RFC 9112 §7.1.2), and not refused: the content is whole without them.
 */
final class TrailerFields {
    private static final Set<String> FORBIDDEN = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    static {
        FORBIDDEN.addAll(List.of(
                // Framing, and what belongs to the connection (RFC 9110 §7.6.1).
                "Content-Length",
                "Transfer-Encoding",
                "Trailer",
                "TE",
                "Connection",
                "Keep-Alive",
                "Proxy-Connection",
                "Upgrade",
                "HTTP2-Settings"));
        FORBIDDEN.addAll(List.of(
                // Routing, and who is believed to have sent the request.
                "Host",
                "Forwarded",
                "X-Forwarded-For",
                "X-Forwarded-Host",
                "X-Forwarded-Proto",
                "X-Forwarded-Port",
                "X-Forwarded-Prefix",
                "X-Real-IP",
                "Via",
                "Max-Forwards",
                "Proxy",
                "Location",
                "Alt-Svc"));
        FORBIDDEN.addAll(List.of(
                // Authentication.
                "Authorization",
                "Proxy-Authorization",
                "WWW-Authenticate",
                "Proxy-Authenticate",
                "Authentication-Info",
                "Proxy-Authentication-Info",
                "Cookie",
                "Set-Cookie",
                "Origin"));
        FORBIDDEN.addAll(List.of(
                // Modifiers of the request.
                "Expect",
                "Range",
                "If-Match",
                "If-None-Match",
                "If-Modified-Since",
                "If-Unmodified-Since",
                "If-Range",
                "Pragma"));
        FORBIDDEN.addAll(List.of(
                // Control of the response.
                "Cache-Control",
                "Age",
                "Date",
                "Expires",
                "Retry-After",
                "Vary",
                "Warning",
                "Strict-Transport-Security"));
        FORBIDDEN.addAll(List.of(
                // What the content is.
                "Content-Encoding",
                "Content-Type",
                "Content-Range",
                "Content-Location",
                "Content-Disposition",
                "Content-Security-Policy"));
    }

    private TrailerFields() {}

    /** The fields that may be trailers. */
    static Headers allowed(Headers received) {
        return received.without(FORBIDDEN::contains);
    }
}
