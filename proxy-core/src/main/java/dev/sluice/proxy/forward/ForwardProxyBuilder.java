package dev.sluice.proxy.forward;

import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.auth.Authentication;
import dev.sluice.proxy.auth.Authenticator;
import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.cache.CacheRules;
import dev.sluice.proxy.cache.serve.CacheAccess;
import dev.sluice.proxy.cache.serve.CacheService;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.forward.ForwardProxy.Masking;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.header.Via;
import dev.sluice.proxy.header.rule.MaxForwards;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.syntax.Cidr;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.net.URI;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The methods of a {@link ForwardProxy.Builder}. */
abstract sealed class ForwardProxyBuilder permits ForwardProxy.Builder {
    private final List<Cidr> clients = new ArrayList<>();
    private final Forwarding.Builder trusting = Forwarding.builder();
    private final List<String> allowed = new ArrayList<>();
    private final List<String> denied = new ArrayList<>();
    private final List<Way> ways = new ArrayList<>();
    private Ports ports = Ports.of("ports", 80, 443).andFrom(1024);
    private Ports connectPorts = Ports.of("connectPorts", 443);
    private AddressRule addresses = AddressRule.PUBLIC;
    private boolean anyPort;
    private boolean anyConnectPort;
    private boolean allowOwnListener;
    private Masking masking = Masking.TRANSPARENT;
    private @Nullable Via via;
    private boolean trace;
    private @Nullable ProxyAuthentication authentication;
    private @Nullable ParentProxy parent;
    private @Nullable DirectTransport transport;
    private @Nullable CacheService cache;
    private @Nullable Function<AddressRule, Upstream> anywhere;

    ForwardProxyBuilder() {}

    abstract ForwardProxy.Builder self();

    /** A parent for some hosts, or null to go to them directly. */
    private record Way(List<String> hosts, @Nullable ParentProxy parent) {}

    /**
     * Lets only clients at these addresses use the proxy; all others get 403. By default everybody may: then the
     * address of the server decides who can reach it, which is the loopback address by default.
     *
     * @throws IllegalArgumentException if one is not an address or a block of addresses in CIDR form, such as {@code 10.0.0.0/8}
     */
    public ForwardProxy.Builder allowClients(String... blocks) {
        for (String block : Require.some("allowClients", blocks)) {
            clients.add(Cidr.parse("allowClients", block));
        }
        return self();
    }

    /**
     * Lets clients go only to these destinations; everywhere by default. {@code deny} and {@code addresses} still
     * apply: a block of private addresses that you allow here must also be permitted there.
     *
     * @param patterns a name ({@code example.com}), the names below one ({@code *.example.com}, which is not {@code
     *     example.com}), an address or a block of addresses. Names are compared with the host in the request, without
     *     case and a dot at the end. Addresses are compared with the one to connect to, also if the request has a name
     */
    public ForwardProxy.Builder allow(String... patterns) {
        allowed.addAll(List.of(Require.some("allow", patterns)));
        return self();
    }

    /**
     * Never lets clients go to these destinations, even where {@code allow} has them; none by default.
     *
     * @param patterns as for {@code allow}
     */
    public ForwardProxy.Builder deny(String... patterns) {
        denied.addAll(List.of(Require.some("deny", patterns)));
        return self();
    }

    /**
     * Sets the ports of requests in absolute form; 80, 443 and all from 1024 by default, so that nobody can talk to a
     * mail server.
     *
     * @throws IllegalArgumentException if one is not 1 to 65535
     */
    public ForwardProxy.Builder ports(int... ports) {
        this.ports = Ports.of("ports", Require.some("ports", ports));
        return self();
    }

    /** Whether requests in absolute form may go to any port, whatever {@code ports} says; false by default. */
    public ForwardProxy.Builder anyPort(boolean on) {
        this.anyPort = on;
        return self();
    }

    /**
     * Sets the ports of CONNECT; only 443 by default, as a tunnel can carry anything.
     *
     * @throws IllegalArgumentException if one is not 1 to 65535
     */
    public ForwardProxy.Builder connectPorts(int... ports) {
        this.connectPorts = Ports.of("connectPorts", Require.some("connectPorts", ports));
        return self();
    }

