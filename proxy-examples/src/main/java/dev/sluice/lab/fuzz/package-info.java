/**
 * Frames of HTTP/2 that are valid, damaged, or nothing but random bytes, for what reads frames. {@link
 * dev.sluice.lab.fuzz.FrameFuzz} is the entry point, {@link dev.sluice.lab.fuzz.FrameRules} says what must come of them.
 */
@NullMarked
package dev.sluice.lab.fuzz;

import org.jspecify.annotations.NullMarked;
