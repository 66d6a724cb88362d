package dev.sluice.proxy;

/**
 * What a listener or an upstream can do beyond plain requests and responses. If one lacks something, it is refused or
 * dropped, and the message names it.
 */
public enum Capability {
    /** Carries trailer fields after a body (RFC 9110 §6.5). */
    TRAILERS("trailers"),
    /** Carries interim responses other than 100, such as 103 (RFC 9110 §15.2). */
    INTERIM("interim responses"),
    /** Turns a connection into a two-way stream of bytes: CONNECT, and Upgrade with 101. */
    TUNNEL("tunnels"),
    /** Passes on a response's head while the request's body is still being sent. */
    FULL_DUPLEX("full duplex"),
    /** Notices that the client has left while the origin is silent. */
    SEES_CLIENT_LEAVE("seeing the client leave"),
    /** Sends a {@code Host} other than the address that it connects to. */
    HOST("another Host"),
    /** Takes its TLS settings anew for each connection: by the server name that the client asks for, or from files. */
    TLS_BY_NAME("TLS settings for each connection, by server name or from files");

    private final String label;

    Capability(String label) {
        this.label = label;
    }

    /** The capability in words, as messages name it. */
    public String label() {
        return label;
    }
}
