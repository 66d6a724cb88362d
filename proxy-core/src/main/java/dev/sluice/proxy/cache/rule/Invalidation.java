package dev.sluice.proxy.cache.rule;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.RequestTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What an answer to an unsafe method invalidates (RFC 9111 §4.4). */
public final class Invalidation {
    /** The safe methods (RFC 9110 §9.2.1, and the registry's). Any other one may change what is stored. */
    private static final Set<String> SAFE =
            Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "REPORT", "SEARCH", "QUERY");

    private Invalidation() {}

    /** Returns whether requests of this method change nothing. Methods are compared with case. */
    public static boolean isSafe(String method) {
        return SAFE.contains(method);
    }

    /**
     * The targets whose responses must not be used any more, all variants of them: none after a safe method, or after an
     * answer that is neither 2xx nor 3xx. The request's own is the first; those that the response names follow, if they
     * have the same origin.
     *
     * @param target the request's, in the terms of the response's {@code Location} and {@code Content-Location}
     */
    public static List<RequestTarget> of(String method, RequestTarget target, int status, Headers response) {
        if (isSafe(method) || status < 200 || status > 399) {
            return List.of();
        }
        List<RequestTarget> targets = new ArrayList<>();
        targets.add(target);
        for (String field : List.of("Location", "Content-Location")) {
            for (String reference : response.all(field)) {
                RequestTarget named = Reference.resolve(target, reference);
                if (named != null && isSameOrigin(target, named)) {
                    targets.add(named);
                }
            }
        }
        return targets;
    }

    private static boolean isSameOrigin(RequestTarget target, RequestTarget named) {
        Authority one = target.authority();
        Authority other = named.authority();
        boolean samePlace = one == null ? other == null : other != null && one.sameAs(other, target.scheme());
        return samePlace && target.scheme().equals(named.scheme());
    }
}
