package dev.sluice.proxy.wire;

import java.util.List;

/** What both sides of TLS agree on above it (ALPN, RFC 7301, RFC 9113 §3.2). */
public final class Alpn {
    private static final String HTTP_2 = "h2";

    /** HTTP/2 is preferred, and HTTP/1.1 allowed. */
    public static final List<String> HTTP_2_OR_1 = List.of(HTTP_2, "http/1.1");

    private Alpn() {}

    /** Returns whether both sides of this wire have agreed on HTTP/2; never without TLS. */
    public static boolean isHttp2(Wire wire) {
        return wire instanceof TlsWire tls && tls.applicationProtocol().equals(HTTP_2);
    }
}
