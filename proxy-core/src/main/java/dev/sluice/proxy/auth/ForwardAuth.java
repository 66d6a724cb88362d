package dev.sluice.proxy.auth;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.origin.Origin;
import dev.sluice.proxy.scope.Admitted;
import dev.sluice.proxy.scope.Joined;
import dev.sluice.proxy.spi.Openable;
import dev.sluice.proxy.spi.UpstreamOpener;
import dev.sluice.proxy.spi.UpstreamSource;
import dev.sluice.proxy.syntax.KeyName;
import dev.sluice.proxy.transport.url.UrlUpstream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Another service decides who may enter, such as oauth2-proxy, Authelia or Authentik. For each request it gets a GET without
 * a body, with the client's credentials, and with method, scheme, host, path and client of the request in {@code
 * X-Forwarded-Method}, {@code -Proto}, {@code -Host}, {@code -Uri} and {@code -For}.
 *
 * <pre>{@code
 * ForwardAuth auth = ForwardAuth.builder("http://auth:9000/verify")
 *         .responseFields("Remote-User", "Remote-Groups")
 *         .principalField("Remote-User")
 *         .build();
 * ProxyServer.Builder server = ProxyServer.builder().addFilter(auth);
 * }</pre>
 *
 * <ul>
 *   <li>If it answers with 2xx, the request goes on, with the fields of the answer that {@link Builder#responseFields} names.
 *   <li>Its 401, 403 and redirects go to the client, with their fields and their body; no cache keeps them.
 *   <li>Anything else is a failure, such as a 500, no answer in time, or a body that is too long: nobody enters, and the
 *       client gets 503.
 * </ul>
 *
 * <p>A request for an upgrade, such as to WebSocket, is asked about in the same way. The attempt at the service is in the
 * record of the exchange. Safe for use by many threads.
 */
public final class ForwardAuth implements ProxyFilter, Openable<ProxyFilter> {
    private final AuthService service;
    private final AuthRules rules;
    private final AnswerCache cache;
    private final Joined<AuthAnswer> running;
    private final boolean unknownOnly;

    private ForwardAuth(
            AuthService service, AuthRules rules, AnswerCache cache, Joined<AuthAnswer> running, boolean unknownOnly) {
        this.service = service;
        this.rules = rules;
        this.cache = cache;
        this.running = running;
        this.unknownOnly = unknownOnly;
    }

    /**
     * Asks at this URL, with the default rules.
     *
     * @throws IllegalArgumentException as {@link #builder(String)} does
     */
    public static ForwardAuth at(String url) {
        return builder(url).build();
    }

    /**
     * A builder that asks at this URL. The transport of the server that has the filter opens it.
     *
     * @param url {@code http://host[:port][/path][?query]} or {@code https://…}
     * @throws IllegalArgumentException if it is not of this form; the message shows it, but no userinfo and no query
     */
    public static Builder builder(String url) {
        int mark = url.indexOf('?');
        URI uri = Origin.uri(mark < 0 ? url : url.substring(0, mark));
        Origin origin = Origin.of(uri);
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        UrlUpstream server = new UrlUpstream(origin.scheme() + "://" + origin.authority());
        return builder(UpstreamSource.of(server), mark < 0 ? path : path + url.substring(mark));
    }

    /**
     * A builder that asks one of these servers, such as those of a pool.
     *
     * @param path at which they decide, perhaps with a query; comes after their own base path
     * @throws IllegalArgumentException if it does not begin with a slash, or has a character that no target has
     */
    public static Builder builder(UpstreamSource servers, String path) {
        return new Builder(servers, RequestTarget.of("http", null, path));
    }

    /** {@link Stage#AUTHENTICATION}. */
    @Override
    public Stage stage() {
        return Stage.AUTHENTICATION;
    }

    /**
     * {@inheritDoc}
     *
     * <p>What one of them has in its cache, the other has, too.
     */
    @Override
    public ForwardAuth openedBy(UpstreamOpener transport) {
        return new ForwardAuth(service.openedBy(transport), rules, cache, running, unknownOnly);
    }

    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        boolean known = request.exchange().record().principal() != null;
        AuthAnswer answer = known && unknownOnly ? AuthAnswer.NONE : answer(request);
        ProxyResponse refusal = answer.refusal();
        if (refusal != null) {
            request.exchange().notes().note(() -> service + " has answered " + refusal.status() + ", which goes back");
            return refusal;
        }
        Admitted.note(request.exchange());
        Principal principal = answer.principal();
        if (principal != null) {
            request.exchange().notes().principal(principal);
        }
        return answer.withCookies(next.handle(rules.passedOn(request, answer)));
    }

    private AuthAnswer answer(ProxyRequest request) throws IOException, InterruptedException {
        Exchange exchange = request.exchange();
        Headers question = rules.question(request);
        if (!cache.isOn()) {
            return asked(exchange, question);
        }
        String key = cache.key(question);
        AuthAnswer known = cache.get(key, exchange.time().nanos());
        if (known != null) {
            exchange.notes().note(() -> service + " has let the same request in before");
            return known;
        }
        Joined.Work<AuthAnswer> work = () -> kept(key, exchange, question);
        AuthAnswer answer;
        if (cache.isPerPath()) {
            answer = running.run(key, this, exchange, AuthAnswer::shared, work);
        } else {
            answer = running.run(key, this, exchange, AuthAnswer::keeps, work);
            // A refusal may name the place to come back to, so it counts for its path only.
            answer = answer != null
                    ? answer
                    : running.run(cache.keyWithPath(question), this, exchange, AuthAnswer::shared, work);
        }
        // If the other one has left, or has got cookies of its own, its answer is not for this one.
        return answer != null ? answer : work.run();
    }

    private AuthAnswer kept(String key, Exchange exchange, Headers question) throws IOException, InterruptedException {
        AuthAnswer answer = asked(exchange, question);
        if (answer.keeps()) {
            cache.put(key, answer, exchange.time().nanos());
        }
        return answer;
    }

    private AuthAnswer asked(Exchange exchange, Headers question) throws IOException, InterruptedException {
        try {
            ProxyResponse response = service.ask(exchange, question);
            return AuthService.accepts(response.status())
                    ? rules.accepted(response)
                    : AuthAnswer.refused(notCached(response));
        } catch (IOException failure) {
            // A client that has left, or an exchange whose time is over, says nothing about the service.
            exchange.check();
            throw ProxyException.refused(
                    Outcome.REFUSED,
                    503,
                    "who sends the request cannot be checked now",
                    service + ": " + failure.getMessage());
        }
    }

    /** Browsers keep some redirects for ever, and would send the client to a login that is long over. */
    private static ProxyResponse notCached(ProxyResponse refusal) {
        return refusal.toBuilder().header("Cache-Control", "no-store").build();
    }

    /** Collects the rules. For one thread. */
    public static final class Builder {
        private final UpstreamSource servers;
        private final RequestTarget target;
        private List<String> requestFields =
                List.of("Authorization", "Cookie", "Accept", "User-Agent", "X-Requested-With");
        private List<String> responseFields = List.of();
        private @Nullable String principalField;
        private List<String> sessionCookies = List.of();
        private boolean passOn;
        private boolean cookiesToClient;
        private Duration timeout = Duration.ofSeconds(5);
        private int maxBodyBytes = 64 * 1024;
        private Duration cacheTime = Duration.ZERO;
        private int maxCached = 10_000;
        private boolean cachePerPath = true;
        private boolean unknownOnly;

        private Builder(UpstreamSource servers, RequestTarget target) {
            this.servers = servers;
            this.target = target;
        }

        /**
         * Sets which fields of the client go to the service; {@code Authorization}, {@code Cookie}, {@code Accept}, {@code
         * User-Agent} and {@code X-Requested-With} by default. What the client says in fields of forwarding never
         * goes to it.
         *
         * @throws IllegalArgumentException if one is not the name of a field of requests, or one of forwarding; the message
         *     shows it
         */
        public Builder requestFields(String... names) {
            requireFields("requestFields", names);
            this.requestFields = List.of(names);
            return this;
        }

        /**
         * Sets which fields of a 2xx go on with the request; none by default. Whatever the client has sent in fields of
         * these names, also with underscores for hyphens, never goes on.
         *
         * @throws IllegalArgumentException if one is not the name of a field of requests, or one of forwarding, which a
         *     reverse proxy writes itself; the message shows it
         */
        public Builder responseFields(String... names) {
            requireFields("responseFields", names);
            this.responseFields = List.of(names);
            return this;
        }

        /**
         * Sets which field of a 2xx names the {@link Principal}, such as {@code Remote-User}; none by default. Without it in
         * the answer the request goes on without a principal. The principal has the {@link #responseFields} as attributes.
         * What the client has sent in this field never goes on.
         *
         * @throws IllegalArgumentException if it is not the name of a field of requests; the message shows it
         */
        public Builder principalField(String name) {
            KeyName.requireField("principalField", name);
            this.principalField = name;
            return this;
        }

        /**
         * Sets which cookies are those of the service: only they go to it, and they do not go on to the upstream. A name may
         * end with an asterisk, for all that begin so. By default all cookies go to both.
         *
         * @throws IllegalArgumentException if one is not a token; the message shows it
         */
        public Builder sessionCookies(String... names) {
            for (String name : Require.some("sessionCookies", names)) {
                KeyName.requireToken("sessionCookies", name);
            }
            this.sessionCookies = List.of(names);
            return this;
        }

        /**
         * Whether {@code Authorization} goes on to the upstream, if it goes to the service; false by default: then it was for
         * the service.
         */
        public Builder passOn(boolean on) {
            this.passOn = on;
            return this;
        }

        /**
         * Whether the client gets the cookies of a 2xx, with the upstream's response, so that the service can prolong a
         * session; false by default.
         */
        public Builder cookiesToClient(boolean on) {
            this.cookiesToClient = on;
            return this;
        }

        /**
         * Sets how long the service may take, up to the last byte of its answer; 5 s by default.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder timeout(Duration time) {
            this.timeout = Require.positive("timeout", time);
            return this;
        }

        /**
         * Sets how long the body of an answer that goes to the client may be; 64 KiB by default.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder maxBodyBytes(int bytes) {
            this.maxBodyBytes = (int) Require.notNegative("maxBodyBytes", bytes);
            return this;
        }

        /**
         * Sets for how long a 2xx counts for further requests with the same fields; 0 by default, which asks about each. So
         * long a session that has ended still counts. Refusals count for those that wait for the same answer, and are not
         * kept. Answers with cookies count once.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder cacheTime(Duration time) {
            this.cacheTime = Require.notNegative("cacheTime", time);
            return this;
        }

        /**
         * Sets how many answers are kept; 10,000 by default. Beyond it the oldest goes.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxCached(int answers) {
            this.maxCached = Require.positive("maxCached", answers);
            return this;
        }

        /**
         * Whether an answer that is kept counts only for the same method, path and query; true by default. Set it to false
         * if the service does not look at them: then one answer counts for all that a client asks for on this host. A
         * refusal, which may name the place to come back to, still counts only for its path.
         */
        public Builder cachePerPath(boolean on) {
            this.cachePerPath = on;
            return this;
        }

        /**
         * Whether the service is asked only if nobody has found a {@link Principal} before; false by default, which asks
         * about each request. With an {@link Authentication#optional} in front, such as for API keys, either of the two lets
         * a request enter.
         */
        public Builder unknownOnly(boolean on) {
            this.unknownOnly = on;
            return this;
        }

        /** The filter. */
        public ForwardAuth build() {
            AuthRules rules = new AuthRules(
                    requestFields, responseFields, principalField, sessionCookies, passOn, cookiesToClient);
            AuthService service = new AuthService(servers, target, timeout, maxBodyBytes);
            return new ForwardAuth(
                    service, rules, new AnswerCache(cacheTime, maxCached, cachePerPath), new Joined<>(), unknownOnly);
        }

        private static void requireFields(String option, String... names) {
            for (String name : Require.some(option, names)) {
                KeyName.requireOwnField(option, name);
            }
        }
    }
}
