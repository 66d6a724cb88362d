package dev.sluice.proxy.transport.standard;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An upstream that goes the way of the listener that its request came by: directly when that listener can carry tunnels, as those
 * of the direct transport can, else by the JDK's client.
 */
record FollowingUpstream(Upstream direct, Upstream jdk) implements Upstream {
    @Override
    public String id() {
        return direct.id();
    }

    @Override
    public String scheme() {
        return direct.scheme();
    }

    @Override
    public @Nullable Authority authority() {
        return direct.authority();
    }

    @Override
    public String basePath() {
        return direct.basePath();
    }

    /** What it can do when the listener can do the same. */
    @Override
    public Set<Capability> capabilities() {
        return direct.capabilities();
    }

    @Override
    public ProxyResponse send(ProxyRequest request) throws IOException, InterruptedException {
        boolean same = request.exchange().capabilities().contains(Capability.TUNNEL);
        return (same ? direct : jdk).send(request);
    }

    @Override
    public void close() {
        direct.close();
        jdk.close();
    }

    /** The upstream's id and where it is. */
    @Override
    public String toString() {
        return direct.toString();
    }
}
