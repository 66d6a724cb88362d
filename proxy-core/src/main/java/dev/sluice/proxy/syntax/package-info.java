/**
 * The texts of HTTP as they are written and read, each in one place: the names of the fields that belong to a
 * connection, dates, addresses, names of hosts, reason phrases. Below all other packages, as it needs none of them:
 * pure functions for any number of threads. Exported to the balancer alone.
 */
@NullMarked
package dev.sluice.proxy.syntax;

import org.jspecify.annotations.NullMarked;
