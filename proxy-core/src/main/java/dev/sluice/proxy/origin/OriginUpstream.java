package dev.sluice.proxy.origin;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.internal.Around;
import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An upstream at a URL: its name and its place. The transport decides how to talk to it. Immutable. */
public abstract class OriginUpstream implements Upstream {
    private final String id;
    private final Origin origin;

    /** An upstream of this name at this place. */
    protected OriginUpstream(String id, Origin origin) {
        this.id = Objects.requireNonNull(id, "id");
        this.origin = origin;
    }

    /**
     * An upstream of the same id at another place, such as another port of its host, that is reached in the same way: over
     * the same transport, with the same TLS settings if the place is one for TLS.
     */
    public abstract Upstream beside(URI place);

    /** What {@link #beside} makes of any upstream, within its filters; null where that is not known. */
    public static @Nullable Upstream besideOf(Upstream upstream, URI place) {
        return Around.innermost(upstream) instanceof OriginUpstream origin ? origin.beside(place) : null;
    }

    /** A check that connects as its requests do; null where its transport has none. */
    public @Nullable ConnectCheck connectCheck() {
        return null;
    }

    /** The {@link #connectCheck()} of any upstream, within its filters; null also where it is not known. */
    public static @Nullable ConnectCheck connectCheckOf(Upstream upstream) {
        return Around.innermost(upstream) instanceof OriginUpstream origin ? origin.connectCheck() : null;
    }

    /** Where it is. */
    protected final Origin origin() {
        return origin;
    }

    /**
     * Refuses a request that does not come from an attempt, as no header rule has been applied to it: a client could
     * forge fields that the origin trusts.
     *
     * @throws ProxyException if the request's scope is a whole exchange; the message says what to write instead
     */
    public static void requireAttempt(ProxyRequest request, String id) throws ProxyException {
        if (request.exchange().purpose().equals(Exchange.WHOLE)) {
            throw ProxyException.refused(
                    Outcome.FAILED,
                    "the proxy is set up wrongly",
                    "upstream " + id + " was used as a handler, without the header rules of a proxy: write"
                            + " addRoute(pattern, upstream) or ReverseProxy.to(upstream) instead of upstream::send");
        }
    }

    @Override
    public final String id() {
        return id;
    }

    @Override
    public final String scheme() {
        return origin.scheme();
    }

    @Override
    public final Authority authority() {
        return origin.authority();
    }

    @Override
    public final String basePath() {
        return origin.basePath();
    }

    /** The upstream's id and where it is. */
    @Override
    public final String toString() {
        return id + " at " + origin;
    }
}
