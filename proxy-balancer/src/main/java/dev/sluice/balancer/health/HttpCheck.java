package dev.sluice.balancer.health;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.syntax.ConnectionFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sets up a check over HTTP: the request, and what its answer must be like. Begun by {@link HealthCheck#http}. At a
 * {@link #port} of its own it goes without the upstream's base path and filters, over connections of its own. For one
 * thread.
 */
public final class HttpCheck extends HealthCheck.Builder<HttpCheck> {
    private final String path;
    private final List<StatusRange> statuses = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private final List<Pattern> patterns = new ArrayList<>();
    private Headers headers = Headers.empty();
    private String method = "GET";
    private @Nullable String scheme;

    HttpCheck(String path) {
        this.path = path;
    }

    @Override
    HttpCheck self() {
        return this;
    }

    /** Sets the method of the request; GET by default. It is sent without a body. */
    public HttpCheck method(String method) {
        this.method = Objects.requireNonNull(method, "method");
        return this;
    }

    /**
     * Adds a field to the request. {@code User-Agent} is {@code sluice-health} unless it is given here.
     *
     * @throws IllegalArgumentException if name or value are not allowed in a field, or it is one that belongs to
     *     the connection or to framing, such as {@code Host}; the message names it
     */
    public HttpCheck header(String name, String value) {
        if (ConnectionFields.isOfRequest(name) || name.equalsIgnoreCase("Trailer")) {
            throw new IllegalArgumentException("health check header cannot be set, the connection decides: " + name);
        }
        headers = headers.toBuilder().add(name, value).build();
        return this;
    }

    /**
     * Adds a range of statuses that pass, both bounds included; 200 to 399 when none is added.
     *
     * @throws IllegalArgumentException if it is no range within 200 to 999; the message shows it
     */
    public HttpCheck statuses(int from, int to) {
        statuses.add(new StatusRange(from, to));
        return this;
    }

    /** Adds a status that passes, as {@link #statuses} does. */
    public HttpCheck status(int status) {
        return statuses(status, status);
    }

    /**
     * Adds a text that the body must contain, within its first 64 KiB read as UTF-8. With several of this and of
     * {@link #bodyMatches}, all must hold.
     */
    public HttpCheck bodyContains(String text) {
        texts.add(text);
        return this;
    }

    /** Adds a pattern that must be found in the body, as {@link #bodyContains} does. */
    public HttpCheck bodyMatches(Pattern pattern) {
        patterns.add(pattern);
        return this;
    }

    /**
     * Sets what an HTTP probe speaks at {@link #port}: {@code http} or {@code https}; by default as the traffic.
     */
    public HttpCheck scheme(String scheme) {
        this.scheme = Objects.requireNonNull(scheme, "scheme");
        return this;
    }

    @Override
    Probe probe(int port) {
        requireRequest(port);
        Headers fields = headers.has("User-Agent")
                ? headers
                : headers.toBuilder().add("User-Agent", "sluice-health").build();
        List<StatusRange> expected = statuses.isEmpty() ? List.of(new StatusRange(200, 399)) : statuses;
        Expectation expectation = new Expectation(expected, texts, patterns);
        return new HttpProbe(method, path, fields, expectation, new ProbePlace(port, scheme));
    }

    private void requireRequest(int port) {
        if (!Headers.isToken(method) || method.equals("CONNECT")) {
            throw new IllegalArgumentException("health check method must be one for a path: \"" + method + "\"");
        }
        if (method.equals("HEAD") && !(texts.isEmpty() && patterns.isEmpty())) {
            throw new IllegalArgumentException("health check method must be one that is answered with a body: HEAD");
        }
        if (scheme != null && (port == 0 || !Set.of("http", "https").contains(scheme))) {
            throw new IllegalArgumentException(
                    "health check scheme must be http or https, and go with a port: \"" + scheme + "\"");
        }
        requireTarget(path);
    }

    private static void requireTarget(String path) {
        try {
            RequestTarget.of("http", null, path);
        } catch (IllegalArgumentException fault) {
            throw new IllegalArgumentException(
                    "health check path must be a request target that begins with a slash: \"" + path + "\"", fault);
        }
    }
}
