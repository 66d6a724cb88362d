package dev.sluice.proxy.scope;

/** How full the server of an exchange is; an attribute of exchanges that a server has begun. Safe for use by many threads. */
@FunctionalInterface
public interface ServerLoad {
    /** The exchanges that count against its limit now, this one included. */
    int exchanges();
}
