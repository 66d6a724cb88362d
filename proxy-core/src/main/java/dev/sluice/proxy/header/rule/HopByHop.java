package dev.sluice.proxy.header.rule;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.syntax.ConnectionFields;
import dev.sluice.proxy.syntax.FieldSet;
import dev.sluice.proxy.syntax.ForwardingFields;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The fields that are about one connection and end with it (RFC 9110 §7.6.1). A listener and an upstream remove them
 * from received messages, and read from them the parts that the message keeps. A proxy removes them again before it
 * sends, since a filter may have added some, and only then adds its own fields: so no client can delete those by naming
 * them in {@code Connection}. Pure functions, for any number of threads.
 */
public final class HopByHop {
    private static final FieldSet PROXY_AUTH =
            FieldSet.of("Proxy-Authenticate", "Proxy-Authorization", "Proxy-Authentication-Info");

    /** Not a field of HTTP: an origin that runs CGI scripts would read it as the proxy to use (CVE-2016-5385). */
    private static final String HTTPOXY = "Proxy";

    /** What ends here in a response. */
    private static final FieldSet OF_RESPONSE = ConnectionFields.CONNECTION.and(FieldSet.of("Alt-Svc"));

    private static final FieldSet OF_RESPONSE_OR_HERE = OF_RESPONSE.and(PROXY_AUTH);
    private static final FieldSet LENGTH = FieldSet.of("Content-Length");
    private static final FieldSet OF_RESPONSE_AND_LENGTH = OF_RESPONSE.and(LENGTH);
    private static final FieldSet OF_RESPONSE_OR_HERE_AND_LENGTH = OF_RESPONSE_OR_HERE.and(LENGTH);

    /** All fields that end here, in both directions. */
    static final FieldSet ENDING = ConnectionFields.CONNECTION
            .and(PROXY_AUTH)
            .and(ConnectionFields.REQUEST_PARTS)
            .and(FieldSet.of(HTTPOXY));

    /**
     * Fields for all recipients, which no connection option may name (RFC 9110 §7.6.1): without them the next server
     * would see another request than the one that was checked here.
     */
    private static final FieldSet END_TO_END = ForwardingFields.ALL.and(FieldSet.of(
            "Host",
            "Content-*",
            "Cache-Control",
            "Authorization",
            "Cookie",
            "Set-Cookie",
            "Via",
            "Max-Forwards",
            "Date",
            "Age",
            "Expires",
            "Pragma",
            "Vary",
            "ETag",
            "Last-Modified",
            "Location",
            "Range",
            "If-*",
            "Accept",
            "Accept-*",
            "Access-Control-*",
            "Origin",
            "WWW-Authenticate",
            "Strict-Transport-Security"));

    private HopByHop() {}

    /**
     * The fields of a request that may go on: without the nominated and the hop-by-hop ones, and without those that a
     * {@link dev.sluice.proxy.ProxyRequest} keeps as its own parts ({@code Host}, {@code Content-Length}, {@code
     * Expect}); also where such a name is written with underscores, as an origin may take it for the same.
     *
     * @param keepProxyAuth whether {@code Proxy-Authorization} stays: for a listener, whose filters may check it, and
     *     towards a parent proxy that is to check it (RFC 9110 §11.7)
     */
    public static Headers request(Headers received, boolean keepProxyAuth) {
        Predicate<String> ends = keepProxyAuth ? HopByHop::endsInRequest : HopByHop::endsInRequestOrHere;
        Set<String> nominated = nominated(received);
        return received.without(nominated.isEmpty() ? ends : ends.or(name -> has(nominated, name)));
    }

