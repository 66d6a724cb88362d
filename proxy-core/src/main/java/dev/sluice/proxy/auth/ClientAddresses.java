package dev.sluice.proxy.auth;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.syntax.Cidr;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets clients enter by their address: that of the client that began the request, as peers that you {@linkplain
 * dev.sluice.proxy.header.Forwarding.Builder#trust trust} report it, else that of the connection. As a filter it refuses
 * all others with 403, before anybody checks a password. It is an {@link Authenticator} too, which names nobody: {@code
 * Authenticator.anyOf(office, password)}. Immutable, safe for use by many threads.
 *
 * <pre>{@code
 * ClientAddresses office = ClientAddresses.builder().allow("10.0.0.0/8").deny("10.0.0.13").build();
 * ProxyServer.Builder server = ProxyServer.builder().addFilter(office);
 * }</pre>
 */
public final class ClientAddresses implements ProxyFilter, Authenticator {
    private final List<Cidr> allowed;
    private final List<Cidr> denied;

    private ClientAddresses(Builder builder) {
        this.allowed = List.copyOf(builder.allowed);
        this.denied = List.copyOf(builder.denied);
    }

    /** A builder that lets everybody enter. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with these rules. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.allowed.addAll(allowed);
        builder.denied.addAll(denied);
        return builder;
    }

    /** Returns whether a client at this address may enter; one whose address is not known (null) may not. */
    public boolean permits(@Nullable InetAddress address) {
        return address != null && (allowed.isEmpty() || has(allowed, address)) && !has(denied, address);
    }

    private static boolean has(List<Cidr> blocks, InetAddress address) {
        for (int i = 0; i < blocks.size(); i++) {
            if (blocks.get(i).contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** {@link Stage#BEFORE_AUTHENTICATION}. */
    @Override
    public Stage stage() {
        return Stage.BEFORE_AUTHENTICATION;
    }

    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        if (!permits(address(request))) {
            throw ProxyException.refused(Outcome.REFUSED, 403, "this client may not enter");
        }
        return next.handle(request);
    }

    /** Accepts a request from one of the addresses; to any other, something else of an {@code anyOf} may still apply. */
    @Override
    public AuthResult authenticate(ProxyRequest request) {
        return permits(address(request)) ? new AuthResult.Accepted(null) : AuthResult.notGiven();
    }

    private static @Nullable InetAddress address(ProxyRequest request) {
        return request.exchange().record().forwardedClient().address();
    }

    /** Collects addresses. For one thread. */
    public static final class Builder {
        private final List<Cidr> allowed = new ArrayList<>();
        private final List<Cidr> denied = new ArrayList<>();

        private Builder() {}

        /**
         * Lets these enter, and from then on only those that are allowed; all by default.
         *
         * @param blocks addresses and blocks of them, such as {@code 10.0.0.0/8}
         * @throws IllegalArgumentException if there is none, or one is not of that form; the message shows it
         */
        public Builder allow(String... blocks) {
            for (String block : Require.some("allow", blocks)) {
                allowed.add(Cidr.parse("allow", block));
            }
            return this;
        }

        /**
         * Lets these not enter, also if they are allowed; none by default. Throws as {@code allow} does.
         *
         * @param blocks addresses and blocks of them, such as {@code 10.0.0.0/8}
         */
        public Builder deny(String... blocks) {
            for (String block : Require.some("deny", blocks)) {
                denied.add(Cidr.parse("deny", block));
            }
            return this;
        }

        /** The rules. */
        public ClientAddresses build() {
            return new ClientAddresses(this);
        }
    }
}
