package dev.sluice.proxy.forward;

import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.header.Cidr;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.header.MaxForwards;
import dev.sluice.proxy.header.Via;
import dev.sluice.proxy.internal.Require;
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
    private boolean ownListener;
    private Masking masking = Masking.TRANSPARENT;
    private @Nullable Via via;
    private MaxForwards maxForwards = new MaxForwards(false);
    private @Nullable ProxyAuthentication authentication;
    private @Nullable ParentProxy parent;
    private @Nullable DirectTransport transport;
    private @Nullable Function<AddressRule, Upstream> anywhere;

    ForwardProxyBuilder() {}

    abstract ForwardProxy.Builder self();

    /** A parent for some hosts, or null to go to them directly. */
    private record Way(List<String> hosts, @Nullable ParentProxy parent) {}

    /**
     * Lets nobody use the proxy but clients at these addresses; all others get 403. Everybody by default: who can
     * reach it is then up to the address that the server listens at, which is the loopback one unless it is told
     * otherwise.
     *
     * @throws IllegalArgumentException if one is not a block of addresses, as {@link Cidr#parse} says
     */
    public ForwardProxy.Builder clients(String... blocks) {
        for (String block : Require.some("clients", blocks)) {
            clients.add(Destinations.block("clients", block));
        }
        return self();
    }

    /**
     * Lets clients go to these destinations alone; everywhere by default. {@code deny} and {@code addresses} count
     * all the same: to allow a block of private addresses is not to permit them.
     *
     * @param patterns a name ({@code example.com}), the names below one ({@code *.example.com}, which is not {@code
     *     example.com}), an address or a block of addresses. Names are compared with the host in the request, without
     *     case and a dot at the end; addresses with the one that is connected to, also when the request has a name
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
     * Sets the ports of requests in absolute form; 80, 443 and all from 1024 by default, so that nobody speaks to a
     * mail server.
     *
     * @throws IllegalArgumentException if one is not 1 to 65535
     */
    public ForwardProxy.Builder ports(int... ports) {
        this.ports = Ports.of("ports", Require.some("ports", ports));
        return self();
    }

    /** Lets requests in absolute form go to any port. */
    public ForwardProxy.Builder anyPort() {
        this.ports = Ports.of("ports").andFrom(1);
        return self();
    }

    /**
     * Sets the ports of CONNECT; 443 alone by default, as a tunnel carries anything.
     *
     * @throws IllegalArgumentException if one is not 1 to 65535
     */
    public ForwardProxy.Builder connectPorts(int... ports) {
        this.connectPorts = Ports.of("connectPorts", Require.some("connectPorts", ports));
        return self();
    }

    /** Lets CONNECT go to any port. */
    public ForwardProxy.Builder anyConnectPort() {
        this.connectPorts = Ports.of("connectPorts").andFrom(1);
        return self();
    }

    /**
     * Sets which addresses may be connected to; {@link AddressRule#PUBLIC} by default, which leaves out loopback,
     * private and link-local ones and metadata services. A name is resolved first. What goes to a parent proxy is
     * checked when its host is an address; other names the parent resolves.
     */
    public ForwardProxy.Builder addresses(AddressRule rule) {
        this.addresses = Objects.requireNonNull(rule, "addresses");
        return self();
    }

    /**
     * Lets clients go to the listener that they came by, such as to routes of the same server, where {@code
     * addresses} permits it. Refused by default. It is known by its port, at any address of this host; behind a load
     * balancer that says so in a PROXY header, it is the balancer's.
     */
    public ForwardProxy.Builder allowOwnListener() {
        this.ownListener = true;
        return self();
    }

    /** Sets what the next server learns of the client; {@link Masking#TRANSPARENT} by default. */
    public ForwardProxy.Builder masking(Masking masking) {
        this.masking = Objects.requireNonNull(masking, "masking");
        return self();
    }

    /**
     * Appends the client's address to the {@code X-Forwarded-For} that these peers send, such as proxies of one's own;
     * what all others send in it is dropped. None by default, and without a meaning where the client is masked.
     *
     * @throws IllegalArgumentException if one is not a block of addresses, as {@link Cidr#parse} says
     */
    public ForwardProxy.Builder trust(String... blocks) {
        trusting.trust(blocks);
        return self();
    }

    /**
     * Sets this proxy's entry in {@code Via}; a random name by default, and {@code proxy} with {@link
     * Masking#ANONYMOUS}. With that, only the name counts, and those of others are replaced by it.
     */
    public ForwardProxy.Builder via(Via rule) {
        this.via = Objects.requireNonNull(rule, "via");
        return self();
    }

    /** Sets what becomes of TRACE, and of {@code Max-Forwards}; TRACE is answered with 405 by default. */
    public ForwardProxy.Builder maxForwards(MaxForwards rule) {
        this.maxForwards = Objects.requireNonNull(rule, "maxForwards");
        return self();
    }

    /** Asks clients who they are; nobody is asked by default. */
    public ForwardProxy.Builder authentication(ProxyAuthentication authentication) {
        this.authentication = Objects.requireNonNull(authentication, "authentication");
        return self();
    }

    /**
     * Passes on to another proxy what goes neither {@code direct} nor to another parent; by default that goes
     * directly.
     */
    public ForwardProxy.Builder parent(ParentProxy proxy) {
        this.parent = Objects.requireNonNull(proxy, "parent");
        return self();
    }

    /**
     * Passes on to another proxy what is for these hosts. Of what is said here and with {@code direct}, the first
     * that has a host counts.
     *
     * @param patterns as for {@code allow}; addresses are compared with hosts that are addresses themselves
     */
    public ForwardProxy.Builder parent(ParentProxy proxy, String... patterns) {
        ways.add(new Way(List.of(Require.some("parent", patterns)), Objects.requireNonNull(proxy, "parent")));
        return self();
    }

    /**
     * Goes to these hosts directly, where there is a {@code parent} for the rest.
     *
     * @param patterns as for {@code parent}
     */
    public ForwardProxy.Builder direct(String... patterns) {
        ways.add(new Way(List.of(Require.some("direct", patterns)), null));
        return self();
    }

    /**
     * Sets what connects to destinations and parents. One of your own has its own resolver, timeouts and TLS settings;
     * it is not closed with the proxy. By default it is the transport that the server names, where that is a {@link
     * DirectTransport}, else {@link DirectTransport#shared()}.
     */
    public ForwardProxy.Builder transport(DirectTransport transport) {
        this.transport = Objects.requireNonNull(transport, "transport");
        return self();
    }

    /** For tests: what goes to destinations, given the rule of each request. */
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
                ports,
                connectPorts,
                ownListener);
        HeaderRules rules = HeaderRules.of(masking, trusting.build(), maxForwards, via == null ? standardVia() : via);
        List<Way> chosen = List.copyOf(ways);
        ParentProxy usual = parent;
        Function<AddressRule, Upstream> instead = anywhere;
        boolean relays = authentication == null;
        Function<DirectTransport, Exits> exits = opener -> exits(opener, chosen, usual, instead, relays);
        return new ForwardProxy(access, authentication, rules, exits, transport);
    }

    private Via standardVia() {
        return switch (masking) {
            case TRANSPARENT -> Via.unique(new SecureRandom());
            case ANONYMOUS -> Via.neutral("proxy");
            case SILENT -> Via.off();
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
            String option = way.parent() == null ? "direct" : "parent";
            choices.add(new Exits.Choice(
                    Destinations.parse(option, way.hosts()), exit(opener, way.parent(), direct, relays)));
        }
        return new Exits(List.copyOf(choices), exit(opener, usual, direct, relays));
    }

    private static Exit exit(DirectTransport opener, @Nullable ParentProxy proxy, Exit direct, boolean relays) {
        if (proxy == null) {
            return direct;
        }
        Upstream upstream = opener.upstream("parent " + proxy.authority(), URI.create(proxy.toString()));
        return new Exit.Parent(proxy, upstream, relays && proxy.authorization() == null);
    }
}
