package dev.sluice.proxy.browser;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.internal.Printable;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.syntax.FieldSet;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * Lets pages of other sites read answers, by the protocol of browsers (CORS, Fetch Standard §3.3). The proxy answers the
 * question that a browser asks before some requests (a preflight), before anybody is authenticated or counted, as such a
 * question carries no credentials. All answers get the fields, also error pages: without them a page sees no status.
 * Immutable, safe for use by many threads.
 *
 * <pre>{@code
 * Cors cors = Cors.builder().allowOrigins("https://app.example").allowHeaders("Content-Type", "Authorization").build();
 * ProxyServer.Builder server = ProxyServer.builder().addFilter(cors);
 * }</pre>
 *
 * <p>What an origin server says about this is replaced. A preflight for a site that is not allowed gets 403. Any other
 * request of such a site is served without the fields, so that its browser hides the answer: this is no protection against
 * requests, which anybody can send. {@code Vary: Origin} keeps caches from mixing answers. A route needs to take OPTIONS
 * too. For a server that is a forward proxy too, add this to its routes and not to the server.
 */
public final class Cors implements ProxyFilter {
    private static final String ANY = "*";
    private static final FieldSet OWN = FieldSet.of("Access-Control-*");

    private final Set<String> origins;
    private final Set<String> methods;
    private final Set<String> headers;
    private final Set<String> exposed;
    private final boolean credentials;
    private final Duration maxAge;
    private final boolean anyOrigin;
    private final AllowedOrigins allowed;

    private Cors(Builder setup) {
        this.origins = Set.copyOf(setup.origins);
        this.methods = new LinkedHashSet<>(setup.methods);
        this.headers = new LinkedHashSet<>(setup.headers);
        this.exposed = new LinkedHashSet<>(setup.exposed);
        this.credentials = setup.credentials;
        this.maxAge = setup.maxAge;
        this.anyOrigin = origins.contains(ANY);
        this.allowed = new AllowedOrigins(anyOrigin ? Set.of() : origins);
    }

