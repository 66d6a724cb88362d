package dev.sluice.proxy.forward;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.connect.AddressRule;
import java.util.function.Function;

/** The way by which requests leave this proxy. */
sealed interface Exit {
    /** What sends a request for {@code authority}, under an address rule of its own. */
    Upstream upstream(Authority authority, String scheme, AddressRule rule) throws ProxyException;

    /** The fields, with those that this way needs. */
    Headers fields(Headers outgoing);

    /** Returns whether the next server is a proxy that handles the client's own {@code Proxy-Authorization}. */
    boolean relaysCredentials();

    /** To the destination itself. */
    record Direct(Function<AddressRule, Upstream> anywhere) implements Exit {
        @Override
        public Upstream upstream(Authority authority, String scheme, AddressRule rule) {
            return anywhere.apply(rule);
        }

        @Override
        public Headers fields(Headers outgoing) {
            return outgoing;
        }

        @Override
        public boolean relaysCredentials() {
            return false;
        }
    }

    /** To another proxy. */
    record Parent(ParentProxy proxy, Upstream upstream, boolean relaysCredentials) implements Exit {
        /** The parent resolves names, so their addresses cannot be checked here. */
        @Override
        public Upstream upstream(Authority authority, String scheme, AddressRule rule) throws ProxyException {
            AddressCheck.requireLiteral(authority, scheme, rule);
            return upstream;
        }

        @Override
        public Headers fields(Headers outgoing) {
            String own = proxy.authorization();
            return own == null
                    ? outgoing
                    : outgoing.toBuilder().set("Proxy-Authorization", own).build();
        }
    }
}
