package dev.sluice.proxy.forward;

/**
 * What the next server learns of the client from the proxy. Whatever the masking, the fields that the client means for
 * the origin, such as {@code Cookie}, {@code User-Agent} and {@code Referer}, go on, and nothing within a tunnel is
 * touched.
 */
public enum Masking {
    /**
     * Says who asks and by which proxies: {@code X-Forwarded-For} with the client's address, and {@code Via} (RFC 9110
     * §7.6.3), by which loops are noticed.
     */
    TRANSPARENT,
    /**
     * Says that there is a proxy, and nothing of the client: {@code Via} names this proxy and all before it {@code
     * proxy}; fields that carry a client's address ({@code Forwarded}, {@code X-Forwarded-*}, {@code X-Real-IP},
     * {@code Client-IP} and others) or its user's ({@code From}) are dropped. Loops are not noticed.
     */
    ANONYMOUS,
    /**
     * Says nothing: like {@link #ANONYMOUS}, and there is no {@code Via} at all, neither of this proxy nor of those
     * before it, though RFC 9110 §7.6.3 asks for one.
     */
    SILENT
}
