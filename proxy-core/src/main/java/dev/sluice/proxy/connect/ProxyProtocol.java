package dev.sluice.proxy.connect;

/**
 * The version of the PROXY protocol, by which a proxy first tells the next server for which client it connects
 * (HAProxy's {@code proxy-protocol.txt}, §2.1 and §2.2).
 */
public enum ProxyProtocol {
    /** A line of text. */
    V1,

    /** Binary. */
    V2
}
