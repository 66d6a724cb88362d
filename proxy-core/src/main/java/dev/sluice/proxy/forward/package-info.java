/**
 * The forward proxy: {@link dev.sluice.proxy.forward.ForwardProxy} goes where a client asks, by a target in absolute
 * form or by CONNECT, as far as its rules allow. Everything runs on the exchange's own thread. Settings are immutable
 * and safe for use by many threads.
 */
@NullMarked
package dev.sluice.proxy.forward;

import org.jspecify.annotations.NullMarked;