    /** Whether CONNECT may go to any port, whatever {@code connectPorts} says; false by default. */
    public ForwardProxy.Builder anyConnectPort(boolean on) {
        this.anyConnectPort = on;
        return self();
    }

    /**
     * Sets which addresses the proxy may connect to; {@link AddressRule#PUBLIC} by default, which excludes loopback,
     * private and link-local ones and metadata services. A name is resolved first. A request to a parent proxy is
     * checked if its host is an address; the parent resolves names.
     */
    public ForwardProxy.Builder addresses(AddressRule rule) {
        this.addresses = Objects.requireNonNull(rule, "addresses");
        return self();
    }

    /**
     * Whether clients may go to the listener that they used, such as to routes of the same server, if {@code addresses}
     * permits it; false by default. The listener is recognised by its port, at any address of this host; behind a
     * load balancer that sends PROXY headers it is the balancer's.
     */
    public ForwardProxy.Builder allowOwnListener(boolean on) {
        this.allowOwnListener = on;
        return self();
    }

    /** Sets what the next server learns about the client; {@link Masking#TRANSPARENT} by default. */
    public ForwardProxy.Builder masking(Masking masking) {
        this.masking = Objects.requireNonNull(masking, "masking");
        return self();
    }

    /**
     * Appends the client's address to the {@code X-Forwarded-For} that these peers send, such as your own proxies; this
     * field from all others is dropped. None by default; has no effect if the client is masked.
     *
     * @throws IllegalArgumentException if one is not an address or a block of addresses in CIDR form, such as {@code 10.0.0.0/8}
     */
    public ForwardProxy.Builder trust(String... blocks) {
        trusting.trust(blocks);
        return self();
    }

    /**
     * Sets this proxy's entry in {@code Via}; a random name by default, and {@code proxy} with {@link
     * Masking#ANONYMOUS}. With that masking only the name counts, and it replaces the names of other proxies.
     */
    public ForwardProxy.Builder via(Via rule) {
        this.via = Objects.requireNonNull(rule, "via");
        return self();
    }

    /**
     * Sets whether TRACE goes on, as far as {@code Max-Forwards} says (RFC 9110 §7.6.2). By default it is answered with
     * 405: this is safe, as the answer to TRACE repeats the client's fields and those that proxies added.
     */
    public ForwardProxy.Builder allowTrace(boolean allowed) {
        this.trace = allowed;
        return self();
    }

    /**
     * Asks clients for credentials of the proxy (RFC 9110 §11.7): in {@code Proxy-Authorization}, with 407 and {@code
     * Proxy-Authenticate}; not done by default. The credentials are consumed here, and never go on. The filters of the
     * server behind {@link dev.sluice.proxy.Stage#AUTHENTICATION} find the user as {@link
     * dev.sluice.proxy.ExchangeRecord#principal()}, and do not see who may not enter. Credentials with the scheme Basic
     * can be read by everyone on the way: listen with TLS, or on the loopback interface.
     */
    public ForwardProxy.Builder authentication(Authenticator authenticator) {
        this.authentication = new ProxyAuthentication(Authentication.require(authenticator));
        return self();
    }

    /**
     * Passes requests to another proxy, if neither {@code addDirect} nor {@code addParent} has their host; by default they
     * go directly.
     */
    public ForwardProxy.Builder parent(ParentProxy proxy) {
        this.parent = Objects.requireNonNull(proxy, "parent");
        return self();
    }

    /**
     * Passes requests for these hosts to another proxy. Of these calls and those of {@code addDirect}, the first one with
     * the host counts.
     *
     * @param patterns as for {@code allow}; addresses are compared with hosts that are addresses themselves
     */
    public ForwardProxy.Builder addParent(ParentProxy proxy, String... patterns) {
        ways.add(new Way(List.of(Require.some("addParent", patterns)), Objects.requireNonNull(proxy, "parent")));
        return self();
    }

    /**
     * Goes to these hosts directly, if there is a {@code parent} for the rest.
     *
     * @param patterns as for {@code addParent}
     */
    public ForwardProxy.Builder addDirect(String... patterns) {
        ways.add(new Way(List.of(Require.some("addDirect", patterns)), null));
        return self();
    }

