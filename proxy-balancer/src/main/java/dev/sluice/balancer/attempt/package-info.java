/**
 * What becomes of one request: the first attempt, another one after a failure or beside a slow one, a wait, an answer. {@link
 * dev.sluice.balancer.attempt.PoolAttempts} is the entry point, a state machine. Not exported.
 *
 * <p>Threads: a request is carried by one thread at a time. Nothing here blocks.
 */
@NullMarked
package dev.sluice.balancer.attempt;

import org.jspecify.annotations.NullMarked;
