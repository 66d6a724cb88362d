package dev.sluice.proxy.tls;

/**
 * How TLS is done with an origin: with {@link TlsSettings}, or with {@link TlsFiles}, such as a client's certificate that
 * is renewed. Two upstreams share connections only if they have the same object. Safe for use by many threads.
 */
public sealed interface OriginTls permits TlsSettings, TlsFiles {
    /** The settings for the next handshake. */
    TlsSettings settings();
}
