package dev.sluice.proxy.cache.rule;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.cache.field.CacheControl;
import dev.sluice.proxy.cache.field.ContentRange;
import dev.sluice.proxy.cache.field.Dates;
import dev.sluice.proxy.cache.field.EntityTag;
import dev.sluice.proxy.cache.field.Vary;
import java.time.Instant;
import java.util.List;

/** Whether a response may be stored for others, and why not (RFC 9111 §3). */
public enum Storable {
    /** It may. */
    YES("stored"),
    /** Nothing is defined for storing answers to this method. */
    METHOD("method"),
    /** The client forbids it (§5.2.1.5). */
    CLIENT_NO_STORE("no-store in the request"),
    /** It is not final, or it is about a range, a condition or a connection. */
    STATUS("status"),
    /** It may be stored only by a cache that knows its status (§5.2.2.3). */
    NOT_UNDERSTOOD("must-understand and an unknown status"),
    /** The origin forbids it (§5.2.2.5). */
    NO_STORE("no-store"),
    /** It is for one user (§5.2.2.7). */
    PRIVATE("private"),
    /** It is for a user who has proved who he is (§3.5). */
    AUTHORIZED("authorization"),
    /** No other request can match it (§4.1). */
    VARY("vary"),
    /** It has more tags for a purge than are worth while. */
    TAGS("too many tags"),
    /** Nothing says how long it is fresh. */
    NO_LIFETIME("no freshness"),
    /** It is stale, may not be used so, and has nothing to validate it by. */
    USELESS("stale and no validator");

    private static final int PARTIAL = 206;

    private final String reason;

    Storable(String reason) {
        this.reason = reason;
    }

    /** A few words for a record. */
    public String reason() {
        return reason;
    }

    /** Returns whether it may be stored. */
    public boolean isYes() {
        return this == YES;
    }

    /** Returns whether it is for the client that asked: what others get may be stored all the same. */
    public boolean isOfClient() {
        return this == CLIENT_NO_STORE || this == AUTHORIZED;
    }

    /**
     * What was asked.
     *
     * @param method as it was sent
     * @param headers as they were sent
     * @param authenticated whether the request was let in by credentials, even if it does not have them any more
     * @param target in the terms of the response's {@code Content-Location}
     */
    public record Request(String method, Headers headers, boolean authenticated, RequestTarget target) {}

    /**
     * Decides about a whole response with all its fields.
     *
     * @param requestAt when the request was sent
     * @param responseAt when the head of the response came
     */
    public static Storable of(
            Request request, int status, Headers response, Instant requestAt, Instant responseAt, Policy policy) {
        if (status < 200 || Statuses.isNeverStored(status)) {
            return STATUS;
        }
        return ofFinal(request, status, response, requestAt, responseAt, policy);
    }

    /**
     * Decides about the answer to a request for one range: a 206 is stored as a part (§3.3), if it says which part of how
     * much it is, and is fresh; any other answer as {@link #of} says.
     *
     * @param length of its body
     */
    public static Storable ofPart(
            Request request,
            int status,
            Headers response,
            long length,
            Instant requestAt,
            Instant responseAt,
            Policy policy) {
        if (status != PARTIAL) {
            return of(request, status, response, requestAt, responseAt, policy);
        }
        ContentRange range = ContentRange.of(response);
        if (range == null || range.length() < 0 || length != range.last() - range.first() + 1) {
            return STATUS;
        }
        Storable storable = ofFinal(request, status, response, requestAt, responseAt, policy);
        boolean fresh =
                Facts.of(status, response, requestAt, responseAt, policy).isFresh(responseAt);
        return storable.isYes() && !fresh ? USELESS : storable;
    }

    private static Storable ofFinal(
            Request request, int status, Headers response, Instant requestAt, Instant responseAt, Policy policy) {
        if (!isMethod(request, status, response)) {
            return METHOD;
        }
        if (ClientWish.of(request.headers, policy).noStore()) {
            return CLIENT_NO_STORE;
        }
        Storable forbidden = forbidden(request, status, response, policy);
        if (forbidden != YES) {
            return forbidden;
        }
        Facts facts = Facts.of(status, response, requestAt, responseAt, policy);
        boolean post = request.method.equals("POST");
        return post && !facts.isExplicit() ? NO_LIFETIME : worth(status, response, facts, responseAt, policy);
    }

    /**
     * Decides whether a stored response may stay after its fields have been updated: what was said for the request it came
     * for still holds.
     */
    public static Storable updated(int status, Headers updated, boolean authorized, Policy policy) {
        Headers headers = authorized ? Headers.of("Authorization", "?") : Headers.empty();
        return forbidden(headers, authorized, status, updated, policy);
    }

    private static boolean isMethod(Request request, int status, Headers response) {
        // RFC 9110 §9.3.3: the answer is what a GET would get, if it says so.
        return request.method.equals("GET")
                || (request.method.equals("POST") && status == 200 && isContentOf(request.target, response));
    }

    private static boolean isContentOf(RequestTarget target, Headers response) {
        List<String> locations = response.all("Content-Location");
        RequestTarget named = locations.size() == 1 ? Reference.resolve(target, locations.get(0)) : null;
        return named != null && TargetKey.of(named).equals(TargetKey.of(target));
    }

    private static Storable forbidden(Request request, int status, Headers response, Policy policy) {
        return forbidden(request.headers, request.authenticated, status, response, policy);
    }

    private static Storable forbidden(
            Headers request, boolean authenticated, int status, Headers response, Policy policy) {
        Control control = Control.of(response, policy);
        CacheControl directives = control.directives();
        boolean understood = Statuses.isUnderstood(status);
        if (directives.has("must-understand") && !understood) {
            return NOT_UNDERSTOOD;
        }
        if (directives.has("no-store") && !directives.allows("must-understand")) {
            return NO_STORE;
        }
        if (directives.hasWhole("private")) {
            return PRIVATE;
        }
        if ((authenticated || request.has("Authorization")) && !control.sharesAuthorized()) {
            return AUTHORIZED;
        }
        return Vary.of(response).anything() ? VARY : YES;
    }

    /** What nothing could be done with later is not stored, although it may be (RFC 9111 §3). */
    private static Storable worth(int status, Headers response, Facts facts, Instant responseAt, Policy policy) {
        boolean validator = EntityTag.of(response) != null || Dates.of(response, "Last-Modified", responseAt) != null;
        boolean validated = validator
                && Statuses.isHeuristic(status)
                && (facts.noCache() || Control.of(response, policy).directives().allows("public"));
        if (!facts.isExplicit() && facts.lifetime().isZero() && !validated) {
            return NO_LIFETIME;
        }
        boolean usable = !facts.noCache()
                && (facts.usefulUntil().isAfter(responseAt) || (policy.obeyMaxStale() && facts.isForMaxStale()));
        return usable || validator ? YES : USELESS;
    }
}
