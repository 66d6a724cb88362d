/**
 * Recipes: each file shows one need, and runs by itself. {@code start} does what the recipe is about, {@code main}
 * runs it at a fixed port until the process ends. What {@code start} returns can be used by many threads.
 */
@NullMarked
package dev.sluice.examples.recipes;

import org.jspecify.annotations.NullMarked;
