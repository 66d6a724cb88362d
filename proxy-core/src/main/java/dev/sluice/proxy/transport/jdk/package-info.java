/**
 * The transport on the JDK's own classes: a listener on {@code com.sun.net.httpserver} and upstreams on {@code
 * java.net.http}. Enter by {@link dev.sluice.proxy.transport.jdk.JdkHttpHandler} to serve within an existing server,
 * else by the transport that a server is given. One thread per exchange, on virtual threads where blocking inside
 * {@code synchronized} does not hold a carrier thread (24 and later), else on a bounded pool.
 */
@NullMarked
package dev.sluice.proxy.transport.jdk;

import org.jspecify.annotations.NullMarked;
