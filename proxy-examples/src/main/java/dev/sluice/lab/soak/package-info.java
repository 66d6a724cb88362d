/**
 * A soak: clients and an origin that abort, reset and stall at random, and a proxy over the direct transport between
 * them. At the end it looks for leaks. {@link dev.sluice.lab.soak.Soak} is the entry point.
 */
@NullMarked
package dev.sluice.lab.soak;

import org.jspecify.annotations.NullMarked;
