/**
 * A server for tests of code that sends HTTP: {@link dev.sluice.proxy.testing.gateway.FakeGateway} is where to start. Its
 * stubs say what it answers and how it goes wrong; what it received can be verified. No test framework is needed.
 *
 * <p>Every type is safe for use by many threads, unless it says that it is for one.
 */
@NullMarked
package dev.sluice.proxy.testing.gateway;

import org.jspecify.annotations.NullMarked;
