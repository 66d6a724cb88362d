package dev.sluice.proxy.connect;

/**
 * The version of the PROXY protocol, by which a proxy tells the next server on whose behalf it connects, before anything
 * else (HAProxy's {@code proxy-protocol.txt}, §2.1 and §2.2).
 */
public enum ProxyProtocol {
    /** A line of text. */
    V1,

    /** Binary. */
    V2
}
