/**
 * The terms of connections to origins: how a name is
 * resolved ({@link dev.sluice.proxy.connect.Resolver}), which addresses are permitted ({@link
 * dev.sluice.proxy.connect.AddressRule}), how many are kept ({@link dev.sluice.proxy.connect.ConnectionLimits}). The {@link
 * dev.sluice.proxy.transport.direct.Connector} of the direct transport opens and keeps them. Everything here is
 * immutable, or safe for use by many threads.
 */
@NullMarked
package dev.sluice.proxy.connect;

import org.jspecify.annotations.NullMarked;
