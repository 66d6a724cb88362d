/**
 * JMH benchmarks of single parts of the library: parsing, header rules, picking. Each class says what it measures and
 * how to run it. JMH manages the threads.
 */
@NullMarked
package dev.sluice.lab.bench.micro;

import org.jspecify.annotations.NullMarked;
