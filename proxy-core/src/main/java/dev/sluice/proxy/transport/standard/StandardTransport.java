package dev.sluice.proxy.transport.standard;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.transport.Listener;
import dev.sluice.proxy.transport.ListenerSettings;
import dev.sluice.proxy.transport.Need;
import dev.sluice.proxy.transport.Service;
import dev.sluice.proxy.transport.Transport;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Set;

/**
 * The transport where none is named. Listeners are the JDK's, unless something is needed that only the direct
 * transport can do: {@link #choose} says which. Upstreams go the way of the listener that their request came by, over
 * its very transport, so that both halves can do the same. Safe for use by many threads.
 */
public final class StandardTransport implements Transport {
    private static final StandardTransport SHARED = new StandardTransport();

    private StandardTransport() {}

    /** The one for the whole JVM. */
    public static StandardTransport shared() {
        return SHARED;
    }

    /**
     * The transport for a listener of which this is needed: the JDK's where it can do all of it, else the direct one.
     *
     * @param needs what the configuration asks for, and who
     */
    public static Transport choose(List<Need> needs) {
        return lackingOfJdk(needs).isEmpty() ? JdkTransport.shared() : DirectTransport.shared();
    }

    /** What the JDK's transport lacks of this: the reason why another one is chosen. */
    public static List<Need> lackingOfJdk(List<Need> needs) {
        return needs.stream().filter(need -> !jdkCan(need.capability())).toList();
    }

    private static boolean jdkCan(Capability capability) {
        return capability == Capability.HOST
                ? JdkTransport.hostHeaderAllowed()
                : JdkTransport.shared().listenerCapabilities().contains(capability)
                        && JdkTransport.shared().upstreamCapabilities().contains(capability);
    }

    /** {@code standard}. */
    @Override
    public String name() {
        return "standard";
    }

    /** What its listeners can do at most: those of the direct transport. */
    @Override
    public Set<Capability> listenerCapabilities() {
        return DirectTransport.shared().listenerCapabilities();
    }

    /** What its upstreams can do at most: when the request came by a listener of the direct transport. */
    @Override
    public Set<Capability> upstreamCapabilities() {
        return DirectTransport.shared().upstreamCapabilities();
    }

    /** A listener of the JDK, or of the direct transport when the TLS settings depend on the server name. */
    @Override
    public Listener listen(ListenerSettings settings, Service service) throws IOException {
        List<Need> needs =
                settings.tlsByName() == null ? List.of() : List.of(new Need(Capability.TLS_BY_NAME, "the listener"));
        return choose(needs).listen(settings, service);
    }

    /**
     * {@inheritDoc} A host that the JDK's client cannot reach, as its name has an underscore, is always reached
     * directly.
     */
    @Override
    public Upstream upstream(String id, URI uri) {
        return new FollowingUpstream(id, uri);
    }
}
