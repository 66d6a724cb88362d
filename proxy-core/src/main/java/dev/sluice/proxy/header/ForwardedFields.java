package dev.sluice.proxy.header;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.path.PathSegment;
import dev.sluice.proxy.path.RoutingPath;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields about a forwarded request, before any trust: lists with one member from each proxy, the nearest one's
 * last. Proxies that replace the values leave shorter lists. Immutable.
 *
 * @param nodes the peer from which each proxy got the request
 * @param schemes the scheme of the request there
 * @param hosts the host of the request there
 * @param ports the port of the request there
 * @param prefixes the prefix that it removed from the path
 */
record ForwardedFields(
        List<String> nodes, List<String> schemes, List<String> hosts, List<String> ports, List<String> prefixes) {
    /**
     * Reads the fields. Those of the {@code X-Forwarded} family count, or {@code Forwarded} (RFC 7239) when there is none
     * of them.
     *
     * @param forwardedFirst whether {@code Forwarded} counts even then
     */
    static ForwardedFields of(Headers received, boolean forwardedFirst) {
        List<String> ports = received.list("X-Forwarded-Port");
        List<String> prefixes = received.list("X-Forwarded-Prefix");
        boolean family = received.has("X-Forwarded-For")
                || received.has("X-Forwarded-Proto")
                || received.has("X-Forwarded-Host");
        if (received.has("Forwarded") && (forwardedFirst || !family)) {
            List<ForwardedElement> elements = ForwardedElement.all(received);
            List<String> nodes = new ArrayList<>();
            List<String> schemes = new ArrayList<>();
            List<String> hosts = new ArrayList<>();
            for (ForwardedElement element : elements) {
                nodes.add(ForwardedNode.plain(element.node()));
                schemes.add(element.scheme());
                hosts.add(element.host());
            }
            return new ForwardedFields(nodes, schemes, hosts, ports, prefixes);
        }
        return new ForwardedFields(
                received.list("X-Forwarded-For"),
                received.list("X-Forwarded-Proto"),
                received.list("X-Forwarded-Host"),
                ports,
                prefixes);
    }

    /**
     * The member beside a node, counted from the right, as the client may have invented the members further left. The
     * first one if the list is too short; empty if there is none.
     *
     * @param distance of the node from the last one
     */
    static String member(List<String> list, int distance) {
        return list.isEmpty() ? "" : list.get(Math.max(0, list.size() - 1 - distance));
    }

    /** The prefixes from that member on, as one path; values that are not paths are left out. */
    String prefix(int distance) {
        StringBuilder path = new StringBuilder();
        for (int i = Math.max(0, prefixes.size() - 1 - distance); i < prefixes.size(); i++) {
            String prefix = prefixes.get(i);
            int end = prefix.length();
            while (end > 0 && prefix.charAt(end - 1) == '/') {
                end--;
            }
            path.append(isPath(prefix) ? prefix.substring(0, end) : "");
        }
        return path.toString();
    }

    /**
     * It goes into references and cookies as it is, so it must not have anything that would end it there, or lead to
     * another path.
     */
    private static boolean isPath(String prefix) {
        if (!prefix.startsWith("/") || prefix.contains("//") || !isPlain(prefix)) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            char c = prefix.charAt(i);
            if (c != '/' && c != '%' && (c == ';' || !PathSegment.isCharacter(c))) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether it has no dot segments, and nothing that some servers read as dot segments. */
    private static boolean isPlain(String prefix) {
        try {
            RoutingPath path = RoutingPath.of(prefix);
            return path.outgoing().equals(prefix);
        } catch (ProxyException refused) {
            return false;
        }
    }
}
