/**
 * What the proxy answers itself: {@link dev.sluice.proxy.answer.Redirect} and {@link dev.sluice.proxy.answer.FixedAnswer}
 * are handlers at the end of a route, and {@link dev.sluice.proxy.answer.Maintenance} is a filter with a switch. Safe for
 * use by many threads.
 */
@NullMarked
package dev.sluice.proxy.answer;

import org.jspecify.annotations.NullMarked;
