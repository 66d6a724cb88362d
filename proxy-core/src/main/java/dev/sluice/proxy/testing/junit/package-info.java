/**
 * The fake gateway and your own proxy in tests of JUnit 5 and 6: {@link dev.sluice.proxy.testing.junit.GatewayExtension}
 * in a field, {@link dev.sluice.proxy.testing.junit.GatewayParameter} as a parameter, and {@link
 * dev.sluice.proxy.testing.junit.ProxyContract} for a suite against a proxy that you have configured.
 *
 * <p>No other package needs JUnit, and this one brings none: it uses the version that your tests have.
 */
@NullMarked
package dev.sluice.proxy.testing.junit;

import org.jspecify.annotations.NullMarked;
