package dev.sluice.proxy.forward;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.connect.AddressRule;
import java.util.function.Function;

/** By which way requests leave this proxy. */
sealed interface Exit {
    /** What sends a request for {@code authority}, under an address rule of its own. */
    Upstream upstream(Authority authority, String scheme, AddressRule rule) throws ProxyException;

    /** The fields with what this way asks for. */
    Headers fields(Headers outgoing);

    /** Returns whether the next server is a proxy that deals with the client's own {@code Proxy-Authorization}. */
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
        /** Names are resolved at the parent, so of them nothing can be checked here. */
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
