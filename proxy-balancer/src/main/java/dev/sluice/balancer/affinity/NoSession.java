package dev.sluice.balancer.affinity;

import dev.sluice.proxy.Upstream;
import org.jspecify.annotations.Nullable;

/** A request that belongs to no session, and begins none. */
enum NoSession implements Session {
    /** The request has no key. */
    NO_KEY;

    @Override
    public @Nullable String member() {
        return null;
    }

    @Override
    public boolean bound() {
        return false;
    }

    @Override
    public Upstream bind(Upstream upstream, String memberId, long nanos) {
        return upstream;
    }

    @Override
    public String toString() {
        return "no key";
    }
}
