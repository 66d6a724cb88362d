package dev.sluice.proxy.forward;

/**
 * What the next server learns about the client from the proxy. With any masking, the client's own fields for the
 * origin, such as {@code Cookie}, {@code User-Agent} and {@code Referer}, go on, and nothing within a tunnel is
 * changed.
 */
public enum Masking {
    /**
     * Shows the client and the proxies: {@code X-Forwarded-For} with the client's address, and {@code Via} (RFC 9110
     * §7.6.3), which also finds loops.
     */
    TRANSPARENT,
    /**
     * Shows that there is a proxy, but nothing about the client: {@code Via} names this proxy and all before it {@code
     * proxy}; fields that carry a client's address ({@code Forwarded}, {@code X-Forwarded-*}, {@code X-Real-IP}, {@code
     * Client-IP} and others) or its user's ({@code From}) are dropped. Loops are not noticed.
     */
    ANONYMOUS,
    /**
     * Shows nothing: like {@link #ANONYMOUS}, and without any {@code Via}, of this proxy or of those before it,
     * although RFC 9110 §7.6.3 asks for one.
     */
    SILENT
}
