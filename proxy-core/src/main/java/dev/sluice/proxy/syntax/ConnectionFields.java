package dev.sluice.proxy.syntax;

/**
 * The fields that are about one connection or about where a message ends. A sender of a message writes them itself; a
 * receiver reads them and keeps none of them among the fields of the message.
 */
public final class ConnectionFields {
    /** What ends with the connection (RFC 9110 §7.6.1; {@code HTTP2-Settings}: RFC 7540 §3.2.1). */
    public static final FieldSet CONNECTION = FieldSet.of(
            "Connection", "Proxy-Connection", "Keep-Alive", "TE", "Transfer-Encoding", "Upgrade", "HTTP2-Settings");

    /** Separate parts of a request: its target, its body's framing, and an agreement with only the next server. */
    public static final FieldSet REQUEST_PARTS = FieldSet.of("Host", "Content-Length", "Expect");

    private static final FieldSet OF_REQUEST = CONNECTION.and(REQUEST_PARTS);
    private static final FieldSet OF_RESPONSE = CONNECTION.and(FieldSet.of("Content-Length"));

    private ConnectionFields() {}

    /**
     * Returns whether a field of this name is written by the sender of a request, and is not a field of the request.
     */
    public static boolean isOfRequest(String name) {
        return OF_REQUEST.has(name);
    }

    /**
     * Returns whether a field of this name is written by the sender of a response, and is not a field of the response.
     */
    public static boolean isOfResponse(String name) {
        return OF_RESPONSE.has(name);
    }
}
