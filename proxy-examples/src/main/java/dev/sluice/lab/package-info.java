/**
 * The laboratory: what measures the library and puts it under strain, each by its own command that {@code
 * docs/benchmarks.md} names. Here is what several of them need: processes, tables, latencies.
 */
@NullMarked
package dev.sluice.lab;

import org.jspecify.annotations.NullMarked;
