/**
 * Recipes: each file is an example for one need, and can be copied. {@code start} does the work. {@code main}, where
 * there is one, runs the recipe at a fixed port until the process ends. The list of them, with those for tests, is in
 * the module's {@code README.md}. All types are safe for use by many threads.
 */
@NullMarked
package dev.sluice.examples.recipes;

import org.jspecify.annotations.NullMarked;
