package dev.sluice.balancer.affinity;

import dev.sluice.balancer.internal.RequestCookies;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.scope.ClientMarks;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A session by cookie: that of the request, or a new one. */
final class CookieSession implements Session {
    private final CookieAffinity affinity;
    private final long number;
    private final @Nullable String member;
    private final boolean bound;
    private final boolean renew;
    private final String found;

    private CookieSession(
            CookieAffinity affinity, long number, @Nullable String member, boolean bound, boolean renew, String found) {
        this.affinity = affinity;
        this.number = number;
        this.member = member;
        this.bound = bound;
        this.renew = renew;
        this.found = found;
    }

    /** A new session. */
    static CookieSession unknown(CookieAffinity affinity, String found) {
        return new CookieSession(affinity, affinity.number(), null, false, true, found);
    }

    /**
     * A session of a valid cookie.
     *
     * @param member null when it is gone
     * @param renew whether the cookie must be set again even if nothing has changed
     */
    static CookieSession known(CookieAffinity affinity, long number, @Nullable String member, boolean renew) {
        return new CookieSession(affinity, number, member, true, renew, "cookie of a member that is gone");
    }

    @Override
    public @Nullable String member() {
        return member;
    }

    @Override
    public boolean bound() {
        return bound;
    }

    @Override
    public Upstream bind(Upstream upstream, String memberId, long nanos) {
        boolean mark = renew || !memberId.equals(member);
        return upstream.with((request, next) -> mark ? marked(request, next, memberId) : cleaned(request, next));
    }

    private ProxyResponse marked(ProxyRequest request, ProxyHandler next, String memberId)
            throws IOException, InterruptedException {
        ProxyResponse response = next.handle(clean(request));
        affinity.seen(number, memberId, request.exchange().time().nanos());
        boolean overTls = request.exchange().client().tls() != null;
        String value = affinity.value(request, memberId, number);
        // A response that is stored for others must not have the cookie of this client.
        return ClientMarks.mark(
                request.exchange(),
                unmarked(response),
                headers -> affinity.form().marked(headers, value, overTls));
    }

    private ProxyResponse cleaned(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        return unmarked(next.handle(clean(request)));
    }

    private ProxyResponse unmarked(ProxyResponse response) {
        Headers headers = affinity.form().unmarked(response.headers());
        return headers.equals(response.headers())
                ? response
                : response.toBuilder().headers(headers).build();
    }

    private ProxyRequest clean(ProxyRequest request) {
        Headers headers =
                RequestCookies.without(request.headers(), affinity.form().name());
        return headers.equals(request.headers())
                ? request
                : request.toBuilder().headers(headers).build();
    }

    @Override
    public String toString() {
        return member == null ? found : "cookie of " + member;
    }
}
