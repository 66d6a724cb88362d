package dev.sluice.proxy.transport;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Upstream;
import java.util.Objects;

/** An upstream at a URL: what it is called and where it is. How it is spoken to is up to the transport. Immutable. */
public abstract class OriginUpstream implements Upstream {
    private final String id;
    private final Origin origin;

    /** An upstream of this name at this place. */
    protected OriginUpstream(String id, Origin origin) {
        this.id = Objects.requireNonNull(id, "id");
        this.origin = origin;
    }

    /** Where it is. */
    protected final Origin origin() {
        return origin;
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
