package dev.sluice.proxy.scope;

/**
 * For which hosts requests may come by the connection of an exchange; an attribute of exchanges whose connection was
 * set up for one name.
 */
@FunctionalInterface
public interface ServedHosts {
    /** Returns whether a request for this host, without a port, may come by the connection; empty where it names none. */
    boolean serves(String host);
}
