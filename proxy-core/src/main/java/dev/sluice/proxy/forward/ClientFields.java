package dev.sluice.proxy.forward;

import dev.sluice.proxy.Client;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.header.Forwarding;
import java.util.Locale;
import java.util.Set;

/** The fields that tell an origin who the client is, beyond the client's own fields for it. */
final class ClientFields {
    private static final String FOR = "X-Forwarded-For";

    /**
     * Beside those that {@link Forwarding#MASK} knows: fields that proxies, gateways and CDNs send, and RFC 9110
     * §10.1.2.
     */
    private static final Set<String> IDENTIFYING = Set.of(
            "cf-connecting-ip",
            "cf-connecting-ipv6",
            "client-ip",
            "fastly-client-ip",
            "fly-client-ip",
            "forwarded-for",
            "from",
            "http-client-ip",
            "proxy-client-ip",
            "remote-addr",
            "true-client-ip",
            "wl-proxy-client-ip",
            "x-azure-clientip",
            "x-azure-socketip",
            "x-client-ip",
            "x-cluster-client-ip",
            "x-envoy-external-address",
            "x-forwarded",
            "x-original-forwarded-for",
            "x-original-host",
            "x-originating-ip",
            "x-proxyuser-ip",
            "x-remote-addr",
            "x-remote-ip");

    private ClientFields() {}

    /** The fields without any of these. */
    static Headers masked(Headers outgoing, Client client) {
        return Forwarding.MASK.apply(outgoing, client, null, "").without(ClientFields::identifies);
    }

    /**
     * The fields with the client's address. Of its family only {@code X-Forwarded-For} goes on: the others tell a
     * gateway's backend what the client asked for, which the origin sees here anyway.
     */
    static Headers named(Headers outgoing, Client client, Forwarding trusting) {
        Headers masked = Forwarding.MASK.apply(outgoing, client, null, "");
        String chain = trusting.apply(outgoing, client, null, "").first(FOR).orElse(null);
        return chain == null ? masked : masked.toBuilder().set(FOR, chain).build();
    }

    /** Like {@link Forwarding} and CGI, it treats {@code _} as {@code -}. */
    private static boolean identifies(String name) {
        return IDENTIFYING.contains(name.toLowerCase(Locale.ROOT).replace('_', '-'));
    }
}
