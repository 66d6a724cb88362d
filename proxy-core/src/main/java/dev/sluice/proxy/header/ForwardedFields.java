package dev.sluice.proxy.header;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.path.RoutingPath;
import java.util.ArrayList;
import java.util.List;

/**
 * What the fields about a forwarded request say, before anybody is believed: lists with one member from each proxy, the
 * nearest one's last. Proxies that replace what they got leave shorter lists. Immutable.
 *
 * @param nodes whom each proxy got the request from
 * @param schemes what it was asked with
 * @param hosts what it was asked for
 * @param ports at which port
 * @param prefixes what it has taken off the path
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
     * The member that is beside a node, counted from the right: what stands further to the left may be made up by the
     * client. The first, when the list is too short for that; empty when there is none.
     *
     * @param distance of the node from the last one
     */
    static String member(List<String> list, int distance) {
        return list.isEmpty() ? "" : list.get(Math.max(0, list.size() - 1 - distance));
    }

    /** The prefixes from that member on, as one path; what is no path is left out. */
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

    /** Goes into references and cookies as it is: so nothing that would end it there, or be resolved to another path. */
    private static boolean isPath(String prefix) {
        if (!prefix.startsWith("/") || prefix.contains("//") || !isPlain(prefix)) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            char c = prefix.charAt(i);
            if (c != '/' && c != '%' && (c == ';' || !RoutingPath.isSegmentCharacter(c))) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether it has neither dot segments nor what some servers take for them. */
    private static boolean isPlain(String prefix) {
        try {
            RoutingPath path = RoutingPath.of(prefix);
            return path.outgoing().equals(prefix);
        } catch (ProxyException refused) {
            return false;
        }
    }
}
