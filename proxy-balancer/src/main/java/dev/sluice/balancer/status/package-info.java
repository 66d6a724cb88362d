/**
 * A live page of what a gateway does: {@link dev.sluice.balancer.status.StatusPage} is the entry point. The page listens to
 * exchanges on their own threads, and reads everything else when a viewer asks for it; without a viewer it costs a few
 * counters for each exchange.
 */
@NullMarked
package dev.sluice.balancer.status;

import org.jspecify.annotations.NullMarked;
