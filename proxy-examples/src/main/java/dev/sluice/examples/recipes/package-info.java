/**
 * Recipes: each file shows one need, to copy from. {@code start} does what the recipe is about; {@code main}, where
 * there is one, runs it at a fixed port until the process ends. The list of them, with those for tests, is in the
 * module's {@code README.md}. All types are safe for use by many threads.
 */
@NullMarked
package dev.sluice.examples.recipes;

import org.jspecify.annotations.NullMarked;
