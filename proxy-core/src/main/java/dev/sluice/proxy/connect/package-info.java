/**
 * The terms of connections to origins: where they lead ({@link dev.sluice.proxy.connect.Destination}), how a name is
 * resolved ({@link dev.sluice.proxy.connect.Resolver}), which addresses are permitted ({@link
 * dev.sluice.proxy.connect.AddressRule}), how many are kept ({@link dev.sluice.proxy.connect.PoolLimits}). What opens and
 * keeps them is the {@link dev.sluice.proxy.transport.direct.Connector} of the direct transport. Everything here is
 * immutable, or safe for use by many threads.
 */
@NullMarked
package dev.sluice.proxy.connect;

import org.jspecify.annotations.NullMarked;
