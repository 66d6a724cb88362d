package dev.sluice.proxy.scope;

/**
 * The hosts for which requests may come through the connection of an exchange; an attribute of exchanges whose
 * connection was set up for one name.
 */
@FunctionalInterface
public interface ServedHosts {
    /**
     * Returns whether a request for this host, without a port, may come through the connection; empty if it names none.
     */
    boolean serves(String host);
}
