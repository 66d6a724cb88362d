/**
 * Paths of requests as routes see them: {@link dev.sluice.proxy.path.RoutingPath} is where to start. Not exported.
 * Immutable values, for many threads.
 */
@NullMarked
package dev.sluice.proxy.path;

import org.jspecify.annotations.NullMarked;
