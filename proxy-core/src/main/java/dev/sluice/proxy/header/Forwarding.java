package dev.sluice.proxy.header;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.ForwardedClient;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.syntax.Cidr;
import dev.sluice.proxy.syntax.ForwardingFields;
import dev.sluice.proxy.syntax.IpLiteral;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which peers a proxy believes about its clients, and what it tells the origin: {@code X-Forwarded-For}, {@code -Host},
 * {@code -Proto} and {@code -Prefix}; {@code Forwarded} (RFC 7239) and the client's certificate when they are switched on.
 *
 * <p>Anybody can send these fields. So they are believed only from a peer that {@link Builder#trust} names. From every
 * other peer they are dropped, and the values are new. Values from a trusted peer go on:
 *
 * <ul>
 * <li>{@code X-Forwarded-For} and {@code Forwarded} are lists, and this proxy adds its entry at the end;
 * <li>{@code X-Forwarded-Proto}, {@code -Host} and {@code -Port} stay one value: of a list, the member beside the
 * client's own address;
 * <li>{@code X-Forwarded-Prefix} is one path: the trusted prefix, followed by the one that is removed here;
 * <li>{@code Client-Cert}, {@code Client-Cert-Chain} (RFC 9440) and {@code X-Forwarded-Client-Cert} go on as they are.
 * </ul>
 *
 * <p>Each field is one line. {@code Forwarded} is believed if no field of the other family was sent. It goes on only if
 * you switch it on here, because a trusted proxy that does not know it passes on anything that its client invented.
 * Immutable.
 */
public final class Forwarding {
    /** Trusts no peer, adds the {@code X-Forwarded} fields. */
    public static final Forwarding DEFAULT = builder().build();

    /** Adds nothing, and passes on all values, from any peer. */
    public static final Forwarding OFF = builder().mode(Mode.OFF).build();

    /** Adds nothing, and drops all values: the origin learns nothing about the client. */
    public static final Forwarding MASK = builder().mode(Mode.MASK).build();

    /** What is done with the fields. */
    public enum Mode {
        /** Adds our values to those of a trusted peer, and replaces those of any other. */
        ADD,
        /** Leaves all values as they came; only a proxy behind another one should do this. */
        OFF,
        /** Drops all. */
        MASK
    }

    /** How an origin is told which certificate the client has shown. */
    public enum ClientCertificate {
        /** It is not told. */
        NONE,
        /** By {@code Client-Cert}: the certificate alone (RFC 9440 §2.2). */
        CLIENT_CERT,
        /** By {@code X-Forwarded-Client-Cert}, as Envoy writes it: its hash, the certificate and its subject. */
        X_FORWARDED_CLIENT_CERT
    }

    private final Mode mode;
    private final List<Cidr> trusted;
    private final boolean forwarded;
    private final @Nullable String by;
    private final ClientCertificate clientCertificate;
    private final @Nullable UserField userField;

    private Forwarding(Builder builder) {
        this.mode = builder.mode;
        this.trusted = List.copyOf(builder.trusted);
        this.forwarded = builder.forwarded;
        this.by = builder.by;
        this.clientCertificate = builder.clientCertificate;
        this.userField = builder.userField;
    }

    /** A builder of {@link #DEFAULT}. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with these rules. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.mode = mode;
        builder.trusted.addAll(trusted);
        builder.forwarded = forwarded;
        builder.by = by;
        builder.clientCertificate = clientCertificate;
        builder.userField = userField;
        return builder;
    }

    /** Returns whether the peer is trusted; an unresolved address (null) is not. */
    public boolean trusts(@Nullable InetAddress peer) {
        for (int i = 0; i < trusted.size(); i++) {
            if (trusted.get(i).contains(peer)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The client that began the request, and what it asked for. If the peer is not trusted, or a trusted one sent no
     * readable value, the values come from the connection and the request.
     *
     * <p>The client's address is the last one in the received list that is not trusted. A member that is no IP address
     * ends the search, at the last address before it. Scheme, host and port are the members beside it, counted from the
     * right, so that nobody can add other ones in front.
     *
     * @param asked the authority of the request, or null if it has none
     */
    public ForwardedClient client(Client client, @Nullable Authority asked, Headers received) {
        return trusts(client.address().getAddress())
                ? told(client, asked, received).client()
                : ForwardedClient.of(client, asked);
    }

    /**
     * The address of the client that began the request, see {@link #client}; null if the peer's own is not resolved.
     */
    public @Nullable InetAddress clientAddress(Client client, Headers received) {
        return client(client, null, received).address();
    }

    /** The scheme of the client that began the request, see {@link #client}. */
    public String clientScheme(Client client, Headers received) {
        return client(client, null, received).scheme();
    }

    private Told told(Client client, @Nullable Authority asked, Headers received) {
        ForwardedFields fields = ForwardedFields.of(received, forwarded);
        List<String> nodes = fields.nodes();
        InetAddress nearest = client.address().getAddress();
        int distance = 0;
        for (int i = nodes.size() - 1; i >= 0 && trusts(nearest); i--) {
            InetAddress hop = ForwardedNode.parse(nodes.get(i));
            if (hop == null) {
                break;
            }
            nearest = hop;
            distance = nodes.size() - 1 - i;
        }
        return Told.of(fields, distance, nearest, client, asked);
    }

    /**
     * The fields as the origin gets them.
     *
     * @param outgoing the request's fields, hop-by-hop ones already removed
     * @param client the peer, and whether it used TLS
     * @param authority the client's authority, before {@code Host} was changed, or null if it sent none
     * @param strippedPrefix the start of the path that the origin does not see, or empty
     */
    public Headers apply(Headers outgoing, Client client, @Nullable Authority authority, String strippedPrefix) {
        if (mode == Mode.OFF) {
            return outgoing;
        }
        if (mode == Mode.MASK) {
            return outgoing.without(Forwarding::isOfFamily);
        }
        InetAddress peer = client.address().getAddress();
        boolean trusted = trusts(peer);
        // No proxy in front has checked a field that only CGI reads as one of these.
        Headers kept = outgoing.without(trusted ? Forwarding::isTakenForFamily : Forwarding::isOfFamily);
        Told told = trusted ? told(client, authority, kept) : Told.nothing(client, authority);
        Headers.Builder fields = kept.toBuilder();
        set(fields, "X-Forwarded-For", joined(told.chain(), peer == null ? "" : IpLiteral.format(peer)));
        set(fields, "X-Forwarded-Host", told.host());
        set(fields, "X-Forwarded-Proto", told.client().scheme());
        set(fields, "X-Forwarded-Port", told.port());
        // A comma would make two prefixes of it.
        set(fields, "X-Forwarded-Prefix", (told.client().prefix() + strippedPrefix).replace(",", "%2C"));
        set(fields, "Forwarded", forwarded ? forwarded(kept, client, authority, told) : "");
        // The certificate of a peer is not that of a client behind it.
        if (told.nodes().isEmpty()) {
            ClientCertificateField.add(fields, kept, clientCertificate, client);
        }
        return fields.build();
    }

    /**
     * The fields with the principal's name in the {@linkplain Builder#userField field for it}, if there is one, and without
     * what anybody else has written there.
     */
    public Headers applyUser(Headers outgoing, @Nullable Principal principal) {
        return userField == null ? outgoing : userField.apply(outgoing, principal);
    }

    /** The name of the field that tells the origin who sends a request, or null. */
    public @Nullable String userField() {
        return userField == null ? null : userField.name();
    }

    /** This field gets the values of the other fields, so that both name the same client. */
    private String forwarded(Headers received, Client client, @Nullable Authority asked, Told told) {
        String before = received.has("Forwarded") ? String.join(", ", received.all("Forwarded")) : told.elements();
        boolean first = before.isBlank();
        Authority authority = first ? told.client().authority() : asked;
        String scheme = first ? told.client().scheme() : client.scheme();
        return joined(before, ForwardedNode.element(client.address().getAddress(), authority, scheme, by));
    }

    private static boolean isOfFamily(String name) {
        return ForwardingFields.ALL.hasAsCgi(name);
    }

    private static boolean isTakenForFamily(String name) {
        return name.indexOf('_') >= 0 && ForwardingFields.ALL.hasAsCgi(name);
    }

    private static String joined(String list, String member) {
        if (list.isBlank()) {
            return member;
        }
        return member.isEmpty() ? list : list + ", " + member;
    }

    /** Replaces all lines by one, or by none. */
    private static void set(Headers.Builder fields, String name, String value) {
        if (value.isEmpty()) {
            fields.remove(name);
        } else {
            fields.set(name, value);
        }
    }

    /** Sets up a {@link Forwarding}. For one thread. */
    public static final class Builder {
        private Mode mode = Mode.ADD;
        private final List<Cidr> trusted = new ArrayList<>();
        private boolean forwarded;
        private @Nullable String by;
        private ClientCertificate clientCertificate = ClientCertificate.NONE;
        private @Nullable UserField userField;

        private Builder() {}

        /** Sets what is done with the fields; {@link Mode#ADD} by default. */
        public Builder mode(Mode mode) {
            this.mode = mode;
            return this;
        }

        /**
         * Adds the peers in these blocks to those that are trusted; none by default.
         *
         * @throws IllegalArgumentException if one is not an address or a block of addresses in CIDR form, such as {@code 10.0.0.0/8}
         */
        public Builder trust(String... blocks) {
            for (String block : blocks) {
                trusted.add(Cidr.parse("trust", block));
            }
            return this;
        }

        /**
         * Adds {@code Forwarded} (RFC 7239) beside the others, and believes it before the others if a trusted peer
         * sends it; off by default.
         */
        public Builder forwarded(boolean on) {
            this.forwarded = on;
            return this;
        }

        /**
         * The name of this proxy in the {@code by} parameter of {@code Forwarded}; none by default. It does not switch
         * {@code Forwarded} on.
         *
         * @throws IllegalArgumentException if it is not an obfuscated identifier (RFC 7239 §6.3): an underscore, then
         *     letters, digits, dots, underscores and hyphens, at least one
         */
        public Builder by(String identifier) {
            if (!ForwardedNode.isObfuscated(identifier)) {
                throw new IllegalArgumentException(
                        "by must be an underscore, then letters, digits and \"._-\": \"" + identifier + "\"");
            }
            this.by = identifier;
            return this;
        }

        /**
         * Sets how the origin is told which certificate the client has shown; NONE by default. A field of a trusted peer
         * goes on instead: it is about the client that is behind that peer. If a trusted peer names a client behind it, but
         * no certificate, the origin is told of none: the peer's own is not that client's.
         */
        public Builder clientCertificate(ClientCertificate field) {
            this.clientCertificate = Objects.requireNonNull(field, "clientCertificate");
            return this;
        }

        /**
         * Sets the field in which the origin is told the name of the {@link Principal}, such as {@code X-Remote-User}; none
         * by default. Nobody else can write it, not even a trusted peer: a server drops it from each request that comes in,
         * for all its routes, also in other spellings that an origin may take for it ({@code x_remote_user}). Visible
         * ASCII goes as it is, all else and the percent sign as escapes of UTF-8 ({@code %C3%A9}). It does not depend on
         * the mode.
         *
         * @throws IllegalArgumentException if it is not the name of a field that a request can have, or one of forwarding;
         *     the message shows it
         */
        public Builder userField(String name) {
            this.userField = UserField.of(name);
            return this;
        }

        /** The rules. */
        public Forwarding build() {
            return new Forwarding(this);
        }
    }
}
