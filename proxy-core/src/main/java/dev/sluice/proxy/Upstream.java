package dev.sluice.proxy;

import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A server that requests are sent to, or anything that answers like one. It is a source of upstreams too, which has one
 * attempt and no other after it has failed. Called from many threads at once.
 *
 * <p>An upstream sends what it is given. The header rules of a proxy are applied by whoever makes the attempts: give an
 * upstream to {@code route(pattern, upstream)} or {@code ReverseProxy.to(upstream)}, and not {@code upstream::send} to
 * a route, which those that a transport opens refuse.
 */
public interface Upstream extends UpstreamSource, AutoCloseable {
    /** Names the upstream in records, logs and pools; unique within a pool. */
    String id();

    /** {@code http} or {@code https}: what is spoken to it. */
    default String scheme() {
        return "http";
    }

    /** What goes into {@code Host}, and what its redirects name; null for one that is not on the network. */
    default @Nullable Authority authority() {
        return null;
    }

    /**
     * What is put before each path; begins with a slash and does not end with one, or is empty, as it is by default.
     */
    default String basePath() {
        return "";
    }

    /**
     * What it can do at most beyond plain requests and responses; nothing by default. Where only a connection can tell,
     * {@link #send} refuses what its connection cannot do.
     */
    @Override
    default Set<Capability> capabilities() {
        return Set.of();
    }

    /**
     * Sends a request and returns at the final response's head, though the request's body may still be going out. The
     * request's exchange is the attempt's scope: what this acquires is released when that ends, and what blocks is
     * broken off when that is cancelled.
     *
     * @throws ProxyException with the outcome, and how far the request got
     * @throws IOException if it fails otherwise; this counts as SENT_UNKNOWN
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    ProxyResponse send(ProxyRequest request) throws IOException, InterruptedException;

    /** Frees what the upstream itself holds, such as idle connections. Nothing by default. */
    @Override
    default void close() {}

    /** One attempt at this upstream. */
    @Override
    default Attempts attempts(ProxyRequest request) {
        return new SingleAttempt(this);
    }

    /** An upstream that was given as a URL, opened by this transport; by default this upstream itself. */
    @Override
    default Upstream openedBy(UpstreamOpener transport) {
        return this;
    }

    /** This upstream with {@code filter} around each attempt. */
    default Upstream with(ProxyFilter filter) {
        return new FilteredUpstream(this, filter);
    }

    /** An upstream that is a function: a handler of this process, or a stand-in in a test. */
    static Upstream of(String id, ProxyHandler handler) {
        return new HandlerUpstream(id, handler);
    }
}