    /**
     * Sets a cache for responses to requests that are not tunnels, with {@link CacheRules#DEFAULT} but without targeted
     * fields: those are for caches of the origin (RFC 9213 §3). None by default.
     */
    public ForwardProxy.Builder cache(Cache cache) {
        return cache(cache, CacheRules.DEFAULT.toBuilder().targetedFields().build());
    }

    /** Sets a cache for responses to requests that are not tunnels, with rules of your own; none by default. */
    public ForwardProxy.Builder cache(Cache cache, CacheRules rules) {
        this.cache = CacheAccess.service(
                Objects.requireNonNull(cache, "cache"), Objects.requireNonNull(rules, "cache rules"));
        return self();
    }

    /**
     * Sets the transport to destinations and parents, with its resolver, timeouts and TLS settings. It is not closed
     * with the proxy. By default it is the server's transport, if that is a {@link DirectTransport}, else {@link
     * DirectTransport#shared()}.
     */
    public ForwardProxy.Builder transport(DirectTransport transport) {
        this.transport = Objects.requireNonNull(transport, "transport");
        return self();
    }

    /** For tests: the upstream to destinations, for the rule of each request. */
    ForwardProxy.Builder anywhere(Function<AddressRule, Upstream> anywhere) {
        this.anywhere = anywhere;
        return self();
    }

    /**
     * The proxy.
     *
     * @throws IllegalArgumentException if a pattern is not of its form, or {@code via} does not fit the masking; the
     *     message names the option and the value
     */
    public ForwardProxy build() {
        if (via != null && masking == Masking.SILENT) {
            throw new IllegalArgumentException("via is set, but masking is SILENT: there is no Via then");
        }
        if (via != null && via.pseudonym() == null && masking == Masking.ANONYMOUS) {
            throw new IllegalArgumentException("via is off, but masking is ANONYMOUS: with SILENT there is no Via");
        }
        Access access = new Access(
                List.copyOf(clients),
                Destinations.parse("allow", allowed),
                Destinations.parse("deny", denied),
                addresses,
                anyPort ? Ports.any() : ports,
                anyConnectPort ? Ports.any() : connectPorts,
                allowOwnListener);
        HeaderRules rules = HeaderRules.of(
                masking != Masking.TRANSPARENT,
                masking == Masking.SILENT,
                trusting.build(),
                new MaxForwards(trace),
                via == null ? standardVia() : via);
        List<Way> chosen = List.copyOf(ways);
        ParentProxy usual = parent;
        Function<AddressRule, Upstream> instead = anywhere;
        boolean relays = authentication == null;
        Function<DirectTransport, Exits> exits = opener -> exits(opener, chosen, usual, instead, relays);
        return new ForwardProxy(access, authentication, rules, exits, transport, cache);
    }

    private Via standardVia() {
        return switch (masking) {
            case TRANSPARENT -> Via.unique(new SecureRandom());
            case ANONYMOUS -> Via.neutral("proxy");
            case SILENT -> Via.OFF;
        };
    }

    private static Exits exits(
            DirectTransport opener,
            List<Way> ways,
            @Nullable ParentProxy usual,
            @Nullable Function<AddressRule, Upstream> instead,
            boolean relays) {
        Exit direct = new Exit.Direct(instead != null ? instead : rule -> opener.anywhere("direct", rule));
        List<Exits.Choice> choices = new ArrayList<>();
        for (Way way : ways) {
            String option = way.parent() == null ? "addDirect" : "addParent";
            choices.add(new Exits.Choice(
                    Destinations.parse(option, way.hosts()), exit(opener, way.parent(), direct, relays)));
        }
        return new Exits(List.copyOf(choices), exit(opener, usual, direct, relays));
    }

    private static Exit exit(DirectTransport opener, @Nullable ParentProxy proxy, Exit direct, boolean relays) {
        if (proxy == null) {
            return direct;
        }
        String id = "parent " + proxy.authority();
        URI uri = URI.create(proxy.toString());
        Upstream upstream = opener.upstream(id, uri, proxy.tls());
        return new Exit.Parent(proxy, upstream, relays && proxy.authorization() == null);
    }
}
