package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.cache.field.Vary;
import dev.sluice.proxy.cache.rule.ClientWish;
import dev.sluice.proxy.cache.rule.Selecting;
import dev.sluice.proxy.cache.rule.Storable;
import dev.sluice.proxy.cache.rule.TargetKey;
import dev.sluice.proxy.cache.rule.Validation;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.scope.Admitted;
import java.time.Instant;
import java.util.List;

/** What a request is to a cache: what it is stored under, and what it asks for. Immutable. */
final class CacheRequest {
    private final CacheSetup setup;
    private final ProxyRequest request;
    private final RequestTarget target;
    private final String key;
    private final String prefix;
    private final ClientWish wish;

    /**
     * Reads a request.
     *
     * @param request as it would go to any upstream
     * @param target what the client asks for, in its own terms
     */
    CacheRequest(CacheSetup setup, ProxyRequest request, RequestTarget target) {
        this.setup = setup;
        this.request = request;
        this.target = target;
        this.key = TargetKey.of(target, setup.query());
        this.prefix = prefix(setup, request);
        this.wish = ClientWish.of(request.headers(), setup.policy());
    }

    /** What a variant begins with: the partition, and the keys of the user, each with its length. */
    private static String prefix(CacheSetup setup, ProxyRequest request) {
        StringBuilder prefix = new StringBuilder(setup.partition());
        for (RequestKey each : setup.keys()) {
            String value = each.of(request);
            prefix.append(value == null ? "-" : value.length() + ":" + value);
        }
        return prefix.append('\n').toString();
    }

    ProxyRequest request() {
        return request;
    }

    /** What it is stored under. */
    String key() {
        return key;
    }

    /** What a variant of it begins with. */
    String prefix() {
        return prefix;
    }

    /** What its directives ask for. */
    ClientWish wish() {
        return wish;
    }

    /** Its variant, if these fields tell variants apart. */
    String variant(List<String> selecting) {
        return prefix + Selecting.variant(request.headers(), selecting);
    }

    /** Returns whether it is for somebody who has shown who he is, here or to the origin. */
    boolean isAuthorized() {
        return request.headers().has("Authorization") || Admitted.is(request.exchange());
    }

    /** What is remembered if its response cannot be shared. */
    String passKey() {
        return prefix + key + (isAuthorized() ? "\nauthorized" : "");
    }

    /** Returns whether it asks for a part. */
    boolean isRange() {
        return request.headers().has("Range") && request.method().equals("GET");
    }

    /**
     * The request for all of the response, in another exchange: with conditions for what is stored, instead of those of the
     * client.
     */
    ProxyRequest toOrigin(List<StoredHead> validated, Exchange scope) {
        Headers fields = Validation.conditional(request.headers(), validated).toBuilder()
                .remove("Range")
                .remove("If-Range")
                .build();
        return request.toBuilder()
                .headers(fields)
                .body(Body.empty())
                .exchange(scope)
                .build();
    }

    /** Whether a response to it may be stored. */
    Storable storable(Fetched fetched, Instant requestAt, Instant responseAt) {
        Headers response = fetched.response().headers();
        Storable storable = Storable.of(
                new Storable.Request(request.method(), request.headers(), isAuthorized(), target),
                fetched.response().status(),
                response,
                requestAt,
                responseAt,
                setup.policy());
        boolean tunnel = fetched.response().tunnel() != null;
        boolean cookie = setup.bypassCookies() && response.has("Set-Cookie");
        if (storable.isYes() && (tunnel || cookie)) {
            return Storable.PRIVATE;
        }
        return storable.isYes() && !isKeyed(response, fetched.sent()) ? Storable.VARY : storable;
    }

    /** Returns whether the fields that tell variants apart were sent as they are in the key: a rewrite may change them. */
    private boolean isKeyed(Headers response, Headers sent) {
        for (String name : Vary.of(response).names()) {
            if (!request.headers().all(name).equals(sent.all(name))) {
                return false;
            }
        }
        return true;
    }
}
