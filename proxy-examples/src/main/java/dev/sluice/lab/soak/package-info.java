/**
 * A soak: clients and an origin that abort, reset and stall at random, with a proxy over the direct transport between
 * them, and at the end a look at what was left behind. {@link dev.sluice.lab.soak.Soak} is the entry point.
 */
@NullMarked
package dev.sluice.lab.soak;

import org.jspecify.annotations.NullMarked;
