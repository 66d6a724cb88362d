/**
 * How the texts of HTTP are written and read, each in one place: the names of the fields that belong to a connection,
 * dates, addresses, names of hosts, reason phrases. It depends on no other package: pure functions for any number of
 * threads. Exported only to the balancer.
 */
@NullMarked
package dev.sluice.proxy.syntax;

import org.jspecify.annotations.NullMarked;
