package dev.sluice.proxy.connect;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/** Finds the addresses of a name. Called from many threads at once; may block. */
@FunctionalInterface
public interface Resolver {
    /**
     * The addresses of a host, in the order in which they are to be tried. An address in literal form is never asked
     * for.
     *
     * @throws IOException if the name is not known, or could not be asked for; an empty list counts as the same
     */
    List<InetAddress> resolve(String host) throws IOException;

    /**
     * The resolver of the operating system, through the JVM's own cache: an answer is kept for as long as the security
     * property {@code networkaddress.cache.ttl} says, which is 30 seconds by default.
     */
    static Resolver system() {
        return host -> List.of(InetAddress.getAllByName(host));
    }
}
