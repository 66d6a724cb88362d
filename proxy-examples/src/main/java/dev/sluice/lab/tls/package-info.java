/**
 * TLS under load: certificates that are renewed while clients come, and handshakes that are never finished. {@link
 * dev.sluice.lab.tls.TlsLoad} is the entry point.
 */
@NullMarked
package dev.sluice.lab.tls;

import org.jspecify.annotations.NullMarked;
