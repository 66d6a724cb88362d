package dev.sluice.proxy.syntax;

import java.util.Set;

/** The methods that are known to all: any other one may be an invention of the client, of which there are many. */
public final class Methods {
    private static final Set<String> KNOWN =
            Set.of("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE");

    private Methods() {}

    /** Returns whether this only reads: GET, or HEAD, which is GET without the body (RFC 9110 §9.3.2). */
    public static boolean isRead(String method) {
        return method.equals("GET") || method.equals("HEAD");
    }

    /** Returns whether this is one of them. */
    public static boolean isKnown(String method) {
        return KNOWN.contains(method);
    }
}
