/**
 * The attempts at upstreams, for the reverse and the forward proxy: {@link dev.sluice.proxy.attempt.AttemptLoop}
 * carries out what {@link dev.sluice.proxy.spi.Attempts} decide. The exchange's thread runs it, usually with the attempt
 * itself; attempts beside each other run as tasks. Scopes, bodies and tunnels may be ended from any thread. Not
 * exported.
 */
@NullMarked
package dev.sluice.proxy.attempt;

import org.jspecify.annotations.NullMarked;
