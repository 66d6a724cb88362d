package dev.sluice.proxy;

import org.jspecify.annotations.Nullable;

/**
 * What a request asks for, read-only: a {@link ProxyRequest} without its body and its scope. Listeners get it with the
 * {@link ExchangeRecord}. Immutable.
 */
public interface RequestRecord {
    /** The method, with its case: {@code GET}. */
    String method();

    /** Where the request goes. */
    RequestTarget target();

    /** The version that the client spoke. */
    HttpVersion version();

    /** The fields, without those that belong to framing and to the connection. */
    Headers headers();

    /**
     * The protocol that the client offers to switch to ({@code Upgrade}, RFC 9110 §7.8), or null. A WebSocket over HTTP/2
     * is a GET with this, too (RFC 8441).
     */
    @Nullable
    String upgrade();

    /** Returns whether sending the request again has the same effect as sending it once (RFC 9110 §9.2.2). */
    default boolean idempotent() {
        return switch (method()) {
            case "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE" -> true;
            default -> false;
        };
    }

    /** Method and target, without the query, which may be secret. */
    @Override
    String toString();
}