    /**
     * The fields of a response that may go on: without the nominated and the hop-by-hop ones, without {@code Alt-Svc},
     * which speaks of the origin's own connections (RFC 7838 §3), and without {@code Content-Length}, except where it
     * is information about a body that is not sent: in a response to HEAD and in a 304 (RFC 9110 §8.6).
     *
     * @param method of the request
     * @param status of the response
     * @param keepProxyAuth whether {@code Proxy-Authenticate} and {@code Proxy-Authentication-Info} stay: only when a
     *     parent proxy's answer is relayed
     */
    public static Headers response(String method, int status, Headers received, boolean keepProxyAuth) {
        Set<String> nominated = nominated(received);
        boolean keepLength = status == 304 || (method.equals("HEAD") && status >= 200 && status != 204);
        FieldSet ends = keepLength
                ? keepProxyAuth ? OF_RESPONSE : OF_RESPONSE_OR_HERE
                : keepProxyAuth ? OF_RESPONSE_AND_LENGTH : OF_RESPONSE_OR_HERE_AND_LENGTH;
        Headers kept = received.without(nominated.isEmpty() ? ends : ends.or(name -> has(nominated, name)));
        return keepLength ? Framing.withOneLength(kept) : kept;
    }

    /**
     * The protocol that the sender offers to switch to: the first that {@code Upgrade} names, if {@code Connection} has
     * the {@code upgrade} option, else null (RFC 9110 §7.8). {@code h2c} is passed over, as it would change the
     * protocol of this one connection; and HTTP/1.0 has no upgrade.
     */
    public static @Nullable String upgrade(HttpVersion version, Headers received) {
        if (version != HttpVersion.HTTP_1_1
                || !received.has("Upgrade")
                || !received.hasToken("Connection", "upgrade")) {
            return null;
        }
        for (String protocol : received.list("Upgrade")) {
            if (isProtocol(protocol) && !protocol.equalsIgnoreCase("h2c")) {
                return protocol;
            }
        }
        return null;
    }

    /** With {@code _} too: {@code Transfer_Encoding} is framing to an origin that knows names as CGI writes them. */
    private static boolean endsInRequest(String name) {
        return ConnectionFields.CONNECTION.hasAsCgi(name)
                || ConnectionFields.REQUEST_PARTS.hasAsCgi(name)
                || name.equalsIgnoreCase(HTTPOXY);
    }

    private static boolean endsInRequestOrHere(String name) {
        return endsInRequest(name) || PROXY_AUTH.hasAsCgi(name);
    }

    /** Returns whether the sender said {@code TE: trailers} (RFC 9110 §10.1.4). */
    public static boolean acceptsTrailers(Headers received) {
        return received.hasToken("TE", "trailers");
    }

    /**
     * Returns whether the sender will use the connection again after this message (RFC 9112 §9.3).
     *
     * @param version that the message was received with
     */
    public static boolean isPersistent(HttpVersion version, Headers received) {
        return !received.hasToken("Connection", "close")
                && (version != HttpVersion.HTTP_1_0 || received.hasToken("Connection", "keep-alive"));
    }

    /** The names in lower case. A set, as each field is looked up in it, and one request can name thousands. */
    private static Set<String> nominated(Headers received) {
        if (!nominates(received)) {
            return Set.of();
        }
        Set<String> names = Set.of();
        for (String option : received.list("Connection")) {
            boolean nominates = !option.equalsIgnoreCase("close")
                    && !option.equalsIgnoreCase("keep-alive")
                    && !END_TO_END.has(option);
            if (nominates) {
                names = names.isEmpty() ? new HashSet<>() : names;
                names.add(option.toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }

    /** Returns whether {@code Connection} says more than whether it is kept, as most of these fields do not. */
    private static boolean nominates(Headers received) {
        for (int i = 0; i < received.size(); i++) {
            if (received.name(i).equalsIgnoreCase("Connection")
                    && !received.value(i).equalsIgnoreCase("keep-alive")
                    && !received.value(i).equalsIgnoreCase("close")) {
                return true;
            }
        }
        return false;
    }

    private static boolean has(Set<String> nominated, String name) {
        return !nominated.isEmpty() && nominated.contains(name.toLowerCase(Locale.ROOT));
    }

    private static boolean isProtocol(String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? Headers.isToken(text)
                : Headers.isToken(text.substring(0, slash)) && Headers.isToken(text.substring(slash + 1));
    }
}
