/**
 * The attempts at upstreams that a reverse and a forward proxy make alike: {@link dev.sluice.proxy.attempt.AttemptLoop}
 * carries out what {@link dev.sluice.proxy.Attempts} decide. One exchange's thread runs it, and with it an attempt;
 * attempts beside each other send as their own tasks. Scopes, bodies and tunnels may be ended from any thread. Not
 * exported.
 */
@NullMarked
package dev.sluice.proxy.attempt;

import org.jspecify.annotations.NullMarked;
