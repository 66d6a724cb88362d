package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.cache.field.Vary;
import dev.sluice.proxy.cache.rule.ClientWish;
import dev.sluice.proxy.cache.rule.Facts;
import dev.sluice.proxy.cache.rule.Selecting;
import dev.sluice.proxy.cache.rule.Statuses;
import dev.sluice.proxy.cache.rule.Storable;
import dev.sluice.proxy.cache.rule.StoredFields;
import dev.sluice.proxy.cache.rule.TargetKey;
import dev.sluice.proxy.cache.rule.Validation;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.scope.Admitted;
import dev.sluice.proxy.syntax.FieldSet;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a request is to a cache: what it is stored under, and what it asks for. Immutable. */
final class CacheRequest {
    /** Each of them is looked at for each request: a response with more is not stored. */
    private static final int MOST_TAGS = 1_000;

    /** Frameworks take these for the path or the method, and so anybody could put another response under a URL. */
    private static final FieldSet OTHER_TARGETS = FieldSet.of(
            "X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override");

    /** And these for the client's URL; a proxy in front sends them, or the client where nobody drops them. */
    private static final FieldSet OTHER_URLS = FieldSet.of(
            "Front-End-Https",
            "X-Forwarded-Host",
            "X-Forwarded-Port",
            "X-Forwarded-Prefix",
            "X-Forwarded-Proto",
            "X-Forwarded-Protocol",
            "X-Forwarded-Scheme",
            "X-Forwarded-Server",
            "X-Forwarded-Ssl",
            "X-Host",
            "X-HTTP-Host-Override",
            "X-Original-Host",
            "X-Script-Name");

    /** With one of these the origin may know who asks: those that tell it of the client's certificate too. */
    private static final FieldSet CREDENTIALS =
            FieldSet.of("Authorization", "Client-Cert", "Client-Cert-Chain", "X-Forwarded-Client-Cert");

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
     * @param host that the origin is asked for, or empty if it follows from the target
     */
    CacheRequest(CacheSetup setup, ProxyRequest request, RequestTarget target, String host) {
        this.setup = setup;
        this.request = request;
        this.target = target;
        this.key = TargetKey.of(target, setup.query());
        this.prefix = prefix(setup, request, target, host);
        this.wish = ClientWish.of(request.headers(), setup.policy());
    }

    private CacheRequest(CacheRequest same, ProxyRequest request) {
        this.setup = same.setup;
        this.request = request;
        this.target = same.target;
        this.key = same.key;
        this.prefix = same.prefix;
        this.wish = same.wish;
    }

    /**
     * What a variant begins with, each part with its length: the partition, the host that the origin is asked for if it is
     * another one than the client's, what asks for another target, and the keys of the user.
     */
    private static String prefix(CacheSetup setup, ProxyRequest request, RequestTarget target, String host) {
        StringBuilder prefix = new StringBuilder();
        prefix.append(setup.partition().length()).append(':').append(setup.partition());
        prefix.append(host.isEmpty() ? "" : "host" + host.length() + ":" + host);
        request.headers().forEach((name, value) -> {
            if (OTHER_TARGETS.hasAsCgi(name) || (OTHER_URLS.hasAsCgi(name) && !isOf(target, name, value))) {
                prefix.append(name.toLowerCase(Locale.ROOT))
                        .append(value.length())
                        .append(':')
                        .append(value);
            }
        });
        for (RequestKey each : setup.keys()) {
            String value = each.of(request);
            prefix.append(value == null ? "-" : value.length() + ":" + value);
        }
        return prefix.append('\n').toString();
    }

