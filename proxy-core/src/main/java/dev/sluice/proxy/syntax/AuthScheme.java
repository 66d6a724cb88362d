package dev.sluice.proxy.syntax;

/** {@code Authorization} and {@code Proxy-Authorization}: a scheme, spaces, credentials (RFC 9110 §11.4). */
public final class AuthScheme {
    private AuthScheme() {}

    /** Returns whether the value of a field is of the scheme, compared without case (RFC 9110 §11.1). */
    public static boolean is(String scheme, String field) {
        return field.regionMatches(true, 0, scheme, 0, scheme.length())
                && (field.length() == scheme.length() || field.charAt(scheme.length()) == ' ');
    }

    /** The credentials of a field that is of the scheme; perhaps empty. */
    public static String credentials(String scheme, String field) {
        return field.substring(scheme.length()).strip();
    }
}
