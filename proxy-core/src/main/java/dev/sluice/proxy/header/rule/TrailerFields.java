package dev.sluice.proxy.header.rule;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.syntax.FieldSet;
import dev.sluice.proxy.syntax.ForwardingFields;

/**
 * Which fields may come after the content. Fields that are needed before it, for framing, routing, authentication, as
 * modifiers of the request, as control of the response or to understand the content, may not (RFC 9110 §6.5.1): a
 * decision was made without them, or a filter has removed them, so they must not appear later. They are dropped, as a
 * recipient may do (RFC 9112 §7.1.2), and not refused: the content is whole without them. Trailers also lose all fields
 * that a head loses on its way through a proxy. Pure functions, for any number of threads.
 */
public final class TrailerFields {
    private static final FieldSet FORBIDDEN = FieldSet.of(
                    // Framing.
                    "Content-Length", "Trailer")
            .and(HopByHop.ENDING)
            .and(ForwardingFields.ALL)
            .and(MaskedHead.DROPPED)
            .and(FieldSet.of(
                    // Routing, and who is believed to have sent the request.
                    "Via",
                    "Max-Forwards",
                    "Alt-Svc",
                    "X-HTTP-Method*",
                    "X-Method-Override",
                    "X-Original-*",
                    "X-Rewrite-*",
                    "Client-IP",
                    "True-Client-IP",
                    "X-Client-IP",
                    "X-Cluster-Client-IP",
                    "CF-Connecting-*"))
            .and(FieldSet.of(
                    // Authentication.
                    "Authorization", "WWW-Authenticate", "Authentication-Info", "Cookie", "Set-Cookie", "Origin"))
            .and(FieldSet.of(
                    // Modifiers of the request.
                    "Range", "If-*", "Pragma"))
            .and(FieldSet.of(
                    // Control of the response.
                    "Location",
                    "Refresh",
                    "Cache-Control",
                    "Age",
                    "Date",
                    "Expires",
                    "Retry-After",
                    "Vary",
                    "Warning",
                    "Strict-Transport-Security",
                    "Access-Control-*"))
            .and(FieldSet.of(
                    // What the content is.
                    "Content-Encoding",
                    "Content-Type",
                    "Content-Range",
                    "Content-Location",
                    "Content-Disposition",
                    "Content-Security-Policy"));

    private TrailerFields() {}

    /** The fields that may be trailers; the same object when all of them may. */
    public static Headers allowed(Headers received) {
        return received.without(FORBIDDEN::hasAsCgi);
    }

    /**
     * The trailers of a response that may go on: the allowed ones, without those whose field was changed in the head.
     *
     * @param before the fields of the head before they were changed
     * @param after the fields of the head as they go on
     */
    public static Headers unchanged(Headers trailers, Headers before, Headers after) {
        return trailers.isEmpty()
                ? trailers
                : allowed(trailers).without(name -> !before.all(name).equals(after.all(name)));
    }

    /** Returns whether a field of this name may be a trailer. */
    public static boolean allows(String name) {
        return !FORBIDDEN.hasAsCgi(name);
    }
}
