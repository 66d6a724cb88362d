/**
 * What requests have in common. {@link dev.sluice.proxy.key.RequestKey} is the entry point: limits count by it, and
 * strategies hash it. Safe for use by many threads.
 */
@NullMarked
package dev.sluice.proxy.key;

import org.jspecify.annotations.NullMarked;
