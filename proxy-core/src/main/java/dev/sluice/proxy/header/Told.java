package dev.sluice.proxy.header;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.ForwardedClient;
import dev.sluice.proxy.syntax.Ascii;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The reported facts about a forwarded request. Immutable.
 *
 * @param client the client that follows from them
 * @param nodes those of the hops before this one, the last one next to the peer; none if nobody is trusted
 * @param distance of the client's node from the last one
 * @param host the value of {@code X-Forwarded-Host}; empty for none
 * @param port the value of {@code X-Forwarded-Port}; empty for none
 */
record Told(ForwardedClient client, List<String> nodes, int distance, String host, String port) {
    /** Nobody is trusted. */
    static Told nothing(Client client, @Nullable Authority asked) {
        return new Told(ForwardedClient.of(client, asked), List.of(), 0, text(asked), "");
    }

    /**
     * The peer is trusted.
     *
     * @param distance of the client's node from the last one
     * @param address the client's
     * @param client the peer
     * @param asked the authority of the request
     */
    static Told of(
            ForwardedFields fields, int distance, InetAddress address, Client client, @Nullable Authority asked) {
        String scheme = scheme(ForwardedFields.member(fields.schemes(), distance), client.scheme());
        String host = ForwardedFields.member(fields.hosts(), distance);
        Authority named = authority(host);
        String port = ForwardedFields.member(fields.ports(), distance);
        int number = number(port);
        ForwardedClient found =
                new ForwardedClient(address, scheme, at(named, asked, number, scheme), fields.prefix(distance));
        return new Told(found, fields.nodes(), distance, named == null ? text(asked) : host, number < 0 ? "" : port);
    }

    /** Some proxies say {@code wss} of a WebSocket, which is HTTPS until its change of protocols. */
    private static String scheme(String said, String otherwise) {
        return switch (said.toLowerCase(Locale.ROOT)) {
            case "http", "ws" -> "http";
            case "https", "wss" -> "https";
            default -> otherwise;
        };
    }

    /**
     * The nodes as elements of {@code Forwarded}; empty for none. Scheme and host belong to the client's node; those of
     * the other nodes are not known.
     */
    String elements() {
        StringBuilder elements = new StringBuilder();
        int clients = nodes.size() - 1 - distance;
        for (int i = 0; i < nodes.size(); i++) {
            elements.append(i == 0 ? "" : ", ")
                    .append(ForwardedNode.element(
                            nodes.get(i),
                            i == clients ? client.authority() : null,
                            i == clients ? client.scheme() : null));
        }
        return elements.toString();
    }

    /** The host with the reported port, unless the host has one. */
    private static @Nullable Authority at(
            @Nullable Authority named, @Nullable Authority asked, int port, String scheme) {
        Authority authority = named == null ? asked : named;
        if (authority == null || port < 0 || (named != null && named.port() >= 0)) {
            return authority;
        }
        Authority bare = new Authority(authority.host(), -1);
        return bare.portOr(scheme) == port ? bare : new Authority(authority.host(), port);
    }

    /** The nodes as members of {@code X-Forwarded-For}; empty for none. */
    String chain() {
        StringBuilder chain = new StringBuilder();
        for (String node : nodes) {
            chain.append(chain.isEmpty() ? "" : ", ").append(node.isEmpty() ? "unknown" : node);
        }
        return chain.toString();
    }

    private static String text(@Nullable Authority authority) {
        return authority == null ? "" : authority.toString();
    }

    private static @Nullable Authority authority(String host) {
        try {
            return host.isEmpty() ? null : Authority.parse(host);
        } catch (IllegalArgumentException notOne) {
            return null;
        }
    }

    private static int number(String port) {
        int number = Ascii.number(port, 5);
        return number >= 1 && number <= 65_535 ? number : -1;
    }
}
