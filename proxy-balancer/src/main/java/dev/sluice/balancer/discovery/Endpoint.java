package dev.sluice.balancer.discovery;

import java.net.InetAddress;

/**
 * A server that was found by name.
 *
 * @param host the name that leads to the address
 * @param weight as of a member
 * @param priority as of a member
 */
record Endpoint(String host, InetAddress address, int port, int weight, int priority) {}
