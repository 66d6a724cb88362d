/** How the tests' tools wait for what other threads do. Not exported. Safe for use by many threads. */
@NullMarked
package dev.sluice.proxy.testing.change;

import org.jspecify.annotations.NullMarked;