    /** Returns whether it is the scheme or the host that the key has. */
    private static boolean isOf(RequestTarget target, String name, String value) {
        return name.equalsIgnoreCase("X-Forwarded-Host")
                ? target.authority() != null
                        && value.equalsIgnoreCase(target.authority().toString())
                : name.equalsIgnoreCase("X-Forwarded-Proto") && value.equalsIgnoreCase(target.scheme());
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

    /** What a stored head says, by the policy for it. */
    Facts facts(StoredHead head) {
        return setup.facts(head);
    }

    /** What its directives ask for. */
    ClientWish wish() {
        return wish;
    }

    /** Its variant, if these fields tell variants apart. */
    String variant(List<String> selecting) {
        return prefix + Selecting.variant(request.headers(), selecting);
    }

    /** The head that it selects; null if there is none. */
    @Nullable
    StoredHead selects(List<StoredHead> heads) {
        return Selecting.pick(request.headers(), heads, prefix);
    }

    /** Returns whether it is for somebody who has shown who he is, here or to the origin. */
    boolean isAuthorized() {
        return hasCredentials(request.headers()) || Admitted.is(request.exchange());
    }

    /** The same for what was sent: a rewrite may have added credentials to it. */
    private boolean isAuthorized(Headers sent) {
        return isAuthorized() || hasCredentials(sent);
    }

    private static boolean hasCredentials(Headers fields) {
        for (int i = 0; i < fields.size(); i++) {
            if (CREDENTIALS.hasAsCgi(fields.name(i))) {
                return true;
            }
        }
        return false;
    }

    /** What is remembered if its response cannot be shared. */
    String passKey() {
        return prefix + key + (isAuthorized() ? "\nauthorized" : "");
    }

    /**
     * When a request was sent, by the number of purges and by the clock; and when the head of its response came.
     *
     * @param stamp the number of the last purge before
     */
    record Sent(long stamp, Instant requestAt, Instant responseAt) {}

    /** Returns whether the user's rules keep it from the cache, whatever its method is. */
    boolean isBypassed() {
        return (setup.bypassCookies() && request.headers().has("Cookie"))
                || setup.bypass().test(request);
    }

    /** Returns whether it asks for a part. */
    boolean isRange() {
        return request.headers().has("Range") && request.method().equals("GET");
    }

    /**
     * The request for all of the response, in another exchange: with conditions for what is stored, instead of those of the
     * client.
     *
     * @param forClient whether the client may get a 304 that confirms what it has itself
     */
    ProxyRequest toOrigin(List<StoredHead> validated, boolean forClient, Exchange scope) {
        Headers conditional = forClient
                ? Validation.conditionalWithClients(request.headers(), validated)
                : Validation.conditional(request.headers(), validated);
        Headers fields =
                conditional.toBuilder().remove("Range").remove("If-Range").build();
        return request.toBuilder()
                .headers(fields)
                .body(Body.empty())
                .exchange(scope)
                .build();
    }

    /** The request that refreshes what is stored: a HEAD that is answered from it would bring no body for it. */
    CacheRequest toRefresh() {
        return request.method().equals("GET")
                ? this
                : new CacheRequest(this, request.toBuilder().method("GET").build());
    }

    /** The request as it is, in another exchange. */
    ProxyRequest partToOrigin(Exchange scope) {
        return request.toBuilder().body(Body.empty()).exchange(scope).build();
    }

    /** Returns whether a response may be stored that has come for it as it is, and so perhaps only a part. */
    Storable storableAsIs(Fetched fetched, Sent sent) {
        ProxyResponse response = fetched.response();
        return storable(
                fetched,
                Storable.ofPart(
                        asked(fetched),
                        response.status(),
                        response.headers(),
                        response.body().length(),
                        sent.requestAt(),
                        sent.responseAt(),
                        setup.policy()));
    }

    /** Whether a whole response to it may be stored. */
    Storable storable(Fetched fetched, Sent sent) {
        ProxyResponse response = fetched.response();
        return storable(
                fetched,
                Storable.of(
                        asked(fetched),
                        response.status(),
                        response.headers(),
                        sent.requestAt(),
                        sent.responseAt(),
                        setup.policy()));
    }

    private Storable.Request asked(Fetched fetched) {
        return new Storable.Request(request.method(), request.headers(), isAuthorized(fetched.sent()), named(fetched));
    }

    /** The target as {@code Content-Location} would name it: by the name that clients know, or by that of the origin. */
    private RequestTarget named(Fetched fetched) {
        StoredHead.Origin from = fetched.origin();
        String location = fetched.response().headers().first("Content-Location").orElse("");
        boolean ofOrigin = from.authority() != null && location.startsWith(from.scheme() + "://" + from.authority());
        return ofOrigin
                ? request.target()
                        .at(from.scheme(), from.authority())
                        .withPath(from.basePath() + request.target().path())
                : target;
    }

    private Storable storable(Fetched fetched, Storable storable) {
        Headers response = fetched.response().headers();
        boolean tunnel = fetched.response().tunnel() != null;
        boolean cookie = setup.bypassCookies() && response.has("Set-Cookie");
        if (storable.isYes() && (tunnel || cookie)) {
            return Storable.PRIVATE;
        }
        if (storable.isYes() && isTooMany(tags(response))) {
            return Storable.TAGS;
        }
        return storable.isYes() && !isKeyed(response, fetched.sent()) ? Storable.VARY : storable;
    }

    /**
     * What is stored of the head of a response. One with a part is a variant of its own, which no request for another part
     * can select.
     */
    StoredHead head(Fetched fetched, Sent sent) {
        ProxyResponse response = fetched.response();
        List<String> selecting = Vary.of(response.headers()).names();
        return StoredHead.builder(key, response.status())
                .selecting(selecting)
                .variant(variant(selecting) + StoredParts.suffix(response))
                .version(response.version())
                .headers(StoredFields.of(response.headers(), sent.responseAt(), setup.policy()))
                .requestAt(sent.requestAt())
                .responseAt(sent.responseAt())
                .origin(fetched.origin())
                .tags(tags(response.headers()))
                .stamp(sent.stamp())
                .build();
    }

    /** A stored head with the fields and times of an answer that confirms it: a 304, or one to HEAD. */
    StoredHead.Builder updated(StoredHead stored, Headers newer, Sent sent) {
        Headers fields = StoredFields.updated(stored.headers(), newer, sent.responseAt(), setup.policy());
        return stored.toBuilder()
                .headers(fields)
                .tags(tags(fields))
                .requestAt(sent.requestAt())
                .responseAt(sent.responseAt());
    }

    /** The tags for a purge; of too many only some. */
    private List<String> tags(Headers fields) {
        return Tags.of(fields, setup.tagFields(), MOST_TAGS + 1);
    }

    private static boolean isTooMany(List<String> tags) {
        return tags.size() > MOST_TAGS;
    }

    /**
     * Whether a stored response may stay with the fields of an answer that does not send it again: a 304, or one to HEAD.
     *
     * @param updated what would be stored
     * @param fetched that answer
     */
    Storable updatable(StoredHead updated, Fetched fetched) {
        if (wish.noStore()) {
            return Storable.CLIENT_NO_STORE;
        }
        boolean authorized = isAuthorized(fetched.sent());
        Storable storable = Storable.updated(updated.status(), updated.headers(), authorized, setup.policy());
        if (storable.isYes()
                && setup.bypassCookies()
                && fetched.response().headers().has("Set-Cookie")) {
            storable = Storable.PRIVATE;
        }
        // With another Vary it is not the variant any more that it was stored as.
        if (storable.isYes() && !Vary.of(updated.headers()).names().equals(updated.selecting())) {
            storable = Storable.VARY;
        }
        if (storable.isYes() && isTooMany(updated.tags())) {
            storable = Storable.TAGS;
        }
        return authorized && !storable.isYes() ? Storable.AUTHORIZED : storable;
    }

    /**
     * Returns whether an answer that is not stored says nothing about the one that is: it is for this client alone, or
     * about its request, or the origin has failed. Then nobody else loses what is stored.
     */
    boolean isForItself(Fetched fetched) {
        int status = fetched.response().status();
        return Statuses.isOfRequest(status)
                || status >= 500
                || (status < 400 && (wish.noStore() || isAuthorized(fetched.sent())));
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
