/**
 * The demo: three origins that are killed and started again, a proxy with a load balancer in front of them, and clients
 * that do not notice. {@link dev.sluice.examples.demo.Demo} is the entry point. One thread starts and ends everything;
 * the clients, the killing and the proxy have their own threads.
 */
@NullMarked
package dev.sluice.examples.demo;

import org.jspecify.annotations.NullMarked;
