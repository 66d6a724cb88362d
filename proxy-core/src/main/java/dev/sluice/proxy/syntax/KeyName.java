package dev.sluice.proxy.syntax;

import java.util.regex.Pattern;

/** Checks the names of request parts that serve as keys. */
public final class KeyName {
    /** RFC 3986 §3.4, without what separates parameters, and with the brackets that browsers send. */
    private static final Pattern QUERY = Pattern.compile("([A-Za-z0-9._~\\[\\]!$'()*+,;:@/?-]|%[0-9A-Fa-f]{2})+");

    private KeyName() {}

    /** Checks the name of a field of requests. */
    public static void requireField(String what, String name) {
        if (!Token.is(name) || ConnectionFields.isOfRequest(name)) {
            throw new IllegalArgumentException(
                    what + " must be the name of a field that a request can have behind a proxy: " + name);
        }
    }

    /** Checks the name of a field of requests that the proxy does not write itself to tell of the client. */
    public static void requireOwnField(String what, String name) {
        requireField(what, name);
        if (ForwardingFields.ALL.hasAsCgi(name)) {
            throw new IllegalArgumentException(what + " must not be a field of forwarding: " + name);
        }
    }

    /** Checks a name that must be a token, such as a cookie's. */
    public static void requireToken(String what, String name) {
        if (!Token.is(name)) {
            throw new IllegalArgumentException(what + " must be a token: \"" + name + "\"");
        }
    }

    /** Checks the name of a query's parameter. */
    public static void requireQuery(String name) {
        if (!QUERY.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "key query must be the name of a parameter as it is in a query: \"" + name + "\"");
        }
    }
}
