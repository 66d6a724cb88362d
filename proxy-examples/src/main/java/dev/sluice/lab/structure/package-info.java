/**
 * Measures the structure of the library's own code: files, methods, public types and dependencies. {@link
 * dev.sluice.lab.structure.Structure} is the entry point. For one thread.
 */
@NullMarked
package dev.sluice.lab.structure;

import org.jspecify.annotations.NullMarked;
