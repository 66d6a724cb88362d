/**
 * The transport of a configuration that names none: {@link dev.sluice.proxy.transport.standard.StandardTransport}. Its
 * types are safe for use by many threads.
 */
@NullMarked
package dev.sluice.proxy.transport.standard;

import org.jspecify.annotations.NullMarked;
