package dev.sluice.proxy.scope;

import dev.sluice.proxy.time.Signal;

/**
 * The drain of the server of an exchange; an attribute of exchanges that a server has begun. A response that would never
 * end by itself ends with it.
 *
 * @param begun fires when the server accepts nothing more
 */
public record ServerDrain(Signal begun) {}
