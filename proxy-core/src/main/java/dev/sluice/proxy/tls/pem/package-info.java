/**
 * Keys and certificates as text: PEM (RFC 7468) and the DER inside. {@link dev.sluice.proxy.tls.pem.PemFile} is the entry
 * point. Exported to nobody. Values, for many threads.
 */
@NullMarked
package dev.sluice.proxy.tls.pem;

import org.jspecify.annotations.NullMarked;
