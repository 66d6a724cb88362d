package dev.sluice.proxy.header;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.internal.IpLiteral;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the origin is told about the client: {@code X-Forwarded-For}, {@code -Host}, {@code -Proto} and
 * {@code -Prefix}, and {@code Forwarded} (RFC 7239) when that is switched on.
 *
 * <p>Anybody can send these fields. So they are believed only from a peer that {@link Builder#trust} names: there,
 * each value of ours is put at the end of what came. From every other peer all that came is dropped, and the values
 * are fresh. In both cases each field is one line. {@code Forwarded} never goes on unless it is switched on here,
 * because a trusted proxy that does not know it passes on whatever its client made up. Immutable.
 */
public final class Forwarding {
    /** Trusts no peer, adds the {@code X-Forwarded} fields. */
    public static final Forwarding DEFAULT = builder().build();

    /** Adds nothing, and passes on what came, from whomever. */
    public static final Forwarding OFF = builder().mode(Mode.OFF).build();

    /** Adds nothing, and drops all that came: the origin learns nothing of the client. */
    public static final Forwarding MASK = builder().mode(Mode.MASK).build();

    /** What is done with the fields. */
    public enum Mode {
        /** Adds ours: to what a trusted peer sent, in the place of what any other sent. */
        ADD,
        /** Leaves all as it came, which only a proxy behind another one should do. */
        OFF,
        /** Drops all. */
        MASK
    }

    private static final FieldSet FAMILY = FieldSet.of("X-Forwarded-*", "Forwarded", "X-Real-IP");

    private final Mode mode;
    private final List<Cidr> trusted;
    private final boolean forwarded;
    private final @Nullable String by;

    private Forwarding(Builder builder) {
        this.mode = builder.mode;
        this.trusted = List.copyOf(builder.trusted);
        this.forwarded = builder.forwarded;
        this.by = builder.by;
    }

    /** A builder of {@link #DEFAULT}. */
    public static Builder builder() {
        return new Builder();
    }

    /** Tells whether the peer is one whose word counts; an unresolved address (null) is not. */
    public boolean trusts(@Nullable InetAddress peer) {
        for (int i = 0; i < trusted.size(); i++) {
            if (trusted.get(i).contains(peer)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The address of whoever began the request: the peer, or, when that is trusted, the last member of the received
     * {@code X-Forwarded-For} that is not. A member that is no IP address ends the search, at the last address before
     * it. Null when the peer's own address is not resolved.
     */
    public @Nullable InetAddress clientAddress(Client client, Headers received) {
        InetAddress nearest = client.address().getAddress();
        if (!trusts(nearest)) {
            return nearest;
        }
        List<String> chain = received.list("X-Forwarded-For");
        for (int i = chain.size() - 1; i >= 0; i--) {
            InetAddress hop = ForwardedNode.parse(chain.get(i));
            if (hop == null) {
                return nearest;
            }
            if (!trusts(hop)) {
                return hop;
            }
            nearest = hop;
        }
        return nearest;
    }

    /**
     * The scheme that whoever began the request used: that of our own connection, or, when the peer is trusted, a
     * member of the received {@code X-Forwarded-Proto}. That is the one beside the client's own address, where {@code
     * X-Forwarded-For} has as many members, so that nobody can put another before it; else the first. It is what
     * redirects back to the client are to name.
     */
    public String clientScheme(Client client, Headers received) {
        if (!trusts(client.address().getAddress())) {
            return client.scheme();
        }
        List<String> schemes = received.list("X-Forwarded-Proto");
        if (schemes.isEmpty()) {
            return client.scheme();
        }
        List<String> chain = received.list("X-Forwarded-For");
        String scheme = schemes.get(chain.size() == schemes.size() ? indexOfClient(chain) : 0);
        boolean known = scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https");
        return known ? scheme.toLowerCase(Locale.ROOT) : client.scheme();
    }

    /** Of the addresses from the right, the first that is not trusted, or the last that can be read. */
    private int indexOfClient(List<String> chain) {
        int nearest = chain.size() - 1;
        for (int i = nearest; i >= 0; i--) {
            InetAddress hop = ForwardedNode.parse(chain.get(i));
            if (hop == null) {
                return nearest;
            }
            nearest = i;
            if (!trusts(hop)) {
                return i;
            }
        }
        return nearest;
    }

    /**
     * The fields as the origin gets them.
     *
     * @param outgoing the request's fields, hop-by-hop ones already removed
     * @param client the peer, and whether it used TLS
     * @param authority what the client asked for, before {@code Host} was changed, or null when it did not say
     * @param strippedPrefix the beginning of the path that the origin does not see, or empty
     */
    public Headers apply(Headers outgoing, Client client, @Nullable Authority authority, String strippedPrefix) {
        if (mode == Mode.OFF) {
            return outgoing;
        }
        if (mode == Mode.MASK) {
            return outgoing.without(Forwarding::isOfFamily);
        }
        InetAddress peer = client.address().getAddress();
        Headers kept = trusts(peer) ? outgoing : outgoing.without(Forwarding::isOfFamily);
        Headers.Builder fields = kept.toBuilder();
        append(fields, kept, "X-Forwarded-For", peer == null ? "" : IpLiteral.format(peer));
        append(fields, kept, "X-Forwarded-Host", authority == null ? "" : authority.toString());
        append(fields, kept, "X-Forwarded-Proto", client.scheme());
        // A comma would make two prefixes of it.
        append(fields, kept, "X-Forwarded-Prefix", strippedPrefix.replace(",", "%2C"));
        if (forwarded) {
            append(fields, kept, "Forwarded", ForwardedNode.element(peer, authority, client.scheme(), by));
        } else if (kept.has("Forwarded")) {
            fields.remove("Forwarded");
        }
        return fields.build();
    }

    /** Tells whether an origin takes the field for one of these: CGI makes {@code _} of {@code -}. */
    private static boolean isOfFamily(String name) {
        return FAMILY.has(name.indexOf('_') < 0 ? name : name.replace('_', '-'));
    }

    /** Makes one line of all that there is and the new value, either of which may be none. */
    private static void append(Headers.Builder fields, Headers received, String name, String value) {
        if (!received.has(name)) {
            if (!value.isEmpty()) {
                fields.add(name, value);
            }
            return;
        }
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < received.size(); i++) {
            if (received.name(i).equalsIgnoreCase(name) && !received.value(i).isEmpty()) {
                line.append(line.isEmpty() ? "" : ", ").append(received.value(i));
            }
        }
        if (line.isEmpty() && value.isEmpty()) {
            fields.remove(name);
        } else {
            line.append(line.isEmpty() || value.isEmpty() ? "" : ", ").append(value);
            fields.set(name, line.toString());
        }
    }

    /** Sets up a {@link Forwarding}. For one thread. */
    public static final class Builder {
        private Mode mode = Mode.ADD;
        private final List<Cidr> trusted = new ArrayList<>();
        private boolean forwarded;
        private @Nullable String by;

        private Builder() {}

        /** Sets what is done with the fields; {@link Mode#ADD} by default. */
        public Builder mode(Mode mode) {
            this.mode = mode;
            return this;
        }

        /**
         * Trusts the peers in these blocks too; none by default.
         *
         * @throws IllegalArgumentException if one is not a block of addresses, as {@link Cidr#parse} says
         */
        public Builder trust(String... blocks) {
            for (String block : blocks) {
                trusted.add(Cidr.parse(block));
            }
            return this;
        }

        /** Adds {@code Forwarded} (RFC 7239) beside the others; off by default. */
        public Builder forwarded(boolean on) {
            this.forwarded = on;
            return this;
        }

        /**
         * The name that this proxy gives itself in the {@code by} parameter of {@code Forwarded}, which this does not
         * switch on; none by default.
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

        /** The rules. */
        public Forwarding build() {
            return new Forwarding(this);
        }
    }
}
