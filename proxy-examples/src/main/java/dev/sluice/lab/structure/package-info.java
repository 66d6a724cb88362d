/**
 * Measures the shape of the library's own code: files, methods, what is public, what depends on what. {@link
 * dev.sluice.lab.structure.Structure} is the entry point. For one thread.
 */
@NullMarked
package dev.sluice.lab.structure;

import org.jspecify.annotations.NullMarked;
