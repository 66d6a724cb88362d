package dev.sluice.proxy.auth;

import dev.sluice.proxy.ExchangeNotes;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Authenticators that decide together. */
abstract class Several implements Authenticator {
    final List<Authenticator> each;

    private Several(List<Authenticator> each) {
        this.each = each;
    }

    @Override
    public final ProxyRequest withoutCredentials(ProxyRequest request) {
        ProxyRequest clean = request;
        for (Authenticator one : each) {
            clean = one.withoutCredentials(clean);
        }
        return clean;
    }

    @Override
    public final void hideCredentials(ExchangeNotes notes) {
        each.forEach(one -> one.hideCredentials(notes));
    }

    /** {@link Authenticator#allOf}. */
    static final class AllOf extends Several {
        AllOf(List<Authenticator> all) {
            super(all);
        }

        @Override
        public AuthResult authenticate(ProxyRequest request) throws IOException, InterruptedException {
            @Nullable Principal principal = null;
            for (Authenticator one : each) {
                AuthResult result = one.authenticate(request);
                if (!(result instanceof AuthResult.Accepted accepted)) {
                    return result;
                }
                principal = principal == null ? accepted.principal() : principal;
            }
            return new AuthResult.Accepted(principal);
        }
    }

    /** {@link Authenticator#anyOf}. */
    static final class AnyOf extends Several {
        AnyOf(List<Authenticator> any) {
            super(any);
        }

        @Override
        public AuthResult authenticate(ProxyRequest request) throws IOException, InterruptedException {
            List<AuthResult> results = new ArrayList<>(each.size());
            @Nullable IOException unknown = null;
            for (Authenticator one : each) {
                try {
                    AuthResult result = one.authenticate(request);
                    if (result instanceof AuthResult.Accepted) {
                        return result;
                    }
                    results.add(result);
                } catch (IOException fault) {
                    // For a client that has left, nobody else needs to be asked.
                    request.exchange().check();
                    unknown = unknown == null ? fault : unknown;
                }
            }
            if (unknown != null) {
                // It might have accepted the request, so a 401 would be wrong.
                throw unknown;
            }
            return together(results);
        }

        /**
         * One answer of all; a client that can still do something about it gets 401 and not 403. Wrong credentials of one
         * kind are refused as such, whatever is wrong with another kind: so no limit of failures can be avoided.
         */
        private static AuthResult together(List<AuthResult> results) {
            Headers.Builder fields = Headers.builder();
            AuthResult.@Nullable Refused first = null;
            for (AuthResult result : results) {
                if (result instanceof AuthResult.Refused refused) {
                    fields.addAll(refused.fields());
                    first = first == null || (!isUsual(first) && isUsual(refused)) ? refused : first;
                } else if (result instanceof AuthResult.NotGiven none) {
                    fields.addAll(Challenges.fields(none.challenges()));
                }
            }
            Headers all = fields.build();
            if (first == null) {
                return new AuthResult.NotGiven(all.all(Challenges.FIELD));
            }
            int status = !isUsual(first) ? first.status() : all.has(Challenges.FIELD) ? 401 : 403;
            return new AuthResult.Refused(status, first.reason(), all);
        }

        private static boolean isUsual(AuthResult.Refused refused) {
            return refused.status() == 401 || refused.status() == 403;
        }
    }
}
