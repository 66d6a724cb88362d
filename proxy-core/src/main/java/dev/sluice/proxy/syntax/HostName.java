package dev.sluice.proxy.syntax;

/** Names of hosts, without brackets and port. */
public final class HostName {
    private HostName() {}

    /**
     * The name without the dot of the root at its end: {@code example.com.} is the same name as {@code example.com} (RFC
     * 1034 §3.1). In TLS it is sent without (RFC 6066 §3).
     */
    public static String withoutRootDot(String host) {
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    /**
     * Returns whether the last part of the host is a decimal number, as an IPv4 address has it and no name: no domain at
     * the top of the tree is a number (RFC 3696 §2).
     */
    public static boolean endsWithNumber(String host) {
        return Ascii.areDigits(host.substring(host.lastIndexOf('.') + 1));
    }

    /** The host as it stands in front of a port: an IPv6 address in brackets (RFC 3986 §3.2.2). */
    public static String inBrackets(String host) {
        return host.indexOf(':') >= 0 ? '[' + host + ']' : host;
    }

    /** The host without the brackets around an IPv6 address. */
    public static String withoutBrackets(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }
}
