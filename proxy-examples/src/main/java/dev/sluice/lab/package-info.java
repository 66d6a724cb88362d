/**
 * The laboratory: programs that measure the library and load it hard, each with its own command in {@code
 * docs/benchmarks.md}. This package has what several of them need: processes, tables, latencies.
 */
@NullMarked
package dev.sluice.lab;

import org.jspecify.annotations.NullMarked;
