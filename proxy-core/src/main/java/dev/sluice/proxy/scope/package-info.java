/**
 * What several packages do within the scope of an exchange ({@link dev.sluice.proxy.Exchange}): wait only as long as it
 * is wanted, keep to the time that its attempts share, find the facts of its connection. Exported to
 * nobody; safe for use by many threads.
 */
@NullMarked
package dev.sluice.proxy.scope;

import org.jspecify.annotations.NullMarked;
