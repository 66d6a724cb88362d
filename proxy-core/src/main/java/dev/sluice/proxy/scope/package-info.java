/**
 * What several packages do within the scope of an exchange ({@link dev.sluice.proxy.Exchange}): wait for no longer
 * than it is wanted, keep to the time that its attempts have together, find what its server and its connection allow.
 * Exported to nobody; safe for use by many threads.
 */
@NullMarked
package dev.sluice.proxy.scope;

import org.jspecify.annotations.NullMarked;
