/**
 * Recipes: each file is an example for one need, to copy from. {@code start} does the work; if there is a {@code main},
 * it runs the recipe at a fixed port until the process ends. The list of them, with those for tests, is in the module's
 * {@code README.md}. All types are safe for use by many threads.
 */
@NullMarked
package dev.sluice.examples.recipes;

import org.jspecify.annotations.NullMarked;
