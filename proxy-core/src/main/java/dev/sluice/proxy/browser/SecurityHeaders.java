package dev.sluice.proxy.browser;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.internal.Printable;
import dev.sluice.proxy.syntax.ConnectionFields;
import dev.sluice.proxy.syntax.FieldSet;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;

/**
 * Adds the fields by which browsers protect a site, to each response, also to each page of the proxy, and removes those by
 * which a server tells what software it is. Immutable, safe for use by many threads.
 *
 * <pre>{@code
 * SecurityHeaders strict = SecurityHeaders.DEFAULT.withField("Content-Security-Policy", "default-src 'self'");
 * ProxyServer.Builder server = ProxyServer.builder().addFilter(strict);
 * }</pre>
 *
 * <p>If the origin sends one of these fields itself, its own stays, as it knows its pages, unless {@link #withOverride}
 * says otherwise. HSTS is not among them, as it is only for https: see {@link dev.sluice.proxy.tls.HttpsOnly}.
 * For a server that is a forward proxy too, add this to its routes and not to the server.
 */
public final class SecurityHeaders implements ProxyFilter {
    /**
     * What every site can have (OWASP Secure Headers Project): {@code X-Content-Type-Options: nosniff}, {@code
     * X-Frame-Options: SAMEORIGIN} and {@code Referrer-Policy: strict-origin-when-cross-origin}. Removes {@code Server},
     * {@code X-Powered-By}, {@code X-AspNet-Version} and {@code X-AspNetMvc-Version}.
     */
    public static final SecurityHeaders DEFAULT = new SecurityHeaders(
            Headers.of(
                    "X-Content-Type-Options", "nosniff",
                    "X-Frame-Options", "SAMEORIGIN",
                    "Referrer-Policy", "strict-origin-when-cross-origin"),
            names("Server", "X-Powered-By", "X-AspNet-Version", "X-AspNetMvc-Version"),
            false);

    private final Headers fields;
    private final Set<String> removed;
    private final FieldSet removedFields;
    private final boolean override;

    private SecurityHeaders(Headers fields, Set<String> removed, boolean override) {
        this.fields = fields;
        this.removed = removed;
        this.removedFields = FieldSet.of(removed.toArray(String[]::new));
        this.override = override;
    }

    private static Set<String> names(String... names) {
        Set<String> all = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        all.addAll(Set.of(names));
        return all;
    }

    /**
     * The same, which also adds this field, such as {@code Content-Security-Policy}, {@code Permissions-Policy} or {@code
     * Cross-Origin-Opener-Policy}; another value for one that it adds already.
     *
     * @throws IllegalArgumentException if the name or the value cannot be that of a field of a response, or it is {@code
     *     Strict-Transport-Security}; the message shows the name
     */
    public SecurityHeaders withField(String name, String value) {
        requireField(name);
        if (name.equalsIgnoreCase("Strict-Transport-Security")) {
            throw new IllegalArgumentException(name + " is only for https, and added by HttpsOnly.withMaxAge");
        }
        Headers more = fields.toBuilder().set(name, value).build();
        return new SecurityHeaders(more, without(removed, name), override);
    }

    /** The same, which does not add this field. */
    public SecurityHeaders withoutField(String name) {
        return new SecurityHeaders(fields.without(name::equalsIgnoreCase), removed, override);
    }

    /**
     * The same, which removes these fields of origins instead of {@code Server} and the others; none of them for no name.
     *
     * @throws IllegalArgumentException if one is not the name of a field of a response; the message shows it
     */
    public SecurityHeaders withRemoved(String... names) {
        for (String name : names) {
            requireField(name);
        }
        return new SecurityHeaders(fields, names(names), override);
    }

    /** The same, and whether an origin's own value is replaced by the one given here; false by default. */
    public SecurityHeaders withOverride(boolean on) {
        return new SecurityHeaders(fields, removed, on);
    }

    /** What is added. */
    public Headers fields() {
        return fields;
    }

    /** The names of the fields that are removed. */
    public Set<String> removed() {
        return Set.copyOf(removed);
    }

    /** Returns whether an origin's own value is replaced. */
    public boolean override() {
        return override;
    }

    /** {@link Stage#EVERY_RESPONSE}. */
    @Override
    public Stage stage() {
        return Stage.EVERY_RESPONSE;
    }

    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        ProxyResponse response = next.handle(request);
        return response.tunnel() == null ? secured(response) : response;
    }

    @Override
    public ProxyResponse page(Exchange exchange, ProxyResponse page) {
        return secured(page);
    }

    private ProxyResponse secured(ProxyResponse response) {
        Headers kept = response.headers().without(removedFields::has);
        Headers.Builder all = kept.toBuilder();
        fields.forEach((name, value) -> {
            if (override || !kept.has(name)) {
                all.set(name, value);
            }
        });
        return response.toBuilder().headers(all.build()).build();
    }

    private static Set<String> without(Set<String> names, String name) {
        Set<String> rest = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        rest.addAll(names);
        rest.remove(name);
        return rest;
    }

    private static void requireField(String name) {
        if (!Headers.isToken(name) || ConnectionFields.isOfResponse(name)) {
            throw new IllegalArgumentException(
                    "not the name of a field that a filter may set: \"" + Printable.of(name) + "\"");
        }
    }
}