    /** A builder: no site, no methods but GET, HEAD and POST, no fields, no credentials, remembered for 10 minutes. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with these values. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.origins.addAll(origins);
        builder.methods.addAll(methods);
        builder.headers.addAll(headers);
        builder.exposed.addAll(exposed);
        builder.credentials = credentials;
        builder.maxAge = maxAge;
        return builder;
    }

    /** {@link Stage#EVERY_RESPONSE}. */
    @Override
    public Stage stage() {
        return Stage.EVERY_RESPONSE;
    }

    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        if (isPreflight(request)) {
            return preflight(request.headers());
        }
        ProxyResponse response = next.handle(request);
        return response.tunnel() == null ? told(request.headers(), response) : response;
    }

    @Override
    public ProxyResponse page(Exchange exchange, ProxyResponse page) {
        ProxyRequest request = exchange.request();
        return told(request == null ? Headers.empty() : request.headers(), page);
    }

    /** Any other OPTIONS is for the origin server. */
    private static boolean isPreflight(ProxyRequest request) {
        return request.method().equals("OPTIONS")
                && request.headers().has("Origin")
                && request.headers().has("Access-Control-Request-Method");
    }

    private ProxyResponse preflight(Headers asked) {
        if (!anyOrigin && !allowed.has(asked.all("Origin"))) {
            // Fetch Standard §3.3.3: a server that does not take part is encouraged to answer 403.
            return ProxyResponse.builder(403).addHeader("Vary", "Origin").build();
        }
        Headers.Builder fields = Headers.builder();
        addOrigin(fields, asked);
        if (!methods.isEmpty()) {
            fields.add("Access-Control-Allow-Methods", String.join(", ", methods));
        }
        // A literal * does not stand for Authorization, nor for anything with credentials: so it is what was asked for.
        String wanted = String.join(", ", asked.list("Access-Control-Request-Headers"));
        String allowedFields = headers.contains(ANY) ? wanted : String.join(", ", headers);
        if (!allowedFields.isEmpty()) {
            fields.add("Access-Control-Allow-Headers", allowedFields);
        }
        fields.add("Access-Control-Max-Age", String.valueOf(maxAge.toSeconds()));
        fields.add("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
        return ProxyResponse.builder(204).headers(fields.build()).build();
    }

    private ProxyResponse told(Headers asked, ProxyResponse response) {
        Headers.Builder fields = response.headers().without(OWN::has).toBuilder();
        if (anyOrigin || allowed.has(asked.all("Origin"))) {
            addOrigin(fields, asked);
            if (!exposed.isEmpty()) {
                fields.add("Access-Control-Expose-Headers", String.join(", ", exposed));
            }
        }
        boolean varies = response.headers().hasToken("Vary", "Origin")
                || response.headers().hasToken("Vary", ANY);
        if (!anyOrigin && !varies) {
            // Also for a site that is not allowed, and without one: a cache could give this answer to one that is.
            fields.add("Vary", "Origin");
        }
        return response.toBuilder().headers(fields.build()).build();
    }

    private void addOrigin(Headers.Builder fields, Headers asked) {
        fields.add(
                "Access-Control-Allow-Origin",
                anyOrigin ? ANY : asked.all("Origin").get(0));
        if (credentials) {
            fields.add("Access-Control-Allow-Credentials", "true");
        }
    }

    /** Collects the rules. For one thread. */
    public static final class Builder {
        private final Set<String> origins = new LinkedHashSet<>();
        private final Set<String> methods = new LinkedHashSet<>();
        private final Set<String> headers = new LinkedHashSet<>();
        private final Set<String> exposed = new LinkedHashSet<>();
        private boolean credentials;
        private Duration maxAge = Duration.ofMinutes(10);

        private Builder() {}

        /**
         * Lets the pages of these sites read: {@code https://app.example}, with a port if it is not that of the scheme;
         * {@code https://*.app.example} for all names below that one, but not for itself; {@code *} for any site. The origin
         * {@code null}, which every file and every sandboxed page has, is none that can be named. None by default.
         *
         * @throws IllegalArgumentException if there is none, or one is not of this form; the message shows it
         */
        public Builder allowOrigins(String... sites) {
            for (String site : Require.some("allowOrigins", sites)) {
                if (!site.equals(ANY)) {
                    new AllowedOrigins(Set.of(site));
                }
                origins.add(site);
            }
            return this;
        }

        /**
         * Lets pages use these methods, compared with case. GET, HEAD and POST need not be allowed; no others by default.
         *
         * @throws IllegalArgumentException if there is none, or one is not a method in capitals; the message shows it
         */
        public Builder allowMethods(String... names) {
            for (String name : Require.some("allowMethods", names)) {
                if (!Headers.isToken(name) || !name.equals(name.toUpperCase(Locale.ROOT)) || name.equals(ANY)) {
                    throw new IllegalArgumentException(
                            "allowMethods has a name that is not a method: \"" + Printable.of(name) + "\"");
                }
                methods.add(name);
            }
            return this;
        }

        /**
         * Lets pages send these fields, such as {@code Content-Type}, which JSON needs, or {@code Authorization}; {@code *}
         * for whatever they ask for. By default only those that need not be allowed, such as {@code Accept}.
         *
         * @throws IllegalArgumentException if there is none, or one is not the name of a field; the message shows it
         */
        public Builder allowHeaders(String... names) {
            headers.addAll(fields("allowHeaders", names));
            return this;
        }

        /**
         * Lets pages read these fields of an answer, such as {@code X-Request-Id}; {@code *} for any. By default only those
         * that need not be named, such as {@code Content-Type}.
         *
         * @throws IllegalArgumentException if there is none, or one is not the name of a field; the message shows it
         */
        public Builder exposeHeaders(String... names) {
            exposed.addAll(fields("exposeHeaders", names));
            return this;
        }

        /** Whether pages may read answers to requests with cookies or other credentials; false by default. */
        public Builder credentials(boolean on) {
            this.credentials = on;
            return this;
        }

        /**
         * Sets how long a browser remembers the answer to a preflight, in whole seconds, rounded down; 10 minutes by
         * default. No browser remembers it for more than a day, and some only for 2 hours.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder maxAge(Duration time) {
            this.maxAge = Require.notNegative("maxAge", time);
            return this;
        }

        /**
         * The filter.
         *
         * @throws IllegalArgumentException if no site is allowed; if any site is allowed with credentials, as then each on
         *     the web could read what your users see; or if any field is exposed with credentials, which no browser does
         */
        public Cors build() {
            if (origins.isEmpty()) {
                throw new IllegalArgumentException("allowOrigins is missing");
            }
            if (credentials && origins.contains(ANY)) {
                throw new IllegalArgumentException("credentials cannot be allowed to any origin (allowOrigins \"*\")");
            }
            if (credentials && exposed.contains(ANY)) {
                // Fetch Standard §3.3.5: with credentials it is the name of a field.
                throw new IllegalArgumentException("exposeHeaders \"*\" stands for no field with credentials");
            }
            return new Cors(this);
        }

        private static List<String> fields(String option, String... names) {
            for (String name : Require.some(option, names)) {
                Objects.requireNonNull(name, option);
                if (!Headers.isToken(name)) {
                    throw new IllegalArgumentException(
                            option + " has a name that is not a field name: \"" + Printable.of(name) + "\"");
                }
            }
            return List.of(names);
        }
    }
}
