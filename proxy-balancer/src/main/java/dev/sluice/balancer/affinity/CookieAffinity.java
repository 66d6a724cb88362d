package dev.sluice.balancer.affinity;

import dev.sluice.balancer.affinity.CookieSeal.Content;
import dev.sluice.balancer.internal.RequestCookies;
import dev.sluice.proxy.ProxyRequest;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Affinity by a signed cookie. */
final class CookieAffinity implements Affinity {
    /**
     * A browser sends one cookie for each path and domain that it was set for. More are not expected, and checking each
     * costs a signature.
     */
    private static final int MOST = 4;

    private final CookieForm form;
    private final List<MemberTags> secrets;
    private final SessionTable<Long> seen;
    private final boolean strict;
    private final RandomGenerator random;

    private CookieAffinity(
            CookieForm form,
            List<MemberTags> secrets,
            SessionTable<Long> seen,
            boolean strict,
            RandomGenerator random) {
        this.form = form;
        this.secrets = secrets;
        this.seen = seen;
        this.strict = strict;
        this.random = random;
    }

    static CookieAffinity begin(
            CookieForm form, List<CookieSeal> seals, SessionTable<Long> seen, boolean strict, RandomGenerator random) {
        List<MemberTags> secrets = seals.stream().map(MemberTags::none).toList();
        return new CookieAffinity(form, secrets, seen, strict, random);
    }

    @Override
    public boolean strict() {
        return strict;
    }

    @Override
    public Affinity over(Collection<String> ids) {
        List<MemberTags> next = secrets.stream().map(tags -> tags.over(ids)).toList();
        return new CookieAffinity(form, next, seen, strict, random);
    }

    @Override
    public Set<String> members() {
        return secrets.get(0).members();
    }

    @Override
    public Session session(ProxyRequest request, long nanos) {
        List<String> values = RequestCookies.all(request.headers(), form.name(), MOST);
        String found = values.isEmpty() ? "no cookie" : "cookie is not valid";
        for (int i = 0; i < values.size(); i++) {
            for (int secret = 0; secret < secrets.size(); secret++) {
                Content content = secrets.get(secret).seal().open(values.get(i));
                if (content == null) {
                    continue;
                }
                long ageSeconds = nowSeconds(request) - content.issuedSeconds();
                if (form.accepts(ageSeconds)) {
                    return known(content, secret, ageSeconds, nanos);
                }
                found = "cookie has expired";
            }
        }
        return CookieSession.unknown(this, found);
    }

    private Session known(Content content, int secret, long ageSeconds, long nanos) {
        String member = secrets.get(secret).id(content.member());
        if (member != null) {
            seen.put(content.session(), member, nanos);
        }
        return CookieSession.known(this, content.session(), member, secret > 0 || form.isOld(ageSeconds));
    }

    @Override
    public int sessions(String memberId, long nanos) {
        return seen.count(memberId, nanos);
    }

    CookieForm form() {
        return form;
    }

    /** A number for a new session. */
    long number() {
        return random.nextLong();
    }

    void seen(long session, String memberId, long nanos) {
        seen.put(session, memberId, nanos);
    }

    /** The value of a cookie that is set now. */
    String value(ProxyRequest request, String memberId, long session) {
        MemberTags first = secrets.get(0);
        return first.seal().seal(first.tag(memberId), nowSeconds(request), session);
    }

    private static long nowSeconds(ProxyRequest request) {
        return request.exchange().time().now().getEpochSecond();
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "cookie " + form.name() + (strict ? ", strict" : "");
    }
}
