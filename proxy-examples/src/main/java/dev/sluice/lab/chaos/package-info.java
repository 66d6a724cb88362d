/**
 * The chaos benchmark: a pool in front of three origins, each its own process. The origins are killed, stopped, slowed
 * and replaced under load, and the answers that clients get are checked. {@link dev.sluice.lab.chaos.Chaos} is the
 * entry point. Each client and each origin that is harmed has its own thread; what they share is safe for use by many.
 */
@NullMarked
package dev.sluice.lab.chaos;

import org.jspecify.annotations.NullMarked;
