/**
 * What several packages do within the scope of an exchange ({@link dev.sluice.proxy.Exchange}): wait only as long as it is
 * wanted, keep to the time that its attempts share and to the limit of its body, find the facts of its connection and how
 * full its server is. Exported only to the balancer; safe for use by many threads.
 */
@NullMarked
package dev.sluice.proxy.scope;

import org.jspecify.annotations.NullMarked;
