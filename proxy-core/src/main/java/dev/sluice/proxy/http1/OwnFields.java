package dev.sluice.proxy.http1;

/**
 * The fields that a message's sender writes itself, from what it sends (RFC 9112 §6, RFC 9110 §7.6.1): a hook that
 * adds one of them changes nothing.
 */
public final class OwnFields {
    private OwnFields() {}

    /** Returns whether a request's field is one of them. */
    public static boolean ofRequest(String name) {
        return switch (name.length()) {
            case 2 -> name.equalsIgnoreCase("TE");
            case 4 -> name.equalsIgnoreCase("Host");
            case 6 -> name.equalsIgnoreCase("Expect");
            default -> ofBoth(name);
        };
    }

    /** Returns whether a field is one of them in a message of either kind. */
    public static boolean ofBoth(String name) {
        return switch (name.length()) {
            case 7 -> name.equalsIgnoreCase("Upgrade");
            case 10 -> name.equalsIgnoreCase("Connection") || name.equalsIgnoreCase("Keep-Alive");
            case 14 -> name.equalsIgnoreCase("Content-Length");
            case 16 -> name.equalsIgnoreCase("Proxy-Connection");
            case 17 -> name.equalsIgnoreCase("Transfer-Encoding");
            default -> false;
        };
    }
}
