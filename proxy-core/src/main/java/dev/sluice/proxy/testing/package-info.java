/**
 * Tools for tests of a proxy, for the library's own tests and yours; no test framework is needed. Begin with {@link
 * dev.sluice.proxy.testing.gateway.FakeGateway}: a server, or an upstream without a socket, which answers and fails as its
 * stubs say and remembers what it received. {@link dev.sluice.proxy.testing.TestClient} sends a request through a handler
 * without a socket, and {@link dev.sluice.proxy.testing.FakeUpstream} is the least that can answer it. {@link
 * dev.sluice.proxy.testing.TestServer} starts a whole server, which closes at once. Time stands still in {@link
 * dev.sluice.proxy.testing.ManualTime}, and passes by itself, one task at a time, in {@link
 * dev.sluice.proxy.testing.SimulatedTime}. {@link dev.sluice.proxy.testing.ScriptedOrigin} and {@link
 * dev.sluice.proxy.testing.RawConnection} speak raw bytes over real sockets of the loopback interface.
 *
 * <p>Every type is safe for use by many threads, unless it says that it is for one. Every wait in real time gives up
 * after 10 s.
 */
@NullMarked
package dev.sluice.proxy.testing;

import org.jspecify.annotations.NullMarked;
