package dev.sluice.lab.tls;

import java.util.function.LongPredicate;
import java.util.function.Supplier;

/**
 * How visits are made.
 *
 * @param rate new connections per second, 0 for as many as possible
 * @param clients the threads that open them
 * @param length begins a run, and says for each number of visits whether it goes on
 */
record Traffic(int rate, int clients, Supplier<LongPredicate> length) {}
