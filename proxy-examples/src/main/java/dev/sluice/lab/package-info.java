/**
 * The laboratory: programs that measure the library and test it under load. {@code docs/benchmarks.md} has the command
 * of each. This package has the parts that several of them use: processes, tables and latencies.
 */
@NullMarked
package dev.sluice.lab;

import org.jspecify.annotations.NullMarked;
