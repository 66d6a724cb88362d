/**
 * Benchmarks of single parts of the library, for JMH: parsing, header rules, picking. Each class says what it measures
 * and how to run it. JMH makes and runs the threads.
 */
@NullMarked
package dev.sluice.lab.bench.micro;

import org.jspecify.annotations.NullMarked;
