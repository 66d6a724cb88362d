package dev.sluice.proxy;

import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A server that gets requests, or anything that answers like one. Called from many threads at once.
 *
 * <p>An upstream sends a request as it is. The header rules of a proxy are applied by the code that makes the attempts:
 * give an upstream to {@code addRoute(pattern, upstream)} or {@code ReverseProxy.to(upstream)}. Do not give {@code
 * upstream::send} to a route: upstreams of a transport refuse this.
 */
public interface Upstream extends AutoCloseable {
    /** Names the upstream in records, logs and pools; unique within a pool. */
    String id();

    /** The scheme for this upstream: {@code http} or {@code https}. */
    default String scheme() {
        return "http";
    }

    /** The authority for {@code Host}, and in its redirects; null for an upstream that is not on the network. */
    default @Nullable Authority authority() {
        return null;
    }

    /** The prefix for each path; begins with a slash and does not end with one, or is empty, which is the default. */
    default String basePath() {
        return "";
    }

    /**
     * The most that it can do beyond plain requests and responses; nothing by default. If a connection can do less,
     * {@link #send} refuses the request.
     */
    default Set<Capability> capabilities() {
        return Set.of();
    }

    /**
     * Sends a request and returns at the final response's head; the request's body may still be on its way. The
     * request's exchange is the attempt's scope: its end releases what this acquires, and its cancellation breaks off
     * what blocks.
     *
     * <p>An upstream on a network writes what the fields do not have, see {@link ProxyRequest}: {@code Host} from {@code
     * request.target().authority()}, and the framing from the length of the body. Likewise its response has no fields about
     * the connection and the framing, see {@link ProxyResponse}.
     *
     * @throws ProxyException with the outcome, and how far the request got
     * @throws IOException if it fails otherwise; this counts as SENT_UNKNOWN
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    ProxyResponse send(ProxyRequest request) throws IOException, InterruptedException;

    /** Frees what the upstream itself holds, such as idle connections. Nothing by default. */
    @Override
    default void close() {}

    /** This upstream with {@code filter} around each attempt. */
    default Upstream with(ProxyFilter filter) {
        return new FilteredUpstream(this, filter);
    }

    /** An upstream that is a function: a handler of this process, or a stand-in in a test. */
    static Upstream of(String id, ProxyHandler handler) {
        return new HandlerUpstream(id, handler);
    }
}
