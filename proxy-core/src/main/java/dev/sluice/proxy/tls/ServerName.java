package dev.sluice.proxy.tls;

import dev.sluice.proxy.syntax.HostName;
import java.util.Locale;
import java.util.regex.Pattern;

/** The name of a server, as clients ask for it (RFC 6066 §3). */
final class ServerName {
    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*");

    private ServerName() {}

    /** As clients ask for it: in lower case, without the dot of the root. */
    static String requireNameOrWildcard(String given, String withoutWildcard) {
        String name = normal(withoutWildcard);
        if (!isName(name)) {
            throw new IllegalArgumentException("name must be of a host, such as shop.example or *.shop.example, and no"
                    + " address: \"" + given + "\"");
        }
        return name;
    }

    /** The name of one host, in the same form. */
    static String requireName(String option, String given) {
        String name = normal(given);
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    option + " must be the name of a host, such as shop.example, and no address: \"" + given + "\"");
        }
        return name;
    }

    static String normal(String name) {
        return HostName.withoutRootDot(name.toLowerCase(Locale.ROOT));
    }

    private static boolean isName(String name) {
        return NAME.matcher(name).matches() && !HostName.endsWithNumber(name);
    }
}
