/**
 * How each side does TLS: {@link dev.sluice.proxy.tls.TlsSettings} for one context, {@link
 * dev.sluice.proxy.tls.ServerTls} for a server that chooses by the name that a client asks for, {@link
 * dev.sluice.proxy.tls.OriginTls} for what an upstream takes. Immutable values, for many threads.
 */
@NullMarked
package dev.sluice.proxy.tls;

import org.jspecify.annotations.NullMarked;
